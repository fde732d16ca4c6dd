/** What pictures are asked with, and what comes of it. */

/** Words of `POST /v0/images/generations`; an ask without `prompt` needs a `presetId`. */
export interface GenerationAsk {
	readonly prompt?: string | undefined;
	readonly negativePrompt?: string | undefined;
	readonly presetId?: string | undefined;
	readonly variables?: Readonly<Record<string, unknown>> | undefined;
	readonly modelVersion?: string | undefined;
	readonly sampleCount?: number | undefined;
	/** As `16:9`. */
	readonly aspectRatio?: string | undefined;
	/** `low`, `standard`, `high`, `4k`. */
	readonly resolution?: string | undefined;
	/** Exact pixels as `1200x628`, in the place of `aspectRatio`. */
	readonly size?: string | undefined;
	readonly seed?: number | undefined;
	readonly isPublic?: boolean | undefined;
	readonly refImageBase64?:
		| readonly { readonly mimeType?: string; readonly data: string }[]
		| undefined;
	readonly refImageUrls?: readonly string[] | undefined;
}

/** Something that was asked for and not done, or not so. */
export interface Warning {
	readonly kind: string;
	readonly parameter: string;
	readonly message: string;
}

export interface GeneratedImage {
	readonly id: string;
	/** Anybody who knows it can see the picture. */
	readonly url?: string | undefined;
	readonly thumbnailUrl: string;
	readonly width: number;
	readonly height: number;
	readonly seed: number | null;
	readonly provenance: "procedural" | "generative";
	readonly drawnBy: {
		readonly provider: string;
		readonly providerModel: string;
	};
}

export interface GenerationHead {
	/** What the API calls the jobId. */
	readonly id: string;
	readonly status: "queued" | "active" | "completed" | "failed";
	readonly model: string;
	readonly warnings: readonly Warning[];
}

export interface Generation extends GenerationHead {
	/** The model that really draws. */
	readonly drawnBy: string;
	/** Percent, where who draws says so. */
	readonly progress?: number | undefined;
	/** When completed. */
	readonly data?: readonly GeneratedImage[] | undefined;
	readonly usage?: { readonly credits: number } | undefined;
	readonly cost?: { readonly dollars: number | null } | undefined;
	/** When failed. */
	readonly error?: string | undefined;
	readonly code?: string | undefined;
}

/** What an ask would cost. */
export interface Quote {
	readonly model: string;
	readonly provider: string;
	readonly prompt: string;
	readonly sampleCount: number;
	readonly width: number;
	readonly height: number;
	readonly price: {
		readonly creditsPerImage: number;
		readonly credits: number;
	};
	readonly balance: number;
	readonly isAffordable: boolean;
	readonly warnings: readonly Warning[];
}
