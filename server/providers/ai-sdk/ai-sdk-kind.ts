/** Makes a kind of provider of a vendor of the AI SDK. */
import type { Settings } from "../../settings.ts";
import { defineProviderKind, type ProviderKind } from "../provider-kind.ts";
import { createAiSdkProvider } from "./ai-sdk-provider.ts";
import type { AiSdkOptions, AiSdkVendor } from "./ai-sdk-vendor.ts";

export function aiSdkKind<S extends Settings, O extends AiSdkOptions>(
	vendor: AiSdkVendor<S, O>,
): ProviderKind {
	return defineProviderKind({
		kind: vendor.kind,
		settings: vendor.settings,
		options: vendor.options,
		defaultCapabilities: vendor.defaultCapabilities,
		fromEnvironment: (values) => [
			{
				name: vendor.kind,
				options: { ...vendor.optionsOf(values), models: vendor.defaultModels },
			},
		],
		open: (name, options, services) =>
			createAiSdkProvider(name, vendor, options, services),
	});
}
