/** The vendor fal: it answers with URLs of pictures, or with data URLs when told to be synchronous. */
import type { createFal } from "@ai-sdk/fal";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";

type ModelId = Known<Parameters<ReturnType<typeof createFal>["image"]>[0]>;

export const fal = keyedVendor({
	kind: "fal",
	title: "fal",
	variables: ["FAL_API_KEY", "FAL_KEY"],
	url: "https://fal.run",
	defaultCapabilities: {
		...plainDrawing,
		sizing: {
			kind: "free",
			minEdge: 256,
			maxEdge: 2048,
			multipleOf: 16,
			maxPixels: 2_097_152,
		},
	},
	defaultModels: [
		{ id: "fal/flux/schnell", providerModel: "fal-ai/flux/schnell" },
		{ id: "fal/flux/dev", providerModel: "fal-ai/flux/dev" },
		{ id: "fal/flux-pro/v1.1", providerModel: "fal-ai/flux-pro/v1.1" },
		{ id: "fal/qwen-image", providerModel: "fal-ai/qwen-image" },
	] satisfies DefaultModel<ModelId>[],
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/fal");
			return sdk
				.createFal({ apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "fal",
	words: {
		negativePrompt: (negative_prompt) => ({ negative_prompt }),
		manyInputImages: { useMultipleImages: true },
	},
	masks: "none",
	isPicture: (path) =>
		(path[0] === "images" || path[0] === "image") && path.at(-1) === "url",
});
