/** POST /v1/chat/completions: answers in words or with a picture, whole or as it comes (S3-5, S3-14). */
import type { FastifyReply, FastifyRequest } from "fastify";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { setDeprecation } from "../../../http/deprecation.ts";
import { sendEvents } from "../../../http/event-stream.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import { idempotencyOf } from "../../../http/idempotency.ts";
import { noteError } from "../../../http/note-error.ts";
import type { DialectContext } from "../../dialect.ts";
import { openConversation } from "../conversation-field.ts";
import { errorBody } from "../errors.ts";
import { sendBody } from "../send-body.ts";
import { completionBody, type Frame } from "./completion.ts";
import { completionEvents, dataOf } from "./completion-events.ts";
import { type ChatBody, chatBody } from "./schema.ts";
import { replyRequestOf, textsIn, unheededWarnings } from "./translate.ts";

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
	const { engine, keepAliveMs } = context;
	const opened = await openConversation(context, request, body.conversation);
	let isAnswered = false;
	try {
		const asked = await replyRequestOf(
			context,
			{
				principal,
				conversationId: opened?.conversation.id,
				idempotency: idempotencyOf(request),
			},
			body,
		);
		const frame: Frame = {
			context,
			hearer: request,
			conversation: opened?.conversation,
			asked: textsIn(asked),
			warnings: unheededWarnings(body),
		};
		const events = engine.chat.reply(principal, asked, closingSignal(reply));
		if (body.stream) {
			const includesUsage = body.stream_options?.include_usage === true;
			await sendEvents(
				reply,
				completionEvents(frame, events, { includesUsage }),
				{
					keepAliveMs,
					lastWords: (thrown) => {
						const error = noteError(thrown, request.log);
						return dataOf(errorBody(error, request.id));
					},
				},
			);
			isAnswered = true;
			return reply;
		}
		const completion = completionBody(frame, events).then((body) => {
			isAnswered = body !== undefined;
			setDeprecation(reply, body?.warnings ?? []);
			return body;
		});
		return await sendBody(context, reply, completion);
	} finally {
		if (!isAnswered) await opened?.forget();
	}
}
