/** Prices of a catalogue whose rows have terms of their own: what each terms cost, and what its rows cost on the average. */
import type { Selectable } from "kysely";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { RowStatus } from "./catalogue.ts";
import { rowsWithLines, statusOf } from "./row-lines.ts";
import { type RowPrices, settleBy, settlePrices } from "./row-prices.ts";
import { openRowReader } from "./row-reader.ts";
import { readStoredRows } from "./stored-rows.ts";

type Catalogue = Selectable<CataloguesTable>;

const MAX_KEYS = 1_000;

/** The rows whose prices are asked for. */
export type PricedRows =
	| {
			readonly kind: "statuses";
			readonly toDescribe: readonly RowStatus[];
			readonly toDraw: readonly RowStatus[];
	  }
	| { readonly kind: "keys"; readonly keys: readonly string[] };

/** All that are not at their end. */
export const LEFT_ROWS: PricedRows = {
	kind: "statuses",
	toDescribe: ["waiting", "failed"],
	toDraw: ["waiting", "failed", "described"],
};

/**
 * @returns averages over these rows, so that any work on all of them costs what it costs row by row; and beside them the
 * prices of each terms.
 * @throws {EngineError} as `settlePrices`; for rows of mixed terms, when those of any can no longer be drawn as they ask.
 */
export async function settleCatalogue(
	dependencies: EngineDependencies,
	catalogue: Catalogue,
	rows: PricedRows,
): Promise<RowPrices> {
	if (catalogue.terms_json === null)
		return await settlePrices(dependencies, catalogue);
	const positions: number[] = JSON.parse(catalogue.terms_json);
	const ofTerms = await pricesOfTerms(dependencies, catalogue, positions);
	const counts = await countByTerms(dependencies, catalogue, rows);
	const weights = (isCounted: (row: Counted) => boolean) =>
		ofTerms.map((_prices, terms) =>
			counts
				.filter((row) => row.terms === terms && isCounted(row))
				.reduce((sum, { count }) => sum + count, 0),
		);
	const isNamed = rows.kind === "keys";
	const toDraw = weights(
		({ status }) => isNamed || rows.toDraw.includes(status),
	);
	const toDescribe = weights(
		({ status }) => isNamed || rows.toDescribe.includes(status),
	);
	return { ...averageOf(ofTerms, toDraw, toDescribe), ofTerms };
}

async function pricesOfTerms(
	dependencies: EngineDependencies,
	catalogue: Catalogue,
	positions: readonly number[],
): Promise<RowPrices[]> {
	const reader = await openRowReader(dependencies, catalogue);
	const prices: RowPrices[] = [];
	for (const position of positions) {
		const facts = await dependencies.database.queries
			.selectFrom("catalogue_rows")
			.selectAll()
			.where("catalogue_id", "=", catalogue.id)
			.where("position", "=", position)
			.executeTakeFirstOrThrow();
		const key = catalogue.rows_storage_key ?? "";
		const [stored] = await readStoredRows(dependencies.storage, key, [facts]);
		if (stored === undefined) throw new Error(`Row ${position} is not stored`);
		prices.push(
			await settleBy(dependencies, catalogue, [
				() => reader.read(stored, facts),
			]),
		);
	}
	return prices;
}

interface Counted {
	readonly terms: number;
	readonly status: RowStatus;
	readonly count: number;
}

async function countByTerms(
	{ database }: Pick<EngineDependencies, "database">,
	{ id }: Catalogue,
	rows: PricedRows,
): Promise<Counted[]> {
	// Whatever else is named is refused when it is to be begun.
	const keys =
		rows.kind === "keys"
			? rows.keys.filter((key) => !key.includes("\0")).slice(0, MAX_KEYS)
			: [];
	const counts = await rowsWithLines(database.queries, id)
		.select(["catalogue_rows.terms", "catalogue_rows.step"])
		.select("batch_lines.status as line_status")
		.select((eb) => eb.fn.countAll().as("count"))
		.where("catalogue_rows.fault", "is", null)
		.$if(rows.kind === "keys", (query) =>
			query.where("catalogue_rows.row_key", "in", ["", ...keys]),
		)
		.groupBy(["catalogue_rows.terms", "catalogue_rows.step", "line_status"])
		.execute();
	return counts.map(({ terms, step, line_status, count }) => ({
		terms,
		status: statusOf({ fault: null, step }, line_status),
		count: Number(count),
	}));
}

/** @param toDraw how many rows have each terms, of those to be drawn; and of those to be described. */
function averageOf(
	ofTerms: readonly RowPrices[],
	toDraw: readonly number[],
	toDescribe: readonly number[],
): RowPrices {
	const [first] = ofTerms;
	if (first === undefined) throw new Error("There are no terms");
	const average = (
		read: (prices: RowPrices) => number,
		weigh: (prices: RowPrices, index: number) => number,
	) => {
		const weights = ofTerms.map(weigh);
		const whole = weights.reduce((sum, weight) => sum + weight, 0);
		// Of no rows at all anything is the average.
		if (whole === 0) return read(first);
		const sum = ofTerms.reduce(
			(total, prices, index) => total + read(prices) * (weights[index] ?? 0),
			0,
		);
		return sum / whole;
	};
	const rows = (_prices: RowPrices, index: number) => toDraw[index] ?? 0;
	const images = (prices: RowPrices, index: number) =>
		prices.count * rows(prices, index);
	const dollars = (prices: RowPrices, index: number) =>
		(prices.dollarsPerImage ?? 0) * images(prices, index);
	const isKnown = ofTerms.every(
		({ dollarsPerImage }, index) =>
			dollarsPerImage !== null || toDraw[index] === 0,
	);
	return {
		...first,
		microcreditsPerDescription: average(
			(prices) => prices.microcreditsPerDescription,
			(_prices, index) => toDescribe[index] ?? 0,
		),
		count: average((prices) => prices.count, rows),
		creditsPerImage: average((prices) => prices.creditsPerImage, images),
		microcreditsPerBatchImage: average(
			(prices) => prices.microcreditsPerBatchImage,
			images,
		),
		dollarsPerImage: isKnown
			? average((prices) => prices.dollarsPerImage ?? 0, images)
			: null,
		batchFactor: average((prices) => prices.batchFactor, dollars),
		hasVendorBatches: ofTerms.every((prices) => prices.hasVendorBatches),
		describesReady: ofTerms.every((prices) => prices.describesReady),
	};
}
