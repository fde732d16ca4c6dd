/** The vendor xAI: it answers with pictures in base64, and says what they cost. */
import type { createXai } from "@ai-sdk/xai";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";
import { MEGAPIXEL, ratioFrames } from "../ratio-frames.ts";
import { recordsIn } from "../record.ts";

type ModelId = Known<Parameters<ReturnType<typeof createXai>["image"]>[0]>;

/** xAI's guide to image generation. */
const RATIOS = [
	"1:1",
	"16:9",
	"9:16",
	"4:3",
	"3:4",
	"3:2",
	"2:3",
	"2:1",
	"1:2",
	"19.5:9",
	"9:19.5",
	"20:9",
	"9:20",
];

/** xAI's guide to cost tracking. */
const TICKS_PER_DOLLAR = 10_000_000_000;

export const xai = keyedVendor({
	kind: "xai",
	title: "xAI",
	variables: ["XAI_API_KEY"],
	url: "https://api.x.ai/v1",
	defaultCapabilities: {
		...plainDrawing,
		sizing: {
			kind: "frames",
			frames: [
				...ratioFrames(RATIOS, MEGAPIXEL, "1k"),
				...ratioFrames(RATIOS, 4 * MEGAPIXEL, "2k"),
			],
		},
		countPerCall: 3,
		maxInputImages: 3,
		seed: "ignored",
	},
	defaultModels: [
		{ id: "xai/grok-imagine-image", providerModel: "grok-imagine-image" },
	] satisfies DefaultModel<ModelId>[],
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/xai");
			return sdk
				.createXai({ apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "xai",
	words: {
		quality: (quality) => ({ quality }),
		tier: (resolution) => ({ resolution }),
	},
	masks: "none",
	isPicture: (path) => path.at(-1) === "b64_json",
	isBlocked: ({ json }) =>
		recordsIn(json?.data).some((image) => image.respect_moderation === false),
	costDollarsOf: ({ costInUsdTicks }) =>
		typeof costInUsdTicks === "number"
			? costInUsdTicks / TICKS_PER_DOLLAR
			: undefined,
});
