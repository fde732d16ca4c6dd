/** POST /v1/chat/completions: answers in words or with a picture, whole or as it comes (S3-5, S3-14). */
import type { FastifyReply, FastifyRequest } from "fastify";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { setDeprecation } from "../../../http/deprecation.ts";
import { engineErrorOf } from "../../../http/engine-error-of.ts";
import { sendEvents } from "../../../http/event-stream.ts";
import { type HttpServer, logError } from "../../../http/http-server.ts";
import { jsonStream } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { openConversation } from "../conversation-field.ts";
import { errorBody } from "../errors.ts";
import { completionBody, type Frame } from "./completion.ts";
import { completionEvents, dataOf } from "./completion-events.ts";
import { type ChatBody, chatBody, unheededFields } from "./schema.ts";
import { replyRequestOf } from "./translate.ts";

const KEEP_ALIVE_MS = 15_000;

export function registerChat(
	server: HttpServer,
	context: DialectContext,
): void {
	server.post(
		"/chat/completions",
		{
			schema: {
				tags: ["OpenAI chat"],
				security: [{ apiKey: [] }],
				summary: "Answer a chat",
				description:
					"A model that draws answers with a picture, made from the last message and from its pictures, or else the last picture there was.",
				body: chatBody,
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
	body: ChatBody,
): Promise<FastifyReply> {
	const principal = principalOf(request);
	const { engine } = context;
	const opened = await openConversation(context, principal, body.conversation);
	let isAnswered = false;
	try {
		const asked = await replyRequestOf(
			context,
			request,
			body,
			opened?.conversation.id,
		);
		const frame: Frame = {
			context,
			request,
			conversation: opened?.conversation,
			asked: asked.turns
				.flatMap(({ parts }) => parts)
				.map((part) => (part.kind === "text" ? part.text : ""))
				.join(""),
			warnings: unheededFields(body).map((parameter) => ({
				kind: "unsupported",
				parameter,
				message: `${parameter} is not supported here and was left out.`,
			})),
		};
		const events = engine.chat.reply(principal, asked, closingSignal(reply));
		if (body.stream) {
			const includesUsage = body.stream_options?.include_usage === true;
			await sendEvents(
				reply,
				completionEvents(frame, events, { includesUsage }),
				{
					keepAliveMs: KEEP_ALIVE_MS,
					lastWords: (thrown) => {
						const error = engineErrorOf(thrown);
						logError(request.log, error.code === "internal", thrown);
						return dataOf(errorBody(error, request.id));
					},
				},
			);
		} else {
			const completion = await completionBody(frame, events);
			if (completion === undefined) return reply.hijack();
			setDeprecation(reply, completion.warnings ?? []);
			const { stream, sizeBytes } = jsonStream(completion);
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
