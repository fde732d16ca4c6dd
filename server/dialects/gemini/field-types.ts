/** The scalars of protocol buffers' JSON: numbers that may come as text, and enums in any case. */
import { z } from "zod";

/** What the text says, when it is a number; anything else as it is. */
function numberIn(value: unknown): unknown {
	return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value)
		? Number(value)
		: value;
}

export function wholeNumber(minimum: number, maximum: number) {
	return z.preprocess(numberIn, z.int().min(minimum).max(maximum));
}

export function anyNumber(minimum: number, maximum: number) {
	return z.preprocess(numberIn, z.number().min(minimum).max(maximum));
}

export const flag = z.preprocess(
	(value) => (value === "true" || value === "false" ? value === "true" : value),
	z.boolean(),
);

/** A text that may come as a number, as a size of 512 does. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);
