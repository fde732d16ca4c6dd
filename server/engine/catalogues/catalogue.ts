/** What a catalogue is: a table that was taken in to be drawn row by row, with what is to be drawn, how, and what came of it. */
import type { EngineErrorCode } from "../errors.ts";
import type { Generation } from "../generations/request.ts";
import type { AspectRatio, Resolution, Size } from "../models/model.ts";
import type { RowWishes } from "./row-wishes.ts";
import type { TableFault, TableFormat } from "./table/table.ts";

/** What is drawn for a row. */
export type DrawingChoice = ChosenDrawing & {
	/** A pattern for the names of pictures' files: `{key}`, `{row}-{key}`. */
	readonly fileName?: string | undefined;
};

type ChosenDrawing =
	/** A kind that comes with the server: `rugs`, `artworks`, `products`. */
	| {
			readonly kind: "builtIn";
			readonly name: string;
			/** A template in the place of the kind's own prompt. */
			readonly prompt?: string | undefined;
			/** Empty for none. */
			readonly negativePrompt?: string | undefined;
	  }
	/** A prompt with columns in it. */
	| {
			readonly kind: "template";
			readonly template: string;
			readonly negativePrompt?: string | undefined;
			/** The column that tells rows apart; they are counted when left out. */
			readonly keyColumn?: string | undefined;
			/** Columns with links to photos, the most important first. */
			readonly photoColumns?: readonly string[] | undefined;
	  }
	/** A preset of the team, its variables filled in from columns. */
	| {
			readonly kind: "preset";
			readonly presetId: string;
			/** Templates over columns by the keys of requirements: `{"material": "{{ Pile }}"}`. One that makes an empty text of a row is left out. */
			readonly variables: Readonly<Record<string, string>>;
			/** Columns with links to photos by the keys of file requirements. */
			readonly files?: Readonly<Record<string, string>> | undefined;
			/** A template for what stands in the place of `{{prompt}}`. */
			readonly prompt?: string | undefined;
			readonly keyColumn?: string | undefined;
	  }
	/** What each row asks for itself: lines of requests. */
	| {
			readonly kind: "requests";
			/** In whose form they are. */
			readonly form: string;
			/** Of rows that do not say. */
			readonly negativePrompt?: string | undefined;
	  };

export const STRATEGIES = [
	"direct",
	"describe-then-draw",
	"vendor-batch",
] as const;
/**
 * How rows become pictures: at once; from a description that is written first, at the batch price (S0-16 to S0-24); or in
 * batches of the vendor's own, at the batch price and within a day.
 */
export type Strategy = (typeof STRATEGIES)[number];

/** What is done with a row; only `describe-then-draw` knows the first. */
export type CatalogueStep = "describe" | "draw";

export interface CatalogueSettings {
	/** Who draws, and who describes; whoever does it by default when left out. */
	readonly model?: string | undefined;
	readonly describingModel?: string | undefined;
	/** Pictures of each row, 1 when left out. */
	readonly count?: number | undefined;
	/** What the row's kind or preset says when left out. */
	readonly aspectRatio?: AspectRatio | undefined;
	readonly resolution?: Resolution | undefined;
	/** Exact pixels; excludes `aspectRatio`. */
	readonly size?: Size | undefined;
	/** How many of a row's photos go with its prompts; 0 for words only. Files of a preset are not counted. */
	readonly maxPhotos: number;
	/** What becomes of a row whose photo cannot be fetched: it fails, or is drawn without it, with a warning. */
	readonly onMissingPhoto: "fail" | "drawWithout";
	/** Whether rows are drawn as soon as they are described, without anybody having read what was written (S0-20). */
	readonly isAutomatic: boolean;
	/** How many rows are worked on at once; as many as the server lets a batch have when left out. */
	readonly rowsAtOnce?: number | undefined;
}

/** What a row is refused for, or what was done about it. */
export type Problem = TableFault<string>;

/** Rows by what has become of them; each is counted once, but for `total`. */
export interface RowCounts {
	/** All rows of the table, those that could not be taken in included. */
	readonly total: number;
	/** Could not be taken in, or have nothing in them that could be drawn. */
	readonly invalid: number;
	/** Nobody has begun with them. */
	readonly waiting: number;
	/** To be described, or being described. */
	readonly describing: number;
	/** Described, and not yet to be drawn. */
	readonly described: number;
	/** To be drawn, or being drawn. */
	readonly drawing: number;
	readonly drawn: number;
	readonly failed: number;
}

export const ROW_STATUSES = [
	"invalid",
	"waiting",
	"describing",
	"described",
	"drawing",
	"drawn",
	"failed",
] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

export const CATALOGUE_STATUSES = [
	/** Rows wait, and nobody has said that they are to be begun, or that they are to go on. */
	"ready",
	"working",
	"paused",
	/** No more rows are begun; those that are being drawn are drawn to their end. */
	"canceling",
	/** Nothing is under way, and descriptions wait to be drawn from. */
	"described",
	/** Every row is drawn, failed or invalid. */
	"completed",
] as const;
export type CatalogueStatus = (typeof CATALOGUE_STATUSES)[number];

export interface Catalogue {
	readonly id: string;
	readonly name: string;
	readonly status: CatalogueStatus;
	readonly choice: DrawingChoice;
	readonly strategy: Strategy;
	readonly settings: CatalogueSettings;
	readonly columns: readonly string[];
	/** As they were written. */
	readonly headers: readonly string[];
	readonly format: TableFormat;
	readonly counts: RowCounts;
	/** The first problems that were found as the table was taken in. */
	readonly problems: readonly Problem[];
	/** How many there were. */
	readonly problemCount: number;
	/** Of the rows that are under way; `null` while none is, or nothing is known of it yet. */
	readonly pace: {
		readonly rowsPerMinute: number;
		/** Until all rows that are to be worked on now have ended. */
		readonly remainingMs: number;
	} | null;
	/** Why it is paused when nobody asked for it: the team's credits are used up. Begun rows go on when it is resumed. */
	readonly pausedFor: "credits" | null;
	/** Milliseconds since 1970, as all times here. */
	readonly createdAt: number;
}

export interface CatalogueRow {
	readonly position: number;
	/** Where it begins in the table, from 1. */
	readonly line: number;
	/** Unique in the catalogue. */
	readonly key: string;
	readonly status: RowStatus;
	/** As they were written, one for each column; empty for a row that could not be read. */
	readonly fields: readonly string[];
	/** What is asked for, as it stands now: what somebody wrote for this row, or what is made of its fields. */
	readonly prompt: string;
	readonly isPromptEdited: boolean;
	/** `null` until it is described. */
	readonly description: string | null;
	readonly isDescriptionEdited: boolean;
	/** The model that wrote its description; `null` where none did. */
	readonly describedBy: string | null;
	/** Links to its photos, as far as they go with its prompts. */
	readonly photos: readonly string[];
	/** How many photos that came with the row itself go with its prompts. */
	readonly inlinePhotos: number;
	/** How it is to be drawn where it says so itself; nothing in a table. */
	readonly wishes: RowWishes;
	/** What came of it when it was last drawn, pictures included; `null` until its drawing is charged. */
	readonly generation: Generation | null;
	readonly error: {
		readonly code: EngineErrorCode | "batch_canceled" | "batch_expired";
		readonly message: string;
	} | null;
	/** For instance that a photo could not be fetched. */
	readonly warnings: readonly string[];
	/** For its description and its last pictures, less what was refunded. */
	readonly credits: number;
	/** The same as vendors ask for it; `null` when nobody knows. */
	readonly costDollars: number | null;
	/** A name for its picture's file, without the ending. */
	readonly fileName: string;
}

export interface RowQuery {
	/** Any of these; all when left out. */
	readonly statuses?: readonly RowStatus[] | undefined;
	/** 1 to 200. */
	readonly limit: number;
	/** The position after which the page begins. */
	readonly after?: number | undefined;
}

export interface RowPage {
	readonly rows: readonly CatalogueRow[];
	/** For the next page; `null` on the last. */
	readonly next: number | null;
}

export interface CataloguePage {
	readonly catalogues: readonly Catalogue[];
	readonly hasMore: boolean;
}

/** Which rows are to be done again. */
export type RetrySelection =
	| { readonly kind: "failed" }
	/** Failed ones, or such as are drawn already and are to be replaced; at most 1,000. */
	| { readonly kind: "rows"; readonly keys: readonly string[] };
