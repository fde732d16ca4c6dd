/** What OpenRouter counted and what it asks for it. */
import { z } from "zod";
import type { Consumption } from "../provider.ts";

const count = z.number().min(0).catch(0);
const details = z
	.looseObject({ image_tokens: z.number().min(0).optional().catch(undefined) })
	.nullish()
	.catch(undefined);

const usageSchema = z.looseObject({
	prompt_tokens: count,
	completion_tokens: count,
	prompt_tokens_details: details,
	completion_tokens_details: details,
	cost: z.number().min(0).optional().catch(undefined),
	is_byok: z.boolean().catch(false),
	cost_details: z
		.looseObject({ upstream_inference_cost: z.number().min(0).catch(0) })
		.optional()
		.catch(undefined),
});

/** @param drawn whether tokens of the answer that nobody told apart were pictures'. */
export function consumptionOf(
	usage: unknown,
	{ drawn }: { drawn: boolean },
): Consumption {
	const read = usageSchema.safeParse(usage);
	if (!read.success) return { usage: undefined, costDollars: undefined };
	const { prompt_tokens, completion_tokens, cost } = read.data;
	const inputImageTokens = Math.min(
		read.data.prompt_tokens_details?.image_tokens ?? 0,
		prompt_tokens,
	);
	const outputImageTokens = Math.min(
		read.data.completion_tokens_details?.image_tokens ??
			(drawn ? completion_tokens : 0),
		completion_tokens,
	);
	// With a key of the owner's own, the cost is OpenRouter's fee; what the provider asks comes on top.
	const upstream = read.data.is_byok
		? (read.data.cost_details?.upstream_inference_cost ?? 0)
		: 0;
	return {
		usage: {
			inputTextTokens: prompt_tokens - inputImageTokens,
			inputImageTokens,
			outputTextTokens: completion_tokens - outputImageTokens,
			outputImageTokens,
		},
		costDollars: cost === undefined ? undefined : cost + upstream,
	};
}
