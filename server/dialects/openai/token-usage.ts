/** The tokens of an answer in words or pictures, as far as its vendor counted them, and by a rule of thumb where it did not. */
import type { Generation } from "../../engine/generations/request.ts";

const CHARACTERS_PER_TOKEN = 4;

export interface Tokens {
	readonly input: number;
	readonly output: number;
	/** Among the output. */
	readonly outputImage: number;
	readonly isEstimated: boolean;
}

/** @param texts what was asked, and what was answered, in UTF-16 units. */
export function tokensOf(
	usage: Generation["usage"],
	texts: {
		readonly asked: { readonly length: number };
		readonly answered: { readonly length: number };
	},
): Tokens {
	if (usage !== null) {
		return {
			input: usage.inputTextTokens + usage.inputImageTokens,
			output: usage.outputTextTokens + usage.outputImageTokens,
			outputImage: usage.outputImageTokens,
			isEstimated: false,
		};
	}
	const estimate = ({ length }: { readonly length: number }) =>
		Math.max(1, Math.ceil(length / CHARACTERS_PER_TOKEN));
	return {
		input: estimate(texts.asked),
		output: estimate(texts.answered),
		outputImage: 0,
		isEstimated: true,
	};
}
