/** What a dialect asks of the engine, and what it gets back: one vocabulary for all dialects. */
import type {
	Background,
	Quality,
	Usage,
	Warning,
} from "../../providers/provider.ts";
import type { StagedFile } from "../../storage/staging.ts";
import type { KeptFault } from "../errors.ts";
import type {
	AspectRatio,
	Resolution,
	Size,
	Watermark,
} from "../models/model.ts";

/** Who is asking. */
export interface Principal {
	readonly teamId: string;
	readonly kind: "team" | "guest";
	/** `null` for a guest, who has none. */
	readonly apiKeyId: string | null;
	readonly role: "admin" | "member";
}

/** What a preset asks of a file that is handed in for it. */
export interface FileRule {
	/** Those it may have, by its bytes. */
	readonly mediaTypes: readonly string[];
	readonly maxBytes?: number | undefined;
}

/** A reference picture as it came in; `field` is the caller's word for it, used in errors. */
export type InputImageSource = PictureSource & {
	readonly rule?: FileRule | undefined;
};

type PictureSource =
	| { readonly kind: "base64"; readonly field: string; readonly data: string }
	| { readonly kind: "url"; readonly field: string; readonly url: string }
	/** One that this server keeps already; the limit of bytes for what callers send is not for it. */
	| {
			readonly kind: "stored";
			readonly field: string;
			open(): Promise<AsyncIterable<Uint8Array>>;
	  }
	| StagedSource;

/** One that was taken in already. It is discarded by whoever had it staged; the engine may have taken it away by then. */
export interface StagedSource {
	readonly kind: "staged";
	readonly field: string;
	readonly file: StagedFile;
}

/** Where a request and what is drawn for it are put down, in the transaction that charges it. */
export interface ConversationCall {
	readonly conversationId: string;
	/** What the user's message says; the prompt when left out. */
	readonly text?: string | undefined;
	/** Which of the input images the user's message shows, by index; all when left out. */
	readonly shownInputs?: readonly number[] | undefined;
}

/** A preset and what is filled into it. */
export interface PresetUse {
	readonly presetId: string;
	/** By the keys of the preset's requirements; those that it does not know are kept and have no effect. */
	readonly variables: Readonly<Record<string, unknown>>;
	/** The `field` of each is the key of its requirement, or `<key>_0`, `<key>_1` and so on where there may be several. */
	readonly files: readonly InputImageSource[];
}

export interface GenerationRequest {
	readonly dialect: string;
	/** May be empty when a preset says enough. */
	readonly prompt: string;
	/** What it says is drawn where the request does not say it. */
	readonly preset?: PresetUse | undefined;
	readonly negativePrompt?: string | undefined;
	/** The model's public name; the default model when missing. */
	readonly model?: string | undefined;
	/** The provider that is to draw it, by its name on this server; whoever has the model when missing. */
	readonly provider?: string | undefined;
	/** 1 when missing. */
	readonly count?: number | undefined;
	/** The shape; 1:1 when neither it nor `size` is given. */
	readonly aspectRatio?: AspectRatio | undefined;
	/** The tier: how finely to draw, and the price; with `size`, the picture is drawn at the tier and then fitted to the size. */
	readonly resolution?: Resolution | undefined;
	/** Exact pixels; excludes `aspectRatio`. */
	readonly size?: Size | undefined;
	/** One for each picture, 0 to 2^31-1. */
	readonly seeds?: readonly number[] | undefined;
	/** That of the first picture, from which those of the others count on; excludes `seeds`. */
	readonly firstSeed?: number | undefined;
	readonly inputImages?: readonly InputImageSource[] | undefined;
	/** A picture of the first input image's size: what is transparent in it is to be drawn anew. */
	readonly mask?: InputImageSource | undefined;
	readonly quality?: Quality | undefined;
	readonly background?: Background | undefined;
	/** How many unfinished pictures of each are wanted on the way, 0 to 3; those who watch the generation get them. */
	readonly partialImages?: number | undefined;
	readonly isPublic?: boolean | undefined;
	readonly priority?: "interactive" | "batch" | undefined;
	/** Two requests of one team under the same cacheKey want the same pictures. */
	readonly cacheKey?: string | undefined;
	readonly idempotency?:
		| { readonly key: string; readonly requestSha256: string }
		| undefined;
	/**
	 * The conversation that remembers the call. One that the team does not have is `not_found`, and nothing is charged. What
	 * comes out of the cache is not put down.
	 */
	readonly conversation?: ConversationCall | undefined;
	/** Kept with the generation and given back, for the dialect alone. */
	readonly dialectData?: Readonly<Record<string, unknown>> | undefined;
}

/** A request with its preset filled in. */
export interface RenderedRequest extends GenerationRequest {
	/** What is to be drawn, in the words that its provider is given. */
	readonly renderedPrompt: string;
	/** Which preset it was made from; `null` for none. */
	readonly renderedFrom: {
		readonly presetId: string;
		readonly version: number;
		readonly variablesJson: string;
	} | null;
}

export type GenerationStatus =
	| "queued"
	| "active"
	| "completed"
	| "failed"
	| "canceled";

export interface Image {
	readonly id: string;
	readonly generationId: string;
	readonly teamId: string;
	readonly position: number;
	readonly seed: number | null;
	readonly storageKey: string;
	/** Of the original, hexadecimal. */
	readonly sha256: string;
	readonly mediaType: string;
	readonly sizeBytes: number;
	readonly originalWidth: number;
	readonly originalHeight: number;
	readonly width: number;
	readonly height: number;
	readonly provenance: "procedural" | "generative";
	/** Who drew it; empty when nobody noted it. */
	readonly provider: string;
	readonly providerModel: string;
	readonly watermark: Watermark;
	readonly publicToken: string;
	readonly isPublic: boolean;
	/** Milliseconds since 1970, as all times here. */
	readonly createdAt: number;
}

export interface Generation {
	readonly id: string;
	readonly teamId: string;
	readonly dialect: string;
	readonly status: GenerationStatus;
	readonly model: string;
	/** The provider that draws it, or drew the last of its images. */
	readonly provider: string;
	readonly providerModel: string;
	/** The id of the model that draws: another than `model` names when that one is retired, or somebody stands in. */
	readonly drawnBy: string;
	readonly prompt: string;
	readonly renderedPrompt: string;
	readonly revisedPrompt: string | null;
	readonly negativePrompt: string | null;
	readonly count: number;
	readonly width: number;
	readonly height: number;
	readonly warnings: readonly Warning[];
	readonly dialectData: Readonly<Record<string, unknown>>;
	/** What the team has paid in the end: the charge less the refund. */
	readonly credits: number;
	/** `null` when nobody knows. */
	readonly costDollars: number | null;
	/** Whether the cost, or a part of it, comes from a price list and not from the vendor. */
	readonly isCostEstimated: boolean;
	readonly usage: Usage | null;
	readonly totalTokens: number;
	/** How far the work is, from 0 to 100, while it is active and the provider says so. */
	readonly progressPercent: number | null;
	readonly error: KeptFault | null;
	readonly createdAt: number;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	readonly images: readonly Image[];
}

/** What a generation would cost, without doing it. */
export interface Quote {
	readonly model: string;
	readonly provider: string;
	readonly renderedPrompt: string;
	readonly count: number;
	readonly width: number;
	readonly height: number;
	/** The tier that decides the price. */
	readonly resolution: Resolution;
	readonly creditsPerImage: number;
	readonly credits: number;
	readonly balance: number;
	readonly warnings: readonly Warning[];
}
