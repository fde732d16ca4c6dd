/** OpenRouter as a kind of provider: one account each. */
import { z } from "zod";
import type { ImageCapabilities, Readiness } from "../provider.ts";
import {
	commonOptions,
	defineProviderKind,
	limitsOf,
	urlOption,
} from "../provider-kind.ts";
import { openrouterSettings } from "./config.ts";
import { commonFrames } from "./discovery.ts";
import { createOpenrouter } from "./openrouter.ts";

/** Of a model that nobody described: what every model takes. */
const defaultCapabilities: ImageCapabilities = {
	sizing: { kind: "frames", frames: commonFrames },
	countPerCall: 1,
	maxInputImages: 1,
	mask: false,
	seed: "ignored",
	negativePrompt: "folded",
	qualities: [],
	backgrounds: [],
	partialImages: 0,
};

export const openrouter = defineProviderKind({
	kind: "openrouter",
	settings: openrouterSettings,
	options: z.strictObject({
		...commonOptions,
		url: urlOption.default("https://openrouter.ai/api/v1"),
		apiKey: z.string().default(""),
	}),
	defaultCapabilities,
	fromEnvironment: ({ url, apiKey }) => [
		{ name: "openrouter", options: { url: url || undefined, apiKey } },
	],
	open: (name, options, services) =>
		createOpenrouter(
			{
				...options,
				name,
				readiness: readinessOf(name, options),
				limits: limitsOf(options),
			},
			services,
		),
});

function readinessOf(
	name: string,
	{ url, apiKey }: { url: string; apiKey: string },
): Readiness {
	if (apiKey !== "")
		return { status: "ready", detail: `asks ${new URL(url).host}` };
	const what =
		name === "openrouter"
			? openrouterSettings.apiKey.variable
			: `providers.${name}.apiKey in the configuration`;
	return { status: "not_configured", detail: `${what} is not set` };
}
