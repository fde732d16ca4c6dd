/** Replicate: predictions that are waited for, and then asked after until they have URLs of pictures. */
import type { createReplicate } from "@ai-sdk/replicate";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";
import { FLUX_RATIOS, MEGAPIXEL, ratioFrames } from "../ratio-frames.ts";
import { speaksOfContent } from "../refusal.ts";

type ModelId = Known<
	Parameters<ReturnType<typeof createReplicate>["image"]>[0]
>;

const POLL_INTERVAL_MS = 500;

export const replicate = keyedVendor({
	kind: "replicate",
	title: "Replicate",
	variables: ["REPLICATE_API_TOKEN"],
	url: "https://api.replicate.com/v1",
	defaultCapabilities: {
		...plainDrawing,
		sizing: { kind: "frames", frames: ratioFrames(FLUX_RATIOS, MEGAPIXEL) },
	},
	defaultModels: [
		{
			id: "replicate/flux-schnell",
			providerModel: "black-forest-labs/flux-schnell",
		},
		{ id: "replicate/flux-dev", providerModel: "black-forest-labs/flux-dev" },
		{
			id: "replicate/flux-1.1-pro",
			providerModel: "black-forest-labs/flux-1.1-pro",
		},
		{
			id: "replicate/flux-2-pro",
			providerModel: "black-forest-labs/flux-2-pro",
			maxInputImages: 8,
		},
	] satisfies DefaultModel<ModelId>[],
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/replicate");
			return sdk
				.createReplicate({ apiToken: apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "replicate",
	words: {
		negativePrompt: (negative_prompt) => ({ negative_prompt }),
		patience: (timeoutMs) => ({
			pollIntervalMillis: POLL_INTERVAL_MS,
			maxPollAttempts: Math.ceil(timeoutMs / POLL_INTERVAL_MS),
		}),
	},
	masks: "none",
	isPicture: (path) => path[0] === "output" && path.length <= 2,
	isBlocked: ({ json }) =>
		json?.status === "failed" && speaksOfContent(json.error),
});
