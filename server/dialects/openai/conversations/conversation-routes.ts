/** The routes of /v1/conversations: begun, read, listed, changed and deleted (S3-4, S3-8, S3-9). */
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { conversationBody, listBody } from "./bodies.ts";
import { registerItems } from "./item-routes.ts";
import { messagesOf } from "./messages.ts";
import {
	conversationParams,
	createBody,
	docs,
	pageQuery,
	updateBody,
} from "./schema.ts";

export function registerConversations(
	server: HttpServer,
	context: DialectContext,
): void {
	const { conversations } = context.engine;

	server.post(
		"/conversations",
		{
			schema: { ...docs, summary: "Begin a conversation", body: createBody },
		},
		async (request) => {
			const { title, metadata, items = [] } = request.body ?? {};
			const conversation = await conversations.create(principalOf(request), {
				title: title === "New Conversation" ? undefined : title,
				metadata,
				messages: await messagesOf(context, request, items),
			});
			return conversationBody(conversation);
		},
	);

	server.get(
		"/conversations",
		{
			schema: {
				...docs,
				summary: "List conversations",
				querystring: pageQuery,
			},
		},
		async (request) => {
			const { entries, hasMore, total } = await conversations.list(
				principalOf(request),
				request.query,
			);
			return { ...listBody(entries.map(conversationBody), hasMore), total };
		},
	);

	server.delete(
		"/conversations",
		{
			schema: {
				...docs,
				summary: "Delete all conversations for good",
				description:
					"Those of whoever asks. The pictures drawn for them stay in the library.",
			},
		},
		async (request) => ({
			object: "conversations.deleted",
			deleted: true,
			deleted_count: await conversations.deleteAll(principalOf(request)),
		}),
	);

	server.get(
		"/conversations/:id",
		{
			schema: {
				...docs,
				summary: "Read a conversation",
				params: conversationParams,
			},
		},
		async (request) =>
			conversationBody(
				await conversations.get(principalOf(request), request.params.id),
			),
	);

	server.post(
		"/conversations/:id",
		{
			schema: {
				...docs,
				summary: "Change a conversation's title or metadata",
				params: conversationParams,
				body: updateBody,
			},
		},
		async (request) => {
			const { title, metadata } = request.body;
			return conversationBody(
				await conversations.update(principalOf(request), request.params.id, {
					title,
					metadata,
				}),
			);
		},
	);

	server.delete(
		"/conversations/:id",
		{
			schema: {
				...docs,
				summary: "Delete a conversation for good",
				description: "The pictures drawn for it stay in the library.",
				params: conversationParams,
			},
		},
		async (request) => {
			const { id } = request.params;
			await conversations.delete(principalOf(request), id);
			return { id, object: "conversation.deleted", deleted: true };
		},
	);

	registerItems(server, context);
}
