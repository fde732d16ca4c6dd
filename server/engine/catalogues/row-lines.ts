/** A row and its line: what became of a row is told by the line of the batch in which it was last worked on. */
import type { ExpressionBuilder, Selectable } from "kysely";
import type { Queries } from "../../db/database.ts";
import type { Schema } from "../../db/schema.ts";
import type { CatalogueRowsTable } from "../../db/tables/catalogues.ts";
import type { BatchLinesTable } from "../../db/tables/files-and-batches.ts";
import type { KeptAnswer } from "../batches/line-states.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { CatalogueStep, RowStatus } from "./catalogue.ts";

/** Rows of a catalogue with their lines, as far as they have any. */
export function rowsWithLines(queries: Queries, catalogueId: string) {
	return queries
		.selectFrom("catalogue_rows")
		.leftJoin("batch_lines", (join) =>
			join
				.onRef("batch_lines.batch_id", "=", "catalogue_rows.batch_id")
				.onRef("batch_lines.position", "=", "catalogue_rows.position"),
		)
		.where("catalogue_rows.catalogue_id", "=", catalogueId);
}

/** Rows that nobody has begun with, invalid ones included. */
export function idleRows(queries: Queries, catalogueId: string) {
	return queries
		.selectFrom("catalogue_rows")
		.where("catalogue_rows.catalogue_id", "=", catalogueId)
		.where("catalogue_rows.batch_id", "is", null);
}

/** Rows by the status of their lines: found from the lines, however many other rows there are. */
export function rowsByLine(
	queries: Queries,
	catalogueId: string,
	step: CatalogueStep,
	statuses: readonly BatchLinesTable["status"][],
) {
	return queries
		.selectFrom("catalogue_parts")
		.innerJoin(
			"batch_lines",
			"batch_lines.batch_id",
			"catalogue_parts.batch_id",
		)
		.innerJoin("catalogue_rows", (join) =>
			join
				.onRef(
					"catalogue_rows.catalogue_id",
					"=",
					"catalogue_parts.catalogue_id",
				)
				.onRef("catalogue_rows.position", "=", "batch_lines.position")
				// One that was moved on is a line of another batch by now.
				.onRef("catalogue_rows.batch_id", "=", "catalogue_parts.batch_id"),
		)
		.where("catalogue_parts.catalogue_id", "=", catalogueId)
		.where("catalogue_parts.step", "=", step)
		.where("batch_lines.status", "in", statuses);
}

/** The lines of rows of a status; none for rows that nobody has begun with. */
export const LINES_OF: Readonly<
	Record<
		RowStatus,
		readonly {
			readonly step: CatalogueStep;
			readonly statuses: readonly BatchLinesTable["status"][];
		}[]
	>
> = {
	invalid: [],
	waiting: [],
	describing: [{ step: "describe", statuses: ["waiting", "enqueued"] }],
	described: [{ step: "describe", statuses: ["completed"] }],
	drawing: [{ step: "draw", statuses: ["waiting", "enqueued"] }],
	drawn: [{ step: "draw", statuses: ["completed"] }],
	failed: [
		{ step: "describe", statuses: ["failed"] },
		{ step: "draw", statuses: ["failed"] },
	],
};

/** @returns the status of a row that was read. */
export function statusOf(
	row: Pick<Selectable<CatalogueRowsTable>, "fault" | "step">,
	lineStatus: BatchLinesTable["status"] | null,
): RowStatus {
	if (row.fault !== null) return "invalid";
	if (row.step === null || lineStatus === null) return "waiting";
	if (lineStatus === "failed") return "failed";
	const isOver = lineStatus === "completed";
	if (row.step === "describe") return isOver ? "described" : "describing";
	return isOver ? "drawn" : "drawing";
}

/** Whether somebody wrote what a row is to be drawn from, so that it need not be described. */
export function isWritten(
	eb: ExpressionBuilder<Pick<Schema, "catalogue_rows">, "catalogue_rows">,
) {
	return eb.or([
		eb("catalogue_rows.prompt", "is not", null),
		eb("catalogue_rows.description", "is not", null),
	]);
}

/** @returns the description of a row, as it was written or corrected; `null` for none. */
export async function describedText(
	{ database }: Pick<EngineDependencies, "database">,
	row: Pick<
		Selectable<CatalogueRowsTable>,
		"description" | "description_batch_id" | "position"
	>,
): Promise<string | null> {
	if (row.description !== null) return row.description;
	if (row.description_batch_id === null) return null;
	const line = await database.queries
		.selectFrom("batch_lines")
		.select("answer_json")
		.where("batch_id", "=", row.description_batch_id)
		.where("position", "=", row.position)
		.executeTakeFirst();
	return answerIn(line?.answer_json ?? null)?.text ?? null;
}

export function answerIn(json: string | null): KeptAnswer | null {
	return json === null ? null : JSON.parse(json);
}
