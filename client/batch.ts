/** A table that becomes a picture for every row. */
import type { GeneratedImage } from "./generation.ts";

/** What is drawn for a row, and how: the words of `POST /v0/batches` beside the table itself. */
export interface BatchFields {
	readonly name?: string | undefined;
	/** What the lines of the file are: `table`, or requests of `gemini` or `openai`. */
	readonly form?: string | undefined;
	readonly kind?: string | undefined;
	readonly prompt?: string | undefined;
	readonly negativePrompt?: string | undefined;
	readonly keyColumn?: string | undefined;
	readonly photoColumns?: readonly string[] | undefined;
	readonly presetId?: string | undefined;
	readonly variables?: Readonly<Record<string, string>> | undefined;
	readonly fileColumns?: Readonly<Record<string, string>> | undefined;
	readonly fileName?: string | undefined;
	readonly strategy?: string | undefined;
	readonly modelVersion?: string | undefined;
	readonly describingModelVersion?: string | undefined;
	readonly sampleCount?: number | undefined;
	readonly aspectRatio?: string | undefined;
	readonly resolution?: string | undefined;
	/** Exact pixels as `1200x628`, in the place of `aspectRatio`. */
	readonly size?: string | undefined;
	readonly maxPhotos?: number | undefined;
	readonly onMissingPhoto?: string | undefined;
	readonly auto?: boolean | undefined;
	readonly rowsAtOnce?: number | undefined;
}

/** What was refused, or what was done about it. */
export interface Problem {
	/** In the file, from 1. */
	readonly line: number;
	readonly code: string;
	readonly message: string;
}

/** Each row is counted once, but for `total`. */
export interface RowCounts {
	readonly total: number;
	readonly invalid: number;
	readonly waiting: number;
	readonly describing: number;
	readonly described: number;
	readonly drawing: number;
	readonly drawn: number;
	readonly failed: number;
}

export type BatchStatus =
	/** Rows wait for `start`. */
	| "ready"
	| "working"
	| "paused"
	| "canceling"
	/** Descriptions wait for `draw`. */
	| "described"
	/** Every row is drawn, failed or invalid. */
	| "completed";

export interface Batch {
	readonly id: string;
	readonly name: string;
	readonly status: BatchStatus;
	readonly kind?: string | undefined;
	readonly prompt?: string | undefined;
	readonly presetId?: string | undefined;
	readonly strategy: string;
	readonly modelVersion: string | null;
	readonly sampleCount: number | null;
	readonly auto: boolean;
	readonly columns: readonly string[];
	readonly counts: RowCounts;
	/** `credits`: they ran out on the way. `null` when somebody asked for the pause, or there is none. */
	readonly pausedFor: "credits" | null;
	/** The first ones. */
	readonly problems: readonly Problem[];
	readonly problemCount: number;
	readonly rowsPerMinute: number | null;
	/** Until all rows that are worked on now have ended. */
	readonly remainingSeconds: number | null;
	readonly createdAt: string;
}

export interface StrategyPrice {
	readonly strategy: string;
	readonly credits: number;
	/** An estimate of what vendors would ask; `null` if nobody knows. */
	readonly dollars: number | null;
	readonly isAffordable: boolean;
	/** `null` for vendors' batches, which take as long as the vendor likes. */
	readonly expectedSeconds: number | null;
	/** What a vendor promises at the latest. */
	readonly atMostSeconds: number | null;
}

/** What it would cost to bring all rows that are neither drawn nor invalid to their end. */
export interface Estimate {
	readonly rows: number;
	readonly strategies: readonly StrategyPrice[];
	/** Credits that the team has. */
	readonly balance: number;
}

export interface EstimatedBatch extends Batch {
	/** `null` when it cannot be told; `estimate` says why. */
	readonly estimate: Estimate | null;
}

export type RowStatus =
	| "invalid"
	| "waiting"
	| "describing"
	| "described"
	| "drawing"
	| "drawn"
	| "failed";

export interface BatchRow {
	/** Unique in the batch. */
	readonly key: string;
	/** Where it begins in the table, from 1. */
	readonly line: number;
	readonly status: RowStatus;
	readonly prompt: string;
	readonly description: string | null;
	readonly images: readonly GeneratedImage[];
	readonly error: { readonly code: string; readonly message: string } | null;
	/** For instance that a photo could not be fetched. */
	readonly warnings: readonly string[];
	readonly credits: number;
	/** For its picture, without the ending. */
	readonly fileName: string;
}

export interface RowPage {
	readonly rows: readonly BatchRow[];
	/** `after` of the next page; `null` on the last. */
	readonly next: number | null;
}

/** A table and what would be drawn for it, with nothing kept. */
export interface BatchPreview {
	readonly kind?: string | undefined;
	readonly columns: readonly {
		readonly name: string;
		readonly type: string;
		readonly filledCount: number;
	}[];
	readonly rowCount: number;
	readonly problems: readonly Problem[];
	readonly problemCount: number;
	/** The first rows. */
	readonly rows: readonly {
		readonly line: number;
		readonly key: string;
		readonly prompt: string;
		readonly photos: readonly string[];
		/** Why it could not be drawn; `null` when it could. */
		readonly problem: string | null;
	}[];
	/** Of all rows; `null` when there is none that could be drawn. */
	readonly estimate:
		| (Estimate & {
				/** When it is drawn at once; `null` for requests, each of which has its own price. */
				readonly creditsPerRow: number | null;
				/** By the strategy asked for. */
				readonly credits: number;
				readonly isAffordable: boolean;
		  })
		| null;
}
