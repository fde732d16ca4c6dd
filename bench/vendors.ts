/** The vendors that the lifting measurement draws with: how each answers, and its adapter to draw through. */
import { tmpdir } from "node:os";
import { createProviderServices } from "../server/provider-services.ts";
import type { ImageCall, Provider } from "../server/providers/provider.ts";
import type { ProviderKind } from "../server/providers/provider-kind.ts";
import type { Staging } from "../server/storage/staging.ts";

/** Stands in an answer for the picture. */
export const PICTURE = "{picture}";

interface BenchVendor {
	/** Loaded when it is drawn with, so that nobody is measured with the others in memory. */
	loadKind(): Promise<ProviderKind | undefined>;
	/** As the configuration file has them, beside the URL. */
	readonly options: Readonly<Record<string, unknown>>;
	/** What the vendor answers when it has drawn. */
	readonly answer: unknown;
}

/** By the name of their kind. */
const VENDORS: Readonly<Record<string, BenchVendor>> = {
	gemini: {
		loadKind: async () =>
			(await import("../server/providers/gemini/kind.ts")).gemini,
		options: { apiKey: "none" },
		answer: {
			candidates: [
				{
					content: {
						role: "model",
						parts: [{ inlineData: { mimeType: "image/png", data: PICTURE } }],
					},
					finishReason: "STOP",
				},
			],
			usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1290 },
		},
	},
	openai: {
		loadKind: async () =>
			(await import("../server/providers/openai/kind.ts")).openai,
		options: { apiKey: "none", batches: true },
		answer: {
			created: 1,
			data: [{ b64_json: PICTURE }],
			usage: { input_tokens: 9, output_tokens: 4160 },
		},
	},
	openrouter: {
		loadKind: async () =>
			(await import("../server/providers/openrouter/kind.ts")).openrouter,
		options: { apiKey: "none" },
		answer: {
			created: 1,
			data: [{ b64_json: PICTURE }],
			usage: { cost: 0.04 },
		},
	},
	automatic1111: {
		loadKind: async () =>
			(await import("../server/providers/automatic1111/kind.ts")).automatic1111,
		options: { concurrency: 64 },
		answer: { images: [PICTURE], parameters: {}, info: "{}" },
	},
	// One for all that the AI SDK draws with: they have the fetch that lifts in common.
	together: {
		loadKind: async () =>
			(await import("../server/providers/ai-sdk/kinds.ts")).aiSdkKinds.find(
				({ kind }) => kind === "together",
			),
		options: { apiKey: "none" },
		answer: { id: "1", data: [{ index: 0, b64_json: PICTURE }] },
	},
};

export const vendorNames: readonly string[] = Object.keys(VENDORS);

export function answerOf(name: string): unknown {
	return vendorOf(name).answer;
}

export async function openProvider(
	name: string,
	url: string,
	staging: Staging,
): Promise<Provider> {
	const { loadKind, options } = vendorOf(name);
	const faults: string[] = [];
	const sources = { environment: {}, entries: { [name]: { ...options, url } } };
	const [instance] = (await loadKind())?.configure(sources, faults) ?? [];
	if (instance === undefined)
		throw new Error(`There is no provider ${name}: ${faults.join(" ")}`);
	return instance.open(
		createProviderServices(
			{ allowedHosts: [], timeoutSeconds: 60 },
			{
				staging,
				// None of them keeps anything there.
				dataDirectory: tmpdir(),
				clock: Date.now,
				random: Math.random,
			},
		),
	);
}

export const call: ImageCall = {
	model: "model",
	prompt: "a red fox",
	negativePrompt: undefined,
	count: 1,
	frame: { width: 1024, height: 1024, aspectRatio: "1:1" },
	seed: undefined,
	inputImages: [],
	mask: undefined,
	quality: undefined,
	background: undefined,
	partialImages: 0,
};

function vendorOf(name: string): BenchVendor {
	const vendor = VENDORS[name];
	if (vendor === undefined) throw new Error(`There is no vendor ${name}`);
	return vendor;
}
