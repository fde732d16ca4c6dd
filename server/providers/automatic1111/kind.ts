/** AUTOMATIC1111's web UI and its descendants as a kind of provider: one graphics card each. */
import { z } from "zod";
import type { ImageCapabilities, Readiness } from "../provider.ts";
import {
	commonOptions,
	defineProviderKind,
	limitsOf,
	urlOption,
} from "../provider-kind.ts";
import { createAutomatic1111 } from "./automatic1111.ts";
import { automatic1111Settings } from "./config.ts";
import { OWN_PARAMETERS } from "./request.ts";

const capabilities: ImageCapabilities = {
	sizing: { kind: "free", minEdge: 64, maxEdge: 2048, multipleOf: 8 },
	countPerCall: 4,
	maxInputImages: 1,
	mask: true,
	seed: "honoured",
	negativePrompt: "native",
	qualities: [],
	backgrounds: [],
	partialImages: 3,
};

/** Sent with every request: `steps`, `cfg_scale`, `sampler_name` and whatever else the server takes. */
const defaultsOption = z
	.record(z.string(), z.unknown())
	.default({})
	.superRefine((defaults, context) => {
		for (const parameter of OWN_PARAMETERS)
			if (parameter in defaults)
				context.addIssue({
					code: "custom",
					path: [parameter],
					message: "the request itself says this, so that it needs no default",
				});
	});

const options = z.strictObject({
	...commonOptions,
	// The server draws one after the other; who waits here can still be canceled.
	concurrency: commonOptions.concurrency.unwrap().default(1),
	url: urlOption.optional(),
	auth: z.string().regex(/^$|:/, "it must be user:password").default(""),
	defaults: defaultsOption,
});

export const automatic1111 = defineProviderKind({
	kind: "automatic1111",
	settings: automatic1111Settings,
	options,
	defaultCapabilities: capabilities,
	fromEnvironment: ({ url, auth }) => [
		{
			name: "automatic1111",
			options: {
				url: url || undefined,
				auth,
				// Whichever checkpoint the server has loaded.
				models: [{ id: "automatic1111", providerModel: "" }],
			},
		},
	],
	open: (name, { url, ...others }, services) =>
		createAutomatic1111(
			{
				...others,
				name,
				url: url ?? "",
				readiness: readinessOf(name, url),
				limits: limitsOf(others),
			},
			services,
		),
});

function readinessOf(name: string, url: string | undefined): Readiness {
	if (url !== undefined)
		return { status: "ready", detail: `asks ${new URL(url).host}` };
	const what =
		name === "automatic1111"
			? automatic1111Settings.url.variable
			: `providers.${name}.url in the configuration`;
	return { status: "not_configured", detail: `${what} is not set` };
}
