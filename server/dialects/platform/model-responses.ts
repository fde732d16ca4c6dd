/** What GET /v0/models answers with, as schemas. */
import { z } from "zod";
import { ASPECT_RATIOS, RESOLUTIONS } from "../../engine/models/model.ts";

const perTier = <T extends z.ZodType>(value: T) =>
	z.partialRecord(z.enum(RESOLUTIONS), value);

const listedModel = z.object({
	id: z.string().meta({ examples: ["gemini-3-pro-image"] }),
	title: z.string(),
	description: z.string(),
	aliases: z.array(z.string()).readonly(),
	status: z.enum(["ready", "stand_in", "not_configured"]).meta({
		description: "`stand_in`: another model draws in its place",
	}),
	missing: z.array(z.string()).readonly().meta({
		description: "What the providers lack that have it and are not ready",
	}),
	answeredBy: z
		.object({
			model: z.string(),
			provider: z.string(),
			providerModel: z.string(),
		})
		.nullable()
		.meta({ description: "Who would answer now" }),
	offers: z
		.array(
			z.object({
				provider: z.string(),
				providerModel: z.string(),
				isReady: z.boolean(),
			}),
		)
		.readonly()
		.meta({ description: "Who has it, the preferred one first" }),
	retired: z
		.object({ on: z.iso.date(), successor: z.string() })
		.nullable()
		.meta({ description: "Of a name that its vendor serves no longer" }),
	capabilities: z.object({
		image: z
			.object({
				resolutions: z
					.array(
						z.object({
							resolution: z.enum(RESOLUTIONS),
							width: z.int(),
							height: z.int(),
						}),
					)
					.readonly()
					.meta({ description: "With the pixels of a square picture" }),
				aspectRatios: z.object({
					native: z.array(z.enum(ASPECT_RATIOS)).readonly(),
					fitted: z
						.array(z.enum(ASPECT_RATIOS))
						.readonly()
						.meta({ description: "Cut from the nearest that it draws" }),
				}),
				maxReferenceImages: z.int(),
				seed: z
					.boolean()
					.meta({ description: "Whether the same seed draws the same" }),
				negativePrompt: z.boolean().meta({
					description: "Native; else it is said in the prompt",
				}),
				mask: z.boolean(),
				qualities: z.array(z.enum(["low", "medium", "high"])).readonly(),
				backgrounds: z.array(z.enum(["transparent", "opaque"])).readonly(),
			})
			.nullable()
			.meta({ description: "null for a model that only talks" }),
		text: z.boolean(),
		grounding: z.boolean().meta({ description: "Looks things up" }),
		batch: z.boolean().meta({ description: "Its vendor takes batches" }),
		languages: z
			.array(z.string())
			.readonly()
			.meta({ description: "Best for prompts; others are accepted too" }),
		watermark: z.enum(["synthid", "none", "unknown"]),
	}),
	prices: z.object({
		credits: perTier(z.int()).meta({ description: "For one picture" }),
		creditsPerReply: z.int().nullable().meta({
			description: "For an answer in words; null for a model that only draws",
		}),
		dollars: z
			.object({
				perImage: perTier(z.number()),
				perMillionTokens: z
					.object({
						inputText: z.number(),
						inputImage: z.number(),
						outputText: z.number(),
						outputImage: z.number(),
					})
					.nullable(),
				batchFactor: z.number(),
				source: z.string(),
				checkedOn: z.iso.date(),
			})
			.nullable()
			.meta({ description: "What the vendor asks; null if unknown" }),
	}),
	isDefault: z
		.boolean()
		.meta({ description: "Draws when a request names none" }),
});

export const modelsResponse = z.object({
	data: z.object({ models: z.array(listedModel), total: z.int() }),
});
export const modelResponse = z.object({ data: listedModel });
