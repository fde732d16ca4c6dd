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

/** What a caller may read, each with what to do next (S2-11). */
const PUBLIC_MESSAGES: Record<ProviderErrorKind, string> = {
	invalid:
		"The provider refused a parameter of the request. Check the API documentation for what the model takes.",
	content_blocked:
		"The provider's content policy refused the prompt or the picture. Modify the prompt.",
	rate_limited:
		"The provider is being asked too often. Try again later, and more slowly.",
	quota_exhausted:
		"The quota of this server's account with the provider is used up. Wait, or have it upgraded.",
	unavailable: "The provider could not be reached, or failed.",
	timeout: "The provider took too long.",
	auth: "The provider does not accept this server's credentials. The server's owner can find out more with `npm run doctor`.",
	not_configured:
		"The provider is not configured on this server. The server's owner can find out more with `npm run doctor`.",
};

/**
 * The only error a provider may throw. `message` is for the log and may quote the vendor; `publicMessage` is safe to
 * show to a caller, and never the vendor's own words unless a provider says so.
 */
export class ProviderError extends Error {
	readonly kind: ProviderErrorKind;
	readonly publicMessage: string;
	/** How long the vendor asked us to wait, in milliseconds. */
	readonly retryAfterMs: number | undefined;
	/** Whether the vendor may have drawn, and asked money for it, although nothing usable came back. */
	readonly mayBePaid: boolean;

	constructor(
		kind: ProviderErrorKind,
		message: string,
		options: {
			publicMessage?: string | undefined;
			retryAfterMs?: number | undefined;
			mayBePaid?: boolean;
			cause?: unknown;
		} = {},
	) {
		super(message, { cause: options.cause });
		this.name = "ProviderError";
		this.kind = kind;
		this.publicMessage = options.publicMessage ?? PUBLIC_MESSAGES[kind];
		this.retryAfterMs = options.retryAfterMs;
		this.mayBePaid = options.mayBePaid ?? false;
	}

	/** What may have been paid for is not asked for again. */
	get isRetryable(): boolean {
		return RETRYABLE[this.kind] && !this.mayBePaid;
	}
}

/** Something that was asked and not done, without spoiling the picture. `parameter` is the engine's word for it. */
export interface Warning {
	readonly kind: "unsupported" | "substituted" | "adjusted" | "deprecated";
	readonly parameter: string;
	readonly message: string;
	/** Of what is deprecated: since when, in milliseconds since 1970. */
	readonly since?: number;
}

/* ---- What a model can do, as data ---- */

/** One shape a model draws. */
export interface Frame {
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** The vendor's own name for the shape, `16:9`, where it goes by ratios. */
	readonly aspectRatio?: string | undefined;
	/** The vendor's own name for the fineness, `2K`, where it goes by tiers. */
	readonly tier?: string | undefined;
}

/** The shapes a model draws: any within bounds, or those of a list. */
export type Sizing =
	| {
			readonly kind: "free";
			/** Pixels. */
			readonly minEdge: number;
			readonly maxEdge: number;
			/** Both edges are multiples of this; of 1 when left out. */
			readonly multipleOf?: number | undefined;
			/** Bounds of width times height. */
			readonly minPixels?: number | undefined;
			readonly maxPixels?: number | undefined;
			/** How many times as long as short a picture may be. */
			readonly maxAspect?: number | undefined;
	  }
	| { readonly kind: "frames"; readonly frames: readonly Frame[] };

export type Quality = "low" | "medium" | "high";
export type Background = "transparent" | "opaque";

/** What a model can do, and what becomes of a parameter that it lacks. */
export interface ImageCapabilities {
	readonly sizing: Sizing;
	/** Pictures one call may draw; more are split into several calls. */
	readonly countPerCall: number;
	readonly maxInputImages: number;
	/** Whether a mask may say what of the first input image is to be drawn anew. */
	readonly mask: boolean;
	readonly seed: "honoured" | "ignored";
	/** `folded`: the model has no such parameter, so that the wish becomes part of the prompt. */
	readonly negativePrompt: "native" | "folded";
	/** Those that may be asked for; none when empty. */
	readonly qualities: readonly Quality[];
	readonly backgrounds: readonly Background[];
	/** How many unfinished pictures may be asked for on the way; 0 for none. */
	readonly partialImages: number;
}

/* ---- One call ---- */

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
	/** Only for models that take one; else it is part of the prompt already. */
	readonly negativePrompt: string | undefined;
	/** How many pictures this call is to draw; never above the model's `countPerCall`. */
	readonly count: number;
	/** One of the model's shapes. */
	readonly frame: Frame;
	/** Seed of the first picture; a call with a seed has `count` 1. Left out for models that ignore it. */
	readonly seed: number | undefined;
	readonly inputImages: readonly InputImage[];
	/** Of the first input image: what is transparent in it is to be drawn anew. */
	readonly mask: InputImage | undefined;
	readonly quality: Quality | undefined;
	readonly background: Background | undefined;
	/** How many unfinished pictures are wanted on the way, where the model can. */
	readonly partialImages: number;
}

/** A file that holds what a provider received, already hashed, not yet in storage. */
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
	/**
	 * Takes bytes as they arrive, so that nobody holds a whole picture in memory. What is not part of the result is
	 * deleted when the call is over.
	 */
	keepFile(bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>;
	/** Told of an unfinished picture; `index` counts from 0. The file is deleted when the call is over. */
	readonly onPartialImage?: (file: KeptFile, index: number) => void;
	/** Told how far the work is, from 0 to 1. */
	readonly onProgress?: (fraction: number) => void;
}

export interface DrawnImage {
	readonly file: KeptFile;
	/** The seed really used, if the provider knows it. */
	readonly seed: number | undefined;
	/** The prompt as the vendor rewrote it. */
	readonly revisedPrompt: string | undefined;
}

/** What the vendor counted. No token is in two of these. */
export interface Usage {
	readonly inputTextTokens: number;
	readonly inputImageTokens: number;
	/** What was thought included. */
	readonly outputTextTokens: number;
	readonly outputImageTokens: number;
}

/** What a call consumed. */
export interface Consumption {
	/** `undefined` when the vendor did not say. */
	readonly usage: Usage | undefined;
	/** Dollars the vendor says it asks for this call; `undefined` when it did not say. */
	readonly costDollars: number | undefined;
}

export interface ImageCallResult extends Consumption {
	/** May be fewer than asked; the rest is refunded. */
	readonly images: readonly DrawnImage[];
	readonly warnings: readonly Warning[];
}

/* ---- Talk ---- */

/** A part of what was said. */
export type TurnPart =
	| {
			readonly kind: "text";
			readonly text: string;
			readonly signature?: string | undefined;
	  }
	| {
			readonly kind: "image";
			readonly image: InputImage;
			/** What the vendor said of the part for itself; given back to it letter by letter. */
			readonly signature?: string | undefined;
	  };

export interface Turn {
	readonly role: "user" | "assistant";
	readonly parts: readonly TurnPart[];
	/** The name of the provider that gave the signatures in it: they are shown to no other. */
	readonly signedBy?: string | undefined;
}

export type Modality = "text" | "image";

/** A conversation to be gone on with. `undefined` means: the provider's own default. */
export interface ChatCall {
	/** The provider's own name of the model. */
	readonly model: string;
	/** What the assistant is told to be. */
	readonly instructions: string | undefined;
	/** From the oldest to the one to be answered. */
	readonly turns: readonly Turn[];
	/** What the answer may consist of; pictures only of models that draw. */
	readonly modalities: readonly Modality[];
	/** The shape of pictures in the answer. */
	readonly frame: Pick<Frame, "aspectRatio" | "tier"> | undefined;
	readonly seed: number | undefined;
	readonly temperature: number | undefined;
	readonly maxOutputTokens: number | undefined;
}

/** What comes of a conversation, piece by piece. */
export type ChatEvent =
	| {
			readonly kind: "text";
			readonly text: string;
			readonly signature?: string | undefined;
	  }
	| {
			readonly kind: "image";
			readonly image: DrawnImage;
			readonly signature?: string | undefined;
	  }
	/** The last one. */
	| ({
			readonly kind: "end";
			/** `length`: `maxOutputTokens` was reached. */
			readonly reason: "stop" | "length";
			readonly warnings: readonly Warning[];
	  } & Consumption);

/* ---- Batches of the vendor's own ---- */

export type BatchRequest =
	| { readonly kind: "image"; readonly call: ImageCall }
	| { readonly kind: "chat"; readonly call: ChatCall };

export interface BatchLine {
	/** Tells the line's result from the others'; given back as it is. */
	readonly key: string;
	readonly request: BatchRequest;
}

export interface BatchSubmission {
	/** The provider's own name of the model; of all lines. */
	readonly model: string;
	/** For the people who look at the vendor's console. */
	readonly displayName: string;
	/** Read once. */
	readonly lines: AsyncIterable<BatchLine>;
}

export type BatchStatus =
	| "pending"
	| "running"
	| "succeeded"
	| "failed"
	| "canceled"
	| "expired"
	/** The vendor knows of no such batch, or no longer. */
	| "gone";

export interface BatchState {
	readonly status: BatchStatus;
	/** As far as the vendor says. */
	readonly counts: {
		readonly total: number | undefined;
		readonly succeeded: number | undefined;
		readonly failed: number | undefined;
	};
	/** Why it failed, for the log. */
	readonly fault: string | undefined;
}

/** What came of one line, in no particular order. */
export type BatchResult =
	| ({
			readonly key: string;
			readonly kind: "done";
			readonly images: readonly DrawnImage[];
			/** All text of the answer; empty for none. */
			readonly text: string;
	  } & Consumption)
	| {
			readonly key: string;
			readonly kind: "failed";
			readonly error: ProviderError;
	  };

export interface ResultsContext extends CallContext {
	/** Whether the results of a line are still of use; others may be left out. All are when missing. */
	readonly isWanted?: (key: string) => boolean;
}

/** Work that a vendor does at its leisure, for less money. Everything throws {ProviderError} and nothing else. */
export interface NativeBatches {
	/** What the vendor takes in one batch. */
	readonly limits: {
		readonly maxLines: number;
		/** Of the file of requests, base64 included. */
		readonly maxInputBytes: number;
	};
	/**
	 * Not repeatable: when nobody knows whether it arrived, `find` tells.
	 * A line that cannot be read ends it: whatever the iterable throws is thrown, and nothing was submitted.
	 */
	submit(
		submission: BatchSubmission,
		context: CallContext,
	): Promise<{ readonly batchId: string }>;
	/** Finds the newest batch that was submitted under this name, also long ago; `undefined` when the vendor has none. */
	find(
		displayName: string,
		signal: AbortSignal,
	): Promise<{ readonly batchId: string } | undefined>;
	poll(batchId: string, signal: AbortSignal): Promise<BatchState>;
	/** The results that there are, of a batch that is over, one at a time however large they are; perhaps one twice. */
	results(batchId: string, context: ResultsContext): AsyncIterable<BatchResult>;
	cancel(batchId: string, signal: AbortSignal): Promise<void>;
}

/* ---- The provider ---- */

/** Whether a provider can draw now, and if not, what is missing: words for the start-up page. */
export type Readiness =
	| { readonly status: "ready"; readonly detail: string }
	| { readonly status: "not_configured"; readonly detail: string };

/** A model that the vendor says it has. */
export interface VendorModel {
	/** The vendor's name of it. */
	readonly id: string;
	/** What it draws, where the vendor says so. */
	readonly image?: Partial<ImageCapabilities> | undefined;
}

/** What an account with the vendor allows, over all processes that share the database. */
export interface ProviderLimits {
	/** Calls under way at once. */
	readonly concurrency: number;
	/** Pictures begun within any 60 seconds; no limit when `undefined`. */
	readonly imagesPerMinute: number | undefined;
	/** How long one call may take, in milliseconds; the server's own limit when `undefined`. */
	readonly callTimeoutMs: number | undefined;
}

export interface Provider {
	readonly name: string;
	readonly readiness: Readiness;
	/** How its pictures came to be, said with every picture. */
	readonly provenance: "procedural" | "generative";
	readonly limits: ProviderLimits;
	/** Part of this process, so that it is never out of order as a whole, whatever becomes of single calls. */
	readonly isEmbedded?: boolean;
	/** @throws {ProviderError} and nothing else, save the signal's own reason when it aborted. */
	generateImages(
		call: ImageCall,
		context: CallContext,
	): Promise<ImageCallResult>;
	/** Goes on with a conversation, of providers that can; throws as `generateImages` does, also between events. */
	readonly chat?: (
		call: ChatCall,
		context: CallContext,
	) => AsyncIterable<ChatEvent>;
	/**
	 * Of a provider that draws and talks without a language model: whether a user's last message asks for a picture is
	 * read from its words. For others the caller decides between the two.
	 * @param messages what the user said, oldest first.
	 * @param hasPicture whether there is a picture that the last message may be about.
	 * @returns the prompt of that picture, or `undefined` when the message is to be answered in words.
	 */
	readonly pictureAskedIn?: (
		messages: readonly string[],
		hasPicture: boolean,
	) => string | undefined;
	readonly batches?: NativeBatches;
	/** Asks the vendor which models it has, and so whether it can be reached. @throws as `generateImages` does. */
	readonly listModels?: (
		signal: AbortSignal,
	) => Promise<readonly VendorModel[]>;
	/** Whether what `listModels` tells is worth learning: it says of models that nobody described what they draw. */
	readonly discovers?: boolean;
	close(): Promise<void>;
}
