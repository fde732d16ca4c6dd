/** The routes of /v1/conversations/{id}/items: added, listed, read and deleted (S3-7). */
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { conversationBody, itemBodyOf, listBody } from "./bodies.ts";
import { messagesOf } from "./messages.ts";
import {
	conversationParams,
	docs,
	itemParams,
	itemsBody,
	pageQuery,
} from "./schema.ts";

export function registerItems(
	server: HttpServer,
	context: DialectContext,
): void {
	const { conversations } = context.engine;

	server.post(
		"/conversations/:id/items",
		{
			schema: {
				...docs,
				summary: "Add messages",
				description: "At most 20 at once.",
				params: conversationParams,
				body: itemsBody,
			},
		},
		async (request) => {
			const items = await conversations.addItems(
				principalOf(request),
				request.params.id,
				await messagesOf(context, request, request.body.items),
			);
			return listBody(
				items.map((item) => itemBodyOf(context, request, item)),
				false,
			);
		},
	);

	server.get(
		"/conversations/:id/items",
		{
			schema: {
				...docs,
				summary: "List the items of a conversation",
				params: conversationParams,
				querystring: pageQuery,
			},
		},
		async (request) => {
			const { entries, hasMore } = await conversations.listItems(
				principalOf(request),
				request.params.id,
				request.query,
			);
			return listBody(
				entries.map((item) => itemBodyOf(context, request, item)),
				hasMore,
			);
		},
	);

	server.get(
		"/conversations/:id/items/:item",
		{ schema: { ...docs, summary: "Read an item", params: itemParams } },
		async (request) => {
			const { id, item } = request.params;
			return itemBodyOf(
				context,
				request,
				await conversations.getItem(principalOf(request), id, item),
			);
		},
	);

	server.delete(
		"/conversations/:id/items/:item",
		{
			schema: {
				...docs,
				summary: "Delete an item",
				description: "A picture that was drawn for it stays in the library.",
				params: itemParams,
			},
		},
		async (request) => {
			const { id, item } = request.params;
			const conversation = await conversations.deleteItem(
				principalOf(request),
				id,
				item,
			);
			// Jan's keys tell of a backup of what was deleted; here there is none.
			return {
				...conversationBody(conversation),
				branch: "MAIN",
				old_main_backup: null,
				branch_created: false,
				deleted: true,
			};
		},
	);
}
