/** Counts tokens: the vendor's numbers where it gave some, and else by a rule of thumb, so that tools that add up costs have something to go by. */
import type { Generation } from "../../../engine/generations/request.ts";

type Usage = NonNullable<Generation["usage"]>;

/** How much was asked. */
export interface Asked {
	readonly text: string;
	readonly pictures: number;
}

/** Tokens of one picture: handed in, and drawn with 512, 1K, 2K and 4K pixels. */
interface PictureTokens {
	readonly input: number;
	readonly output: readonly [number, number, number, number];
}

/**
 * As Google counts its own models' pictures (ai.google.dev/gemini-api/docs/image-generation and /pricing, mid-2026); the
 * newest model's stand for all others.
 */
const PICTURE_TOKENS: readonly (readonly [RegExp, PictureTokens])[] = [
	[/gemini-2\.5-flash-image/, { input: 258, output: [1290, 1290, 1290, 1290] }],
	[
		/gemini-3-pro-image|nano-banana-pro/,
		{ input: 560, output: [1120, 1120, 1120, 2000] },
	],
	[/gemini-3\.1-flash-image/, { input: 1120, output: [747, 1120, 1680, 2520] }],
];
const NEWEST: PictureTokens = { input: 1120, output: [747, 1120, 1680, 3780] };

/** Letters of Latin, Greek or Cyrillic in a token. */
const LETTERS_PER_TOKEN = 4;
/** From Thai onward, where a letter is nearer to a word. */
const DENSE_SCRIPT = /[\u0e00-\u{10ffff}]/gu;

/** A token for four letters, or for one of a script such as Chinese. */
export function textTokens(text: string): number {
	if (text === "") return 0;
	const dense = text.match(DENSE_SCRIPT)?.length ?? 0;
	return dense + Math.ceil((text.length - dense) / LETTERS_PER_TOKEN);
}

/** @param model as the caller named it. */
export function inputUsage(model: string, asked: Asked) {
	return {
		inputTextTokens: textTokens(asked.text),
		inputImageTokens: asked.pictures * tokensFor(model).input,
	};
}

/** Of a picture that was drawn without the vendor's counting. */
export function estimatedUsage(
	model: string,
	asked: Asked,
	{ width, height, images }: Generation,
): Usage {
	const edge = Math.sqrt(width * height);
	const tier = [512, 1024, 2048].filter((each) => edge >= each * Math.SQRT2);
	const each = tokensFor(model).output[tier.length] ?? 0;
	return {
		...inputUsage(model, asked),
		outputTextTokens: 0,
		outputImageTokens: images.length * each,
	};
}

function tokensFor(model: string): PictureTokens {
	const [, known] = PICTURE_TOKENS.find(([names]) => names.test(model)) ?? [];
	return known ?? NEWEST;
}

/** As `usageMetadata` has it. */
export function usageBody(usage: Usage) {
	const prompt = usage.inputTextTokens + usage.inputImageTokens;
	const candidates = usage.outputTextTokens + usage.outputImageTokens;
	return {
		promptTokenCount: prompt,
		candidatesTokenCount: candidates,
		totalTokenCount: prompt + candidates,
		promptTokensDetails: modalities(
			usage.inputTextTokens,
			usage.inputImageTokens,
		),
		candidatesTokensDetails: modalities(
			usage.outputTextTokens,
			usage.outputImageTokens,
		),
	};
}

/** Of what was asked and not answered. */
export function promptUsageBody(model: string, asked: Asked) {
	const { inputTextTokens, inputImageTokens } = inputUsage(model, asked);
	const count = inputTextTokens + inputImageTokens;
	return {
		promptTokenCount: count,
		totalTokenCount: count,
		promptTokensDetails: modalities(inputTextTokens, inputImageTokens),
	};
}

export function modalities(text: number, image: number) {
	return [
		...(text > 0 ? [{ modality: "TEXT", tokenCount: text }] : []),
		...(image > 0 ? [{ modality: "IMAGE", tokenCount: image }] : []),
	];
}
