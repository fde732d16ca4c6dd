/** Finds the rows that are to be worked on next. */
import { type ExpressionBuilder, sql } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { Schema } from "../../db/schema.ts";
import type { BatchLinesTable } from "../../db/tables/files-and-batches.ts";
import type { CatalogueStep } from "./catalogue.ts";
import type { ChosenRow } from "./enter-part.ts";
import { idleRows, isWritten, rowsByLine, rowsWithLines } from "./row-lines.ts";

/** Which rows a pass over a catalogue is for. */
export type Selection = "waiting" | "described" | "failed";

export interface RowChoice {
	readonly catalogueId: string;
	readonly step: CatalogueStep;
	readonly selection: Selection;
	/** From this position on. */
	readonly from: number;
	readonly limit: number;
}

/** In the order of the table. */
export async function chooseRows(
	queries: TransactionQueries,
	choice: RowChoice,
): Promise<ChosenRow[]> {
	const found: ChosenRow[] = [];
	for (const source of sourcesOf(choice))
		found.push(...(await source(queries, choice)));
	return found
		.sort((one, other) => one.position - other.position)
		.slice(0, choice.limit);
}

type Source = (
	queries: TransactionQueries,
	choice: RowChoice,
) => Promise<ChosenRow[]>;

/** What somebody wrote is as good as a description. */
function sourcesOf({ step, selection }: RowChoice): readonly Source[] {
	const failedAt = (which: CatalogueStep, written: Written) =>
		lines(which, ["failed"], written);
	if (step === "describe")
		return selection === "failed"
			? [failedAt("describe", "unwritten")]
			: [waiting("unwritten")];
	switch (selection) {
		case "waiting":
			return [waiting("any")];
		case "described":
			return [
				lines("describe", ["completed"], "any"),
				waiting("written"),
				failedAt("describe", "written"),
			];
		case "failed":
			return [failedAt("draw", "any"), failedAt("describe", "written")];
	}
}

type Written = "written" | "unwritten" | "any";

function waiting(written: Written): Source {
	return async (queries, { catalogueId, from, limit }) =>
		await idleRows(queries, catalogueId)
			.select([...CHOSEN_COLUMNS])
			.select(sql<null>`null`.as("status"))
			.where("catalogue_rows.fault", "is", null)
			.where("catalogue_rows.position", ">=", from)
			.$if(written !== "any", (query) => query.where(isSo(written)))
			.orderBy("catalogue_rows.position")
			.limit(limit)
			.execute();
}

function lines(
	step: CatalogueStep,
	statuses: readonly BatchLinesTable["status"][],
	written: Written,
): Source {
	return async (queries, { catalogueId, from, limit }) =>
		await rowsByLine(queries, catalogueId, step, statuses)
			.select([...CHOSEN_COLUMNS, "batch_lines.status"])
			.where("batch_lines.position", ">=", from)
			.$if(written !== "any", (query) => query.where(isSo(written)))
			.orderBy("batch_lines.position")
			.limit(limit)
			.execute();
}

function isSo(written: Written) {
	return (
		eb: ExpressionBuilder<Pick<Schema, "catalogue_rows">, "catalogue_rows">,
	) => (written === "written" ? isWritten(eb) : eb.not(isWritten(eb)));
}

/** What is read of a row that is to be worked on, beside the status of its line. */
export const CHOSEN_COLUMNS = [
	"catalogue_rows.position",
	"catalogue_rows.row_key",
	"catalogue_rows.byte_offset",
	"catalogue_rows.byte_length",
	"catalogue_rows.terms",
	"catalogue_rows.step",
	"catalogue_rows.batch_id",
] as const;

/** @returns those of a part whose descriptions are there, and that nothing else was done with since. */
export async function describedRows(
	queries: TransactionQueries,
	catalogueId: string,
	batchId: string,
): Promise<ChosenRow[]> {
	return await rowsWithLines(queries, catalogueId)
		.select([...CHOSEN_COLUMNS, "batch_lines.status"])
		.where("catalogue_rows.batch_id", "=", batchId)
		.where("batch_lines.status", "=", "completed")
		.orderBy("catalogue_rows.position")
		.execute();
}

/** @returns those of these keys, whatever became of them, and whether somebody wrote what they are drawn from. */
export async function namedRows(
	queries: TransactionQueries,
	catalogueId: string,
	keys: readonly string[],
) {
	return await rowsWithLines(queries, catalogueId)
		.select([...CHOSEN_COLUMNS, "batch_lines.status"])
		.select([
			"catalogue_rows.fault",
			"catalogue_rows.prompt",
			"catalogue_rows.description",
		])
		.where("catalogue_rows.row_key", "in", keys)
		.orderBy("catalogue_rows.position")
		.execute();
}
