/** Conversations themselves: begun, read, changed, listed, and deleted for good. */
import type { Selectable } from "kysely";
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { ConversationsTable } from "../../db/tables/conversations.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { isShortId, newShortId } from "../ids.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import { appendMessages } from "./append-items.ts";
import {
	checkMessages,
	checkMetadata,
	noSuchConversation,
	titleOf,
} from "./check-conversation.ts";
import type {
	Conversation,
	ConversationChanges,
	NewConversation,
	Page,
	PageQuery,
} from "./conversation.ts";
import { keepPictures } from "./keep-pictures.ts";

/** In one transaction, during which others wait. */
const DELETED_AT_ONCE = 50;

type ConversationDependencies = Pick<EngineDependencies, "database" | "clock">;

/** @throws {EngineError} `invalid_request`, and has kept nothing then. */
export async function createConversation(
	dependencies: EngineDependencies,
	teamId: string,
	{ title, metadata = {}, messages = [] }: NewConversation,
): Promise<Conversation> {
	const { database, clock } = dependencies;
	checkMetadata(metadata);
	checkMessages(messages);
	const now = clock();
	const row = {
		id: newShortId("conv"),
		team_id: teamId,
		title: title === undefined ? null : titleOf(title),
		metadata_json: JSON.stringify(metadata),
		last_sequence: 0,
		created_at: now,
		updated_at: now,
	};
	const kept = await keepPictures(dependencies, teamId, messages);
	await database.transaction(async (transaction) => {
		await transaction.insertInto("conversations").values(row).execute();
		await appendMessages(transaction, dependencies, {
			teamId,
			conversationId: row.id,
			messages: kept,
		});
	});
	return conversationOf(row);
}

/** @throws {EngineError} `not_found`, for another team's as for none. */
export async function getConversation(
	{ database }: Pick<EngineDependencies, "database">,
	teamId: string,
	id: string,
): Promise<Conversation> {
	const row = await findRow(database.queries, teamId, id);
	if (row === undefined) throw noSuchConversation(id);
	return conversationOf(row);
}

/** @throws {EngineError} `not_found` */
export async function requireConversation(
	queries: Queries,
	teamId: string,
	id: string,
): Promise<void> {
	if ((await findRow(queries, teamId, id)) === undefined)
		throw noSuchConversation(id);
}

/** @throws {EngineError} `not_found`, `invalid_request` */
export async function updateConversation(
	{ database, clock }: ConversationDependencies,
	teamId: string,
	id: string,
	{ title, metadata }: ConversationChanges,
): Promise<Conversation> {
	if (!isShortId(id, "conv")) throw noSuchConversation(id);
	if (metadata !== undefined) checkMetadata(metadata);
	const row = await database.queries
		.updateTable("conversations")
		.set({
			updated_at: clock(),
			...(title !== undefined && { title: titleOf(title) }),
			...(metadata !== undefined && {
				metadata_json: JSON.stringify(metadata),
			}),
		})
		.where("id", "=", id)
		.where("team_id", "=", teamId)
		.returningAll()
		.executeTakeFirst();
	if (row === undefined) throw noSuchConversation(id);
	return conversationOf(row);
}

/**
 * Deletes a conversation for good (S3-9). The pictures that were drawn for it stay in the library; those that came with
 * its messages go, unless something else refers to them.
 * @throws {EngineError} `not_found`
 */
export async function deleteConversation(
	{ database, clock }: ConversationDependencies,
	teamId: string,
	id: string,
): Promise<void> {
	if (!isShortId(id, "conv")) throw noSuchConversation(id);
	await database.transaction(async (transaction) => {
		if (!(await deleteIn(transaction, teamId, id, clock())))
			throw noSuchConversation(id);
	});
}

/**
 * Deletes all that a team had when it asked, as `deleteConversation`, some at a time: whoever is stopped in between asks
 * again.
 * @returns how many there were.
 */
export async function deleteConversations(
	{ database, clock }: ConversationDependencies,
	teamId: string,
): Promise<number> {
	const askedAt = clock();
	let deleted = 0;
	for (;;) {
		const some = await database.queries
			.selectFrom("conversations")
			.select("id")
			.where("team_id", "=", teamId)
			.where("created_at", "<=", askedAt)
			// Always the same order, so that two who delete at once do not wait for each other.
			.orderBy("id")
			.limit(DELETED_AT_ONCE)
			.execute();
		if (some.length === 0) return deleted;
		await database.transaction(async (transaction) => {
			for (const { id } of some)
				if (await deleteIn(transaction, teamId, id, clock())) deleted++;
		});
	}
}

/** @returns whether it was there. */
async function deleteIn(
	transaction: TransactionQueries,
	teamId: string,
	id: string,
	now: number,
): Promise<boolean> {
	// Takes the conversation's lock, so that nobody appends meanwhile.
	const row = await transaction
		.updateTable("conversations")
		.set({ updated_at: now })
		.where("id", "=", id)
		.where("team_id", "=", teamId)
		.returning("id")
		.executeTakeFirst();
	if (row === undefined) return false;
	const inputs = await transaction
		.deleteFrom("conversation_inputs")
		.where("item_id", "in", (of) =>
			of
				.selectFrom("conversation_items")
				.select("conversation_items.id")
				.where("conversation_items.conversation_id", "=", id),
		)
		.returning("storage_key")
		.execute();
	for (const { storage_key } of inputs)
		await enterUnreferenced(transaction, storage_key, now);
	await transaction
		.deleteFrom("conversation_items")
		.where("conversation_id", "=", id)
		.execute();
	await transaction.deleteFrom("conversations").where("id", "=", id).execute();
	return true;
}

export interface ConversationPage extends Page<Conversation> {
	/** How many the team has. */
	readonly total: number;
}

/** By the time they were begun. @throws {EngineError} `not_found` when there is no conversation to begin after. */
export async function listConversations(
	{ database }: Pick<EngineDependencies, "database">,
	teamId: string,
	{ after, limit, order }: PageQuery,
): Promise<ConversationPage> {
	const { queries } = database;
	const cursor =
		after === undefined ? undefined : await findRow(queries, teamId, after);
	if (after !== undefined && cursor === undefined)
		throw noSuchConversation(after);
	const beyond = order === "asc" ? ">" : "<";
	const rows = await queries
		.selectFrom("conversations")
		.selectAll()
		.where("team_id", "=", teamId)
		.$if(cursor !== undefined, (query) =>
			query.where((eb) => {
				const { created_at = 0, id = "" } = cursor ?? {};
				return eb.or([
					eb("created_at", beyond, created_at),
					eb.and([eb("created_at", "=", created_at), eb("id", beyond, id)]),
				]);
			}),
		)
		.orderBy("created_at", order)
		.orderBy("id", order)
		.limit(limit + 1)
		.execute();
	const { total } = await queries
		.selectFrom("conversations")
		.select((eb) => eb.fn.countAll().as("total"))
		.where("team_id", "=", teamId)
		.executeTakeFirstOrThrow();
	return {
		entries: rows.slice(0, limit).map(conversationOf),
		hasMore: rows.length > limit,
		total: Number(total),
	};
}

async function findRow(
	queries: Queries,
	teamId: string,
	id: string,
): Promise<Selectable<ConversationsTable> | undefined> {
	if (!isShortId(id, "conv")) return undefined;
	return await queries
		.selectFrom("conversations")
		.selectAll()
		.where("id", "=", id)
		.where("team_id", "=", teamId)
		.executeTakeFirst();
}

function conversationOf(row: Selectable<ConversationsTable>): Conversation {
	return {
		id: row.id,
		title: row.title,
		metadata: JSON.parse(row.metadata_json),
		createdAt: row.created_at,
		updatedAt: row.updated_at,
	};
}
