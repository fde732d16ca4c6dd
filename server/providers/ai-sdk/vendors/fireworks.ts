/** Fireworks AI: answers with a picture's own bytes; its Kontext models with a task that is asked after. */
import type { createFireworks } from "@ai-sdk/fireworks";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";
import { FLUX_RATIOS, MEGAPIXEL, ratioFrames } from "../ratio-frames.ts";

type ModelId = Known<
	Parameters<ReturnType<typeof createFireworks>["image"]>[0]
>;

export const fireworks = keyedVendor({
	kind: "fireworks",
	title: "Fireworks AI",
	variables: ["FIREWORKS_API_KEY"],
	url: "https://api.fireworks.ai/inference/v1",
	defaultCapabilities: {
		...plainDrawing,
		sizing: { kind: "frames", frames: ratioFrames(FLUX_RATIOS, MEGAPIXEL) },
	},
	defaultModels: [
		{
			id: "fireworks/flux-1-schnell-fp8",
			providerModel: "accounts/fireworks/models/flux-1-schnell-fp8",
		},
		{
			id: "fireworks/flux-1-dev-fp8",
			providerModel: "accounts/fireworks/models/flux-1-dev-fp8",
		},
		{
			id: "fireworks/flux-kontext-pro",
			providerModel: "accounts/fireworks/models/flux-kontext-pro",
			maxInputImages: 1,
		},
		{
			id: "fireworks/flux-kontext-max",
			providerModel: "accounts/fireworks/models/flux-kontext-max",
			maxInputImages: 1,
		},
	] satisfies DefaultModel<ModelId>[],
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/fireworks");
			return sdk
				.createFireworks({ apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "fireworks",
	// The package waits two minutes for a Kontext picture; that cannot be changed from outside.
	words: { negativePrompt: (negative_prompt) => ({ negative_prompt }) },
	masks: "none",
	isPicture: () => false,
	isBlocked: ({ header, json }) =>
		header("finish-reason") === "CONTENT_FILTERED" ||
		json?.status === "Request Moderated" ||
		json?.status === "Content Moderated",
});
