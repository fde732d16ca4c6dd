/** Who may take the next step of a batch: a token and a lease, as for a generation. Whoever lost them can write nothing any more. */
import type { TransactionQueries } from "../../db/database.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import type { EngineDependencies } from "../dependencies.ts";

export type StateDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings"
>;

/** The right to take one step of a batch. */
export interface BatchClaim {
	readonly batchId: string;
	readonly token: string;
}

/** Thrown when a write finds that the claim belongs to somebody else by now, or that the batch took another turn. */
export class LostBatchError extends Error {
	constructor({ batchId }: BatchClaim) {
		super(`The claim on ${batchId} is lost`);
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
	{ database, clock, newId, settings }: StateDependencies,
	workable: readonly Workable[],
	urgent?: string,
): Promise<{ claim: BatchClaim; batch: BatchesTable } | null> {
	if (workable.length === 0) return null;
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
	if (candidate === undefined) return null;
	const token = newId("claim");
	const wasAbandoned = candidate.claim_token !== null;
	const batch = await database.queries
		.updateTable("batches")
		.set((eb) => ({
			claim_token: token,
			lease_expires_at: now + settings.leaseMs,
			failed_steps: eb("failed_steps", "+", wasAbandoned ? 1 : 0),
		}))
		.where("id", "=", candidate.id)
		.where("ended_at", "is", null)
		.where((eb) =>
			eb.or([eb("claim_token", "is", null), eb("lease_expires_at", "<", now)]),
		)
		.returningAll()
		.executeTakeFirst();
	if (batch === undefined) return null;
	return { claim: { batchId: batch.id, token }, batch };
}

/** Says that the holders are alive. @returns the claims that are lost. */
export async function renewBatches(
	{ database, clock, settings }: StateDependencies,
	claims: readonly BatchClaim[],
): Promise<readonly BatchClaim[]> {
	if (claims.length === 0) return [];
	const rows = await database.queries
		.updateTable("batches")
		.set({ lease_expires_at: clock() + settings.leaseMs })
		.where(
			"claim_token",
			"in",
			claims.map(({ token }) => token),
		)
		.returning("claim_token")
		.execute();
	const held = new Set(rows.map(({ claim_token }) => claim_token));
	return claims.filter(({ token }) => !held.has(token));
}

/** Ends a step. A claim that is lost releases nothing. @param dueAt when the next is to be taken, at the latest. */
export async function releaseBatch(
	{ database }: StateDependencies,
	claim: BatchClaim,
	next: { readonly dueAt: number; readonly failedSteps: number },
): Promise<void> {
	await database.queries
		.updateTable("batches")
		.set({
			claim_token: null,
			lease_expires_at: null,
			due_at: next.dueAt,
			failed_steps: next.failedSteps,
		})
		.where("id", "=", claim.batchId)
		.where("claim_token", "=", claim.token)
		.execute();
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
		.where("id", "=", claim.batchId)
		.where("claim_token", "=", claim.token)
		.returningAll()
		.executeTakeFirst();
	if (batch === undefined) throw new LostBatchError(claim);
	return batch;
}
