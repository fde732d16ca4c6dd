/**
 * The only file that changes a batch's status:
 *
 *   validating -> active -> finalizing -> completed | canceled | expired
 *   validating -> failed
 *   validating, active -> canceling -> finalizing
 */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import {
	enterFile,
	type FileFacts,
	type StoredBytes,
} from "../files/keep-file.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import {
	type BatchClaim,
	LostBatchError,
	type StateDependencies,
	underClaim,
} from "./batch-claims.ts";
import type { BatchFault } from "./find-batches.ts";

/** All lines are in order, or those that are not have failed alone. @throws {LostBatchError} when the batch is no longer being checked, too. */
export async function startBatch(
	dependencies: StateDependencies,
	claim: BatchClaim,
	checked: {
		readonly total: number;
		readonly failed: number;
		readonly needsDrawing: boolean;
	},
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction, { status }) => {
		if (status !== "validating") throw new LostBatchError(claim);
		await transaction
			.updateTable("batches")
			.set({
				status: "active",
				total: checked.total,
				failed: checked.failed,
				needs_drawing: checked.needsDrawing ? 1 : 0,
				started_at: dependencies.clock(),
			})
			.where("id", "=", claim.id)
			.execute();
	});
}

/** Has it checked from the beginning by a process that draws. @throws {LostBatchError} when the batch is no longer being checked, too. */
export async function leaveToDrawing(
	dependencies: StateDependencies,
	claim: BatchClaim,
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction, { status }) => {
		if (status !== "validating") throw new LostBatchError(claim);
		await transaction
			.updateTable("batches")
			.set({ needs_drawing: 1 })
			.where("id", "=", claim.id)
			.execute();
	});
}

/** The input is not in order: none of its lines is worked on. @throws {LostBatchError} when the batch is no longer being checked, too. */
export async function failBatch(
	dependencies: StateDependencies,
	claim: BatchClaim,
	faults: readonly BatchFault[],
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction, batch) => {
		if (batch.status !== "validating") throw new LostBatchError(claim);
		await transaction
			.deleteFrom("batch_lines")
			.where("batch_id", "=", claim.id)
			.execute();
		await end(transaction, dependencies, batch, {
			status: "failed",
			faults_json: JSON.stringify(faults),
		});
	});
}

/** Begins no more lines: the time is over. */
export async function closeExpired(
	dependencies: StateDependencies,
	claim: BatchClaim,
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction) => {
		await transaction
			.updateTable("batches")
			.set({ closing: "expired" })
			.where("id", "=", claim.id)
			.where("closing", "is", null)
			.execute();
	});
}

/** Every line has ended. */
export async function beginFinalizing(
	dependencies: StateDependencies,
	claim: BatchClaim,
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction) => {
		await transaction
			.updateTable("batches")
			.set({ status: "finalizing", finalizing_at: dependencies.clock() })
			.where("id", "=", claim.id)
			.execute();
	});
}

/** A file of results whose bytes are stored. */
export type ResultFile = StoredBytes & FileFacts;

/** Ends a batch whose lines have all ended. @param files `null` for one that would be empty. */
export async function finishBatch(
	dependencies: StateDependencies,
	claim: BatchClaim,
	files: {
		readonly output: ResultFile | null;
		readonly errors: ResultFile | null;
	},
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction, batch) => {
		const enter = async (file: ResultFile | null) =>
			file === null
				? null
				: (
						await enterFile(transaction, dependencies, batch.team_id, {
							...file,
							source: "generated",
						})
					).id;
		await end(transaction, dependencies, batch, {
			status: batch.closing ?? "completed",
			output_file_id: await enter(files.output),
			error_file_id: await enter(files.errors),
		});
	});
}

async function end(
	transaction: TransactionQueries,
	{ clock }: StateDependencies,
	batch: BatchesTable,
	ending: Partial<BatchesTable> & Pick<BatchesTable, "status">,
): Promise<void> {
	await transaction
		.updateTable("batches")
		.set({
			...ending,
			ended_at: clock(),
			input_storage_key: null,
			claim_token: null,
			lease_expires_at: null,
		})
		.where("id", "=", batch.id)
		.execute();
	if (batch.input_storage_key !== null)
		await enterUnreferenced(transaction, batch.input_storage_key, clock());
}

/** Has no more lines of a batch begun; what is being drawn is drawn to its end. @returns whether it is not too late for that. */
export async function cancelBatch(
	queries: Queries,
	now: number,
	teamId: string,
	batchId: string,
): Promise<boolean> {
	const { numUpdatedRows } = await queries
		.updateTable("batches")
		.set({
			status: "canceling",
			closing: "canceled",
			canceling_at: now,
			due_at: now,
		})
		.where("id", "=", batchId)
		.where("team_id", "=", teamId)
		.where("status", "in", ["validating", "active"])
		.where("closing", "is", null)
		.executeTakeFirst();
	if (numUpdatedRows === 1n) return true;
	const batch = await queries
		.selectFrom("batches")
		.select("status")
		.where("id", "=", batchId)
		.where("team_id", "=", teamId)
		.executeTakeFirst();
	return batch?.status === "canceling";
}

/** Has no more lines of batches begun for a while, or has them go on. @param pausedAt `null` to go on. */
export async function pauseBatches(
	transaction: TransactionQueries,
	batchIds: readonly string[],
	{
		pausedAt,
		dueAt,
	}: { readonly pausedAt: number | null; readonly dueAt: number },
): Promise<void> {
	if (batchIds.length === 0) return;
	await transaction
		.updateTable("batches")
		.set({ paused_at: pausedAt, due_at: dueAt })
		.where("id", "in", batchIds)
		.execute();
}

/** Has nobody see a batch any more. */
export async function hideBatch(
	{ database, clock }: Pick<StateDependencies, "database" | "clock">,
	teamId: string,
	batchId: string,
): Promise<void> {
	await database.queries
		.updateTable("batches")
		.set({ deleted_at: clock() })
		.where("id", "=", batchId)
		.where("team_id", "=", teamId)
		.execute();
}
