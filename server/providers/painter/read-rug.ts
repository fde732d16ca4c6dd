/** Reads what shops write about a rug: its size, and which of its colours is the field's and which the border's. */

import type { RugShape } from "./brief.ts";
import type { ColourName } from "./vocabulary/colours.ts";
import type { FoundWord } from "./vocabulary/find-words.ts";

const SIZE =
	/(\d{1,4}(?:\.\d+)?) ?(?:'|′|’|ft|feet|foot|cm|m)? ?(?:(\d{1,2}) ?(?:"|″|”|''|′′|in|inches)?)? ?(?:x|×|by|auf|per|por|sur) ?(\d{1,4}(?:\.\d+)?) ?(?:'|′|’|ft|feet|foot|cm|m)? ?(?:(\d{1,2}) ?(?:"|″|”|''|′′|in|inches)?)?/;

/** Reads a rug's size such as 3'2"x13'10" or 200 x 300 cm: long side by short side, 1..8; undefined when there is none. */
export function proportionIn(text: string): number | undefined {
	const size = SIZE.exec(text.replace(/\s+/g, " "));
	if (size === null) return undefined;
	const [, feet, inches, otherFeet, otherInches] = size;
	const side = Number(feet) + Number(inches ?? 0) / 12;
	const other = Number(otherFeet) + Number(otherInches ?? 0) / 12;
	const proportion = Math.max(side, other) / Math.min(side, other);
	return proportion <= 8 ? proportion : undefined;
}

/** What a rug of such a proportion is called. */
export function shapeOf(proportion: number | undefined): RugShape | undefined {
	if (proportion === undefined) return undefined;
	if (proportion > 2.3) return "runner";
	return proportion < 1.12 ? "square" : "rectangle";
}

const FIELD_BEFORE = /(?:field|ground|main|exact) colou?rs?[^a-z]*$/;
const BORDER_BEFORE = /border colou?rs?[^a-z]*$/;
const FIELD_AFTER = /^ (?:field|ground|rug|carpet)\b/;
const BORDER_AFTER = /^ border/;
/** How far around a colour its role is looked for, in UTF-16 units. */
const ROLE_REACH = 24;

/**
 * Puts the field's colour first and the border's second where the text says which is which ("ivory border",
 * "Field Color: navy").
 * @param names in order of appearance. @param text folded.
 */
export function fieldFirst(
	names: readonly ColourName[],
	words: readonly FoundWord[],
	text: string,
): ColourName[] {
	let field: ColourName | undefined;
	let border: ColourName | undefined;
	for (const word of words) {
		const colour = word.meanings.find((meaning) => meaning.kind === "colour");
		if (colour?.kind !== "colour" || !names.includes(colour.value)) continue;
		const before = text.slice(Math.max(0, word.start - ROLE_REACH), word.start);
		const after = text.slice(word.end, word.end + ROLE_REACH);
		if (BORDER_BEFORE.test(before) || BORDER_AFTER.test(after)) {
			border ??= colour.value;
		} else if (FIELD_BEFORE.test(before) || FIELD_AFTER.test(after)) {
			field ??= colour.value;
		}
	}
	const others = names.filter((name) => name !== field && name !== border);
	const first = field ?? others.shift();
	return [first, border, ...others].filter((name) => name !== undefined);
}
