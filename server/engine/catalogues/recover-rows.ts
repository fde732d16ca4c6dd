/** Finds vendors' batches that were given up, and brings in what became of them since. */
import type { Selectable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import { ProviderError } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { AdoptedBatch } from "../vendor-batches/vendor-batch-states.ts";
import { CHOSEN_COLUMNS } from "./choose-rows.ts";
import type { ChosenRow, NewPart } from "./enter-part.ts";
import { rowsWithLines } from "./row-lines.ts";

type Catalogue = Selectable<CataloguesTable>;

/** A batch whose rows failed, though its vendor has it. */
export interface FoundBatch extends AdoptedBatch {
	/** Ours: in it the rows have their lines. */
	readonly vendorBatchId: string;
}

/**
 * Asks vendors for every batch of a catalogue that ended without results of all its rows.
 * @returns those that the vendor has. @throws {EngineError} `provider_failed` when it cannot be asked.
 */
export async function findGivenUp(
	{ database, providers }: EngineDependencies,
	{ id }: Catalogue,
	signal: AbortSignal,
): Promise<FoundBatch[]> {
	const rows = await rowsWithLines(database.queries, id)
		.innerJoin(
			"vendor_batches",
			"vendor_batches.id",
			"batch_lines.vendor_batch_id",
		)
		.select([
			"vendor_batches.id",
			"vendor_batches.provider",
			"vendor_batches.provider_model",
			"vendor_batches.kind",
			"vendor_batches.display_name",
		])
		.distinct()
		.where("batch_lines.status", "=", "failed")
		.where("vendor_batches.ended_at", "is not", null)
		.orderBy("vendor_batches.id")
		.execute();
	const found: FoundBatch[] = [];
	for (const row of rows) {
		const batches = providers.get(row.provider)?.batches;
		if (batches === undefined) continue;
		try {
			const there = await batches.find(row.display_name, signal);
			if (there === undefined) continue;
			found.push({
				vendorBatchId: row.id,
				provider: row.provider,
				providerModel: row.provider_model,
				kind: row.kind,
				displayName: row.display_name,
				vendorId: there.batchId,
			});
		} catch (fault) {
			if (!(fault instanceof ProviderError)) throw fault;
			throw new EngineError("provider_failed", fault.publicMessage, {
				cause: fault,
			});
		}
	}
	return found;
}

/** Failed rows of these batches, as parts whose lines are given what the vendor has. In a transaction that has locked the catalogue. */
export async function recoveringParts(
	transaction: TransactionQueries,
	{ id }: Catalogue,
	found: readonly FoundBatch[],
): Promise<NewPart[]> {
	const parts: NewPart[] = [];
	for (const { vendorBatchId, ...adopts } of found) {
		const rows: ChosenRow[] = await rowsWithLines(transaction, id)
			.select([...CHOSEN_COLUMNS, "batch_lines.status"])
			.where("batch_lines.vendor_batch_id", "=", vendorBatchId)
			.where("batch_lines.status", "=", "failed")
			.orderBy("catalogue_rows.position")
			.execute();
		const step = adopts.kind === "chat" ? "describe" : "draw";
		if (rows.length > 0)
			parts.push({ step, rows, isToBeDrawn: false, isUrgent: false, adopts });
	}
	return parts;
}
