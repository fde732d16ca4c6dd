/** What a row says itself of how it is to be worked on, in the place of its catalogue. */
import type { Background, Quality } from "../../providers/provider.ts";
import type { AspectRatio, Resolution, Size } from "../models/model.ts";

/** How a row is to be worked on where it says so itself; the catalogue says the rest. */
export interface RowWishes {
	/** Who draws, or who describes where the row's words ask for a description. */
	readonly model?: string | undefined;
	readonly count?: number | undefined;
	readonly aspectRatio?: AspectRatio | undefined;
	readonly resolution?: Resolution | undefined;
	/** Exact pixels; excludes `aspectRatio`. */
	readonly size?: Size | undefined;
	/** Has the picture drawn in the shape of the first one that it is drawn from; of no effect without one. */
	readonly isLikePhoto?: boolean | undefined;
	readonly quality?: Quality | undefined;
	readonly background?: Background | undefined;
	readonly seed?: number | undefined;
	readonly negativePrompt?: string | undefined;
	/** Of descriptions. */
	readonly temperature?: number | undefined;
	readonly maxOutputTokens?: number | undefined;
	/** The format of the pictures in results; as they were drawn when missing. */
	readonly outputFormat?: "png" | "jpeg" | "webp" | undefined;
	/** Of jpeg and webp in results, 0 to 100. */
	readonly outputQuality?: number | undefined;
}

/** What a line wants: words, pictures, or whichever the catalogue is for. */
export type WantedAnswer = "words" | "picture" | "either";

/** What a line of requests says beside its words, as it is kept. */
export interface KeptAsk {
	readonly answer: WantedAnswer;
	readonly wishes: RowWishes;
	readonly pictures: readonly KeptPicture[];
	readonly mask?: KeptPicture | undefined;
}

export type KeptPicture =
	| { readonly kind: "url"; readonly url: string }
	| { readonly kind: "stored"; readonly storageKey: string };
