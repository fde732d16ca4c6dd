/** What is kept with an interaction, for whoever shows it; one that was asked in another dialect has nothing of it. */
import { z } from "zod";

export const interactionData = z.object({
	delivery: z
		.object({
			hasText: z.boolean(),
			format: z.enum(["png", "jpeg", "webp"]).optional(),
			compressionQuality: z.int().optional(),
		})
		.catch({ hasText: true }),
	/** What was asked, in tokens, for answers whose vendor does not count. */
	input: z
		.object({ inputTextTokens: z.number(), inputImageTokens: z.number() })
		.catch({ inputTextTokens: 0, inputImageTokens: 0 }),
});
export type InteractionData = z.infer<typeof interactionData>;
