/** What the configuration says of a server that speaks OpenAI's API, and what it can do when it says nothing. */
import { z } from "zod";
import type { ImageCapabilities, Sizing } from "../provider.ts";
import { commonOptions, urlOption } from "../provider-kind.ts";
import { type SoftwareName, software } from "./software.ts";

export const OPENAI_URL = "https://api.openai.com/v1";

export const openAiOptions = z.strictObject({
	...commonOptions,
	/** Of the API, `/v1` and all. */
	url: urlOption.default(OPENAI_URL),
	/** Servers of one's own mostly need none. */
	apiKey: z.string().default(""),
	/** The program that runs there, when it has ways of its own. */
	server: z
		.enum(Object.keys(software) as [SoftwareName, ...SoftwareName[]])
		.default("plain"),
	/** `none` leaves the parameter out; by the model's name when left out. */
	responseFormat: z.enum(["b64_json", "url", "none"]).optional(),
	/** Whether the server's models honour `seed`; as its program has it when left out. */
	sendsSeed: z.boolean().optional(),
	/** Whether the server's models heed `negative_prompt`; as its program has it when left out. */
	sendsNegativePrompt: z.boolean().optional(),
	/** Whether it has `batches`; only OpenAI has when left out. */
	batches: z.boolean().optional(),
});

export type OpenAiOptions = z.output<typeof openAiOptions>;

/** Whether it is OpenAI itself, in whichever region. */
export function isOpenAi({ url }: Pick<OpenAiOptions, "url">): boolean {
	return /(^|\.)api\.openai\.com$/.test(new URL(url).hostname);
}

/** Models that answer with base64 always and refuse to be told so, wherever they are served. */
const BASE64_ONLY = /(^|\/)(chat)?gpt-image-/;

type ResponseFormat = NonNullable<OpenAiOptions["responseFormat"]>;

export function responseFormatFor(
	model: string,
	{ responseFormat }: Pick<OpenAiOptions, "responseFormat">,
): ResponseFormat {
	return responseFormat ?? (BASE64_ONLY.test(model) ? "none" : "b64_json");
}

/** OpenAI's guide to image generation, of gpt-image-2: what a model that comes after it can do too, as far as one can tell. */
const OPENAI_SIZING: Sizing = {
	kind: "free",
	minEdge: 480,
	maxEdge: 3840,
	multipleOf: 16,
	minPixels: 655_360,
	maxPixels: 8_294_400,
	maxAspect: 3,
};

/**
 * Servers of one's own draw with open models, whose edges are multiples of 8, 16 or 64 depending on the model: 64 suits
 * them all, and every usual size is one. Below 256 they draw nothing sensible, above 2048 they repeat themselves or run
 * out of memory; whoever has a better model describes it in the configuration.
 */
const OPEN_SIZING: Sizing = {
	kind: "free",
	minEdge: 256,
	maxEdge: 2048,
	multipleOf: 64,
};

/** What a model can do that nobody described. */
export function defaultCapabilitiesOf(
	options: OpenAiOptions,
): ImageCapabilities {
	if (isOpenAi(options))
		return {
			sizing: OPENAI_SIZING,
			countPerCall: 10,
			maxInputImages: 16,
			mask: true,
			seed: "ignored",
			negativePrompt: "folded",
			qualities: ["low", "medium", "high"],
			backgrounds: ["opaque"],
			partialImages: 3,
		};
	const {
		takesSeed,
		takesNegativePrompt,
		takesMask: mask,
	} = software[options.server];
	const seed = options.sendsSeed ?? takesSeed;
	const negativePrompt = options.sendsNegativePrompt ?? takesNegativePrompt;
	return {
		sizing: OPEN_SIZING,
		countPerCall: 1,
		maxInputImages: 16,
		mask,
		seed: seed ? "honoured" : "ignored",
		negativePrompt: negativePrompt ? "native" : "folded",
		qualities: [],
		backgrounds: [],
		partialImages: 0,
	};
}
