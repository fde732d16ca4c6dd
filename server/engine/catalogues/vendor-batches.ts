/** The vendors' batches in which the rows of a catalogue are or were, for whoever wants to know where they are. */
import type { EngineDependencies } from "../dependencies.ts";
import type { VendorBatch } from "./catalogue-reports.ts";

/** The newest ones that are told. */
const MOST = 1_000;

export async function listVendorBatches(
	{ database }: Pick<EngineDependencies, "database">,
	catalogueId: string,
): Promise<VendorBatch[]> {
	const rows = await database.queries
		.selectFrom("catalogue_parts")
		.innerJoin(
			"vendor_batches",
			"vendor_batches.batch_id",
			"catalogue_parts.batch_id",
		)
		.selectAll("vendor_batches")
		.where("catalogue_parts.catalogue_id", "=", catalogueId)
		.orderBy("vendor_batches.id", "desc")
		.limit(MOST)
		.execute();
	return rows.map((row) => ({
		id: row.id,
		provider: row.provider,
		model: row.provider_model,
		kind: row.kind,
		status: row.status,
		outcome: row.outcome,
		vendorId: row.vendor_id,
		rows: row.line_count,
		rowsDone: row.vendor_done,
		createdAt: row.created_at,
		submittedAt: row.submitted_at,
		endedAt: row.ended_at,
	}));
}
