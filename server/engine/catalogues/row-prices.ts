/** What a row of a catalogue costs: settled before any is begun, so that all of them cost the same. */
import type { Selectable } from "kysely";
import type {
	CatalogueRowsTable,
	CataloguesTable,
} from "../../db/tables/catalogues.ts";
import { quoteReplyInBatch } from "../chat/chat-room.ts";
import { balanceOf } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { quote } from "../generations/generate.ts";
import { RESOLUTIONS } from "../models/model.ts";
import { resolveModel } from "../models/resolve-model.ts";
import type { CatalogueEstimate, RowCounts, Strategy } from "./catalogue.ts";
import { estimateCatalogue, type PricedStep } from "./estimate-catalogue.ts";
import { openRowReader, type RowReading } from "./row-reader.ts";
import { readStoredRows, type StoredRow } from "./stored-rows.ts";

export interface RowPrices {
	/** Millionths of a credit; half of what an answer costs outside of a batch (S0-9). */
	readonly microcreditsPerDescription: number;
	readonly creditsPerImage: number;
	/** Pictures of a row. */
	readonly count: number;
	/** Dollars; `null` when nobody knows. */
	readonly dollarsPerDescription: number | null;
	readonly dollarsPerImage: number | null;
}

const MICRO = 1_000_000;
/** Rows that are tried, as the first may lack what the others have. */
const TRIED_ROWS = 20;

/** @throws {EngineError} as a generation, or an answer, when none of the first rows can be drawn or described as it is asked. */
export async function settlePrices(
	dependencies: EngineDependencies,
	catalogue: Selectable<CataloguesTable>,
): Promise<RowPrices> {
	let fault: unknown = new EngineError(
		"conflict",
		"There is no row in this catalogue that could be drawn.",
	);
	const reader = await openRowReader(dependencies, catalogue);
	for (const [stored, row] of await firstRows(dependencies, catalogue)) {
		try {
			const reading = reader.read(stored, row);
			return await priceOf(dependencies, catalogue, reading);
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			fault = error;
			// Whatever else it is, the other rows have it, too.
			if (error.code !== "invalid_request") break;
		}
	}
	throw fault;
}

async function firstRows(
	{ database, storage }: EngineDependencies,
	catalogue: Selectable<CataloguesTable>,
): Promise<(readonly [StoredRow, Selectable<CatalogueRowsTable>])[]> {
	const rows = await database.queries
		.selectFrom("catalogue_rows")
		.selectAll()
		.where("catalogue_id", "=", catalogue.id)
		.where("fault", "is", null)
		.orderBy("position")
		.limit(TRIED_ROWS)
		.execute();
	const key = catalogue.rows_storage_key ?? "";
	const stored = await readStoredRows(storage, key, rows);
	return rows.flatMap((row, index) => {
		const fields = stored[index];
		return fields === undefined ? [] : [[fields, row] as const];
	});
}

async function priceOf(
	dependencies: EngineDependencies,
	catalogue: Selectable<CataloguesTable>,
	reading: RowReading,
): Promise<RowPrices> {
	const { settings } = dependencies;
	const request = reading.draw(reading.photos, null);
	const quoted = await quote(dependencies, catalogue.team_id, request, 0);
	const { microcreditsPerReply } =
		catalogue.strategy === "direct"
			? descriptionPriceOrNone(dependencies, reading)
			: quoteReplyInBatch(dependencies, reading.describe(reading.photos));
	const { routes } = resolveModel(dependencies, { model: quoted.model });
	const listed = routes[0].model.dollarPrices?.perImage ?? {};
	const tier = request.resolution ?? "standard";
	const known = RESOLUTIONS.includes(tier) ? listed[tier] : undefined;
	return {
		microcreditsPerDescription: microcreditsPerReply,
		creditsPerImage: quoted.creditsPerImage,
		count: quoted.count,
		dollarsPerDescription: settings.dollarsPerDescription,
		dollarsPerImage: settings.dollarsPerRowImage ?? known ?? null,
	};
}

/** Where nothing is described, that nobody can must not be in the way. */
function descriptionPriceOrNone(
	dependencies: EngineDependencies,
	reading: RowReading,
): { readonly microcreditsPerReply: number } {
	try {
		return quoteReplyInBatch(dependencies, reading.describe(reading.photos));
	} catch (error) {
		if (error instanceof EngineError) return { microcreditsPerReply: 0 };
		throw error;
	}
}

/** Rows that are yet to be described, and to be drawn. */
export interface RowWork {
	readonly describe: number;
	readonly draw: number;
}

/** Credits for this many rows. */
export function creditsFor(
	prices: RowPrices,
	{ describe, draw }: RowWork,
): number {
	return (
		Math.floor((describe * prices.microcreditsPerDescription) / MICRO) +
		draw * prices.count * prices.creditsPerImage
	);
}

/** @returns the estimate for each strategy, as if every row were brought to its end by it. */
export async function estimateWork(
	dependencies: EngineDependencies,
	catalogue: Selectable<CataloguesTable>,
	counts: RowCounts,
): Promise<CatalogueEstimate> {
	const prices = await settlePrices(dependencies, catalogue);
	const undescribed = counts.waiting + counts.failed;
	const rows = undescribed + counts.described;
	const work: Readonly<Record<Strategy, RowWork>> = {
		direct: { describe: 0, draw: rows },
		"describe-then-draw": { describe: undescribed, draw: rows },
	};
	const { queries } = dependencies.database;
	return {
		rows,
		strategies: (["direct", "describe-then-draw"] as const).map((strategy) => ({
			strategy,
			credits: creditsFor(prices, work[strategy]),
			dollars: dollarsFor(prices, work[strategy]),
		})),
		balance: await balanceOf(queries, catalogue.team_id),
	};
}

function dollarsFor(
	{ dollarsPerDescription, dollarsPerImage, count }: RowPrices,
	{ describe, draw }: RowWork,
): number | null {
	if (dollarsPerImage === null) return null;
	if (describe > 0 && dollarsPerDescription === null) return null;
	const step = (name: string, unitDollars: number): PricedStep => ({
		name,
		unitDollars,
		priceFactor: 1,
	});
	return estimateCatalogue(1, [
		step("describe", describe * (dollarsPerDescription ?? 0)),
		step("draw", draw * count * dollarsPerImage),
	]).dollars;
}
