/** Draws with a ComfyUI server, by workflows that its owner made. */
import {
	type CallContext,
	type DrawnImage,
	type ImageCall,
	type ImageCallResult,
	type Provider,
	ProviderError,
	type ProviderLimits,
	type Readiness,
} from "../provider.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { Vendor } from "../wire/vendor.ts";
import type { Connection } from "./connection.ts";
import { readRefusal } from "./faults.ts";
import { checkPictures, fillGraph } from "./fill-graph.ts";
import { imagesOf } from "./history.ts";
import { keepImage, uploadImage } from "./pictures.ts";
import { runGraph } from "./run-graph.ts";
import { capabilitiesOf, type Workflow } from "./workflow.ts";

export interface ComfyuiOptions {
	readonly name: string;
	/** Without a slash at its end. */
	readonly url: string;
	/** By the names under which calls ask for them. */
	readonly workflows: ReadonlyMap<string, Workflow>;
	readonly readiness: Readiness;
	readonly limits: ProviderLimits;
}

/** The glossary's bound: a seed above it could not be asked for again. */
const SEEDS = 2 ** 31;

export function createComfyui(
	{ name, url, workflows, readiness, limits }: ComfyuiOptions,
	services: ProviderServices,
): Provider {
	const { openSocket, clock, random } = services;
	const http = services.openHttp();
	const vendor = new Vendor({
		name,
		http,
		fetchGuarded: services.fetchGuarded([]),
		headers: {},
		faultOf: readRefusal,
		clock,
		random,
	});
	const connection: Connection = { name, url, vendor, openSocket, random };
	return {
		name,
		readiness,
		provenance: "generative",
		limits,
		generateImages: async (call, context) => {
			const workflow = workflows.get(call.model);
			if (workflow === undefined)
				throw new ProviderError(
					"not_configured",
					`${name} has no workflow ${call.model}`,
				);
			return await draw(connection, workflow, call, context);
		},
		listModels: async (signal) => {
			await vendor.json({ url: `${url}/system_stats` }, { signal });
			return [...workflows].map(([id, workflow]) => ({
				id,
				image: capabilitiesOf(workflow),
			}));
		},
		close: () => http.close(),
	};
}

async function draw(
	connection: Connection,
	workflow: Workflow,
	call: ImageCall,
	context: CallContext,
): Promise<ImageCallResult> {
	const { name, random } = connection;
	checkPictures(workflow, call);
	const seed = call.seed ?? Math.floor(random() * SEEDS);
	const images: string[] = [];
	for (const image of call.inputImages)
		images.push(await uploadImage(connection, image, context.signal));
	const mask =
		call.mask && (await uploadImage(connection, call.mask, context.signal));
	const graph = fillGraph(workflow, { call, seed, images, mask });
	const entry = await runGraph(connection, graph, call.partialImages, context);
	const found = imagesOf(entry, workflow).slice(0, call.count);
	if (found.length === 0)
		throw new ProviderError("unavailable", `${name} drew no picture`, {
			mayBePaid: true,
		});
	// The seed of several at once draws none of them alone.
	const ownSeed =
		workflow.inputs.seed !== undefined && call.count === 1 ? seed : undefined;
	const drawn: DrawnImage[] = [];
	for (const image of found)
		drawn.push({
			file: await keepImage(connection, image, context),
			seed: ownSeed,
			revisedPrompt: undefined,
		});
	return {
		images: drawn,
		warnings: [],
		usage: undefined,
		costDollars: undefined,
	};
}
