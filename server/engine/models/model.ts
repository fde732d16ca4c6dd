/** What a model is: its names, what it can do and what it costs. Data, so that a model is added without code. */

/** The tiers in which a caller asks for pixels and is charged. */
export const RESOLUTIONS = ["low", "standard", "high", "4k"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** The eighteen ratios of the team API (S1-9). */
export const ASPECT_RATIOS = [
	"1:1",
	"1:2",
	"1:4",
	"1:8",
	"2:1",
	"2:3",
	"3:2",
	"3:4",
	"4:1",
	"4:3",
	"4:5",
	"5:4",
	"8:1",
	"9:16",
	"9:19.5",
	"16:9",
	"19.5:9",
	"21:9",
] as const;
export type AspectRatio = (typeof ASPECT_RATIOS)[number];

/** Pixels. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

/** The sizes a model draws: any between two edges, or a list. */
export type Sizing =
	| {
			readonly kind: "free";
			readonly minEdge: number;
			readonly maxEdge: number;
	  }
	| { readonly kind: "fixed"; readonly sizes: readonly Size[] };

export interface Model {
	readonly id: string;
	readonly provider: string;
	readonly providerModel: string;
	readonly sizing: Sizing;
	/** Pictures one call may draw; more are split into several calls. */
	readonly countPerCall: number;
	readonly maxInputImages: number;
	readonly honoursSeed: boolean;
	readonly honoursNegativePrompt: boolean;
	/** Credits for one picture; a tier that is missing cannot be asked for (S1-46). */
	readonly creditPrices: Readonly<Partial<Record<Resolution, number>>>;
}
