/** What a dialect asks of the engine, and what it gets back: one vocabulary for all dialects. */
import type { Warning } from "../../providers/provider.ts";
import type { EngineErrorCode } from "../errors.ts";
import type { AspectRatio, Resolution, Size } from "../models/model.ts";

/** Who is asking. */
export interface Principal {
	readonly teamId: string;
	readonly apiKeyId: string;
	readonly role: "admin" | "member";
}

/** A reference picture as it came in; `field` is the caller's word for it, used in errors. */
export type InputImageSource =
	| { readonly kind: "base64"; readonly field: string; readonly data: string }
	| { readonly kind: "url"; readonly field: string; readonly url: string };

export interface GenerationRequest {
	readonly dialect: string;
	readonly prompt: string;
	readonly negativePrompt?: string | undefined;
	/** The model's public name; the default model when missing. */
	readonly model?: string | undefined;
	readonly count: number;
	/** The shape; 1:1 when neither it nor `size` is given. */
	readonly aspectRatio?: AspectRatio | undefined;
	/** The tier: how finely to draw, and the price; with `size`, the picture is drawn at the tier and then fitted to the size. */
	readonly resolution?: Resolution | undefined;
	/** Exact pixels; excludes `aspectRatio`. */
	readonly size?: Size | undefined;
	/** One for each picture, 0 to 2^31-1. */
	readonly seeds?: readonly number[] | undefined;
	readonly inputImages?: readonly InputImageSource[] | undefined;
	readonly isPublic?: boolean | undefined;
	readonly priority?: "interactive" | "batch" | undefined;
	/** Two requests of one team under the same cacheKey want the same pictures. */
	readonly cacheKey?: string | undefined;
	readonly idempotency?:
		| { readonly key: string; readonly requestSha256: string }
		| undefined;
	/** Kept with the generation and given back, for the dialect alone. */
	readonly dialectData?: Readonly<Record<string, unknown>> | undefined;
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
	readonly provider: string;
	readonly providerModel: string;
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
	readonly costDollars: number | null;
	readonly totalTokens: number;
	readonly error: {
		readonly code: EngineErrorCode;
		readonly message: string;
	} | null;
	readonly createdAt: number;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	readonly images: readonly Image[];
}

/** What a generation would cost, without doing it. */
export interface Quote {
	readonly model: string;
	readonly provider: string;
	readonly count: number;
	readonly width: number;
	readonly height: number;
	readonly creditsPerImage: number;
	readonly credits: number;
	readonly balance: number;
	readonly warnings: readonly Warning[];
}
