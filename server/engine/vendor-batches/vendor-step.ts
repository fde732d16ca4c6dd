/** What the steps of a vendor's batch have in common: whose it is, its lines, and how the calls of one are told apart. */
import type { Selectable } from "kysely";
import type {
	BatchesTable,
	BatchLinesTable,
} from "../../db/tables/files-and-batches.ts";
import type { NativeBatches, Provider } from "../../providers/provider.ts";
import type { Translators } from "../batches/translator.ts";
import type { EngineDependencies } from "../dependencies.ts";
import {
	type Job,
	loadJob,
	type PlannedCall,
	planCalls,
} from "../generations/job.ts";
import type { Claim } from "../jobs/job-states.ts";
import type {
	ClaimedVendorBatch,
	VendorBatchRow,
} from "./vendor-batch-claims.ts";

/** A step of a vendor's batch, with all that it needs. */
export interface VendorStep extends ClaimedVendorBatch {
	readonly dependencies: EngineDependencies;
	readonly translators: Translators;
	/** Aborts when the process stops or has lost the batch. */
	readonly signal: AbortSignal;
}

/** A provider of this process, and its batches. */
export interface Vendor {
	readonly provider: Provider;
	readonly batches: NativeBatches;
}

export function vendorOf({ dependencies, row }: VendorStep): Vendor | null {
	const provider = dependencies.providers.get(row.provider);
	return provider?.batches === undefined
		? null
		: { provider, batches: provider.batches };
}

/** A line that has not ended. */
export type OpenLine = Pick<
	Selectable<BatchLinesTable>,
	| "position"
	| "byte_offset"
	| "byte_length"
	| "price_per_image_credits"
	| "dearer_images"
	| "generation_id"
	| "reply_id"
	| "dialect_json"
> & { readonly key: string };

/** In the order of our batch. */
export async function openLines({
	dependencies,
	row,
}: VendorStep): Promise<OpenLine[]> {
	const lines = await dependencies.database.queries
		.selectFrom("batch_lines")
		.select(["position", "byte_offset", "byte_length"])
		.select(["price_per_image_credits", "dearer_images"])
		.select(["generation_id", "reply_id", "dialect_json", "vendor_key"])
		.where("vendor_batch_id", "=", row.id)
		.where("status", "=", "enqueued")
		.orderBy("position")
		.execute();
	return lines.map(({ vendor_key, ...line }) => ({
		...line,
		key: vendor_key ?? "",
	}));
}

export async function ourBatchOf({
	dependencies,
	row,
}: VendorStep): Promise<BatchesTable> {
	return await dependencies.database.queries
		.selectFrom("batches")
		.selectAll()
		.where("id", "=", row.batch_id)
		.executeTakeFirstOrThrow();
}

/** A generation is held under the id of the vendor's batch that it is in. */
export function claimOn(
	{ id }: Pick<VendorBatchRow, "id">,
	{ generation_id }: Pick<OpenLine, "generation_id">,
): Claim {
	return { generationId: generation_id ?? "", token: id, slots: 0 };
}

export async function jobOf(
	{ dependencies, row }: VendorStep,
	line: OpenLine,
): Promise<Job> {
	return await loadJob(dependencies, claimOn(row, line));
}

/** The calls of a generation, always the same ones, whatever is drawn of it already. */
export function callsOf(job: Job): readonly PlannedCall[] {
	const all = Array.from({ length: job.count }, (_, position) => position);
	return planCalls({ ...job, missing: all });
}

/** The first call of a line is called as the line is; the others are numbered. */
export function keyOfCall(key: string, index: number): string {
	return index === 0 ? key : `${key}~${index + 1}`;
}

/** @returns the line's key, and which of its calls is meant, from 0. */
export function callOfKey(key: string): readonly [string, number] {
	const [, line, number] = /^([^~]*)~(\d+)$/.exec(key) ?? [];
	return line === undefined ? [key, 0] : [line, Number(number) - 1];
}
