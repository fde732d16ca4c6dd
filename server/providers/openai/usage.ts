/** Reads what a server counted, whichever names it has for it. */
import type { Consumption, Usage } from "../provider.ts";
import { numberAt, valueAt } from "./read-json.ts";

/**
 * @param answer what has `usage` in it.
 * @param output what the tokens of the answer are when the server does not tell them apart.
 */
export function consumptionOf(
	answer: unknown,
	output: "text" | "image",
): Consumption {
	const said = valueAt(answer, "usage");
	return {
		usage: usageOf(said, output),
		costDollars: numberAt(said, "cost"),
	};
}

/** Servers that count nothing say zero to everything. */
function usageOf(said: unknown, output: "text" | "image"): Usage | undefined {
	const [inputAll, inputImage] = countsOf(said, "input", "prompt");
	const [outputAll, outputKnown] = countsOf(said, "output", "completion");
	if (inputAll + outputAll === 0) return undefined;
	const outputImage = outputKnown ?? (output === "image" ? outputAll : 0);
	return {
		inputTextTokens: inputAll - (inputImage ?? 0),
		inputImageTokens: inputImage ?? 0,
		outputTextTokens: outputAll - outputImage,
		outputImageTokens: outputImage,
	};
}

/** @returns all tokens, and how many of them are of pictures, if that is said. */
function countsOf(
	said: unknown,
	...names: readonly string[]
): [number, number | undefined] {
	const first = (read: (name: string) => number | undefined) =>
		names.map(read).find((count) => count !== undefined);
	const image = first((name) =>
		numberAt(said, `${name}_tokens_details`, "image_tokens"),
	);
	const text = first((name) =>
		numberAt(said, `${name}_tokens_details`, "text_tokens"),
	);
	const all =
		first((name) => numberAt(said, `${name}_tokens`)) ??
		(image ?? 0) + (text ?? 0);
	return [all, image === undefined ? undefined : Math.min(image, all)];
}
