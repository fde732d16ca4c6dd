/**
 * The only file that changes the status of a batch's lines, and the counts of them:
 *
 *   waiting -> enqueued -> completed | failed, or waiting -> failed, or completed -> failed when its pictures are gone
 *   waiting -> completed, for an answer in words
 *   waiting -> enqueued -> completed | failed, for both, when a vendor works on it in a batch of its own
 *
 * A line becomes `enqueued` in the transaction that charges its generation, so that no crash makes it cost twice. Counts
 * change in the transaction that ends lines.
 */
import type { TransactionQueries } from "../../db/database.ts";
import type {
	BatchesTable,
	BatchLinesTable,
} from "../../db/tables/files-and-batches.ts";
import type { WholeAnswer } from "../chat/reply-terms.ts";
import {
	type BatchClaim,
	LostBatchError,
	lockBatch,
	type StateDependencies,
	underClaim,
} from "./batch-claims.ts";
import type { LineError } from "./translator.ts";

/** A line that was looked at. */
export interface CheckedLine
	extends Pick<
		BatchLinesTable,
		| "position"
		| "custom_id"
		| "byte_offset"
		| "byte_length"
		| "price_per_image_credits"
		| "dearer_images"
	> {
	/** What is wrong with it, where lines fail each by itself; `null` for one that is in order. */
	readonly error: LineError | null;
}

/** Forgets what an earlier try to check the batch left. */
export async function forgetLines(
	dependencies: StateDependencies,
	claim: BatchClaim,
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction) => {
		await transaction
			.deleteFrom("batch_lines")
			.where("batch_id", "=", claim.id)
			.execute();
	});
}

/** @throws {LostBatchError} when the batch is no longer being checked, too. */
export async function enterLines(
	dependencies: StateDependencies,
	claim: BatchClaim,
	lines: readonly CheckedLine[],
): Promise<void> {
	if (lines.length === 0) return;
	await underClaim(dependencies, claim, async (transaction, { status }) => {
		if (status !== "validating") throw new LostBatchError(claim);
		await transaction
			.insertInto("batch_lines")
			.values(
				lines.map(({ error, ...line }) => ({
					...line,
					batch_id: claim.id,
					status: error === null ? ("waiting" as const) : ("failed" as const),
					generation_id: null,
					error_json: error === null ? null : JSON.stringify(error),
				})),
			)
			.execute();
	});
}

/**
 * Notes that a line has its generation, or a reply that a vendor gives in a batch of its own, in the transaction that
 * charges it.
 * @throws {LostBatchError} also when no more lines are to be begun; nothing is charged then.
 */
export async function noteEnqueued(
	transaction: TransactionQueries,
	{ clock, settings }: Pick<StateDependencies, "clock" | "settings">,
	claim: BatchClaim,
	line: { readonly position: number } & (
		| { readonly generationId: string }
		| { readonly replyId: string }
	),
): Promise<void> {
	const batch = await lockBatch(transaction, claim, clock() + settings.leaseMs);
	if (!mayBegin(batch)) throw new LostBatchError(claim);
	const { numUpdatedRows } = await transaction
		.updateTable("batch_lines")
		.set({
			status: "enqueued",
			...("replyId" in line
				? { reply_id: line.replyId }
				: { generation_id: line.generationId }),
		})
		.where("batch_id", "=", claim.id)
		.where("position", "=", line.position)
		.where("status", "=", "waiting")
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new LostBatchError(claim);
}

/**
 * To be called in the transaction that charges an answer in words: looks whether the line is still to be answered.
 * @throws {LostBatchError} when not; nothing is charged then.
 */
export async function requireWaiting(
	transaction: TransactionQueries,
	{ clock, settings }: Pick<StateDependencies, "clock" | "settings">,
	claim: BatchClaim,
	position: number,
): Promise<void> {
	const batch = await lockBatch(transaction, claim, clock() + settings.leaseMs);
	const line = await transaction
		.selectFrom("batch_lines")
		.select("status")
		.where("batch_id", "=", claim.id)
		.where("position", "=", position)
		.executeTakeFirst();
	if (!mayBegin(batch) || line?.status !== "waiting")
		throw new LostBatchError(claim);
}

function mayBegin({ status, closing, paused_at }: BatchesTable): boolean {
	return status === "active" && closing === null && paused_at === null;
}

/** An answer in words, as it is kept with its line. */
export interface KeptAnswer extends WholeAnswer {
	readonly dialectData: Readonly<Record<string, unknown>>;
}

/** Ends a line with its answer in words, in the transaction that ends the answer, so that it is paid for once. @throws {LostBatchError} */
export async function noteAnswered(
	transaction: TransactionQueries,
	{ clock, settings }: Pick<StateDependencies, "clock" | "settings">,
	claim: BatchClaim,
	line: { readonly position: number; readonly answer: KeptAnswer },
): Promise<void> {
	const batch = await lockBatch(transaction, claim, clock() + settings.leaseMs);
	const { numUpdatedRows } = await transaction
		.updateTable("batch_lines")
		.set({ status: "completed", answer_json: JSON.stringify(line.answer) })
		.where("batch_id", "=", claim.id)
		.where("position", "=", line.position)
		.where("status", "=", "waiting")
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new LostBatchError(claim);
	await transaction
		.updateTable("batches")
		.set({ completed: batch.completed + 1 })
		.where("id", "=", claim.id)
		.execute();
}

/** How a line ended that a vendor was given in a batch of its own. */
export type VendorLineEnd = {
	readonly batchId: string;
	readonly vendorBatchId: string;
	readonly position: number;
} & (
	| { readonly kind: "completed"; readonly answer: KeptAnswer | null }
	| { readonly kind: "failed"; readonly error: LineError }
);

/**
 * Ends such a line, in the transaction that ends its generation or reply. It counts by itself, since whoever works on the
 * vendor's batch need not hold ours.
 * @returns whether it was under way.
 */
export async function endVendorLine(
	transaction: TransactionQueries,
	end: VendorLineEnd,
): Promise<boolean> {
	const { batchId, vendorBatchId, position } = end;
	const counted = end.kind;
	// The batch before its line, as everybody locks them.
	const count = async (change: 1 | -1) =>
		await transaction
			.updateTable("batches")
			.set((eb) => ({ [counted]: eb(counted, "+", change) }))
			.where("id", "=", batchId)
			.execute();
	await count(1);
	const { numUpdatedRows } = await transaction
		.updateTable("batch_lines")
		.set({
			status: end.kind,
			...(end.kind === "failed"
				? { error_json: JSON.stringify(end.error) }
				: {
						answer_json:
							end.answer === null ? null : JSON.stringify(end.answer),
					}),
		})
		.where("batch_id", "=", batchId)
		.where("position", "=", position)
		.where("vendor_batch_id", "=", vendorBatchId)
		.where("status", "=", "enqueued")
		.executeTakeFirst();
	if (numUpdatedRows === 1n) return true;
	await count(-1);
	return false;
}

/** How a line ended. */
export interface LineEnd {
	readonly position: number;
	/** `null` for one that is completed. */
	readonly error: LineError | null;
}

/** Ends lines, each once. @param from what they were until now. */
export async function endLines(
	dependencies: StateDependencies,
	claim: BatchClaim,
	from: BatchLinesTable["status"],
	ends: readonly LineEnd[],
): Promise<void> {
	if (ends.length === 0) return;
	await underClaim(dependencies, claim, async (transaction, batch) => {
		let { completed, failed } = batch;
		for (const { position, error } of ends) {
			const { numUpdatedRows } = await transaction
				.updateTable("batch_lines")
				.set({
					status: error === null ? "completed" : "failed",
					error_json: error === null ? null : JSON.stringify(error),
				})
				.where("batch_id", "=", claim.id)
				.where("position", "=", position)
				.where("status", "=", from)
				.executeTakeFirst();
			if (numUpdatedRows !== 1n) continue;
			if (from === "completed") completed--;
			if (error === null) completed++;
			else failed++;
		}
		await transaction
			.updateTable("batches")
			.set({ completed, failed })
			.where("id", "=", claim.id)
			.execute();
	});
}

/** Ends every line that was not begun. */
export async function failWaiting(
	dependencies: StateDependencies,
	claim: BatchClaim,
	error: LineError,
): Promise<void> {
	await underClaim(dependencies, claim, async (transaction, batch) => {
		const { numUpdatedRows } = await transaction
			.updateTable("batch_lines")
			.set({ status: "failed", error_json: JSON.stringify(error) })
			.where("batch_id", "=", claim.id)
			.where("status", "=", "waiting")
			.executeTakeFirst();
		await transaction
			.updateTable("batches")
			.set({ failed: batch.failed + Number(numUpdatedRows) })
			.where("id", "=", claim.id)
			.execute();
	});
}
