/** Remembers for a day which request made which generation, reply or interaction, so that a repeated request does not cost twice. */
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
 * @returns what the earlier request under the same idempotencyKey made, or `null` for a new one.
 * @throws {EngineError} `conflict` when the earlier request was another.
 */
export async function enterIdempotencyKey(
	transaction: TransactionQueries,
	entry: IdempotencyEntry & { madeId: string; now: number },
): Promise<string | null> {
	const { numInsertedOrUpdatedRows } = await transaction
		.insertInto("idempotency_keys")
		.values({
			team_id: entry.teamId,
			idempotency_key: entry.key,
			request_sha256: entry.requestSha256,
			made_id: entry.madeId,
			created_at: entry.now,
		})
		.onConflict((conflict) => conflict.doNothing())
		.executeTakeFirst();
	if (numInsertedOrUpdatedRows === 1n) return null;
	return await findRepeated(transaction, entry);
}

/**
 * @returns the id of what was made already under an idempotencyKey, or `null`.
 * @throws {EngineError} `conflict` when it was made by another request.
 */
export async function findRepeated(
	queries: Queries,
	{ teamId, key, requestSha256 }: IdempotencyEntry,
): Promise<string | null> {
	const row = await queries
		.selectFrom("idempotency_keys")
		.select(["made_id", "request_sha256"])
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
	return row.made_id;
}

/** Lets an idempotencyKey be used anew, when nothing came of what was made under it and nothing was paid. */
export async function releaseIdempotencyKey(
	queries: Queries,
	teamId: string,
	madeId: string,
): Promise<void> {
	await queries
		.deleteFrom("idempotency_keys")
		.where("team_id", "=", teamId)
		.where("made_id", "=", madeId)
		.execute();
}

/** Forgets what is older than a day, and what was kept only to be told again. */
export async function forgetIdempotencyKeys({
	database,
	clock,
}: Pick<EngineDependencies, "database" | "clock">): Promise<void> {
	const before = clock() - KEPT_MS;
	for (const table of ["idempotency_keys", "reply_answers"] as const)
		await database.queries
			.deleteFrom(table)
			.where("created_at", "<", before)
			.execute();
}
