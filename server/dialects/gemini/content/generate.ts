/** Answers generateContent and streamGenerateContent: asks the engine, and answers as the caller reads it. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { StagedSource } from "../../../engine/generations/request.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { type EventPieces, sendEvents } from "../../../http/event-stream.ts";
import { idempotencyOf } from "../../../http/idempotency.ts";
import { noteError } from "../../../http/note-error.ts";
import { jsonPieces } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { errorBody } from "../errors.ts";
import type { ModelCall } from "../model-methods.ts";
import { tellIgnored } from "../read-message.ts";
import { sendJsonWhenThere } from "../send-json.ts";
import { withoutQuery } from "../without-query.ts";
import { answerChunks, type Body, wholeAnswer } from "./answer.ts";
import { type ContentAsk, readContentRequest } from "./translate.ts";

export async function generateContent(
	context: DialectContext,
	call: ModelCall,
): Promise<FastifyReply> {
	const { ask, events, patience } = await begin(context, call);
	const answer = wholeAnswer(context, ask, events).then((body) => {
		if (body === undefined) patience.throwIfOver();
		return body;
	});
	return await sendJsonWhenThere(context, call.reply, answer);
}

/** With `alt=sse` as server-sent events, else as a JSON array that grows. */
export async function streamGenerateContent(
	context: DialectContext,
	call: ModelCall,
): Promise<FastifyReply> {
	const { request, reply } = call;
	const { ask, events, patience } = await begin(context, call);
	const chunks = untilOver(answerChunks(context, ask, events), patience);
	const failed = (thrown: unknown) => {
		const error = noteError(thrown, request.log);
		return JSON.stringify(errorBody(error));
	};
	const { keepAliveMs } = context;
	if (!wantsEvents(request))
		return await sendArray(reply, chunks, { keepAliveMs, failed });
	return await sendEvents(reply, framed(chunks), {
		keepAliveMs,
		contentType: "text/event-stream",
		// Python's SDK reads no comments.
		signOfLife: "\r\n\r\n",
		lastWords: (thrown) => textOf(`${failed(thrown)}\n`),
	});
}

/** A request that was read, and its answer to be waited for. */
interface Answering {
	readonly ask: ContentAsk;
	readonly events: AsyncIterable<ReplyEvent>;
	readonly patience: Patience;
}

/** @throws {EngineError} for what is wrong with the request itself; the engine is asked when the events are. */
async function begin(
	context: DialectContext,
	{ name, model, request, reply }: ModelCall,
): Promise<Answering> {
	const { engine } = context;
	const principal = principalOf(request);
	const staged: StagedSource[] = [];
	const discard = async () => {
		for (const source of staged) await engine.inputs.discard(source);
	};
	try {
		const ask = await readContentRequest(
			{ context, principal, staged },
			{ name, model },
			request.body,
		);
		if (ask.answer === "picture") engine.requireEnabled();
		tellIgnored(reply, ask.ignored);
		const idempotency = idempotencyOf(withoutQuery(request));
		const patience = patienceOf(request, reply);
		const events = engine.chat.reply(
			principal,
			{ ...ask.reply, idempotency },
			patience.signal,
		);
		return { ask, events: finallyDo(events, discard), patience };
	} catch (error) {
		await discard();
		throw error;
	}
}

async function* finallyDo(
	events: AsyncGenerator<ReplyEvent, void>,
	discard: () => Promise<void>,
): AsyncGenerator<ReplyEvent, void> {
	try {
		yield* events;
	} finally {
		await discard();
	}
}

/** How long an answer is waited for. */
interface Patience {
	readonly signal: AbortSignal;
	/** @throws {EngineError} `wait_timed_out`, unless it is the caller who left. */
	throwIfOver(): void;
}

/** Ends with the connection, or when the time is over that the client gives its server. The paid work goes on. */
function patienceOf(request: FastifyRequest, reply: FastifyReply): Patience {
	const closing = closingSignal(reply);
	const seconds = Number(request.headers["x-server-timeout"]);
	const isLimited = seconds > 0 && seconds < 86_400;
	const signal = isLimited
		? AbortSignal.any([closing, AbortSignal.timeout(seconds * 1000)])
		: closing;
	return {
		signal,
		throwIfOver: () => {
			if (closing.aborted || !signal.aborted) return;
			throw new EngineError(
				"wait_timed_out",
				`Deadline expired: the answer was not there within the ${seconds} seconds of x-server-timeout. A picture goes on being drawn, and will be in the library.`,
			);
		},
	};
}

async function* untilOver(
	chunks: AsyncIterable<Body>,
	patience: Patience,
): AsyncGenerator<Body, void> {
	let isWhole = false;
	for await (const chunk of chunks) {
		isWhole = "promptFeedback" in chunk || "usageMetadata" in chunk;
		yield chunk;
	}
	if (!isWhole) patience.throwIfOver();
}

function wantsEvents({ query }: FastifyRequest): boolean {
	const { alt, $alt } = query as Readonly<Record<string, unknown>>;
	return alt === "sse" || $alt === "sse";
}

async function* framed(
	chunks: AsyncIterable<Body>,
): AsyncGenerator<EventPieces, void> {
	for await (const chunk of chunks) yield between("data: ", chunk, "\r\n\r\n");
}

async function sendArray(
	reply: FastifyReply,
	chunks: AsyncIterable<Body>,
	{
		keepAliveMs,
		failed,
	}: {
		readonly keepAliveMs: number;
		readonly failed: (thrown: unknown) => string;
	},
): Promise<FastifyReply> {
	let opening = "[";
	async function* elements(): AsyncGenerator<EventPieces, void> {
		for await (const chunk of chunks) {
			const before = opening;
			opening = ",\r\n";
			yield between(before, chunk, "");
		}
		yield textOf(opening === "[" ? "[]" : "]");
	}
	return await sendEvents(reply, elements(), {
		keepAliveMs,
		contentType: "application/json; charset=UTF-8",
		signOfLife: "\n",
		lastWords: (thrown) => textOf(`${opening}${failed(thrown)}]`),
	});
}

async function* between(
	before: string,
	value: Body,
	after: string,
): AsyncGenerator<string | Buffer> {
	yield before;
	yield* jsonPieces(value).open();
	yield after;
}

async function* textOf(text: string): AsyncGenerator<string> {
	yield text;
}
