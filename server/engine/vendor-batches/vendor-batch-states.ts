/**
 * The only file that changes a vendor batch's status:
 *
 *   gathering -> submitting -> submitted -> collecting -> ended
 *   submitting -> ended, when the vendor does not take it, or nothing of it is wanted any more
 *   submitted -> ended, when it is lost
 */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { StepClaim } from "../jobs/step-worker.ts";
import {
	type StateDependencies,
	type VendorBatchRow,
	writeUnderClaim,
} from "./vendor-batch-claims.ts";

/** What a line is given to, and how large it is. */
export interface VendorLine {
	readonly batchId: string;
	readonly position: number;
	readonly customId: string;
	readonly provider: string;
	readonly providerModel: string;
	readonly kind: VendorBatchRow["kind"];
	/** Of the request, and expected of the result; base64 included. */
	readonly inputBytes: number;
	readonly outputBytes: number;
}

/** What one batch may hold. */
export interface VendorBatchLimits {
	readonly maxLines: number;
	readonly maxInputBytes: number;
	readonly maxOutputBytes: number;
}

/** Longer names, and such as end like those of further calls of a line, are not shown to vendors. */
const PLAIN_KEY = /^[^~\0]{1,60}$/;

/**
 * Puts a line into the batch that is gathered for its model, in the transaction that has locked our batch; a full one is
 * handed over, and the next begun.
 * @returns the id of the vendor's batch.
 */
export async function putLine(
	transaction: TransactionQueries,
	dependencies: StateDependencies,
	line: VendorLine,
	limits: VendorBatchLimits,
): Promise<string> {
	const { batchId, position, inputBytes, outputBytes } = line;
	let open = await findGathering(transaction, line);
	const isFull =
		open !== undefined &&
		open.vendor_id === null &&
		!hasRoom(open, line, limits);
	if (open !== undefined && isFull) {
		await closeGathering(transaction, dependencies, batchId, open.id);
		open = undefined;
	}
	const id =
		open?.id ?? (await beginGathering(transaction, dependencies, line));
	await transaction
		.updateTable("vendor_batches")
		.set((eb) => ({
			line_count: eb("line_count", "+", 1),
			input_bytes: eb("input_bytes", "+", inputBytes),
			output_bytes: eb("output_bytes", "+", outputBytes),
		}))
		.where("id", "=", id)
		.execute();
	await transaction
		.updateTable("batch_lines")
		.set({
			vendor_batch_id: id,
			vendor_key: await keyOf(transaction, id, line),
		})
		.where("batch_id", "=", batchId)
		.where("position", "=", position)
		.execute();
	return id;
}

async function findGathering(
	transaction: TransactionQueries,
	{ batchId, provider, providerModel, kind }: VendorLine,
) {
	return await transaction
		.selectFrom("vendor_batches")
		.select(["id", "vendor_id", "line_count", "input_bytes", "output_bytes"])
		.where("batch_id", "=", batchId)
		.where("provider", "=", provider)
		.where("provider_model", "=", providerModel)
		.where("kind", "=", kind)
		.where("status", "=", "gathering")
		.executeTakeFirst();
}

function hasRoom(
	open: Pick<VendorBatchRow, "line_count" | "input_bytes" | "output_bytes">,
	{ inputBytes, outputBytes }: VendorLine,
	{ maxLines, maxInputBytes, maxOutputBytes }: VendorBatchLimits,
): boolean {
	return (
		open.line_count < maxLines &&
		open.input_bytes + inputBytes <= maxInputBytes &&
		open.output_bytes + outputBytes <= maxOutputBytes
	);
}

/** A batch that its vendor has, and we have given up. */
export type AdoptedBatch = Pick<
	VendorLine,
	"provider" | "providerModel" | "kind"
> & {
	readonly displayName: string;
	readonly vendorId: string;
};

/** Has lines of a batch of ours given to one that the vendor has already: it is not handed over again, but asked after. */
export async function adoptVendorBatch(
	transaction: TransactionQueries,
	dependencies: GatherDependencies,
	batchId: string,
	adopted: AdoptedBatch,
): Promise<void> {
	const id = await beginGathering(transaction, dependencies, {
		batchId,
		...adopted,
	});
	const { displayName, vendorId } = adopted;
	await transaction
		.updateTable("vendor_batches")
		.set({ display_name: displayName, vendor_id: vendorId })
		.where("id", "=", id)
		.execute();
}

type GatherDependencies = Pick<StateDependencies, "clock" | "newId">;

async function beginGathering(
	transaction: TransactionQueries,
	{ clock, newId }: GatherDependencies,
	{
		batchId,
		provider,
		providerModel,
		kind,
	}: Pick<VendorLine, "batchId" | "provider" | "providerModel" | "kind">,
): Promise<string> {
	const id = newId("vendorbatch");
	await transaction
		.insertInto("vendor_batches")
		.values({
			id,
			batch_id: batchId,
			provider,
			provider_model: providerModel,
			kind,
			status: "gathering",
			outcome: null,
			display_name: `Gesso ${id}`,
			vendor_id: null,
			line_count: 0,
			input_bytes: 0,
			output_bytes: 0,
			vendor_done: null,
			submit_tries: 0,
			submit_began_at: null,
			polls: 0,
			fault: null,
			canceling_at: null,
			cancel_told_at: null,
			failed_steps: 0,
			due_at: clock(),
			claim_token: null,
			lease_expires_at: null,
			created_at: clock(),
			submitted_at: null,
			ended_at: null,
		})
		.execute();
	return id;
}

/** What a line is called at the vendor's: as its caller calls it, where that tells it from the others. */
async function keyOf(
	transaction: TransactionQueries,
	vendorBatchId: string,
	{ customId, position }: VendorLine,
): Promise<string> {
	const plain = `line-${position}`;
	if (!PLAIN_KEY.test(customId) || /^line-\d+$/.test(customId)) return plain;
	const other = await transaction
		.selectFrom("batch_lines")
		.select("position")
		.where("vendor_batch_id", "=", vendorBatchId)
		.where("vendor_key", "=", customId)
		.executeTakeFirst();
	return other === undefined ? customId : plain;
}

/** Hands over what is gathered for a batch. @param only the id of the one that is full; all when missing. @returns their ids. */
export async function closeGathering(
	queries: Queries | TransactionQueries,
	{ clock }: Pick<StateDependencies, "clock">,
	batchId: string,
	only?: string,
): Promise<readonly string[]> {
	const rows = await queries
		.updateTable("vendor_batches")
		.set({ status: "submitting", due_at: clock() })
		.where("batch_id", "=", batchId)
		.where("status", "=", "gathering")
		.$if(only !== undefined, (query) => query.where("id", "=", only ?? ""))
		.returning("id")
		.execute();
	return rows.map(({ id }) => id);
}

/** Wants no more of a batch's lines than is done already. @returns the ids of those to be told. */
export async function cancelVendorBatches(
	queries: Queries | TransactionQueries,
	{ clock }: Pick<StateDependencies, "clock">,
	batchId: string,
): Promise<readonly string[]> {
	await closeGathering(queries, { clock }, batchId);
	const rows = await queries
		.updateTable("vendor_batches")
		.set({ canceling_at: clock(), due_at: clock() })
		.where("batch_id", "=", batchId)
		.where("ended_at", "is", null)
		.where("canceling_at", "is", null)
		.returning("id")
		.execute();
	return rows.map(({ id }) => id);
}

/** The vendor has it. @throws {LostVendorBatchError} */
export async function noteSubmitted(
	{ database, clock }: StateDependencies,
	claim: StepClaim,
	vendorId: string,
): Promise<void> {
	await writeUnderClaim(database.queries, claim, {
		status: "submitted",
		vendor_id: vendorId,
		submitted_at: clock(),
		fault: null,
	});
}

/** It is over at the vendor's, and its results are to be brought in. @throws {LostVendorBatchError} */
export async function beginCollecting(
	{ database }: StateDependencies,
	claim: StepClaim,
	end: {
		readonly outcome: Exclude<VendorBatchRow["outcome"], null>;
		readonly fault: string | null;
	},
): Promise<void> {
	await writeUnderClaim(database.queries, claim, {
		...end,
		status: "collecting",
	});
}

/** All its lines have ended. @throws {LostVendorBatchError} */
export async function endVendorBatch(
	{ database, clock }: StateDependencies,
	claim: StepClaim,
	end: Pick<VendorBatchRow, "outcome" | "fault">,
): Promise<void> {
	await writeUnderClaim(database.queries, claim, {
		...end,
		status: "ended",
		ended_at: clock(),
		claim_token: null,
		lease_expires_at: null,
	});
}
