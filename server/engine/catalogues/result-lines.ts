/** Writes what came of the rows of a catalogue as lines, in the form in which some vendor's batches hand them back. */
import type { Selectable } from "kysely";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { DrawingChoice, RowStatus } from "./catalogue.ts";
import { allRows } from "./find-rows.ts";
import type { LineForm } from "./line-form.ts";

/** Rows of which nothing is to be told yet have no line, as in a vendor's results. */
const ENDED: readonly RowStatus[] = ["invalid", "described", "drawn", "failed"];

/** In the order of the table. @returns JSON values; pictures in them are read as they are written. */
export async function* resultLines(
	dependencies: EngineDependencies,
	catalogue: Selectable<CataloguesTable>,
	form: LineForm,
): AsyncGenerator<unknown, void> {
	const choice: DrawingChoice = JSON.parse(catalogue.choice_json);
	const isAsked = choice.kind === "requests";
	for await (const row of allRows(dependencies, catalogue)) {
		if (!ENDED.includes(row.status)) continue;
		yield await form.writeResult({
			...row,
			catalogue: { id: catalogue.id, createdAt: catalogue.created_at },
			writtenKey: (isAsked ? row.fields[0] : undefined) ?? row.key,
		});
	}
}
