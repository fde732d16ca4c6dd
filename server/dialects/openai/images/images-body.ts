/** The answer of every request for pictures: what OpenAI's, Jan's and OpenRouter's clients read, in one body. */
import type { Engine } from "../../../engine/engine.ts";
import type { Generation, Image } from "../../../engine/generations/request.ts";
import { Base64Of } from "../../../net/json-stream.ts";
import { type Delivery, deliveryOf } from "./delivery.ts";

type Variant = Parameters<Engine["openVariant"]>[1];

/** How a body shows its pictures. */
export interface Presenter {
	readonly engine: Engine;
	/** The URL under which a picture can be seen for a while. */
	urlOf(
		image: Image,
		extension: Delivery["outputFormat"],
		quality: number | undefined,
	): string;
	/** Whose words the tokens are counted in. */
	readonly usageWords: "openai" | "openrouter";
}

/** Of a completed generation; to be written by `jsonStream`, since the pictures in it are read as they are sent. */
export async function imagesBody(
	presenter: Presenter,
	generation: Generation,
): Promise<Record<string, unknown>> {
	const delivery = deliveryOf(generation);
	return {
		created: secondsOf(generation),
		model: generation.model,
		...lookOf(generation, delivery),
		data: await Promise.all(
			generation.images.map((image) =>
				pictureBody(presenter, generation, image, delivery),
			),
		),
		...endOf(presenter, generation, delivery),
	};
}

export function secondsOf({ createdAt }: Generation): number {
	return Math.floor(createdAt / 1000);
}

/** What all pictures of a generation have in common. */
export function lookOf(
	{ width, height }: Generation,
	{ outputFormat, quality, background }: Delivery,
) {
	return {
		...(background !== undefined && { background }),
		output_format: outputFormat,
		...(quality !== undefined && { quality }),
		size: `${width}x${height}`,
	};
}

export async function pictureBody(
	{ engine, urlOf }: Pick<Presenter, "engine" | "urlOf">,
	{ revisedPrompt }: Generation,
	image: Image,
	{ formats, outputFormat, compression }: Delivery,
) {
	const variant: Variant =
		compression === undefined || outputFormat === "png"
			? outputFormat
			: `${outputFormat}-${compression}`;
	return {
		...(formats !== "url" && {
			b64_json: new Base64Of(
				await engine.variantSize(image, variant),
				async () => (await engine.openVariant(image, variant)).stream,
			),
		}),
		...(formats !== "b64_json" && {
			url: urlOf(image, outputFormat, compression),
		}),
		id: image.id.replace(/^img_/, "jan_"),
		...(revisedPrompt !== null && { revised_prompt: revisedPrompt }),
		media_type: `image/${outputFormat}`,
	};
}

/** What is said once, after the pictures. */
export function endOf(
	{ usageWords }: Pick<Presenter, "usageWords">,
	generation: Generation,
	delivery: Delivery,
) {
	const usage = usageOf(generation, usageWords);
	const warnings = warningsOf(generation, delivery);
	return {
		...(usage !== null && { usage }),
		generation_id: generation.id,
		credits: generation.credits,
		...(warnings.length > 0 && { warnings }),
	};
}

/** `null` when the vendor counted nothing and nobody knows what it cost. */
function usageOf(
	{ usage, costDollars }: Generation,
	words: Presenter["usageWords"],
) {
	if (usage === null && (words === "openai" || costDollars === null))
		return null;
	const {
		inputTextTokens = 0,
		inputImageTokens = 0,
		outputTextTokens = 0,
		outputImageTokens = 0,
	} = usage ?? {};
	const input = inputTextTokens + inputImageTokens;
	const output = outputTextTokens + outputImageTokens;
	if (words === "openrouter")
		return {
			prompt_tokens: input,
			completion_tokens: output,
			total_tokens: input + output,
			...(costDollars !== null && { cost: costDollars }),
		};
	return {
		total_tokens: input + output,
		input_tokens: input,
		output_tokens: output,
		input_tokens_details: {
			text_tokens: inputTextTokens,
			image_tokens: inputImageTokens,
		},
		output_tokens_details: {
			text_tokens: outputTextTokens,
			image_tokens: outputImageTokens,
		},
	};
}

/** The engine's words for parameters, in this dialect's. */
const PARAMETER: Readonly<Record<string, string>> = {
	count: "n",
	inputImages: "image",
	aspectRatio: "aspect_ratio",
	negativePrompt: "negative_prompt",
	partialImages: "partial_images",
};

function warningsOf(generation: Generation, { warnings }: Delivery) {
	const { images, count } = generation;
	return [
		...generation.warnings.map(({ kind, parameter, message }) => ({
			kind,
			parameter: PARAMETER[parameter] ?? parameter,
			message,
		})),
		...warnings,
		...(images.length === count
			? []
			: [
					{
						kind: "adjusted" as const,
						parameter: "n",
						message: `${images.length} of ${count} images could be drawn; the others were not charged.`,
					},
				]),
	];
}
