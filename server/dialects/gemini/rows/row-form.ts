/** The rows of a catalogue as lines of the files that batches of generateContent read and write. */
import type { LineForm } from "../../../engine/catalogues/line-form.ts";
import type { DialectContext } from "../../dialect.ts";
import { marksOf } from "../batches/read-line.ts";
import { readRow } from "./read-row.ts";
import { writeRequest } from "./write-request.ts";
import { writeResult } from "./write-result.ts";

const INLINE_DATA = ["inlineData", "inline_data"];

export function rowForm(context: DialectContext): LineForm {
	return {
		name: "gemini",
		// Some write the request without anything around it.
		isLine: (members) =>
			members.get("request") === "object" || members.has("contents"),
		isPicture: (path) =>
			path.at(-1) === "data" && INLINE_DATA.includes(String(path.at(-2))),
		keyOf,
		readRow: (principal, value, model) =>
			readRow({ context, principal }, value, model),
		writeRequest,
		writeResult: (row) => writeResult(context, row),
	};
}

/** In a file, or as one of those that come with a batch. */
function keyOf(value: unknown): string | undefined {
	const { key, metadata } = marksOf(value);
	const inside = (metadata ?? {}) as Readonly<Record<string, unknown>>;
	return [key, inside.key].map(textOf).find((each) => each !== undefined);
}

function textOf(key: unknown): string | undefined {
	if (typeof key === "number") return String(key);
	return typeof key === "string" && key.trim() !== "" ? key : undefined;
}
