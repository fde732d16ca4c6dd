/** The contract between the engine and whoever draws. It lives at the bottom of the house and imports nothing. */

/** Whether trying again can help, and what the caller is told: decided once, here. */
export type ProviderErrorKind =
	| "invalid"
	| "content_blocked"
	| "rate_limited"
	| "quota_exhausted"
	| "unavailable"
	| "timeout"
	| "auth"
	| "not_configured";

const RETRYABLE: Record<ProviderErrorKind, boolean> = {
	invalid: false,
	content_blocked: false,
	rate_limited: true,
	quota_exhausted: false,
	unavailable: true,
	timeout: true,
	auth: false,
	not_configured: false,
};

/**
 * The only error a provider may throw. `message` is for the log and may quote the vendor;
 * `publicMessage` is safe to show to a caller.
 */
export class ProviderError extends Error {
	readonly kind: ProviderErrorKind;
	readonly publicMessage: string;
	/** How long the vendor asked us to wait, in milliseconds. */
	readonly retryAfterMs: number | undefined;

	constructor(
		kind: ProviderErrorKind,
		message: string,
		options: {
			publicMessage?: string;
			retryAfterMs?: number;
			cause?: unknown;
		} = {},
	) {
		super(message, { cause: options.cause });
		this.name = "ProviderError";
		this.kind = kind;
		this.publicMessage = options.publicMessage ?? message;
		this.retryAfterMs = options.retryAfterMs;
	}

	get isRetryable(): boolean {
		return RETRYABLE[this.kind];
	}
}

/** Something that was asked and not done, without spoiling the picture. `parameter` is the engine's word for it. */
export interface Warning {
	readonly kind: "unsupported" | "substituted" | "adjusted" | "deprecated";
	readonly parameter: string;
	readonly message: string;
}

/** A picture handed to the provider: a reference, or the picture to edit. */
export interface InputImage {
	readonly mediaType: string;
	readonly width: number;
	readonly height: number;
	readonly sizeBytes: number;
	/** The bytes as they lie in storage; may be opened more than once. */
	open(): Promise<AsyncIterable<Uint8Array>>;
}

/** One call to a provider. `undefined` always means: the provider's own default. */
export interface ImageCall {
	/** The provider's own name of the model. */
	readonly model: string;
	readonly prompt: string;
	readonly negativePrompt: string | undefined;
	/** How many pictures this call is to draw; never above the model's `countPerCall`. */
	readonly count: number;
	/** Pixels. */
	readonly size: { readonly width: number; readonly height: number };
	/** As asked, `16:9`; `undefined` when the caller named pixels. */
	readonly aspectRatio: string | undefined;
	/** Seed of the first picture; a call with a seed has `count` 1. */
	readonly seed: number | undefined;
	readonly inputImages: readonly InputImage[];
}

/** A file that holds a drawn picture, already hashed, not yet in storage. */
export interface KeptFile {
	readonly path: string;
	/** Lower-case hexadecimal. */
	readonly sha256: string;
	readonly sizeBytes: number;
}

/** What the engine lends a provider for the length of one call. */
export interface CallContext {
	/** Aborts when the caller cancels, the lease is lost or the time is up. */
	readonly signal: AbortSignal;
	/** Takes a picture's bytes as they arrive, so that nobody holds a whole picture in memory. */
	keepImage(bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>;
}

export interface DrawnImage {
	readonly file: KeptFile;
	/** The seed really used, if the provider knows it. */
	readonly seed: number | undefined;
	/** The prompt as the vendor rewrote it. */
	readonly revisedPrompt: string | undefined;
}

export interface ImageCallResult {
	/** May be fewer than asked; the rest is refunded. */
	readonly images: readonly DrawnImage[];
	readonly warnings: readonly Warning[];
	/** Dollars the vendor asked for this call; `undefined` when it did not say. */
	readonly costDollars: number | undefined;
	/** Tokens the vendor counted; 0 for one that counts none. */
	readonly totalTokens: number;
}

/** Whether a provider can draw now, and if not, what is missing: words for the start-up page. */
export type Readiness =
	| { readonly status: "ready"; readonly detail: string }
	| { readonly status: "not_configured"; readonly detail: string };

export interface Provider {
	readonly name: string;
	readonly readiness: Readiness;
	/** How its pictures came to be, said with every picture. */
	readonly provenance: "procedural" | "generative";
	/** How many pictures it may have under its brush at once, over all processes that share the database. */
	readonly concurrency: number;
	/** @throws {ProviderError} and nothing else, save the signal's own reason when it aborted. */
	generateImages(
		call: ImageCall,
		context: CallContext,
	): Promise<ImageCallResult>;
	close(): Promise<void>;
}
