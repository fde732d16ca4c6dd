/** The models Gesso knows. */
import type { Model } from "./model.ts";

/** Default credit prices of the team API (S1-47). */
const DEFAULT_PRICES = { low: 1, standard: 1, high: 2, "4k": 4 } as const;

export const catalogue: readonly Model[] = [
	{
		id: "painter",
		provider: "painter",
		providerModel: "painter",
		sizing: { kind: "free", minEdge: 64, maxEdge: 4096 },
		countPerCall: 1,
		maxInputImages: 10,
		honoursSeed: true,
		honoursNegativePrompt: true,
		creditPrices: DEFAULT_PRICES,
	},
];

/**
 * Names that applications send and that belong to vendors of which none is configured here. They are accepted so that
 * an application works unchanged; the painter draws for them, and a warning says so.
 */
export const VENDOR_MODEL_NAMES: ReadonlySet<string> = new Set([
	"gemini-2.5-flash-image",
	"gemini-3-pro-image-preview",
	"gemini-3-pro-image",
	"gemini-3.1-flash-image",
	"gpt-image-1",
	"gpt-image-2",
	"dall-e-2",
	"dall-e-3",
	"openai/dall-e-3",
	"stability-ai/stable-diffusion-xl-base-1.0",
	"black-forest-labs/flux-pro",
	"black-forest-labs/flux-schnell",
]);
