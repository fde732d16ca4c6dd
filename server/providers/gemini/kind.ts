/** Gemini as a kind of provider: an account with the Gemini Developer API, or with a server that speaks as it does. */
import { z } from "zod";
import type { ImageCapabilities } from "../provider.ts";
import {
	commonOptions,
	defineProviderKind,
	limitsOf,
	urlOption,
} from "../provider-kind.ts";
import { DEFAULT_URL, geminiSettings } from "./config.ts";
import { createGemini } from "./gemini.ts";

/** What any of its models draws, as far as nobody has described it: the ten ratios of old, in about a megapixel. */
const capabilities: ImageCapabilities = {
	sizing: {
		kind: "frames",
		frames: [
			{ aspectRatio: "1:1", width: 1024, height: 1024 },
			{ aspectRatio: "2:3", width: 848, height: 1264 },
			{ aspectRatio: "3:2", width: 1264, height: 848 },
			{ aspectRatio: "3:4", width: 896, height: 1200 },
			{ aspectRatio: "4:3", width: 1200, height: 896 },
			{ aspectRatio: "4:5", width: 928, height: 1152 },
			{ aspectRatio: "5:4", width: 1152, height: 928 },
			{ aspectRatio: "9:16", width: 768, height: 1376 },
			{ aspectRatio: "16:9", width: 1376, height: 768 },
			{ aspectRatio: "21:9", width: 1584, height: 672 },
		],
	},
	countPerCall: 1,
	maxInputImages: 14,
	mask: false,
	seed: "ignored",
	negativePrompt: "folded",
	qualities: [],
	backgrounds: [],
	partialImages: 0,
};

export const gemini = defineProviderKind({
	kind: "gemini",
	settings: geminiSettings,
	options: z.strictObject({
		...commonOptions,
		url: urlOption.default(DEFAULT_URL),
		apiKey: z.string().min(1).optional(),
		batchModalities: z.boolean().default(false),
	}),
	defaultCapabilities: capabilities,
	fromEnvironment: ({ apiKey, secondApiKey, url }) => [
		{
			name: "gemini",
			options: {
				url: url || undefined,
				apiKey: apiKey || secondApiKey || undefined,
			},
		},
	],
	open: (name, options, services) => ({
		...createGemini(
			name,
			{
				url: options.url,
				apiKey: options.apiKey,
				whatIsMissing:
					name === "gemini"
						? `${geminiSettings.apiKey.variable} is not set`
						: `apiKey is not set for ${name}`,
				batchModalities: options.batchModalities,
			},
			services,
		),
		limits: limitsOf(options),
	}),
});
