/** Draws with a vendor through its package of the AI SDK, which is loaded when the first picture is asked for. */
import { untilAborted } from "../../net/deadline.ts";
import type { Settings } from "../../settings.ts";
import { type Provider, ProviderError, type Readiness } from "../provider.ts";
import { limitsOf, type ProviderServices } from "../provider-kind.ts";
import type { AiSdkOptions, AiSdkVendor } from "./ai-sdk-vendor.ts";
import { Conversation } from "./conversation.ts";
import { imageRequestOf } from "./image-request.ts";
import { imageResultOf } from "./image-result.ts";

export function createAiSdkProvider<S extends Settings, O extends AiSdkOptions>(
	name: string,
	vendor: AiSdkVendor<S, O>,
	options: O,
	services: ProviderServices,
): Provider {
	const readiness = readinessOf(name, vendor, options);
	const limits = limitsOf(options);
	const http = services.openHttp();
	const host =
		readiness.status === "ready"
			? new URL(vendor.urlOf(options)).host
			: undefined;
	const fetchGuarded = services.fetchGuarded(host === undefined ? [] : [host]);
	const connect = vendor.connect(options);
	return {
		name,
		readiness,
		provenance: "generative",
		limits,
		generateImages: async (call, context) => {
			const { signal } = context;
			if (readiness.status !== "ready")
				throw new ProviderError(
					"not_configured",
					`${name}: ${readiness.detail}`,
				);
			const request = await imageRequestOf(call, {
				name,
				vendor,
				providerOptions: options.providerOptions,
				callTimeoutMs: limits.callTimeoutMs,
				random: services.random,
				signal,
			});
			const conversation = new Conversation(
				{
					name,
					http,
					fetchGuarded,
					isOwnHost: (url) =>
						url.host === host || (vendor.isOwnHost?.(url) ?? false),
					isPicture: vendor.isPicture,
					isBlocked: (words) => vendor.isBlocked?.(words) ?? false,
					clock: services.clock,
					random: services.random,
				},
				context,
			);
			try {
				const model = await connect(call.model, conversation.fetch);
				// Some packages sleep between two questions and do not wake when they are told to stop.
				const result = await untilAborted(
					Promise.resolve(model.doGenerate(request.call)),
					signal,
				);
				const drawn = imageResultOf(result, request.call, conversation, {
					name,
					costDollarsOf: vendor.costDollarsOf,
				});
				return { ...drawn, warnings: [...request.warnings, ...drawn.warnings] };
			} catch (error) {
				signal.throwIfAborted();
				throw conversation.faultOf(error);
			}
		},
		close: () => http.close(),
	};
}

function readinessOf<S extends Settings, O extends AiSdkOptions>(
	name: string,
	vendor: AiSdkVendor<S, O>,
	options: O,
): Readiness {
	const missing = vendor.missing(options);
	if (missing === undefined)
		return {
			status: "ready",
			detail: `asks ${new URL(vendor.urlOf(options)).host}`,
		};
	const what =
		name === vendor.kind
			? missing.variables
			: `${missing.options} of providers.${name} in the configuration`;
	return { status: "not_configured", detail: `${what} must be set` };
}
