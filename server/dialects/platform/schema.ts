/** What the team API takes and gives; its part of the OpenAPI document is made from these. */
import { z } from "zod";
import { ASPECT_RATIOS, RESOLUTIONS } from "../../engine/models/model.ts";

/** S1-14, S1-15. */
const MAX_REFERENCES = 5;

/** `true` and `1` mean yes, anything else no (S1-21, S1-22). */
export const yes = z
	.string()
	.optional()
	.transform((text) => text === "true" || text === "1")
	.meta({ type: "string", examples: ["true", "1"] });

/** Exact pixels. */
export const pixels = z
	.string()
	.regex(/^\d{1,5}x\d{1,5}$/, "It is WIDTHxHEIGHT in pixels, as 1200x628")
	.transform((text) => {
		const [width = 0, height = 0] = text.split("x").map(Number);
		return { width, height };
	})
	.meta({
		type: "string",
		description:
			"Exact pixels, in the place of `aspectRatio`; the resolution that they need decides the price",
		examples: ["1200x628"],
	});

export const RESPONSE_FORMATS = ["url", "b64_json", "both"] as const;
export type ResponseFormat = (typeof RESPONSE_FORMATS)[number];

const responseFormat = {
	response_format: z
		.enum(RESPONSE_FORMATS)
		.optional()
		.meta({ description: "URL only, base64 only, or both" }),
	include_base64: yes.meta({
		description: "`true` or `1`: the same as `response_format=both`",
	}),
};

/** Unknown fields are let through to be named in a warning, rather than refused or dropped in silence. */
export const generationBody = z
	.looseObject({
		prompt: z.string().optional().meta({
			description: "What to draw; may be empty with a preset that says enough",
		}),
		negativePrompt: z
			.string()
			.optional()
			.meta({ description: "What to leave out" }),
		presetId: z
			.string()
			.nullish()
			.meta({ description: "Its text is what is drawn, before `prompt`" }),
		variables: z.record(z.string(), z.unknown()).optional().meta({
			description: "By the keys of the preset's requirements",
		}),
		aspectRatio: z.enum(ASPECT_RATIOS).optional(),
		resolution: z.enum(RESOLUTIONS).optional().meta({
			description: "Longest edge 512, 1024, 2048 or 4096; `standard` if absent",
		}),
		size: pixels.optional(),
		sampleCount: z
			.int()
			.min(1)
			.optional()
			.meta({ description: "How many images" }),
		seed: z
			.int()
			.min(0)
			.optional()
			.meta({ description: "Seed of the first image; the others count on" }),
		modelVersion: z
			.string()
			.optional()
			.meta({ description: "One of GET /v0/models" }),
		quality: z
			.enum(["low", "medium", "high"])
			.optional()
			.meta({ description: "Of models that can be asked for it" }),
		background: z
			.enum(["transparent", "opaque"])
			.optional()
			.meta({ description: "Of models that can be asked for it" }),
		isPublic: z
			.boolean()
			.optional()
			.meta({ description: "Publish to the gallery" }),
		refImageBase64: z
			.array(z.object({ mimeType: z.string().optional(), data: z.string() }))
			.max(MAX_REFERENCES)
			.optional(),
		refImageUrls: z.array(z.string()).max(MAX_REFERENCES).optional(),
		maskBase64: z
			.object({ mimeType: z.string().optional(), data: z.string() })
			.optional()
			.meta({
				description:
					"Of the first reference image's size; what is transparent in it is drawn anew",
			}),
		maskUrl: z.string().optional(),
	})
	.meta({
		examples: [
			{
				prompt: "a serene mountain lake at sunrise",
				negativePrompt: "watermark, text",
				aspectRatio: "16:9",
				resolution: "standard",
				sampleCount: 1,
				isPublic: false,
			},
		],
	});
export type GenerationBody = z.infer<typeof generationBody>;

export const generationQuery = z.object({
	...responseFormat,
	async: yes.meta({
		description: "`true` or `1`: answer at once with the id, to be polled",
	}),
	dry_run: yes.meta({
		description: "`true` or `1`: tell the price, do nothing",
	}),
});

export const modelsQuery = z.object({
	ready: yes.meta({
		description: "`true` or `1`: only models that draw or talk themselves now",
	}),
});
export const modelParams = z.object({ id: z.string() });

export const pollQuery = z.object(responseFormat);
export const generationParams = z.object({ jobId: z.string() });
export const imageParams = z.object({ imageId: z.string() });

/** A page number that is no number, or less than 1, is page 1; a limit is brought within 1 and 100 (S1, reading n). */
export function clamped(fallback: number, minimum: number, maximum: number) {
	return z
		.string()
		.optional()
		.transform((text) => {
			const value = Number.parseInt(text ?? "", 10);
			if (Number.isNaN(value)) return fallback;
			return Math.min(Math.max(value, minimum), maximum);
		})
		.meta({ type: "integer", default: fallback, minimum, maximum });
}

const MAX_PAGE = 1_000_000;
export const paging = {
	page: clamped(1, 1, MAX_PAGE),
	limit: clamped(20, 1, 100),
};

export const libraryQuery = z.object({
	...paging,
	presetId: z
		.string()
		.optional()
		.meta({ description: "Only what was made from it" }),
	search: z.string().optional().meta({
		description:
			"Part of the prompt or of the preset's name; case does not matter",
	}),
});
export const galleryQuery = z.object(paging);

export const downloadQuery = z.object({
	format: z.enum(["original", "webp", "png", "jpeg"]).default("original"),
});

export const imageChange = z.strictObject({ isPublic: z.boolean() });
