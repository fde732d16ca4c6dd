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
import type { CatalogueSettings, CatalogueStep } from "./catalogue.ts";
import type { RowPrices } from "./row-prices.ts";
import { DIALECT } from "./row-reader.ts";
import { partData } from "./row-translator.ts";

/** Rows of one batch; they are entered in one transaction, during which nobody else writes on SQLite. */
export const ROWS_OF_PART = 5_000;
const ROWS_AT_ONCE = 500;
/** A catalogue may be paused over a long holiday. */
const WINDOW_MS = 90 * 24 * 60 * 60 * 1_000;

/** A row that is to be worked on, and how it stands. */
export type ChosenRow = Pick<
	Selectable<CatalogueRowsTable>,
	"position" | "row_key" | "byte_offset" | "byte_length" | "step" | "batch_id"
> & { readonly status: BatchLinesTable["status"] | null };

export interface NewPart {
	readonly step: CatalogueStep;
	readonly rows: readonly ChosenRow[];
	/** Whether what is described is drawn as soon as the part has ended. */
	readonly isToBeDrawn: boolean;
}

/**
 * In a transaction that has locked the catalogue; none of the rows may be under way.
 * @returns the id of the batch, to be announced as due.
 */
export async function enterPart(
	transaction: TransactionQueries,
	dependencies: Pick<EngineDependencies, "clock" | "newId">,
	catalogue: Selectable<CataloguesTable>,
	{ step, rows, isToBeDrawn }: NewPart,
): Promise<string> {
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
		lines: await pricedLines(transaction, catalogue, step, rows),
		needsDrawing: step === "draw",
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
	await moveRows(transaction, catalogue.id, step, rows, batchId);
	await supersede(transaction, rows);
	return batchId;
}

/** Descriptions are counted on over the whole catalogue, so that the sum of their halves is exact to one credit. */
async function pricedLines(
	transaction: TransactionQueries,
	catalogue: Selectable<CataloguesTable>,
	step: CatalogueStep,
	rows: readonly ChosenRow[],
) {
	const prices: RowPrices = JSON.parse(catalogue.prices_json ?? "{}");
	const micro = prices.microcreditsPerDescription;
	const before = catalogue.described_microcredits;
	if (step === "describe")
		await transaction
			.updateTable("catalogues")
			.set({ described_microcredits: before + micro * rows.length })
			.where("id", "=", catalogue.id)
			.execute();
	return rows.map(({ position, row_key, byte_offset, byte_length }, index) => {
		const price =
			step === "describe"
				? priceInBatch(before + index * micro, micro, 1)
				: { creditsPerImage: prices.creditsPerImage, dearerImages: 0 };
		return {
			position,
			custom_id: row_key,
			byte_offset,
			byte_length,
			price_per_image_credits: price.creditsPerImage,
			dearer_images: price.dearerImages,
		};
	});
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
