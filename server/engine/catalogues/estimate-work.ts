/** What it would cost, and how long it would take, to bring the rows of a catalogue to their end: by each strategy, side by side. */
import type { Selectable } from "kysely";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import { balanceOf } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { CatalogueSettings, RowCounts, Strategy } from "./catalogue.ts";
import type {
	CatalogueEstimate,
	StrategyEstimate,
} from "./catalogue-reports.ts";
import { estimateCatalogue, type PricedStep } from "./estimate-catalogue.ts";
import { LEFT_ROWS, settleCatalogue } from "./mixed-prices.ts";
import { type Pace, paceOf } from "./pace.ts";
import { creditsFor, type RowPrices, type RowWork } from "./row-prices.ts";

/** What vendors promise for batches of their own: a day. */
const VENDOR_BATCH_MS = 24 * 60 * 60 * 1000;

/** Rows that are not at their end. */
export interface LeftRows {
	readonly undescribed: number;
	readonly described: number;
}

/** @throws {EngineError} as `settlePrices`. */
export async function estimateWork(
	dependencies: EngineDependencies,
	catalogue: Selectable<CataloguesTable>,
	counts: RowCounts,
): Promise<CatalogueEstimate> {
	const prices = await settleCatalogue(dependencies, catalogue, LEFT_ROWS);
	const settings: CatalogueSettings = JSON.parse(catalogue.settings_json);
	return await estimateRows(
		dependencies,
		{ teamId: catalogue.team_id, prices, rowsAtOnce: settings.rowsAtOnce },
		{
			undescribed: counts.waiting + counts.failed,
			described: counts.described,
		},
	);
}

/** The same for rows that are in no catalogue yet. */
export async function estimateRows(
	dependencies: EngineDependencies,
	of: {
		readonly teamId: string;
		readonly prices: RowPrices;
		readonly rowsAtOnce: number | undefined;
	},
	left: LeftRows,
): Promise<CatalogueEstimate> {
	const { prices, rowsAtOnce } = of;
	const pace = await paceOf(dependencies, prices.provider, rowsAtOnce);
	const { queries } = dependencies.database;
	return {
		rows: left.undescribed + left.described,
		strategies: strategiesOf(prices).map((strategy) =>
			estimateOf(strategy, prices, workOf(strategy, left), pace),
		),
		balance: await balanceOf(queries, of.teamId),
	};
}

function strategiesOf(prices: RowPrices): Strategy[] {
	return [
		"direct",
		...(prices.describesReady ? (["describe-then-draw"] as const) : []),
		...(prices.hasVendorBatches ? (["vendor-batch"] as const) : []),
	];
}

function workOf(
	strategy: Strategy,
	{ undescribed, described }: LeftRows,
): RowWork {
	const rows = undescribed + described;
	switch (strategy) {
		case "direct":
			return { describe: 0, draw: rows, drawInBatch: 0 };
		case "describe-then-draw":
			return { describe: undescribed, draw: rows, drawInBatch: 0 };
		case "vendor-batch":
			return { describe: 0, draw: 0, drawInBatch: rows };
	}
}

function estimateOf(
	strategy: Strategy,
	prices: RowPrices,
	work: RowWork,
	{ msPerImage, msPerDescription }: Pace,
): StrategyEstimate {
	const drawMs = work.draw * prices.count * msPerImage;
	const isVendors = work.drawInBatch > 0;
	return {
		strategy,
		credits: creditsFor(prices, work),
		dollars: dollarsFor(prices, work),
		expectedMs: isVendors
			? null
			: Math.round(drawMs + work.describe * msPerDescription),
		atMostMs: isVendors ? VENDOR_BATCH_MS : null,
	};
}

function dollarsFor(
	{ dollarsPerDescription, dollarsPerImage, count, batchFactor }: RowPrices,
	{ describe, draw, drawInBatch }: RowWork,
): number | null {
	if (dollarsPerImage === null) return null;
	if (describe > 0 && dollarsPerDescription === null) return null;
	const step = (
		name: string,
		unitDollars: number,
		priceFactor = 1,
	): PricedStep => ({ name, unitDollars, priceFactor });
	return estimateCatalogue(1, [
		step("describe", describe * (dollarsPerDescription ?? 0)),
		step("draw", draw * count * dollarsPerImage),
		step("draw in batches", drawInBatch * count * dollarsPerImage, batchFactor),
	]).dollars;
}
