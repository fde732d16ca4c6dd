/** Who may take the next step of a batch: a token and a lease, as for a generation. Whoever lost them can write nothing any more. */
import type { Selectable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { takeHold } from "../jobs/step-claims.ts";
import type { StepClaim } from "../jobs/step-worker.ts";

export type StateDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings"
>;

/** The right to take one step of a batch. */
export type BatchClaim = StepClaim;

/** Thrown when a write finds that the claim belongs to somebody else by now, or that the batch took another turn. */
export class LostBatchError extends Error {
	constructor({ id }: BatchClaim) {
		super(`The claim on ${id} is lost`);
		this.name = "LostBatchError";
	}
}

/** Which batches this process can work on. */
export interface Workable {
	readonly dialect: string;
	readonly endpoint: string;
}

/**
 * Takes hold of the batch that has been due for longest. Where drawing is switched off, one that needs it is left to other
 * processes, unless it is only to be brought to its end.
 * @param urgent the id of one that is to be taken even before it is due.
 * @returns `null` when none is due, or somebody else was quicker.
 */
export async function claimBatch(
	dependencies: StateDependencies,
	workable: readonly Workable[],
	urgent?: string,
): Promise<{
	readonly claim: BatchClaim;
	readonly row: Selectable<BatchesTable>;
} | null> {
	if (workable.length === 0) return null;
	const { database, settings, clock } = dependencies;
	const now = clock();
	const candidate = await database.queries
		.selectFrom("batches")
		.select(["id", "claim_token"])
		.where("ended_at", "is", null)
		.where((eb) =>
			urgent === undefined ? eb("due_at", "<=", now) : eb("id", "=", urgent),
		)
		.where((eb) =>
			eb.or([eb("claim_token", "is", null), eb("lease_expires_at", "<", now)]),
		)
		.where((eb) =>
			eb.or(
				workable.map(({ dialect, endpoint }) => eb.and({ dialect, endpoint })),
			),
		)
		.$if(!settings.generationEnabled, (query) =>
			query.where((eb) =>
				eb.or([
					eb("needs_drawing", "=", 0),
					eb("status", "in", ["canceling", "finalizing"]),
					eb("expires_at", "<=", now),
				]),
			),
		)
		.orderBy("due_at")
		.orderBy("id")
		.limit(1)
		.executeTakeFirst();
	return candidate === undefined
		? null
		: await takeHold(dependencies, "batches", candidate);
}

/** Runs a part of a step in one transaction, which nobody else's step can come into. @throws {LostBatchError} */
export async function underClaim<T>(
	{ database, clock, settings }: StateDependencies,
	claim: BatchClaim,
	work: (transaction: TransactionQueries, batch: BatchesTable) => Promise<T>,
): Promise<T> {
	return await database.transaction(async (transaction) =>
		work(
			transaction,
			await lockBatch(transaction, claim, clock() + settings.leaseMs),
		),
	);
}

export async function lockBatch(
	transaction: TransactionQueries,
	claim: BatchClaim,
	leaseExpiresAt: number,
): Promise<BatchesTable> {
	const batch = await transaction
		.updateTable("batches")
		.set({ lease_expires_at: leaseExpiresAt })
		.where("id", "=", claim.id)
		.where("claim_token", "=", claim.token)
		.returningAll()
		.executeTakeFirst();
	if (batch === undefined) throw new LostBatchError(claim);
	return batch;
}
