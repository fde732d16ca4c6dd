/** What `gesso batch run` can be told of what is drawn, and how: the words of the API, as options. */
import type { BatchFields } from "@gesso/client/batch";
import type { Option, Values } from "../command-line/options.ts";
import { Refusal } from "../command-line/refusal.ts";

const WHAT = { group: "What is drawn" } as const;
const HOW = { group: "How it is drawn" } as const;

export const DRAWING_OPTIONS = {
	kind: {
		...WHAT,
		kind: "text",
		value: "KIND",
		meaning:
			"What the rows are: rugs, artworks or products; told from the columns when nothing else says what to draw",
	},
	prompt: {
		...WHAT,
		kind: "text",
		value: "TEXT",
		meaning:
			'What to draw, with columns in it: "A {{ Color }} rug". With --kind, in the place of its own prompt',
	},
	negative: {
		...WHAT,
		kind: "text",
		value: "TEXT",
		meaning: "What to leave out",
	},
	"key-column": {
		...WHAT,
		kind: "text",
		value: "COLUMN",
		meaning: "With a --prompt of your own: the column that tells rows apart",
	},
	"photo-column": {
		...WHAT,
		kind: "list",
		value: "COLUMN",
		meaning:
			"With a --prompt of your own: a column with links to photos; may be given again",
	},
	preset: {
		...WHAT,
		kind: "text",
		value: "ID",
		meaning: "A preset that is filled in from columns",
	},
	variable: {
		...WHAT,
		kind: "list",
		value: "KEY=TEXT",
		meaning:
			'What is filled into the preset: "material={{ Pile }}"; may be given again',
	},
	"file-column": {
		...WHAT,
		kind: "list",
		value: "KEY=COLUMN",
		meaning: "A column with links to photos for the preset; may be given again",
	},
	form: {
		...WHAT,
		kind: "text",
		value: "NAME",
		meaning:
			"What the lines of the file are: gemini or openai for requests as these vendors' batches take them, or table; its first line tells when left out",
	},
	"max-photos": {
		...WHAT,
		kind: "number",
		value: "N",
		meaning:
			"How many of a row's photos go with its prompt: 1 when left out, 0 for none",
	},
	"on-missing-photo": {
		...WHAT,
		kind: "text",
		value: "WORD",
		meaning:
			"What becomes of a row whose photo cannot be fetched: drawWithout (with a warning) or fail",
	},
	strategy: {
		...HOW,
		kind: "text",
		value: "NAME",
		meaning:
			"direct (when left out), describe-then-draw, or vendor-batch for the vendor's own batches: slower, at their price",
	},
	auto: {
		...HOW,
		kind: "flag",
		meaning:
			"With describe-then-draw: draws from descriptions that nobody has read",
	},
	model: {
		...HOW,
		kind: "text",
		value: "NAME",
		meaning: "Who draws; `gesso model list` lists them",
	},
	"describing-model": {
		...HOW,
		kind: "text",
		value: "NAME",
		meaning: "Who describes",
	},
	count: {
		...HOW,
		kind: "number",
		value: "N",
		meaning: "How many pictures of each row",
	},
	"aspect-ratio": {
		...HOW,
		kind: "text",
		value: "W:H",
		meaning:
			"As 1:1, 4:3, 16:9; what the kind or the preset says when left out",
	},
	resolution: {
		...HOW,
		kind: "text",
		value: "TIER",
		meaning: "low, standard, high or 4k",
	},
	size: {
		...HOW,
		kind: "text",
		value: "WxH",
		meaning: "Exact pixels, as 1200x628, in the place of --aspect-ratio",
	},
	"rows-at-once": {
		...HOW,
		kind: "number",
		value: "N",
		meaning: "How many rows are worked on at once, at most",
	},
	"file-name": {
		group: "Files",
		kind: "text",
		value: "PATTERN",
		meaning: "How pictures are called, as {row}-{key}",
	},
	name: {
		group: "Files",
		kind: "text",
		value: "TEXT",
		meaning:
			"How the batch is called at the server; the table's name when left out",
	},
} as const satisfies Readonly<Record<string, Option>>;

/** @throws {Refusal} for a pair without an equals sign. */
export function drawingFields(
	values: Values<typeof DRAWING_OPTIONS>,
): BatchFields {
	return {
		name: values.name,
		form: values.form,
		kind: values.kind,
		prompt: values.prompt,
		negativePrompt: values.negative,
		keyColumn: values["key-column"],
		photoColumns: listed(values["photo-column"]),
		presetId: values.preset,
		variables: pairs("--variable", values.variable),
		fileColumns: pairs("--file-column", values["file-column"]),
		fileName: values["file-name"],
		strategy: values.strategy,
		modelVersion: values.model,
		describingModelVersion: values["describing-model"],
		sampleCount: values.count,
		aspectRatio: values["aspect-ratio"],
		resolution: values.resolution,
		size: values.size,
		maxPhotos: values["max-photos"],
		onMissingPhoto: values["on-missing-photo"],
		auto: values.auto || undefined,
		rowsAtOnce: values["rows-at-once"],
	};
}

function listed(values: readonly string[]): readonly string[] | undefined {
	return values.length === 0 ? undefined : values;
}

function pairs(
	option: string,
	values: readonly string[],
): Readonly<Record<string, string>> | undefined {
	if (values.length === 0) return undefined;
	return Object.fromEntries(
		values.map((value) => {
			const at = value.indexOf("=");
			if (at < 1)
				throw new Refusal(
					`${option} is a pair, and got "${value}".`,
					`For instance ${option} material=Wool`,
				);
			return [value.slice(0, at).trim(), value.slice(at + 1)];
		}),
	);
}
