/** DeepInfra: answers with pictures as data URLs, and with plain base64 when they were edited. */
import type { createDeepInfra } from "@ai-sdk/deepinfra";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";

type ModelId = Known<
	Parameters<ReturnType<typeof createDeepInfra>["image"]>[0]
>;

export const deepinfra = keyedVendor({
	kind: "deepinfra",
	title: "DeepInfra",
	variables: ["DEEPINFRA_API_KEY"],
	url: "https://api.deepinfra.com/v1",
	defaultCapabilities: {
		...plainDrawing,
		sizing: { kind: "free", minEdge: 256, maxEdge: 1440, multipleOf: 32 },
	},
	defaultModels: [
		{
			id: "deepinfra/FLUX-1-schnell",
			providerModel: "black-forest-labs/FLUX-1-schnell",
		},
		{
			id: "deepinfra/FLUX-1-dev",
			providerModel: "black-forest-labs/FLUX-1-dev",
		},
		{
			id: "deepinfra/FLUX-1.1-pro",
			providerModel: "black-forest-labs/FLUX-1.1-pro",
		},
	] satisfies DefaultModel<ModelId>[],
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/deepinfra");
			return sdk
				.createDeepInfra({ apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "deepinfra",
	words: { negativePrompt: (negative_prompt) => ({ negative_prompt }) },
	masks: "alpha",
	losesSeed: ({ inputImages }) => inputImages.length > 0,
	isPicture: (path) =>
		(path[0] === "images" && path.length === 2) || path.at(-1) === "b64_json",
});
