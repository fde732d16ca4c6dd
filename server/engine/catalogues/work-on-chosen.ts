/** Which step each of some chosen rows takes next: samples, and rows that are to be done again. */
import type { Selectable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import { EngineError, invalid } from "../errors.ts";
import type { CatalogueStep } from "./catalogue.ts";
import { type namedRows as findNamedRows, namedRows } from "./choose-rows.ts";
import type { NewPart } from "./enter-part.ts";

type Catalogue = Selectable<CataloguesTable>;
type NamedRow = Awaited<ReturnType<typeof findNamedRows>>[number];

const MAX_SAMPLE = 5;
const MAX_CHOSEN = 1_000;

/** 1 to 5 rows, brought to their end. @throws {EngineError} */
export async function sampleParts(
	transaction: TransactionQueries,
	catalogue: Catalogue,
	keys: readonly string[],
): Promise<NewPart[]> {
	const rows = await chosen(transaction, catalogue, keys, MAX_SAMPLE);
	return partsOf(rows, (row) => firstStep(catalogue, row), {
		isToBeDrawn: true,
		isUrgent: true,
	});
}

/** Failed rows from the step at which they failed, drawn ones from their drawing. @throws {EngineError} */
export async function retryParts(
	transaction: TransactionQueries,
	catalogue: Catalogue,
	keys: readonly string[],
): Promise<NewPart[]> {
	const rows = await chosen(transaction, catalogue, keys, MAX_CHOSEN);
	const { isAutomatic } = JSON.parse(catalogue.settings_json);
	return partsOf(rows, (row) => firstStep(catalogue, row), {
		isToBeDrawn: isAutomatic,
		isUrgent: false,
	});
}

async function chosen(
	transaction: TransactionQueries,
	{ id }: Catalogue,
	keys: readonly string[],
	most: number,
): Promise<NamedRow[]> {
	const unique = [...new Set(keys)];
	if (unique.length === 0 || unique.length > most)
		throw invalid(
			"keys",
			`${unique.length} rows are named; there may be 1 to ${most}.`,
			`1 to ${most} keys`,
		);
	const named = unique.filter((key) => !key.includes("\0"));
	const rows = await namedRows(transaction, id, named);
	requireAllFound(unique, rows);
	for (const { row_key, fault, status } of rows) {
		if (fault !== null)
			throw invalid("keys", `The row "${row_key}" cannot be drawn: ${fault}`);
		if (status === "waiting" || status === "enqueued")
			throw new EngineError(
				"conflict",
				`The row "${row_key}" is under way. Wait until it has ended.`,
			);
	}
	return rows;
}

/** What is described, or written by somebody, need not be described again. */
function firstStep(
	{ strategy }: Catalogue,
	{ step, status, prompt, description }: NamedRow,
): CatalogueStep {
	if (strategy !== "describe-then-draw" || step === "draw") return "draw";
	const isDescribed = step === "describe" && status === "completed";
	return isDescribed || prompt !== null || description !== null
		? "draw"
		: "describe";
}

function partsOf(
	rows: readonly NamedRow[],
	stepOf: (row: NamedRow) => CatalogueStep,
	{ isToBeDrawn, isUrgent }: Pick<NewPart, "isToBeDrawn" | "isUrgent">,
): NewPart[] {
	return (["describe", "draw"] as const).flatMap((step) => {
		const own = rows.filter((row) => stepOf(row) === step);
		if (own.length === 0) return [];
		return [
			{
				step,
				rows: own,
				isToBeDrawn: step === "describe" && isToBeDrawn,
				isUrgent,
			},
		];
	});
}

/** @throws {EngineError} `invalid_request` unless these are keys of rows, each named once. */
function requireAllFound(
	keys: readonly string[],
	found: readonly { readonly row_key: string }[],
): void {
	const names = new Set(found.map(({ row_key }) => row_key));
	const missing = keys.find((key) => !names.has(key));
	if (missing === undefined) return;
	throw invalid(
		"keys",
		`There is no row ${JSON.stringify(missing.slice(0, 100))} in this catalogue.`,
		"keys of its rows",
	);
}
