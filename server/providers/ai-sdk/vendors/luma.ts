/** Luma: generations that are asked after until they have the URL of a picture. */
import type { createLuma } from "@ai-sdk/luma";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";
import { MEGAPIXEL, ratioFrames } from "../ratio-frames.ts";
import { speaksOfContent } from "../refusal.ts";

type ModelId = Known<Parameters<ReturnType<typeof createLuma>["image"]>[0]>;

const POLL_INTERVAL_MS = 500;

/** Luma's guide to image generation. */
const RATIOS = ["1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21"];

export const luma = keyedVendor({
	kind: "luma",
	title: "Luma",
	variables: ["LUMA_API_KEY"],
	url: "https://api.lumalabs.ai",
	// It takes input images by public URL only, and we have bytes.
	defaultCapabilities: {
		...plainDrawing,
		sizing: { kind: "frames", frames: ratioFrames(RATIOS, MEGAPIXEL) },
		seed: "ignored",
	},
	defaultModels: [
		{ id: "luma/photon-1", providerModel: "photon-1" },
		{ id: "luma/photon-flash-1", providerModel: "photon-flash-1" },
	] satisfies DefaultModel<ModelId>[],
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/luma");
			return sdk
				.createLuma({ apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "luma",
	words: {
		patience: (timeoutMs) => ({
			pollIntervalMillis: POLL_INTERVAL_MS,
			maxPollAttempts: Math.ceil(timeoutMs / POLL_INTERVAL_MS),
		}),
	},
	masks: "none",
	isPicture: () => false,
	isBlocked: ({ json }) =>
		json?.state === "failed" && speaksOfContent(json.failure_reason),
});
