/** The items of a conversation: appended, listed, read, deleted, and the pictures that came with them opened. */
import type { EngineDependencies } from "../dependencies.ts";
import { isShortId } from "../ids.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import { appendMessages } from "./append-items.ts";
import { checkMessages, noSuchItem } from "./check-conversation.ts";
import type {
	Conversation,
	ConversationItem,
	NewMessage,
	Page,
	PageQuery,
} from "./conversation.ts";
import { getConversation, requireConversation } from "./conversations.ts";
import { keepPictures } from "./keep-pictures.ts";
import { readInput, readItems } from "./read-items.ts";

/** @returns the new items, in order. @throws {EngineError} `not_found`, `invalid_request`, `conflict` when it is full. */
export async function addItems(
	dependencies: EngineDependencies,
	teamId: string,
	conversationId: string,
	messages: readonly NewMessage[],
): Promise<readonly ConversationItem[]> {
	const { database } = dependencies;
	checkMessages(messages);
	await requireConversation(database.queries, teamId, conversationId);
	const kept = await keepPictures(dependencies, teamId, messages);
	const ids = await database.transaction((transaction) =>
		appendMessages(transaction, dependencies, {
			teamId,
			conversationId,
			messages: kept,
		}),
	);
	if (ids.length === 0) return [];
	const rows = await database.queries
		.selectFrom("conversation_items")
		.selectAll()
		.where("id", "in", ids)
		.orderBy("sequence")
		.execute();
	return await readItems(database.queries, rows);
}

/** By their order in the conversation. @throws {EngineError} `not_found`, also for an item to begin after. */
export async function listItems(
	{ database }: Pick<EngineDependencies, "database">,
	teamId: string,
	conversationId: string,
	{ after, limit, order }: PageQuery,
): Promise<Page<ConversationItem>> {
	const { queries } = database;
	await requireConversation(queries, teamId, conversationId);
	const cursor =
		after === undefined
			? undefined
			: (await findItem({ database }, conversationId, after)).sequence;
	const rows = await queries
		.selectFrom("conversation_items")
		.selectAll()
		.where("conversation_id", "=", conversationId)
		.$if(cursor !== undefined, (query) =>
			query.where("sequence", order === "asc" ? ">" : "<", cursor ?? 0),
		)
		.orderBy("sequence", order)
		.limit(limit + 1)
		.execute();
	return {
		entries: await readItems(queries, rows.slice(0, limit)),
		hasMore: rows.length > limit,
	};
}

/** @throws {EngineError} `not_found` */
export async function getItem(
	{ database }: Pick<EngineDependencies, "database">,
	teamId: string,
	conversationId: string,
	itemId: string,
): Promise<ConversationItem> {
	await requireConversation(database.queries, teamId, conversationId);
	const row = await findItem({ database }, conversationId, itemId);
	const [item] = await readItems(database.queries, [row]);
	if (item === undefined) throw noSuchItem(itemId);
	return item;
}

/**
 * Deletes an item; a picture that was drawn for it stays in the library.
 * @returns its conversation. @throws {EngineError} `not_found`
 */
export async function deleteItem(
	{ database, clock }: Pick<EngineDependencies, "database" | "clock">,
	teamId: string,
	conversationId: string,
	itemId: string,
): Promise<Conversation> {
	await requireConversation(database.queries, teamId, conversationId);
	await findItem({ database }, conversationId, itemId);
	await database.transaction(async (transaction) => {
		const inputs = await transaction
			.deleteFrom("conversation_inputs")
			.where("item_id", "=", itemId)
			.returning("storage_key")
			.execute();
		for (const { storage_key } of inputs)
			await enterUnreferenced(transaction, storage_key, clock());
		const { numDeletedRows } = await transaction
			.deleteFrom("conversation_items")
			.where("id", "=", itemId)
			.where("conversation_id", "=", conversationId)
			.executeTakeFirst();
		if (numDeletedRows !== 1n) throw noSuchItem(itemId);
	});
	return await getConversation({ database }, teamId, conversationId);
}

/** A picture that came with a message, for whoever was given its signed URL. */
export interface ItemPicture {
	readonly mediaType: string;
	readonly sizeBytes: number;
	/** Lower-case hexadecimal. */
	readonly sha256: string;
	open(): Promise<AsyncIterable<Uint8Array>>;
}

/** @param index of the part. @returns `null` when there is none. */
export async function findPicture(
	{ database, storage }: Pick<EngineDependencies, "database" | "storage">,
	itemId: string,
	index: number,
): Promise<ItemPicture | null> {
	if (!isShortId(itemId, "msg")) return null;
	const row = await database.queries
		.selectFrom("conversation_items")
		.selectAll()
		.where("id", "=", itemId)
		.executeTakeFirst();
	const input = row && (await readInput(database.queries, row, index));
	if (!input) return null;
	return {
		mediaType: input.media_type,
		sizeBytes: input.size_bytes,
		sha256: input.sha256,
		open: async () => {
			const object = await storage.open(input.storage_key);
			if (object === null)
				throw new Error(`${input.storage_key} is not in storage`);
			return object.stream;
		},
	};
}

async function findItem(
	{ database }: Pick<EngineDependencies, "database">,
	conversationId: string,
	itemId: string,
) {
	const row = isShortId(itemId, "msg")
		? await database.queries
				.selectFrom("conversation_items")
				.selectAll()
				.where("id", "=", itemId)
				.where("conversation_id", "=", conversationId)
				.executeTakeFirst()
		: undefined;
	if (row === undefined) throw noSuchItem(itemId);
	return row;
}
