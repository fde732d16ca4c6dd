/** Names the file of a row's picture after a pattern. */
import { invalid } from "../errors.ts";
import { fileStem } from "./unique-keys.ts";

const PLACEHOLDER = /\{([^{}]*)\}/g;
const PLACEHOLDERS = ["key", "row"];
const MAX_PATTERN_CHARACTERS = 60;
const ROW_DIGITS = 4;

/**
 * @param pattern text with `{key}`, the row's key, or `{row}`, its number from 1 in four digits or more: `{row}-{key}`.
 * @param field the caller's word for the pattern, used in errors.
 * @throws {EngineError} `invalid_request` when two rows' files would have one name, or it says what there is not.
 */
export function checkFileNamePattern(pattern: string, field: string): void {
	const allowed = "a name with {key} or {row} in it, such as {row}-{key}";
	const named = [...pattern.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
	const unknown = named.find((name) => !PLACEHOLDERS.includes(name));
	if (unknown !== undefined)
		throw invalid(field, `There is no {${unknown}} for file names.`, allowed);
	if (named.length === 0)
		throw invalid(
			field,
			"All files would have the same name: the pattern has neither {key} nor {row}.",
			allowed,
		);
	if (pattern.length > MAX_PATTERN_CHARACTERS)
		throw invalid(
			field,
			`The pattern has ${pattern.length} characters; at most ${MAX_PATTERN_CHARACTERS} are allowed.`,
			allowed,
		);
}

/**
 * Without an ending, as only the picture knows its own.
 * @param pattern one that was checked.
 * @param position from 0.
 */
export function fileNameOf(
	pattern: string,
	key: string,
	position: number,
): string {
	const row = String(position + 1).padStart(ROW_DIGITS, "0");
	return fileStem(
		pattern.replace(PLACEHOLDER, (_whole, name) =>
			name === "key" ? fileStem(key) : row,
		),
	);
}
