/** Reads what stands around a request in a line of a batch's input: its name, and where it would have been sent. */
import { z } from "zod";
import { LineFault } from "../../../engine/batches/translator.ts";
import { invalid } from "../../../engine/errors.ts";

type Body = Readonly<Record<string, unknown>>;

const requestLine = z.looseObject({
	custom_id: z.string().min(1),
	method: z.literal("POST"),
	url: z.string(),
	body: z.record(z.string(), z.unknown()),
});

const WRONG: Readonly<Record<string, string>> = {
	custom_id: "Every line needs a custom_id, a text of its own.",
	method: "The method of a line is POST.",
	url: "Every line needs a url, the batch's endpoint.",
	body: "Every line needs a body, an object.",
};

/** @returns the line's custom_id. @throws {LineFault} naming the field. */
export function customIdIn(value: unknown, endpoint: string): string {
	const read = requestLine.safeParse(value);
	if (!read.success) {
		const field = String(read.error.issues[0]?.path[0] ?? "");
		throw new LineFault(
			"invalid_request",
			WRONG[field] ?? "A line is an object of custom_id, method, url and body.",
			field === "" ? undefined : field,
		);
	}
	if (read.data.url !== endpoint)
		throw new LineFault(
			"mismatched_url",
			`The url of every line must be the batch's endpoint, ${endpoint}.`,
			"url",
		);
	return read.data.custom_id;
}

/** @param value a line that has a custom_id. @throws {EngineError} `invalid_request` for what no batch can do. */
export function bodyIn(value: unknown): Body {
	const { body } = requestLine.parse(value);
	if (body.stream === true || body.stream === "true")
		throw invalid(
			"stream",
			"The answer to a line of a batch cannot be streamed.",
			"false",
		);
	return body;
}
