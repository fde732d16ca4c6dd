/** OpenAI and whatever server speaks its API, as a kind of provider: as many of them as the configuration names. */
import type { Readiness } from "../provider.ts";
import { defineProviderKind } from "../provider-kind.ts";
import { openAiSettings } from "./config.ts";
import { createOpenAiProvider } from "./openai-provider.ts";
import {
	defaultCapabilitiesOf,
	isOpenAi,
	OPENAI_URL,
	type OpenAiOptions,
	openAiOptions,
} from "./options.ts";

/** The provider that the environment names as team chat servers do (S3-10). */
const IMAGE_PROVIDER = "image-provider";

export const openai = defineProviderKind({
	kind: "openai",
	settings: openAiSettings,
	options: openAiOptions,
	defaultCapabilities: defaultCapabilitiesOf,
	fromEnvironment: (values) => [
		{
			name: "openai",
			options: { url: values.url || OPENAI_URL, apiKey: values.apiKey },
		},
		...(values.imageProviderUrl === ""
			? []
			: [
					{
						name: IMAGE_PROVIDER,
						options: {
							enabled: values.imageProviderEnabled,
							url: withVersion(values.imageProviderUrl),
							apiKey: values.imageProviderApiKey,
							models: [
								{
									id: values.imageDefaultModel || IMAGE_PROVIDER,
									providerModel: values.imageDefaultModel,
								},
							],
						},
					},
				]),
	],
	open: (name, options, services) =>
		createOpenAiProvider(name, options, readinessOf(name, options), services),
});

function withVersion(url: string): string {
	const trimmed = url.replace(/\/+$/, "");
	return trimmed.endsWith("/v1") ? trimmed : `${trimmed}/v1`;
}

function readinessOf(name: string, options: OpenAiOptions): Readiness {
	if (!options.enabled && name === IMAGE_PROVIDER)
		return {
			status: "not_configured",
			detail: "switched off (IMAGE_PROVIDER_ENABLED)",
		};
	if (isOpenAi(options) && options.apiKey === "") {
		const what =
			name === "openai"
				? "OPENAI_API_KEY"
				: `providers.${name}.apiKey in the configuration`;
		return { status: "not_configured", detail: `${what} is not set` };
	}
	return { status: "ready", detail: `asks ${new URL(options.url).host}` };
}
