/** POST /v1/responses: has a message answered, and keeps the answer unless it is not to be stored. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import { invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { idempotencyOf } from "../../../http/idempotency.ts";
import type { DialectContext } from "../../dialect.ts";
import { openConversation } from "../conversation-field.ts";
import { sendBody } from "../send-body.ts";
import { pastEvents, requireAnswer } from "./past-response.ts";
import type { Frame } from "./response.ts";
import {
	lastResponse,
	type ResponseEvent,
	responseEvents,
} from "./response-events.ts";
import type { ResponsesBody } from "./schema.ts";
import { sendResponseEvents } from "./send-response.ts";
import { type ResponseAsk, readAsk } from "./translate.ts";

export async function createResponse(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	body: ResponsesBody,
): Promise<FastifyReply> {
	refuseImpossible(body);
	const principal = principalOf(request);
	const opened = await openConversation(context, request, body.conversation);
	let isAnswered = false;
	try {
		const id = opened?.conversation.id;
		const ask = await readAsk(context, principal, body, id);
		const events =
			body.store === false
				? answerOnce(context, request, reply, ask)
				: await answerKept(context, request, reply, ask);
		if (body.stream) {
			await sendResponseEvents(context, reply, events);
			isAnswered = true;
			return reply;
		}
		const response = lastResponse(events).then((last) => {
			isAnswered = last !== undefined;
			return last;
		});
		return await sendBody(context, reply, response);
	} finally {
		if (!isAnswered) await opened?.forget();
	}
}

/** @throws {EngineError} `invalid_request` */
function refuseImpossible({
	conversation,
	previous_response_id,
	background,
}: ResponsesBody): void {
	if (conversation !== undefined && previous_response_id)
		throw invalid(
			"previous_response_id",
			"previous_response_id and conversation both say what was said before.",
			"one of them",
		);
	if (background === true)
		throw invalid(
			"background",
			"Responses are not answered in the background. POST /v0/images/generations?async=true draws in it.",
			"false",
		);
}

/** Nothing of it is kept but the picture, which is in the library as every one is. */
function answerOnce(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	ask: ResponseAsk,
): AsyncGenerator<ResponseEvent> {
	const { asked, earlier } = ask;
	const events = context.engine.chat.reply(
		principalOf(request),
		{
			...asked,
			turns: [...earlier.messages, ...asked.turns],
			idempotency: idempotencyOf(request),
		},
		closingSignal(reply),
	);
	return told(context, request, ask, events, false);
}

async function answerKept(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	ask: ResponseAsk,
): Promise<AsyncGenerator<ResponseEvent>> {
	const { interactions } = context.engine;
	const principal = principalOf(request);
	const { asked, earlier, data } = ask;
	const signal = closingSignal(reply);
	const opened = await interactions.open(
		principal,
		{
			previousId: earlier.previousId,
			earlier: earlier.messages,
			request: asked,
			idempotency: idempotencyOf(request),
			dialectData: { ...data },
		},
		signal,
	);
	if (opened.kind === "new")
		return told(context, request, ask, opened.events, true);
	const { id } = opened.interaction;
	async function* again(): AsyncGenerator<ResponseEvent> {
		const ended = await interactions.waitForEnd(principal, id, signal);
		if (signal.aborted) return;
		requireAnswer(ended);
		yield* pastEvents(context, request, ended);
	}
	return again();
}

function told(
	context: DialectContext,
	request: FastifyRequest,
	{ data, earlier }: ResponseAsk,
	events: AsyncIterable<ReplyEvent>,
	isStored: boolean,
): AsyncGenerator<ResponseEvent> {
	const frame: Frame = {
		context,
		request,
		data,
		isStored,
		previousId: earlier.previousId ?? null,
	};
	return responseEvents(frame, events);
}
