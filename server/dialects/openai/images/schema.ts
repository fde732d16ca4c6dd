/** The bodies of the requests that bring pictures, and what all of them answer with, for the document. */
import { z } from "zod";
import { imageFields } from "./fields.ts";

const source = z
	.union([
		z.string(),
		z.looseObject({
			url: z.string().optional(),
			image_url: z.unknown().optional(),
			b64_json: z.string().optional(),
			file_id: z.string().optional(),
			id: z.string().optional(),
		}),
	])
	.meta({
		description:
			"A file in a form; else a URL, a data URL, base64, a `file_id`, or the id of an image of your library",
	});

const pictures = {
	image: z.union([source, z.array(source)]).optional(),
	images: z.array(source).optional(),
	mask: source.optional().meta({
		description:
			"Of the first picture's size; what is transparent in it is drawn anew",
	}),
};

export const editBody = imageFields.extend(pictures);
export const variationBody = imageFields
	.omit({ prompt: true })
	.extend({ image: pictures.image });
export const routerBody = imageFields.extend({
	input_references: z.array(source).optional(),
});

export const imagesResponse = z.object({
	created: z.int().describe("Seconds since 1970"),
	model: z.string(),
	background: z.string().optional().describe("Where it was asked for"),
	output_format: z.string(),
	quality: z.string().optional().describe("Where it was asked for"),
	size: z.string(),
	data: z.array(
		z.object({
			b64_json: z.string().optional(),
			url: z
				.string()
				.optional()
				.describe("Signed; it can be opened for a while"),
			id: z.string(),
			revised_prompt: z.string().optional(),
			media_type: z.string(),
		}),
	),
	usage: z
		.looseObject({ total_tokens: z.int() })
		.optional()
		.describe("Where the vendor counts"),
	generation_id: z.string(),
	credits: z.int().describe("What was paid, less what was refunded"),
	warnings: z
		.array(
			z.object({
				kind: z.string(),
				parameter: z.string(),
				message: z.string(),
			}),
		)
		.optional(),
});
