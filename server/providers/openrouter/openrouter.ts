/** OpenRouter: many vendors' models behind one account. It draws through its Image API, talks through chat completions, and says what each model can do. */
import type { VendorHttp } from "../../net/vendor-http.ts";
import type { Provider, ProviderLimits, Readiness } from "../provider.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { Vendor } from "../wire/vendor.ts";
import { chat } from "./chat.ts";
import type { Connection } from "./connection.ts";
import { chatCapabilitiesOf, draws, vendorModelOf } from "./discovery.ts";
import { drawByImageApi } from "./draw.ts";
import { drawByChat } from "./draw-by-chat.ts";
import { readFault } from "./faults.ts";
import { createModels } from "./models.ts";

export interface OpenrouterOptions {
	readonly name: string;
	readonly url: string;
	readonly apiKey: string;
	readonly readiness: Readiness;
	readonly limits: ProviderLimits;
}

export function createOpenrouter(
	{ name, url, apiKey, readiness, limits }: OpenrouterOptions,
	services: ProviderServices,
): Provider {
	const { clock, random } = services;
	const http: VendorHttp = services.openHttp();
	const vendor = new Vendor({
		name,
		http,
		fetchGuarded: services.fetchGuarded([new URL(url).host]),
		headers: { authorization: `Bearer ${apiKey}` },
		faultOf: (status, body) => readFault(status, body, clock()),
		clock,
		random,
	});
	const connection: Connection = {
		name,
		url,
		vendor,
		secrets: [apiKey],
		clock,
	};
	const models = createModels(vendor, url, clock);
	return {
		name,
		readiness,
		provenance: "generative",
		limits,
		generateImages: async (call, context) => {
			const way = await models.wayOf(call.model, context.signal);
			return way.kind === "images"
				? await drawByImageApi(connection, call, way.model, context)
				: await drawByChat(connection, call, way.model, context);
		},
		chat: (call, context) => chat(connection, call, context),
		discovers: true,
		listModels: async (signal) => {
			const [imageModels, allModels] = await Promise.all([
				models.imageModels(signal),
				models.allModels(signal),
			]);
			const ids = new Set(imageModels.map(({ id }) => id));
			return [
				...imageModels.map(vendorModelOf),
				...allModels
					.filter(({ id }) => !ids.has(id))
					.map((model) => ({
						id: model.id,
						image: draws(model) ? chatCapabilitiesOf(model) : undefined,
					})),
			];
		},
		close: () => http.close(),
	};
}
