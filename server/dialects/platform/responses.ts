/** What the team API answers with, as schemas: the OpenAPI document shows them, and every answer is held against them. */
import { z } from "zod";
import { errorCodes, reasons } from "../../engine/errors.ts";

const warning = z.object({
	kind: z.enum(["unsupported", "substituted", "adjusted", "deprecated"]),
	parameter: z.string(),
	message: z.string(),
	since: z
		.int()
		.optional()
		.meta({ description: "Of what is deprecated, milliseconds since 1970" }),
});

const drawnImage = {
	provenance: z.enum(["procedural", "generative"]),
	watermark: z.enum(["synthid", "none", "unknown"]).meta({
		description: "The invisible mark that its vendor puts into every picture",
	}),
	drawnBy: z
		.object({ provider: z.string(), providerModel: z.string() })
		.meta({ description: "Who really drew it" }),
};

export const generatedImage = z.object({
	id: z.string().meta({ examples: ["img_01m7y6awe79a4yxsbnae7g1j63"] }),
	url: z.string().optional().meta({
		description:
			"Public, unguessable; a webp. Ending in .png or .jpeg it is one",
	}),
	thumbnailUrl: z.string(),
	storageKey: z.string().meta({ description: "Where the original lies" }),
	width: z.int(),
	height: z.int(),
	seed: z
		.int()
		.nullable()
		.meta({ description: "Draws the same picture again" }),
	...drawnImage,
	b64_json: z.string().optional(),
	mimeType: z.string().optional().meta({ description: "Of `b64_json`" }),
});

const generationHead = {
	id: z.string().meta({ description: "The jobId" }),
	status: z.enum(["queued", "active", "completed", "failed"]),
	created: z.int().meta({ description: "Seconds since 1970" }),
	model: z.string(),
};

const errorCode = z.enum(errorCodes);
const reason = z.enum(reasons).optional().meta({
	description:
		"SAFETY_BLOCKED: modify the prompt. RATE_LIMITED: back off. INVALID_ARGUMENT: check this document. RESOURCE_EXHAUSTED: wait or upgrade",
});

export const generationResponse = z.object({
	data: z.object({
		...generationHead,
		provider: z.string(),
		drawnBy: z.string().meta({
			description:
				"The model that really draws: another than `model` where that one is retired, or somebody stands in",
		}),
		progress: z
			.int()
			.optional()
			.meta({ description: "Percent, while active, where the provider says" }),
		data: z
			.array(generatedImage)
			.optional()
			.meta({ description: "When completed" }),
		usage: z
			.object({ credits: z.int() })
			.optional()
			.meta({ description: "What was paid, less what was refunded" }),
		cost: z
			.object({
				dollars: z
					.number()
					.nullable()
					.meta({ description: "What the vendor asks; null if unknown" }),
				isEstimated: z.boolean().meta({
					description: "By a price list, because the vendor did not say",
				}),
				tokens: z
					.object({
						inputTextTokens: z.int(),
						inputImageTokens: z.int(),
						outputTextTokens: z.int(),
						outputImageTokens: z.int(),
					})
					.nullable(),
			})
			.optional(),
		error: z.string().optional().meta({ description: "When failed" }),
		code: errorCode.optional(),
		reason,
		warnings: z.array(warning).readonly(),
	}),
});

export const queuedResponse = z.object({
	data: z.object({ ...generationHead, warnings: z.array(warning).readonly() }),
});

export const quoteResponse = z.object({
	data: z.object({
		dryRun: z.literal(true),
		model: z.string(),
		provider: z.string(),
		prompt: z
			.string()
			.meta({ description: "What would be drawn, the preset filled in" }),
		sampleCount: z.int(),
		width: z.int(),
		height: z.int(),
		price: z.object({ creditsPerImage: z.int(), credits: z.int() }),
		balance: z.int(),
		isAffordable: z.boolean(),
		warnings: z.array(warning).readonly(),
	}),
});

export const cancelResponse = z.object({
	data: z.object({ ...generationHead, cancelRequested: z.literal(true) }),
});

const galleryImage = z.object({
	id: z.string(),
	url: z.string(),
	thumbnailUrl: z.string(),
	width: z.int(),
	height: z.int(),
	modelVersion: z.string(),
	userPrompt: z.string(),
	createdAt: z.iso.datetime(),
});

const listedImage = galleryImage.extend({
	presetId: z.string().nullable(),
	isPublic: z.boolean(),
});

export const imageResponse = z.object({
	data: listedImage.extend({
		prompt: z.string().meta({ description: "As the provider was given it" }),
		negativePrompt: z.string().nullable(),
		variables: z
			.record(z.string(), z.unknown())
			.meta({ description: "As the caller gave them, for the preset" }),
		presetVersion: z.int().nullable().meta({
			description:
				"Which text it was: GET /v0/presets/{presetId}/versions/{version}",
		}),
		sourceType: z.string().nullable(),
		seed: z.int().nullable(),
		jobId: z.string(),
		storageKey: z.string(),
		mimeType: z.string().meta({ description: "Of the original" }),
		sizeBytes: z.int(),
		sha256: z.string(),
		...drawnImage,
	}),
});

function pageOf<T extends z.ZodType>(image: T) {
	return z.object({
		data: z.object({
			images: z.array(image),
			total: z.int(),
			page: z.int(),
			limit: z.int(),
		}),
	});
}

export const libraryResponse = pageOf(listedImage);
export const galleryResponse = pageOf(galleryImage);

export const deletedResponse = z.object({
	data: z.object({ id: z.string(), deleted: z.literal(true) }),
});

export const usageResponse = z.object({
	data: z.object({
		credits: z.object({
			balance: z.int(),
			used: z.int().meta({ description: "Charged less refunded" }),
			granted: z.int(),
			charged: z.int(),
			refunded: z.int(),
		}),
	}),
});

/** The shape of every error; shown in the document for all statuses that are none of the above. */
export const errorResponse = z.object({
	error: z.string().meta({ description: "What is wrong and what to do" }),
	code: errorCode,
	reason,
	field: z.string().optional().meta({ description: "The field at fault" }),
	allowed: z.string().optional().meta({ description: "What it may be" }),
	jobId: z.string().optional(),
	hint: z.string().optional(),
	requestId: z.string(),
});
