/** What the team API takes and gives of presets. */
import { z } from "zod";
import { ASPECT_RATIOS, RESOLUTIONS } from "../../engine/models/model.ts";
import { FILE_TYPES } from "../../engine/presets/preset.ts";
import { paging } from "./schema.ts";

const bounds = {
	min: z.number().optional(),
	max: z.number().optional(),
};
const amounts = {
	min: z.int().min(0).optional(),
	max: z.int().min(0).optional(),
};
const wanted = {
	key: z.string().meta({
		description: "Its name in `variables`, and in the template as `{{key}}`",
		examples: ["product_name"],
	}),
	label: z.string().meta({ description: "What a form calls it" }),
	help: z.string().optional(),
	required: z.boolean().default(false).meta({
		description: "A request without it is refused; else there may be a default",
	}),
};

const namedOption = z.strictObject({ value: z.string(), label: z.string() });
const option = z.union([
	z.string(),
	z.strictObject({ value: z.string(), label: z.string().optional() }),
]);

/** @param one an option of a list. */
function requirementOf<T extends z.ZodType>(one: T) {
	const options = z.array(one).readonly();
	return z.discriminatedUnion("type", [
		z.strictObject({
			type: z.literal("text"),
			...wanted,
			...amounts,
			default: z.string().optional(),
		}),
		z.strictObject({
			type: z.literal("number"),
			...wanted,
			...bounds,
			default: z.number().optional(),
		}),
		z.strictObject({
			type: z.literal("select"),
			...wanted,
			options,
			default: z.string().optional(),
		}),
		z.strictObject({
			type: z.literal("multiselect"),
			...wanted,
			...amounts,
			options,
			default: z.array(z.string()).readonly().optional(),
		}),
		z.strictObject({
			type: z.literal("color"),
			...wanted,
			default: z
				.string()
				.optional()
				.meta({ examples: ["#1e90ff"] }),
		}),
		z.strictObject({
			type: z.literal("boolean"),
			...wanted,
			trueText: z.string().optional().meta({
				description: "What the template says when it is true; else `yes`",
			}),
			falseText: z.string().optional().meta({ description: "Else `no`" }),
			default: z.boolean().optional(),
		}),
		z
			.strictObject({
				type: z.literal("file"),
				...wanted,
				multiple: z.boolean().optional(),
				max: z
					.int()
					.min(1)
					.max(16)
					.optional()
					.meta({ description: "How many, with `multiple`" }),
				types: z.array(z.enum(FILE_TYPES)).min(1).readonly().optional(),
				maxSizeBytes: z.int().min(1).optional(),
			})
			.meta({
				description:
					"A picture, sent as a form's file under its key (`photo`, or `photo_0`, `photo_1` where there are several), that the model is given as a reference",
			}),
	]);
}

const fields = {
	name: z.string(),
	description: z.string().nullish(),
	template: z.string().meta({
		description:
			"What is drawn, with `{{key}}` for each variable. What a request says in `prompt` stands at `{{prompt}}`, else at the end",
	}),
	negativePrompt: z
		.string()
		.nullish()
		.meta({ description: "What to leave out; may have `{{key}}` too" }),
	modelVersion: z.string().nullish(),
	aspectRatio: z.enum(ASPECT_RATIOS).nullish(),
	resolution: z.enum(RESOLUTIONS).nullish(),
	sampleCount: z.int().min(1).nullish(),
	requirements: z.array(requirementOf(option)),
};

export const newPreset = z
	.strictObject({ ...fields, requirements: fields.requirements.default([]) })
	.meta({
		examples: [
			{
				name: "Shoe on a colour",
				template: "Studio photo of {{product_name}} on a {{surface}} surface",
				aspectRatio: "1:1",
				requirements: [
					{
						key: "product_name",
						type: "text",
						label: "Product",
						required: true,
					},
					{
						key: "surface",
						type: "select",
						label: "Surface",
						options: ["white", "concrete"],
						default: "white",
					},
				],
			},
		],
	});
export type NewPreset = z.infer<typeof newPreset>;

export const presetChange = z.strictObject({
	...z.object(fields).partial().shape,
	version: z.int().min(1).optional().meta({
		description:
			"The version that the change was made from: it is refused if there is a newer one",
	}),
});
export type PresetChange = z.infer<typeof presetChange>;

export const presetCopy = z
	.strictObject({ name: z.string().optional() })
	.nullish();

export const presetParams = z.object({ presetId: z.string() });
export const presetVersionParams = presetParams.extend({
	version: z
		.string()
		.regex(/^\d{1,9}$/)
		.transform(Number)
		.meta({ type: "integer", minimum: 1 }),
});
export const presetsQuery = z.object({
	...paging,
	search: z
		.string()
		.optional()
		.meta({ description: "Part of the name; case does not matter" }),
});

const preset = z.object({
	id: z.string().meta({ examples: ["preset_starter_product_on_white"] }),
	name: z.string(),
	description: z.string().nullable(),
	version: z.int().meta({ description: "Each change makes a new one" }),
	template: z.string(),
	negativePrompt: z.string().nullable(),
	modelVersion: z.string().nullable(),
	aspectRatio: z.enum(ASPECT_RATIOS).nullable(),
	resolution: z.enum(RESOLUTIONS).nullable(),
	sampleCount: z.int().nullable(),
	requirements: z.array(requirementOf(namedOption)).readonly(),
	isStarter: z.boolean().meta({
		description:
			"Comes with this server: everybody can use and duplicate it, nobody can change it",
	}),
	createdAt: z.iso.datetime().nullable(),
	updatedAt: z.iso.datetime().nullable(),
});

export const presetResponse = z.object({ data: preset });
export const presetsResponse = z.object({
	data: z.object({
		presets: z.array(preset),
		total: z.int(),
		page: z.int(),
		limit: z.int(),
	}),
});
