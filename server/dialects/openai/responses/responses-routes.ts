/** POST /v1/responses: as much of it as a message, pictures and conversations need. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { engineErrorOf } from "../../../http/engine-error-of.ts";
import { type EventPieces, sendEvents } from "../../../http/event-stream.ts";
import { type HttpServer, logError } from "../../../http/http-server.ts";
import { jsonPieces, jsonStream } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { openConversation } from "../conversation-field.ts";
import { errorBody } from "../errors.ts";
import type { Frame } from "./response.ts";
import { type ResponseEvent, responseEvents } from "./response-events.ts";
import { type ResponsesBody, responsesBody, unheededFields } from "./schema.ts";
import { replyRequestOf, toolOf } from "./translate.ts";

const KEEP_ALIVE_MS = 15_000;

export function registerResponses(
	server: HttpServer,
	context: DialectContext,
): void {
	server.post(
		"/responses",
		{
			schema: {
				tags: ["OpenAI responses"],
				security: [{ apiKey: [] }],
				summary: "Answer a message",
				description:
					"Responses are not kept; a conversation remembers them when it is named.",
				body: responsesBody,
			},
		},
		async (request, reply) =>
			await answer(context, request, reply, request.body),
	);
}

async function answer(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	body: ResponsesBody,
): Promise<FastifyReply> {
	const principal = principalOf(request);
	const opened = await openConversation(context, principal, body.conversation);
	const conversation = opened?.conversation;
	let isAnswered = false;
	try {
		const asked = await replyRequestOf(
			context,
			request,
			body,
			conversation?.id,
		);
		const frame: Frame = {
			context,
			request,
			body,
			conversation,
			asked: asked.turns
				.flatMap(({ parts }) => parts)
				.map((part) => (part.kind === "text" ? part.text : ""))
				.join(""),
			warnings: unheededFields(body).map((parameter) => ({
				kind: "unsupported",
				parameter,
				message: `${parameter} is not supported here and was left out.`,
			})),
			format: toolOf(body)?.output_format ?? undefined,
		};
		const events = responseEvents(
			frame,
			context.engine.chat.reply(principal, asked, closingSignal(reply)),
		);
		if (body.stream) await stream(request, reply, events);
		else {
			const response = await lastResponse(events);
			// The caller has left.
			if (response === undefined) return reply.hijack();
			const { stream, sizeBytes } = jsonStream(response);
			await reply
				.type("application/json; charset=utf-8")
				.header("content-length", sizeBytes)
				.send(stream);
		}
		isAnswered = true;
		return reply;
	} finally {
		if (!isAnswered) await opened?.forget();
	}
}

async function lastResponse(
	events: AsyncIterable<ResponseEvent>,
): Promise<unknown> {
	let response: unknown;
	for await (const event of events) {
		const { type } = event;
		if (type === "response.completed" || type === "response.incomplete")
			response = event.response;
	}
	return response;
}

async function stream(
	request: FastifyRequest,
	reply: FastifyReply,
	events: AsyncIterable<ResponseEvent>,
): Promise<void> {
	let sequence = 0;
	async function* pieces(): AsyncGenerator<EventPieces> {
		for await (const event of events) yield written(event, sequence++);
	}
	await sendEvents(reply, pieces(), {
		keepAliveMs: KEEP_ALIVE_MS,
		lastWords: (thrown) => {
			const error = engineErrorOf(thrown);
			logError(request.log, error.code === "internal", thrown);
			const { error: told } = errorBody(error, request.id);
			return written({ ...told, type: "error", error: told }, sequence++);
		},
	});
}

async function* written(
	event: ResponseEvent,
	sequence: number,
): AsyncGenerator<string | Buffer> {
	yield `event: ${event.type}\ndata: `;
	yield* jsonPieces({ ...event, sequence_number: sequence }).open();
	yield "\n\n";
}
