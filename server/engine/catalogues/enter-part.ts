/** Makes rows of a catalogue lines of a batch: priced, and from then on counted there and no longer where they were before. */
import type { Selectable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type {
	CatalogueRowsTable,
	CataloguesTable,
} from "../../db/tables/catalogues.ts";
import type { BatchLinesTable } from "../../db/tables/files-and-batches.ts";
import { enterCheckedBatch } from "../batches/enter-checked-batch.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { priceInBatch } from "../generations/price.ts";
import {
	type AdoptedBatch,
	adoptVendorBatch,
} from "../vendor-batches/vendor-batch-states.ts";
import type { CatalogueSettings, CatalogueStep } from "./catalogue.ts";
import { partData } from "./part-data.ts";
import type { RowPrices } from "./row-prices.ts";
import { DIALECT } from "./row-reader.ts";

/** Rows of one batch; they are entered in one transaction, during which nobody else writes on SQLite. */
const ROWS_OF_PART = 5_000;
/** The next part begins when the last one has ended, for which a vendor may take a day: so there are fewer of them. */
const ROWS_OF_VENDOR_PART = 20_000;
const ROWS_AT_ONCE = 500;
/** A catalogue may be paused over a long holiday. */
const WINDOW_MS = 90 * 24 * 60 * 60 * 1_000;

/** A row that is to be worked on, and how it stands. */
export type ChosenRow = Pick<
	Selectable<CatalogueRowsTable>,
	| "position"
	| "row_key"
	| "byte_offset"
	| "byte_length"
	| "terms"
	| "step"
	| "batch_id"
> & { readonly status: BatchLinesTable["status"] | null };

export function rowsOfPart({
	strategy,
}: Pick<Selectable<CataloguesTable>, "strategy">): number {
	return strategy === "vendor-batch" ? ROWS_OF_VENDOR_PART : ROWS_OF_PART;
}

export interface NewPart {
	readonly step: CatalogueStep;
	readonly rows: readonly ChosenRow[];
	/** Whether what is described is drawn as soon as the part has ended. */
	readonly isToBeDrawn: boolean;
	/** Whether somebody waits for it, as for a sample: it is drawn by us, now, whatever the strategy. */
	readonly isUrgent: boolean;
	/** A batch that its vendor has already, whose results its rows are to be given. */
	readonly adopts?: AdoptedBatch | undefined;
}

/**
 * In a transaction that has locked the catalogue; none of the rows may be under way.
 * @returns the id of the batch, to be announced as due.
 */
export async function enterPart(
	transaction: TransactionQueries,
	dependencies: Pick<EngineDependencies, "clock" | "newId">,
	catalogue: Selectable<CataloguesTable>,
	part: NewPart,
): Promise<string> {
	const { step, rows, isToBeDrawn } = part;
	const settings: CatalogueSettings = JSON.parse(catalogue.settings_json);
	const { kind } = await transaction
		.selectFrom("teams")
		.select("kind")
		.where("id", "=", catalogue.team_id)
		.executeTakeFirstOrThrow();
	const batchId = await enterCheckedBatch(transaction, dependencies, {
		dialect: DIALECT,
		endpoint: step,
		principal: {
			teamId: catalogue.team_id,
			kind,
			apiKeyId: catalogue.api_key_id,
			role: "member",
		},
		inputStorageKey: catalogue.rows_storage_key ?? "",
		lines: await pricedLines(transaction, catalogue, part),
		needsDrawing: step === "draw",
		delivery: deliveryOf(catalogue, part),
		linesAtOnce: settings.rowsAtOnce ?? null,
		windowMs: WINDOW_MS,
		dialectData: partData(catalogue.id),
	});
	await transaction
		.insertInto("catalogue_parts")
		.values({
			batch_id: batchId,
			catalogue_id: catalogue.id,
			step,
			is_to_be_drawn: isToBeDrawn ? 1 : 0,
			superseded_completed: 0,
			superseded_failed: 0,
		})
		.execute();
	if (part.adopts !== undefined)
		await adoptVendorBatch(transaction, dependencies, batchId, part.adopts);
	await moveRows(transaction, catalogue.id, step, rows, batchId);
	await supersede(transaction, rows);
	return batchId;
}

/** Descriptions are written in vendors' batches where that saves money (S0-10, S0-18), pictures where it was asked for. */
function deliveryOf(
	{ strategy }: Selectable<CataloguesTable>,
	{ step, isUrgent, adopts }: NewPart,
): "queue" | "vendor" | "thrift" {
	if (adopts !== undefined) return "vendor";
	if (isUrgent) return "queue";
	if (step === "describe") return "thrift";
	return strategy === "vendor-batch" ? "vendor" : "queue";
}

/** What costs the price of a batch is counted on over the whole catalogue, so that the sum of all halves is exact to one credit. */
async function pricedLines(
	transaction: TransactionQueries,
	catalogue: Selectable<CataloguesTable>,
	part: NewPart,
) {
	const prices: RowPrices = JSON.parse(catalogue.prices_json ?? "{}");
	const { rows, step } = part;
	const isBatchPrice =
		step === "describe" || deliveryOf(catalogue, part) === "vendor";
	let counted = catalogue.batch_microcredits;
	const lines = rows.map((row) => {
		const { position, row_key, byte_offset, byte_length } = row;
		const own = prices.ofTerms?.[row.terms] ?? prices;
		const [micro, count] =
			step === "describe"
				? [own.microcreditsPerDescription, 1]
				: [own.microcreditsPerBatchImage, own.count];
		const price = isBatchPrice
			? priceInBatch(counted, micro, count)
			: { creditsPerImage: own.creditsPerImage, dearerImages: 0 };
		counted += isBatchPrice ? micro * count : 0;
		return {
			position,
			custom_id: row_key,
			byte_offset,
			byte_length,
			price_per_image_credits: price.creditsPerImage,
			dearer_images: price.dearerImages,
		};
	});
	if (isBatchPrice)
		await transaction
			.updateTable("catalogues")
			.set({ batch_microcredits: counted })
			.where("id", "=", catalogue.id)
			.execute();
	return lines;
}

async function moveRows(
	transaction: TransactionQueries,
	catalogueId: string,
	step: CatalogueStep,
	rows: readonly ChosenRow[],
	batchId: string,
): Promise<void> {
	for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
		const positions = rows
			.slice(first, first + ROWS_AT_ONCE)
			.map(({ position }) => position);
		await transaction
			.updateTable("catalogue_rows")
			.set({
				step,
				batch_id: batchId,
				...(step === "describe" && {
					description_batch_id: batchId,
					description: null,
				}),
			})
			.where("catalogue_id", "=", catalogueId)
			.where("position", "in", positions)
			.execute();
	}
}

/** Takes rows out of the counts of the batches that they were lines of before. */
async function supersede(
	transaction: TransactionQueries,
	rows: readonly ChosenRow[],
): Promise<void> {
	const tallies = new Map<string, { completed: number; failed: number }>();
	for (const { batch_id, status } of rows) {
		if (batch_id === null) continue;
		const tally = tallies.get(batch_id) ?? { completed: 0, failed: 0 };
		if (status === "failed") tally.failed++;
		else tally.completed++;
		tallies.set(batch_id, tally);
	}
	for (const [batchId, { completed, failed }] of tallies)
		await transaction
			.updateTable("catalogue_parts")
			.set((eb) => ({
				superseded_completed: eb("superseded_completed", "+", completed),
				superseded_failed: eb("superseded_failed", "+", failed),
			}))
			.where("batch_id", "=", batchId)
			.execute();
}
