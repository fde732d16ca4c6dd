/** What a response was asked, as items. */
import type { FastifyRequest } from "fastify";
import { EngineError } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import type { DialectContext } from "../../dialect.ts";
import { listBody, partBody } from "../conversations/bodies.ts";
import { askedIdOf, interactionIdOf } from "./response-ids.ts";

/** @throws {EngineError} `not_found`, also for an item to begin after. */
export async function inputItemsBody(
	context: DialectContext,
	request: FastifyRequest,
	responseId: string,
	page: {
		readonly limit: number;
		readonly order: "asc" | "desc";
		readonly after?: string | undefined;
	},
) {
	const id = interactionIdOf(responseId);
	const { interactions } = context.engine;
	const turns = await interactions.asked(principalOf(request), id);
	const items = turns.map(({ role, parts }, index) => ({
		id: askedIdOf({ id }, index),
		type: "message",
		role,
		status: "completed",
		content: parts.map((part) => partBody(context, request, id, role, part)),
	}));
	if (page.order === "desc") items.reverse();
	const { after } = page;
	const begin = after === undefined ? 0 : placeAfter(items, after);
	const data = items.slice(begin, begin + page.limit);
	return listBody(data, begin + data.length < items.length);
}

function placeAfter(
	items: readonly { readonly id: string }[],
	after: string,
): number {
	const place = items.findIndex(({ id }) => id === after);
	if (place >= 0) return place + 1;
	throw new EngineError(
		"not_found",
		`There is no item ${after.slice(0, 100)} in the input of this response.`,
		{ details: { field: "after" } },
	);
}
