/** Shows what would become of a table before anything of it is kept. */
import type { EngineDependencies } from "../dependencies.ts";
import type { Principal } from "../generations/request.ts";
import type {
	CataloguePreview,
	DrawingChoice,
	PreviewedRow,
	TableSource,
} from "./catalogue.ts";
import { chooseDrawing, type Drawing, usualChoice } from "./choose-drawing.ts";
import { createRowPlanner } from "./plan-rows.ts";
import { previewTable } from "./table/preview-table.ts";
import type { TableRow } from "./table/table.ts";
import { openSource } from "./take-in.ts";

/** @throws {EngineError} `invalid_request` for what is no table, or a choice that does not fit it. */
export async function previewCatalogue(
	dependencies: Pick<EngineDependencies, "database">,
	{ teamId }: Principal,
	source: TableSource,
	asked: DrawingChoice | undefined,
): Promise<CataloguePreview> {
	const table = await openSource(source);
	try {
		const choice = asked ?? usualChoice(table.columns);
		const drawing = await chooseDrawing(
			dependencies,
			teamId,
			choice,
			table.columns,
		);
		const preview = await previewTable(table);
		return {
			choice,
			format: preview.format,
			columns: preview.columns,
			rowCount: preview.rowCount,
			problemCount: preview.faultCount + preview.warningCount,
			problems: preview.problems,
			rows: previewedRows(drawing, preview.rows),
		};
	} finally {
		await table.close();
	}
}

function previewedRows(
	drawing: Drawing,
	rows: readonly TableRow[],
): PreviewedRow[] {
	const plan = createRowPlanner(drawing.plan);
	return rows.map((row) => {
		const planned = plan(row);
		const { line, fields } = row;
		if (planned.kind === "fault")
			return {
				line,
				fields,
				key: planned.key,
				prompt: "",
				descriptionPrompt: "",
				photos: [],
				problem: planned.fault.message,
			};
		const { key, prompt, descriptionPrompt, imageLinks } = planned.plan;
		const files = drawing.filling?.useOf(fields).preset.files ?? [];
		return {
			line,
			fields,
			key,
			prompt,
			descriptionPrompt,
			photos: [
				...imageLinks,
				...files.flatMap((file) => (file.kind === "url" ? [file.url] : [])),
			],
			problem: null,
		};
	});
}
