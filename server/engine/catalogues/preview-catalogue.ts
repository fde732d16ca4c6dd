/** Shows what would become of a table before anything of it is kept. */
import { balanceOf } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import type { CataloguePreview, PreviewedRow } from "./catalogue-reports.ts";
import { settledSettings } from "./check-settings.ts";
import {
	chooseDrawing,
	type Drawing,
	settledChoice,
} from "./choose-drawing.ts";
import { estimateRows } from "./estimate-work.ts";
import type { LineForms } from "./line-forms.ts";
import type { NewCatalogue } from "./new-catalogue.ts";
import { createRowPlanner } from "./plan-rows.ts";
import { inlineCount, linksOf } from "./row-photos.ts";
import { RowPictures } from "./row-pictures.ts";
import { settleBy } from "./row-prices.ts";
import { createRowReader, type RowTerms } from "./row-reader.ts";
import { TermsTally } from "./row-terms.ts";
import { previewTable, type TablePreview } from "./table/preview-table.ts";
import {
	refusedRow,
	type Table,
	type TableEntry,
	type TableRow,
} from "./table/table.ts";
import { openSource } from "./table-source.ts";

/** What is looked at, and how its rows would be worked on. */
export type LookedAt = Pick<
	NewCatalogue,
	"source" | "choice" | "strategy" | "settings"
>;

/** @throws {EngineError} `invalid_request` for what is no table, or a choice that does not fit it. */
export async function previewCatalogue(
	dependencies: EngineDependencies,
	principal: Principal,
	forms: LineForms,
	{ source, choice: asked, strategy, settings: said }: LookedAt,
): Promise<CataloguePreview> {
	const { teamId } = principal;
	const pictures = new RowPictures(dependencies, teamId, false);
	const reading = { forms, principal, settings: said, pictures };
	const table = await openSource(dependencies, source, reading);
	try {
		const choice = settledChoice(table, asked);
		const settings = settledSettings(table, said);
		const drawing = await chooseDrawing(
			dependencies,
			teamId,
			choice,
			table.columns,
		);
		const terms = { drawing, settings, strategy };
		const tally = new TermsTally(dependencies, teamId, terms);
		const entries = tallied(table.entries, tally);
		const preview = await previewTable({ ...table, entries });
		return {
			choice,
			// Settled when all rows were read.
			format: table.format,
			columns: preview.columns,
			rowCount: preview.rowCount,
			problemCount: preview.faultCount + preview.warningCount,
			problems: preview.problems,
			rows: previewedRows(drawing, preview.rows),
			...(table.form === undefined
				? await priceTable(dependencies, teamId, terms, preview)
				: await priceRequests(dependencies, teamId, tally, preview)),
		};
	} finally {
		await table.close();
	}
}

type Priced = Pick<CataloguePreview, "estimate" | "creditsPerRow">;

/** All rows of a table cost the same. @throws {EngineError} as a generation, when none of the first can be drawn as it is asked. */
async function priceTable(
	dependencies: EngineDependencies,
	teamId: string,
	terms: RowTerms,
	{ rowCount, rows }: Pick<TablePreview, "rowCount" | "rows">,
): Promise<Priced> {
	const reader = createRowReader(dependencies, terms);
	const facts = { row_key: "", prompt: null, fault: null };
	if (rows.length === 0) return { estimate: null, creditsPerRow: null };
	const prices = await settleBy(
		dependencies,
		{ team_id: teamId, strategy: terms.strategy },
		rows.map((row) => () => reader.read(row, facts)),
	);
	const { rowsAtOnce } = terms.settings;
	return {
		estimate: await estimateRows(
			dependencies,
			{ teamId, prices, rowsAtOnce },
			{ undescribed: rowCount, described: 0 },
		),
		creditsPerRow: prices.creditsPerImage * prices.count,
	};
}

async function priceRequests(
	{ database }: EngineDependencies,
	teamId: string,
	{ credits }: TermsTally,
	{ rowCount }: Pick<TablePreview, "rowCount">,
): Promise<Priced> {
	const drawnAtOnce = {
		strategy: "direct",
		credits,
		dollars: null,
		expectedMs: null,
		atMostMs: null,
	} as const;
	const balance = await balanceOf(database.queries, teamId);
	return {
		estimate: { rows: rowCount, strategies: [drawnAtOnce], balance },
		creditsPerRow: null,
	};
}

/** Rows that nobody can draw as they ask are faults, as they are when they are taken in. */
async function* tallied(
	entries: Table["entries"],
	tally: TermsTally,
): AsyncGenerator<TableEntry, void> {
	for await (const entry of entries) {
		if (entry.kind === "fault") {
			yield entry;
			continue;
		}
		const { line } = entry.row;
		try {
			await tally.take(entry.row, "");
			yield entry;
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			const message = `Line ${line}: ${error.message}`;
			yield refusedRow(line, "bad_request", message);
		}
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
				inlinePhotos: 0,
				problem: planned.fault.message,
			};
		const { key, prompt, descriptionPrompt, imageLinks } = planned.plan;
		const files = drawing.filling?.useOf(fields).preset.files ?? [];
		const pictures = row.asked?.pictures ?? [];
		return {
			line,
			fields,
			key,
			prompt,
			descriptionPrompt,
			photos: [...imageLinks, ...linksOf(files), ...linksOf(pictures)],
			inlinePhotos: inlineCount(pictures),
			problem: null,
		};
	});
}
