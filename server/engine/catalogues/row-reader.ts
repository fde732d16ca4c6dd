/** Reads what is asked for a row of one catalogue: its prompt, its photos, and the requests that are made of them. */
import type { Selectable } from "kysely";
import type {
	CatalogueRowsTable,
	CataloguesTable,
} from "../../db/tables/catalogues.ts";
import type { Storage } from "../../storage/storage.ts";
import type { ReplyRequest } from "../chat/reply-request.ts";
import type { NewPart } from "../conversations/conversation.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import type {
	GenerationRequest,
	InputImageSource,
} from "../generations/request.ts";
import type { Size } from "../models/model.ts";
import { withAvoided } from "./avoided.ts";
import type {
	CatalogueSettings,
	DrawingChoice,
	Strategy,
} from "./catalogue.ts";
import { chooseDrawing, type Drawing } from "./choose-drawing.ts";
import { fileNameOf } from "./file-names.ts";
import { likePhoto } from "./like-photo.ts";
import { createRowPlanner, type RowPlan } from "./plan-rows.ts";
import { photoOf, photosOf, type RowPhoto } from "./row-photos.ts";
import type { KeptAsk, RowWishes } from "./row-wishes.ts";
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
	readonly photos: readonly RowPhoto[];
	/** What of the first photo is to be drawn anew: one, or none. */
	readonly masks: readonly RowPhoto[];
	readonly fileName: string;
	/** What it says itself; nothing in a table. */
	readonly wishes: RowWishes;
	/** A request for a description, with these photos. */
	describe(photos: readonly InputImageSource[]): ReplyRequest;
	/**
	 * A request for pictures, with these photos.
	 * @param description that they are drawn from, unless a prompt was written for the row.
	 * @param photoSize pixels of the first photo, for rows that are to have its shape.
	 */
	draw(
		photos: readonly InputImageSource[],
		description: string | null,
		photoSize?: Size | undefined,
	): GenerationRequest;
}

export interface RowReader {
	/** @throws {EngineError} `invalid_request` for a row that nothing can be asked for. */
	read(row: StoredRow, facts: RowFacts): RowReading;
}

type ReaderDependencies = Pick<EngineDependencies, "database" | "storage">;

/** @throws {EngineError} when its preset is gone. */
export async function openRowReader(
	dependencies: ReaderDependencies,
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
	const { strategy } = catalogue;
	return createRowReader(dependencies, { drawing, settings, strategy });
}

/** How the rows of one catalogue are worked on, where they do not say so themselves. */
export interface RowTerms {
	readonly drawing: Drawing;
	readonly settings: CatalogueSettings;
	readonly strategy: Strategy;
}

export function createRowReader(
	{ storage }: Pick<ReaderDependencies, "storage">,
	terms: RowTerms,
): RowReader {
	const { drawing } = terms;
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
				return readingOf(storage, terms, row, facts, planned.plan);
			throw new EngineError("invalid_request", planned.fault.message);
		},
	};
}

function readingOf(
	storage: Storage,
	terms: RowTerms,
	row: StoredRow,
	facts: RowFacts,
	plan: RowPlan,
): RowReading {
	const { drawing, settings, strategy } = terms;
	const { fields, position, asked } = row;
	const { filling } = drawing;
	const wishes = asked?.wishes ?? {};
	const isDescribedAsAsked =
		asked !== undefined &&
		asked.answer !== "picture" &&
		strategy === "describe-then-draw";
	const descriptionPrompt = isDescribedAsAsked
		? withAvoided(plan.prompt, wishes.negativePrompt)
		: plan.descriptionPrompt;
	const clauses = clausesOf(plan, asked, isDescribedAsAsked);
	const prompt = facts.prompt ?? plan.prompt;
	const avoided =
		filling?.avoidedBy(fields) ?? wishes.negativePrompt ?? plan.negativePrompt;
	const common = {
		dialect: DIALECT,
		// Whoever is named describes.
		...lookOf(
			terms,
			isDescribedAsAsked ? { ...wishes, model: undefined } : wishes,
			plan,
		),
	};
	const masks =
		asked?.mask === undefined ? [] : [photoOf(storage, asked.mask, "mask")];
	const isShapedByPhoto =
		wishes.isLikePhoto === true &&
		common.size === undefined &&
		common.aspectRatio === undefined;
	return {
		prompt,
		descriptionPrompt,
		photos: photosOf(storage, terms, row, plan.imageLinks),
		masks,
		wishes,
		fileName: fileNameOf(
			drawing.plan.fileName ?? drawing.plan.kind.fileName,
			facts.row_key,
			position,
		),
		describe: (attached) => ({
			dialect: DIALECT,
			model:
				(isDescribedAsAsked ? wishes.model : undefined) ??
				settings.describingModel,
			turns: [
				{
					role: "user",
					parts: [
						{
							kind: "text",
							text: withClause(descriptionPrompt, attached, clauses.describing),
						},
						...attached.map((image): NewPart => ({ kind: "image", image })),
					],
				},
			],
			store: "nothing",
			modalities: ["text"],
			temperature: wishes.temperature ?? TEMPERATURE,
			maxOutputTokens: wishes.maxOutputTokens ?? MAX_OUTPUT_TOKENS,
		}),
		draw: (attached, description, photoSize) => {
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
				...(isShapedByPhoto &&
					photoSize !== undefined &&
					likePhoto(photoSize, common.resolution)),
				prompt: withClause(own ?? plan.prompt, attached, clauses.drawing),
				negativePrompt: avoided === "" ? undefined : avoided,
				inputImages: attached.length === 0 ? undefined : attached,
				mask: attached.length === 0 ? undefined : masks[0],
			};
		},
	};
}

function withClause(
	text: string,
	attached: readonly InputImageSource[],
	clause: string,
): string {
	return attached.length === 0 || clause === "" ? text : `${text} ${clause}`;
}

/** Whoever asks for something in words of his own has said of the photos what is to be said. */
function clausesOf(
	{ photoClauses }: RowPlan,
	asked: KeptAsk | undefined,
	isDescribedAsAsked: boolean,
): RowPlan["photoClauses"] {
	if (asked === undefined) return photoClauses;
	const describing = isDescribedAsAsked ? "" : photoClauses.describing;
	return { drawing: "", describing };
}

/** Who draws, and how: as the row says, and else as the catalogue does. */
function lookOf(
	{ settings }: RowTerms,
	wishes: RowWishes,
	plan: RowPlan,
): Pick<
	GenerationRequest,
	| "model"
	| "count"
	| "size"
	| "resolution"
	| "aspectRatio"
	| "quality"
	| "background"
	| "firstSeed"
> {
	const size =
		wishes.size ??
		(wishes.aspectRatio === undefined ? settings.size : undefined);
	return {
		model: wishes.model ?? settings.model,
		count: wishes.count ?? settings.count,
		size,
		resolution:
			wishes.resolution ??
			(wishes.size === undefined ? settings.resolution : undefined),
		// Exact pixels leave nothing open of the shape.
		...(size === undefined && {
			aspectRatio:
				wishes.aspectRatio ??
				settings.aspectRatio ??
				plan.aspectRatio ??
				undefined,
		}),
		quality: wishes.quality,
		background: wishes.background,
		firstSeed: wishes.seed,
	};
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
