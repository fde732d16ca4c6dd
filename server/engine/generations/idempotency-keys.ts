/** Remembers for a day which request made which generation, so that a repeated request does not cost twice. */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;

export interface IdempotencyEntry {
	readonly teamId: string;
	readonly key: string;
	/** Tells a repetition from another request under the same idempotencyKey. */
	readonly requestSha256: string;
}

/**
 * Enters a request, as the first thing of the transaction that charges it, so that two repetitions at the same time cannot
 * both go on.
 * @returns the generation of the earlier request under the same idempotencyKey, or `null` for a new one.
 * @throws {EngineError} `conflict` when the earlier request was another.
 */
export async function enterIdempotencyKey(
	transaction: TransactionQueries,
	entry: IdempotencyEntry & { generationId: string; now: number },
): Promise<string | null> {
	const { numInsertedOrUpdatedRows } = await transaction
		.insertInto("idempotency_keys")
		.values({
			team_id: entry.teamId,
			idempotency_key: entry.key,
			request_sha256: entry.requestSha256,
			generation_id: entry.generationId,
			created_at: entry.now,
		})
		.onConflict((conflict) => conflict.doNothing())
		.executeTakeFirst();
	if (numInsertedOrUpdatedRows === 1n) return null;
	return await findRepeated(transaction, entry);
}

/**
 * @returns the generation already made under an idempotencyKey, or `null`.
 * @throws {EngineError} `conflict` when it was made by another request.
 */
export async function findRepeated(
	queries: Queries,
	{ teamId, key, requestSha256 }: IdempotencyEntry,
): Promise<string | null> {
	const row = await queries
		.selectFrom("idempotency_keys")
		.select(["generation_id", "request_sha256"])
		.where("team_id", "=", teamId)
		.where("idempotency_key", "=", key)
		.executeTakeFirst();
	if (row === undefined) return null;
	if (row.request_sha256 !== requestSha256) {
		throw new EngineError(
			"conflict",
			"This Idempotency-Key was used for another request. Use a new one for each new request.",
			{ details: { field: "Idempotency-Key" } },
		);
	}
	return row.generation_id;
}

/** Forgets what is older than a day. */
export async function forgetIdempotencyKeys({
	database,
	clock,
}: Pick<EngineDependencies, "database" | "clock">): Promise<void> {
	await database.queries
		.deleteFrom("idempotency_keys")
		.where("created_at", "<", clock() - KEPT_MS)
		.execute();
}
