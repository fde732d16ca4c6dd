/** A provider that speaks OpenAI's API to one server: pictures, talk, batches, and the list of its models. */
import type { Provider, Readiness, VendorModel } from "../provider.ts";
import { limitsOf, type ProviderServices } from "../provider-kind.ts";
import { Vendor } from "../wire/vendor.ts";
import { openBatches } from "./batches.ts";
import { chat } from "./chat.ts";
import { drawImages } from "./draw-images.ts";
import { openAiFault } from "./faults.ts";
import { isOpenAi, type OpenAiOptions } from "./options.ts";
import { listAt, textAt } from "./read-json.ts";
import type { OpenAiServer } from "./server.ts";
import { software } from "./software.ts";

export function createOpenAiProvider(
	name: string,
	options: OpenAiOptions,
	readiness: Readiness,
	services: ProviderServices,
): Provider {
	const http = services.openHttp();
	const vendor = new Vendor({
		name,
		http,
		fetchGuarded: services.fetchGuarded([new URL(options.url).host]),
		headers:
			options.apiKey === ""
				? {}
				: { authorization: `Bearer ${options.apiKey}` },
		faultOf: openAiFault,
		clock: services.clock,
		random: services.random,
	});
	const server: OpenAiServer = {
		name,
		vendor,
		options,
		software: software[options.server],
		urlOf: (path) => `${options.url}/${path}`,
	};
	return {
		name,
		readiness,
		provenance: "generative",
		limits: limitsOf(options),
		generateImages: (call, context) => drawImages(call, context, server),
		chat: (call, context) => chat(call, context, server),
		...((options.batches ?? isOpenAi(options)) && {
			batches: openBatches(server),
		}),
		listModels: (signal) => listModels(server, signal),
		close: () => http.close(),
	};
}

async function listModels(
	{ vendor, urlOf }: OpenAiServer,
	signal: AbortSignal,
): Promise<readonly VendorModel[]> {
	const { value } = await vendor.json({ url: urlOf("models") }, { signal });
	return listAt(value, "data")
		.map((model) => textAt(model, "id"))
		.filter((id) => id !== undefined)
		.map((id) => ({ id }));
}
