/** Together AI: answers with pictures in base64. */
import type { createTogetherAI } from "@ai-sdk/togetherai";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";

type ModelId = Known<
	Parameters<ReturnType<typeof createTogetherAI>["image"]>[0]
>;

export const together = keyedVendor({
	kind: "together",
	title: "Together AI",
	variables: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"],
	url: "https://api.together.xyz/v1",
	defaultCapabilities: {
		...plainDrawing,
		sizing: { kind: "free", minEdge: 256, maxEdge: 1440, multipleOf: 32 },
	},
	defaultModels: [
		{
			id: "together/FLUX.1-schnell",
			providerModel: "black-forest-labs/FLUX.1-schnell",
		},
		{
			id: "together/FLUX.1.1-pro",
			providerModel: "black-forest-labs/FLUX.1.1-pro",
		},
	] satisfies DefaultModel<ModelId>[],
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/togetherai");
			return sdk
				.createTogetherAI({ apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "togetherai",
	words: { negativePrompt: (negative_prompt) => ({ negative_prompt }) },
	masks: "none",
	isPicture: (path) => path.at(-1) === "b64_json",
});
