/** What this dialect takes and gives; its part of the OpenAPI document is made from these (S4-4 to 10, S4-15 to 21). */
import { z } from "zod";
import { MAX_EDGE, MAX_SEED, MIN_EDGE } from "../../engine/engine.ts";

/** S4-11: the sizes that are offered; any other within the bounds is drawn too (S4-13, reading a). */
const OFFERED_SIZES = ["1024x1024", "1792x1024", "1024x1792"];
export const DEFAULT_SIZE = "1024x1024";
export const QUALITIES = ["standard", "hd"] as const;
export type Quality = (typeof QUALITIES)[number];

/** The bounds are for readers of the document; `read-parameters.ts` checks them. */
const seed = z.int().meta({ minimum: 0, maximum: MAX_SEED });

/**
 * Types only: what a value may be is checked in `read-parameters.ts`, which has a code for each field. A field that is
 * `null` counts as absent, and unknown ones are let through to be named in a warning.
 */
export const generateBody = z
	.looseObject({
		prompt: z.string().nullish().meta({ description: "What to draw" }),
		size: z
			.string()
			.nullish()
			.meta({
				description: `WIDTHxHEIGHT in pixels, each edge from ${MIN_EDGE} to ${MAX_EDGE}. The image has exactly this size.`,
				default: DEFAULT_SIZE,
				examples: OFFERED_SIZES,
			}),
		quality: z
			.string()
			.nullish()
			.meta({
				description:
					"`standard` or `hd`. `hd` is drawn at a higher resolution, brought to the same size, and costs more credits.",
				default: "standard",
				examples: [...QUALITIES],
			}),
		n: z.int().meta({ minimum: 1 }).nullish().meta({
			description:
				"How many images; as many as there are `seeds` when it is absent",
			default: 1,
		}),
		seed: seed.nullish().meta({
			description: `Seed of the first image, 0 to ${MAX_SEED}; the others count on. Ignored when there are \`seeds\`.`,
		}),
		seeds: z
			.union([z.array(seed), z.string()])
			.nullish()
			.meta({
				description:
					"A seed for each image: an array, or text with a JSON array or numbers separated by commas",
			}),
		useCache: z.boolean().nullish().meta({
			description:
				"Whether the team's own earlier images for the same request will do; those cost nothing. `false` neither reads nor fills the cache.",
			default: true,
		}),
	})
	.meta({
		required: ["prompt"],
		examples: [
			{
				prompt:
					"A serene mountain lake at sunset with snow-capped peaks in the background",
				size: "1024x1024",
				quality: "standard",
				useCache: true,
			},
		],
	});
export type GenerateBody = z.infer<typeof generateBody>;

const requestPart = z.object({
	processor: z.literal("text2image"),
	timestamp: z.iso.datetime(),
	parameters: z.looseObject({}),
});

/** In the contract's order of fields, which is the order in which they are sent. */
function processPart<
	C extends z.ZodType,
	D extends z.ZodType,
	L extends z.ZodType,
>(ended: { completed: C; duration: D; llm_info: L }) {
	return z.object({
		id: z.string(),
		main_processor: z.literal("text2image"),
		started: z.iso.datetime(),
		completed: ended.completed,
		duration: ended.duration,
		sub_processors: z.array(z.unknown()),
		llm_info: ended.llm_info,
		is_from_cache: z.boolean(),
		cache_key: z.string().nullable(),
	});
}

const imagePart = z.object({
	image_base64: z.string(),
	image_format: z.enum(["png", "jpeg", "webp"]),
	size: z.string(),
	seed: z.int().nullable(),
});

/** Never run: what is sent is a stream. It is here to be read. */
const generated = z.object({
	status: z.literal("success"),
	request: requestPart,
	process: processPart({
		completed: z.iso.datetime(),
		duration: z.number().meta({ description: "Milliseconds" }),
		llm_info: z.object({
			total_tokens: z.int(),
			total_cost: z.number().nullable().meta({
				description: "Dollars the provider asked; `null` when it did not say",
			}),
			requests: z.array(
				z.object({
					model: z.string(),
					purpose: z.literal("text2image"),
					tokens: z.int(),
					duration_ms: z.number(),
					processor: z.string(),
				}),
			),
		}),
	}),
	data: z.object({
		...imagePart.shape,
		model: z.string(),
		prompt: z.string(),
		images: z.array(imagePart),
		warnings: z
			.array(
				z.object({
					kind: z.string(),
					parameter: z.string(),
					message: z.string(),
				}),
			)
			.optional()
			.meta({ description: "What was asked and not done; absent when empty" }),
	}),
	error: z.null(),
});

const refused = z.object({
	status: z.literal("error"),
	request: requestPart,
	process: processPart({
		completed: z.null(),
		duration: z.null(),
		llm_info: z.null(),
	}),
	data: z.null(),
	error: z.object({
		code: z.string(),
		message: z.string(),
		details: z.looseObject({}),
	}),
});

function described(description: string, schema: z.ZodType) {
	return { description, content: { "application/json": { schema } } };
}

export const responses = {
	200: described(
		"The images, as base64. The first is there twice: by itself and in `images`.",
		generated,
	),
	"4xx": described("The request cannot be served as it is.", refused),
	"5xx": described("The images could not be drawn.", refused),
};
