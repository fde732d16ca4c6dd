/** What is kept with an interaction, for whoever shows it. */
import { z } from "zod";

export const interactionData = z.object({
	delivery: z.object({
		hasText: z.boolean(),
		format: z.enum(["png", "jpeg", "webp"]).optional(),
		compressionQuality: z.int().optional(),
	}),
	/** What was asked, in tokens, for answers whose vendor does not count. */
	input: z.object({
		inputTextTokens: z.number(),
		inputImageTokens: z.number(),
	}),
});
export type InteractionData = z.infer<typeof interactionData>;
