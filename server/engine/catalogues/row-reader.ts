/** Reads what is asked for a row of one catalogue: its prompt, its photos, and the requests that are made of them. */
import type { Selectable } from "kysely";
import type {
	CatalogueRowsTable,
	CataloguesTable,
} from "../../db/tables/catalogues.ts";
import type { ReplyRequest } from "../chat/reply-request.ts";
import type { NewPart } from "../conversations/conversation.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import type {
	GenerationRequest,
	InputImageSource,
} from "../generations/request.ts";
import type { CatalogueSettings, DrawingChoice } from "./catalogue.ts";
import { chooseDrawing, type Drawing } from "./choose-drawing.ts";
import { fileNameOf } from "./file-names.ts";
import { createRowPlanner, type RowPlan } from "./plan-rows.ts";
import type { StoredRow } from "./stored-rows.ts";

/** What requests of catalogues are entered as, beside those of the dialects. */
export const DIALECT = "catalogue";

/** As S0-12 has it. */
const TEMPERATURE = 0.7;
const MAX_OUTPUT_TOKENS = 8_192;

export type RowFacts = Pick<
	Selectable<CatalogueRowsTable>,
	"row_key" | "prompt" | "fault"
>;

/** What is asked for a row, as it stands now. */
export interface RowReading {
	/** What somebody wrote for it, or what is made of its fields; empty for a row that says nothing. */
	readonly prompt: string;
	readonly descriptionPrompt: string;
	readonly photos: readonly (InputImageSource & { readonly kind: "url" })[];
	readonly fileName: string;
	/** A request for a description, with these photos. */
	describe(photos: readonly InputImageSource[]): ReplyRequest;
	/** A request for pictures, with these photos. @param description that they are drawn from, unless a prompt was written for the row. */
	draw(
		photos: readonly InputImageSource[],
		description: string | null,
	): GenerationRequest;
}

export interface RowReader {
	/** @throws {EngineError} `invalid_request` for a row that nothing can be asked for. */
	read(row: StoredRow, facts: RowFacts): RowReading;
}

/** @throws {EngineError} when its preset is gone. */
export async function openRowReader(
	dependencies: Pick<EngineDependencies, "database">,
	catalogue: Selectable<CataloguesTable>,
): Promise<RowReader> {
	const choice: DrawingChoice = JSON.parse(catalogue.choice_json);
	const settings: CatalogueSettings = JSON.parse(catalogue.settings_json);
	const columns: string[] = JSON.parse(catalogue.columns_json);
	const drawing = await chooseDrawing(
		dependencies,
		catalogue.team_id,
		choice,
		columns,
	);
	return createRowReader(drawing, settings);
}

function createRowReader(
	drawing: Drawing,
	settings: CatalogueSettings,
): RowReader {
	let key = "";
	const plan = createRowPlanner(drawing.plan, () => ({
		key,
		isRepeated: false,
	}));
	return {
		read(row, facts) {
			key = facts.row_key;
			const planned = plan({ ...row, warnings: [] });
			if (planned.kind === "plan")
				return readingOf(drawing, settings, row, facts, planned.plan);
			throw new EngineError("invalid_request", planned.fault.message);
		},
	};
}

function readingOf(
	drawing: Drawing,
	settings: CatalogueSettings,
	{ fields, position }: StoredRow,
	facts: RowFacts,
	plan: RowPlan,
): RowReading {
	const { filling } = drawing;
	const photos = photosOf(drawing, settings, fields, plan);
	const prompt = facts.prompt ?? plan.prompt;
	const avoided = filling?.avoidedBy(fields) ?? plan.negativePrompt;
	const withClause = (
		text: string,
		attached: readonly InputImageSource[],
		clause: string,
	) => (attached.length === 0 ? text : `${text} ${clause}`);
	const common = {
		dialect: DIALECT,
		model: settings.model,
		count: settings.count,
		size: settings.size,
		resolution: settings.resolution,
		// Exact pixels leave nothing open of the shape.
		...(settings.size === undefined && {
			aspectRatio: settings.aspectRatio ?? plan.aspectRatio ?? undefined,
		}),
	};
	return {
		prompt,
		descriptionPrompt: plan.descriptionPrompt,
		photos,
		fileName: fileNameOf(
			drawing.plan.fileName ?? drawing.plan.kind.fileName,
			facts.row_key,
			position,
		),
		describe: (attached) => ({
			dialect: DIALECT,
			model: settings.describingModel,
			turns: [
				{
					role: "user",
					parts: [
						{
							kind: "text",
							text: withClause(
								plan.descriptionPrompt,
								attached,
								plan.photoClauses.describing,
							),
						},
						...attached.map((image): NewPart => ({ kind: "image", image })),
					],
				},
			],
			store: "nothing",
			modalities: ["text"],
			temperature: TEMPERATURE,
			maxOutputTokens: MAX_OUTPUT_TOKENS,
		}),
		draw: (attached, description) => {
			const own = facts.prompt ?? description;
			if (own === null && filling !== null) {
				const { prompt: said, preset } = filling.useOf(fields);
				return {
					...common,
					prompt: said,
					preset: { ...preset, files: attached },
				};
			}
			return {
				...common,
				prompt: withClause(
					own ?? plan.prompt,
					attached,
					plan.photoClauses.drawing,
				),
				negativePrompt: avoided === "" ? undefined : avoided,
				inputImages: attached.length === 0 ? undefined : attached,
			};
		},
	};
}

function photosOf(
	{ filling }: Drawing,
	{ maxPhotos }: CatalogueSettings,
	fields: readonly string[],
	{ imageLinks }: RowPlan,
): RowReading["photos"] {
	if (filling !== null)
		return filling
			.useOf(fields)
			.preset.files.filter((file) => file.kind === "url");
	return imageLinks
		.slice(0, maxPhotos)
		.map((url, index) => ({ kind: "url", field: `photo ${index + 1}`, url }));
}

const MAX_PHOTOS = 16;

/** @throws {EngineError} `invalid_request` naming a setting that cannot be. */
export function checkSettings(
	{ maxPhotos, rowsAtOnce, size, aspectRatio }: CatalogueSettings,
	{ batchLinesAtOnce }: EngineDependencies["settings"],
): void {
	requireWhole("maxPhotos", maxPhotos, 0, MAX_PHOTOS);
	if (rowsAtOnce !== undefined)
		requireWhole("rowsAtOnce", rowsAtOnce, 1, batchLinesAtOnce);
	if (size !== undefined && aspectRatio !== undefined)
		throw invalid("size", "There may be a size or an aspect ratio, not both.");
}

/** @throws {EngineError} `invalid_request` */
export function requireWhole(
	field: string,
	value: number,
	least: number,
	most: number,
): void {
	if (Number.isInteger(value) && value >= least && value <= most) return;
	const allowed = `a whole number from ${least} to ${most}`;
	throw invalid(field, `${field} must be ${allowed}.`, allowed);
}
