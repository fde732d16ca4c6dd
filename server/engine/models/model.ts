/** What a model is: its names, who has it, what it can do and what it costs. Data, so that a model is added without code. */
import type { ImageCapabilities } from "../../providers/provider.ts";

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

/** One provider that has the model. */
export interface Offer {
	/** The provider's name on this server. */
	readonly provider: string;
	/** The provider's own name of the model; may be empty for a server that has only one. */
	readonly providerModel: string;
	/** Where the model can do something else there. */
	readonly capabilities?: Partial<ImageCapabilities> | undefined;
}

/** What the vendor asks, to estimate a cost by when it does not say. */
export interface DollarPrices {
	/** Dollars for one picture of a tier. */
	readonly perImage?: Readonly<Partial<Record<Resolution, number>>> | undefined;
	/** Dollars for a million tokens of each kind. No token is of two kinds. */
	readonly perMillionTokens?:
		| {
				readonly inputText: number;
				readonly inputImage: number;
				readonly outputText: number;
				readonly outputImage: number;
		  }
		| undefined;
	/** What a batch of the vendor's own costs of it; 0.5 for half price. */
	readonly batchFactor: number;
	/** Where the prices were read, and when: YYYY-MM-DD. */
	readonly source: string;
	readonly checkedOn: string;
}

export interface Model {
	readonly id: string;
	/** For people. */
	readonly title: string;
	readonly description: string;
	/** Names that mean the same model. */
	readonly aliases: readonly string[];
	/** Who has it, the preferred one first. */
	readonly offers: readonly Offer[];
	/** What it can draw; `null` for a model that only talks. */
	readonly image: ImageCapabilities | null;
	/** Whether it answers with text. */
	readonly talks: boolean;
	/** Whether it can look things up on the web. */
	readonly grounding: boolean;
	/** Whether its vendor takes batches for it. */
	readonly batch: boolean;
	/** Codes of ISO 639-1 in which prompts work best; empty when the vendor does not say. Others are accepted too. */
	readonly languages: readonly string[];
	/** The mark that the vendor puts into every picture (S2-12, X25). */
	readonly watermark: Watermark;
	/** Credits for one picture; a tier that is missing cannot be asked for (S1-46). */
	readonly creditPrices: Readonly<Partial<Record<Resolution, number>>>;
	/** Credits for one answer in words, of a model that talks. */
	readonly creditsPerReply: number;
	readonly dollarPrices: DollarPrices | null;
	/** Models that draw, in this order, when nobody who has this one can. */
	readonly fallbacks: readonly string[];
}

export type Watermark = "synthid" | "none" | "unknown";

/** A name that its vendor no longer serves. Requests for it are answered by its successor, within what it could do. */
export interface RetiredModel {
	readonly id: string;
	readonly aliases: readonly string[];
	/** YYYY-MM-DD. */
	readonly retiredOn: string;
	/** The id of a model. */
	readonly successor: string;
	/** What it could do less than its successor. */
	readonly image: Partial<ImageCapabilities>;
	/** The tiers that it had; its successor's when left out. */
	readonly resolutions?: readonly Resolution[] | undefined;
}

/** All there is in the catalogue. */
export interface CatalogueEntries {
	readonly models: readonly Model[];
	readonly retired: readonly RetiredModel[];
}
