/** Black Forest Labs: tasks that are asked after, at whichever of its hosts has them, until they have the URL of a picture. */
import type { createBlackForestLabs } from "@ai-sdk/black-forest-labs";
import {
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { keyedVendor } from "../keyed-vendor.ts";
import { FLUX_RATIOS, MEGAPIXEL, ratioFrames } from "../ratio-frames.ts";
import { recordsIn } from "../record.ts";

type ModelId = Known<
	Parameters<ReturnType<typeof createBlackForestLabs>["image"]>[0]
>;

/** Black Forest Labs' page of prices: a credit is a cent. */
const CREDITS_PER_DOLLAR = 100;

export const blackForestLabs = keyedVendor({
	kind: "black-forest-labs",
	title: "Black Forest Labs",
	variables: ["BFL_API_KEY"],
	url: "https://api.bfl.ai/v1",
	defaultCapabilities: {
		...plainDrawing,
		sizing: { kind: "frames", frames: ratioFrames(FLUX_RATIOS, MEGAPIXEL) },
	},
	defaultModels: [
		{
			id: "black-forest-labs/flux-pro-1.1",
			providerModel: "flux-pro-1.1",
			sizing: { kind: "free", minEdge: 256, maxEdge: 1440, multipleOf: 32 },
		},
		{
			id: "black-forest-labs/flux-pro-1.1-ultra",
			providerModel: "flux-pro-1.1-ultra",
			sizing: {
				kind: "frames",
				frames: ratioFrames(FLUX_RATIOS, 4 * MEGAPIXEL),
			},
		},
		{
			id: "black-forest-labs/flux-kontext-pro",
			providerModel: "flux-kontext-pro",
			maxInputImages: 1,
		},
		{
			id: "black-forest-labs/flux-kontext-max",
			providerModel: "flux-kontext-max",
			maxInputImages: 1,
		},
	] satisfies DefaultModel<ModelId>[],
	isOwnHost: ({ protocol, hostname }) =>
		protocol === "https:" && /(^|\.)bfl\.ai$/.test(hostname),
	connect:
		({ apiKey, url }) =>
		async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/black-forest-labs");
			return sdk
				.createBlackForestLabs({ apiKey, baseURL: url, fetch: fetchAnswer })
				.image(model);
		},
	optionsName: "blackForestLabs",
	words: {
		// The call's own `size` would come with a ratio of it that nobody asked for.
		size: ({ width, height }) => ({ width, height }),
		patience: (pollTimeoutMillis) => ({ pollTimeoutMillis }),
	},
	masks: "none",
	isPicture: () => false,
	// Its package knows neither as an end, and would go on asking.
	isBlocked: ({ json }) =>
		json?.status === "Request Moderated" ||
		json?.status === "Content Moderated",
	costDollarsOf: ({ images }) => {
		const costs = recordsIn(images).map(({ cost }) => cost);
		return costs.every((cost) => typeof cost === "number") && costs.length > 0
			? costs.reduce((sum, cost) => sum + cost, 0) / CREDITS_PER_DOLLAR
			: undefined;
	},
});
