/** What a row of a catalogue costs: settled before any is begun, so that all of them cost the same. */
import type { Selectable } from "kysely";
import type {
	CatalogueRowsTable,
	CataloguesTable,
} from "../../db/tables/catalogues.ts";
import { quoteReplyInBatch } from "../chat/chat-room.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import { quote } from "../generations/generate.ts";
import { batchMicrocredits } from "../generations/price.ts";
import { type Route, resolveModel } from "../models/resolve-model.ts";
import type { Strategy } from "./catalogue.ts";
import { openRowReader, type RowReading } from "./row-reader.ts";
import { readStoredRows, type StoredRow } from "./stored-rows.ts";

export interface RowPrices {
	/** Millionths of a credit; half of what an answer costs outside of a batch (S0-9). */
	readonly microcreditsPerDescription: number;
	readonly creditsPerImage: number;
	/** Millionths of a credit for a picture in a vendor's batch. */
	readonly microcreditsPerBatchImage: number;
	/** Pictures of a row. */
	readonly count: number;
	/** Dollars; `null` when nobody knows. */
	readonly dollarsPerDescription: number | null;
	readonly dollarsPerImage: number | null;
	/** What part of the price list a picture costs in a vendor's batch. */
	readonly batchFactor: number;
	/** Who draws, and whether in batches of its own, too. */
	readonly provider: string;
	readonly hasVendorBatches: boolean;
	/** `null` when nobody describes; for the estimate alone. */
	readonly describesReady: boolean;
	/** Where rows have terms of their own: what each of these costs. All else is the average then. */
	readonly ofTerms?: readonly RowPrices[] | undefined;
}

const MICRO = 1_000_000;
/** Rows that are tried, as the first may lack what the others have. */
const TRIED_ROWS = 20;

/** @throws {EngineError} as a generation, or an answer, when none of the first rows can be drawn or described as it is asked. */
export async function settlePrices(
	dependencies: EngineDependencies,
	catalogue: Selectable<CataloguesTable>,
): Promise<RowPrices> {
	const reader = await openRowReader(dependencies, catalogue);
	const readings = (await firstRows(dependencies, catalogue)).map(
		([stored, row]) =>
			() =>
				reader.read(stored, row),
	);
	return await settleBy(dependencies, catalogue, readings);
}

/** @param readings of the first rows, tried until one can be drawn. @throws {EngineError} as `settlePrices`. */
export async function settleBy(
	dependencies: EngineDependencies,
	of: { readonly team_id: string; readonly strategy: Strategy },
	readings: readonly (() => RowReading)[],
): Promise<RowPrices> {
	let fault: unknown = new EngineError(
		"conflict",
		"There is no row in this catalogue that could be drawn.",
	);
	for (const read of readings.slice(0, TRIED_ROWS)) {
		try {
			return await priceOf(dependencies, of, read());
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
	{ team_id, strategy }: Parameters<typeof settleBy>[1],
	reading: RowReading,
): Promise<RowPrices> {
	const { settings } = dependencies;
	const request = reading.draw(reading.photos, null);
	const quoted = await quote(dependencies, team_id, request, 0);
	const description = descriptionPrice(dependencies, reading, strategy);
	const { routes } = resolveModel(dependencies, { model: quoted.model });
	const [{ model, provider }] = routes;
	requireVendorBatches(strategy, routes[0]);
	const listed = model.dollarPrices?.perImage ?? {};
	const known = listed[quoted.resolution];
	return {
		microcreditsPerDescription: description ?? 0,
		creditsPerImage: quoted.creditsPerImage,
		microcreditsPerBatchImage: batchMicrocredits(model, quoted.creditsPerImage),
		count: quoted.count,
		dollarsPerDescription: settings.dollarsPerDescription,
		dollarsPerImage: settings.dollarsPerRowImage ?? known ?? null,
		batchFactor: batchMicrocredits(model, 1) / MICRO,
		provider: provider.name,
		hasVendorBatches: provider.batches !== undefined,
		describesReady: description !== null,
	};
}

/** @throws {EngineError} `invalid_request` when whoever draws has no batches, though they were asked for. */
function requireVendorBatches(strategy: Strategy, { provider, model }: Route) {
	if (strategy !== "vendor-batch" || provider.batches !== undefined) return;
	throw invalid(
		"strategy",
		`${model.id} is drawn by ${provider.name}, which takes no batches. Choose another strategy, or a model whose provider does.`,
		"direct",
	);
}

/** @returns `null` where nobody describes: that must not be in the way where nothing is to be described. */
function descriptionPrice(
	dependencies: EngineDependencies,
	reading: RowReading,
	strategy: Strategy,
): number | null {
	const request = reading.describe(reading.photos);
	try {
		return quoteReplyInBatch(dependencies, request).microcreditsPerReply;
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		if (strategy !== "describe-then-draw") return null;
		throw error.details.field === "model" ? ofDescribing(error) : error;
	}
}

/** A fault of the model that describes, which is another field than the one that draws. */
function ofDescribing(fault: EngineError): EngineError {
	return new EngineError(fault.code, fault.message, {
		cause: fault,
		details: { ...fault.details, field: "describingModel" },
	});
}

/** Rows that are yet to be described, to be drawn, and to be drawn in vendors' batches. */
export interface RowWork {
	readonly describe: number;
	readonly draw: number;
	readonly drawInBatch: number;
}

/** Credits for this many rows. */
export function creditsFor(
	prices: RowPrices,
	{ describe, draw, drawInBatch }: RowWork,
): number {
	const { count, microcreditsPerDescription, microcreditsPerBatchImage } =
		prices;
	const micro =
		describe * microcreditsPerDescription +
		drawInBatch * count * microcreditsPerBatchImage;
	// Averages need not be whole, but what they add up to is.
	return (
		Math.floor(Math.round(micro) / MICRO) +
		Math.round(draw * count * prices.creditsPerImage)
	);
}
