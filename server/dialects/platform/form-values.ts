/** Reads the text fields of a form as the values that a JSON body would have in their place. */
import { invalid } from "../../engine/errors.ts";

/** Which fields are more than text. */
export interface FormFields {
	readonly numbers: readonly string[];
	readonly booleans: readonly string[];
	readonly json: readonly string[];
	/** Of texts: as JSON, or one field for each. */
	readonly lists: readonly string[];
}

/**
 * @returns `undefined` for an empty field, since a form sends those too; what is not what its field may be is left for the
 * validator to name.
 * @throws {EngineError} for JSON that is none.
 */
export function formValue(
	{ numbers, booleans, json, lists }: FormFields,
	name: string,
	value: string | string[],
): unknown {
	if (typeof value !== "string") return value;
	const text = value.trim();
	if (text === "") return undefined;
	if (numbers.includes(name))
		return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : value;
	if (booleans.includes(name)) {
		if (/^(true|1)$/i.test(text)) return true;
		return /^(false|0)$/i.test(text) ? false : value;
	}
	if (json.includes(name)) return parsed(name, text);
	if (lists.includes(name))
		return text.startsWith("[") ? parsed(name, text) : [text];
	return value;
}

function parsed(name: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalid(name, `${name} is no valid JSON.`, "JSON");
	}
}
