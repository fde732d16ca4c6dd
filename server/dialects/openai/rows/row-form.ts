/** The rows of a catalogue as lines of the files that OpenAI's batches read and write. */
import type { LineForm } from "../../../engine/catalogues/line-form.ts";
import type { DialectContext } from "../../dialect.ts";
import { DIALECT } from "../batches/schema.ts";
import { readRow } from "./read-row.ts";
import { writeRequest } from "./write-request.ts";
import { writeResult } from "./write-result.ts";

/** Behind `body`, where a number stands for any place in a list. */
const PICTURE_PATHS = [
	/^images\.\d+(\.image_url(\.url)?|\.b64_json)$/,
	/^image(\.\d+)?\.(b64_json|image_url)$/,
	/^mask\.(image_url(\.url)?|b64_json)$/,
	/^messages\.\d+\.content\.\d+\.image_url(\.url)?$/,
];

export function rowForm(context: DialectContext): LineForm {
	return {
		name: DIALECT,
		isLine: (members) => members.get("body") === "object",
		isPicture: ([outside, ...path]) =>
			outside === "body" &&
			PICTURE_PATHS.some((pattern) => pattern.test(path.join("."))),
		keyOf: (value) => {
			const { custom_id } = (value ?? {}) as { readonly custom_id?: unknown };
			return typeof custom_id === "string" && custom_id.trim() !== ""
				? custom_id
				: undefined;
		},
		readRow: (principal, value, model) =>
			readRow({ context, principal, model }, value),
		writeRequest,
		writeResult: (row) => writeResult(context, row),
	};
}
