/** Makes of a choice what plans the rows of a table, whether the choice is a built-in kind, a template or a preset. */
import type { EngineDependencies } from "../dependencies.ts";
import { invalid } from "../errors.ts";
import { getPreset } from "../presets/find-presets.ts";
import type { Preset } from "../presets/preset.ts";
import type { DrawingChoice } from "./catalogue.ts";
import type { CatalogueKind } from "./kinds/catalogue-kind.ts";
import { CATALOGUE_KINDS, detectKind, kindNamed } from "./kinds/detect-kind.ts";
import { USUAL_IMAGE_COLUMNS } from "./kinds/image-links.ts";
import type { AskedChoice } from "./new-catalogue.ts";
import { KEY_COLUMN, PROMPT_COLUMN } from "./open-requests.ts";
import { placeOfColumn } from "./place-of-column.ts";
import type { PlanOptions } from "./plan-rows.ts";
import { type PresetFilling, readPresetFilling } from "./preset-filling.ts";
import { readPromptTemplate } from "./prompt/prompt-template.ts";
import type { Table } from "./table/table.ts";

/** Names fields of a choice in errors. */
const FIELD = "choice";

/** What is drawn for the rows of a table. */
export interface Drawing {
	readonly plan: PlanOptions;
	/** What a preset is filled in with; `null` without one. */
	readonly filling: PresetFilling | null;
}

/**
 * Settles what is drawn: what was chosen, or where nobody has chosen, the built-in kind that fits the columns best.
 * @throws {EngineError} `invalid_request` for requests of which somebody else says what is drawn.
 */
export function settledChoice(
	{ columns, form }: Pick<Table, "columns" | "form">,
	asked: AskedChoice = { kind: "usual" },
): DrawingChoice {
	if (asked.kind === "usual")
		return form === undefined
			? { ...asked, kind: "builtIn", name: detectKind(columns).name }
			: { ...asked, kind: "requests", form };
	if (form === undefined) return asked;
	throw invalid(
		CHOSEN_BY[asked.kind],
		"The lines of this file say themselves what is to be drawn: leave out kind, prompt and preset, or send a table.",
		"none",
	);
}

/** What says so, of those who choose. */
const CHOSEN_BY = {
	builtIn: `${FIELD}.name`,
	template: `${FIELD}.template`,
	preset: `${FIELD}.presetId`,
} as const;

/** @throws {EngineError} `invalid_request` naming what does not fit the columns; `not_found` for a preset that there is not. */
export async function chooseDrawing(
	{ database }: Pick<EngineDependencies, "database">,
	teamId: string,
	choice: DrawingChoice,
	columns: readonly string[],
): Promise<Drawing> {
	const { fileName } = choice;
	switch (choice.kind) {
		case "builtIn": {
			const prompt =
				choice.prompt === undefined
					? undefined
					: readPromptTemplate(choice.prompt, {
							field: `${FIELD}.prompt`,
							columns,
						});
			const kind = requireKind(choice.name);
			const { negativePrompt } = choice;
			const plan = { kind, columns, prompt, negativePrompt, fileName };
			return { plan, filling: null };
		}
		case "template": {
			const prompt = readPromptTemplate(choice.template, {
				field: `${FIELD}.template`,
				columns,
			});
			const kind = plainKind(columns, choice);
			return { plan: { kind, columns, prompt, fileName }, filling: null };
		}
		case "preset": {
			const preset = await getPreset(database.queries, teamId, choice.presetId);
			const filling = readPresetFilling(FIELD, preset, choice, columns);
			const kind = plainKind(columns, { ...choice, photoColumns: [] });
			return {
				plan: presetPlan(kind, columns, filling, preset, fileName),
				filling,
			};
		}
		case "requests": {
			const { negativePrompt } = choice;
			const kind = plainKind(columns, {
				keyColumn: KEY_COLUMN,
				photoColumns: [],
				negativePrompt,
			});
			const place = columns.indexOf(PROMPT_COLUMN);
			const render = (fields: readonly string[]) => fields[place] ?? "";
			const plan = { kind, columns, prompt: { columns, render }, fileName };
			return { plan, filling: null };
		}
	}
}

function presetPlan(
	kind: CatalogueKind,
	columns: readonly string[],
	filling: PresetFilling,
	preset: Preset,
	fileName: string | undefined,
): PlanOptions {
	return {
		kind,
		columns,
		fileName,
		aspectRatio: preset.aspectRatio ?? undefined,
		// Says what is drawn wherever no generation has said it yet.
		prompt: { columns, render: (fields) => filling.textOf(fields) },
	};
}

function requireKind(name: string): CatalogueKind {
	const kind = kindNamed(name);
	if (kind !== undefined) return kind;
	const allowed = CATALOGUE_KINDS.map((each) => each.name).join(", ");
	throw invalid(
		`${FIELD}.name`,
		`There is no kind of catalogue called "${name.slice(0, 100)}".`,
		`one of ${allowed}`,
	);
}

/** Knows nothing of what its rows are. */
function plainKind(
	columns: readonly string[],
	{
		keyColumn,
		photoColumns,
		negativePrompt = "",
	}: {
		readonly keyColumn?: string | undefined;
		readonly photoColumns?: readonly string[] | undefined;
		readonly negativePrompt?: string | undefined;
	},
): CatalogueKind {
	if (keyColumn !== undefined)
		placeOfColumn(`${FIELD}.keyColumn`, keyColumn, columns);
	for (const column of photoColumns ?? [])
		placeOfColumn(`${FIELD}.photoColumns`, column, columns);
	return {
		name: "plain",
		label: "A template of your own",
		columnAliases: { key: keyColumn === undefined ? [] : [keyColumn] },
		tellingWords: [],
		subjectWords: [],
		imageColumns: photoColumns ?? USUAL_IMAGE_COLUMNS,
		negativePrompt,
		fileName: "{key}",
		photoClauses: {
			drawing:
				"A photo of the thing is attached: show this very thing, with its shape, colors, pattern and proportions unchanged.",
			describing:
				"A photo of the thing is attached: describe the shape, the colors, the material and the pattern that it shows.",
		},
		keyOf: ({ key = "" }, position) => key || `row-${position + 1}`,
		promptOf: () => "",
		descriptionPromptOf: (_words, prompt) =>
			[
				"Write a detailed scene description from which an image generator can draw one picture without seeing anything else.",
				"Answer with the description alone, in whole sentences, without headings, lists or remarks.",
				`This is the scene: ${prompt}`,
				...(negativePrompt === ""
					? []
					: [`It must not show: ${negativePrompt}.`]),
			].join(" "),
		aspectRatioOf: () => null,
		remarksOn: () => [],
	};
}
