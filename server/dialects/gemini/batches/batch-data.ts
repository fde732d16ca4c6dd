/** What is kept with a batch, and with its pictures, for whoever answers. */
import { z } from "zod";

export const DIALECT = "gemini";
export const ENDPOINT = "generateContent";

export const batchData = z.object({
	/** As the caller named it, without `models/`. */
	model: z.string(),
	displayName: z.string().optional(),
	/** Whether the requests came with the batch, so that the answers are told with it, or in a file. */
	source: z.enum(["inline", "file"]),
	/** Of requests that came with it. */
	requestCount: z.int().optional(),
});
export type BatchData = z.infer<typeof batchData>;

export const pictureData = z.object({
	name: z.string(),
	delivery: z.object({
		hasText: z.boolean(),
		format: z.enum(["png", "jpeg", "webp"]).optional(),
		compressionQuality: z.int().optional(),
	}),
	/** How many pictures came with the request. */
	pictures: z.int(),
	warnings: z.array(
		z.object({
			kind: z.enum(["unsupported", "adjusted", "substituted", "deprecated"]),
			parameter: z.string(),
			message: z.string(),
		}),
	),
});
export type PictureData = z.infer<typeof pictureData>;
