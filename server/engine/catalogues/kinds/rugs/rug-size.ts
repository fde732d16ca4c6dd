/** Reads the measures of a rug as shops write them, inches and all. */

/** In feet, the shorter side first. */
export interface RugSize {
	readonly widthFeet: number;
	readonly lengthFeet: number;
}

const INCHES_PER_FOOT = 12;
const CENTIMETRES_PER_FOOT = 30.48;
/** No rug is as long as this in feet, and none so small in centimetres. */
const LONGEST_BARE_FEET = 60;

const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
const FEET = String.raw`(?:'(?!')|’|′|ft\b\.?|feet\b|foot\b)`;
const INCHES = String.raw`(?:"|”|″|''|’’|in\b\.?|inch(?:es)?\b)`;
const SIDE = String.raw`${NUMBER}\s*(?:${FEET}\s*(?:${NUMBER}\s*${INCHES}?)?|(${INCHES})|(cm\b|m\b))?`;
const SIZE = new RegExp(String.raw`${SIDE}\s*(?:x|×|by)\s*${SIDE}`, "i");
const HAS_FEET = new RegExp(FEET, "i");

/**
 * `3'2" x 13'10"`, `8x10`, `10 ft by 14 ft`, `240 x 300 cm`. Bare numbers are feet, unless no rug could be so long.
 * @returns `null` for what names no two sides.
 */
export function readRugSize(text: string): RugSize | null {
	const match = SIZE.exec(text);
	if (match === null) return null;
	const [, feet1, more1, inches1, metric1, feet2, more2, inches2, metric2] =
		match;
	const hasFeet = HAS_FEET.test(match[0]);
	const bare = [feet1, feet2].every(
		(each) => numberOf(each) > LONGEST_BARE_FEET,
	)
		? "cm"
		: undefined;
	// A unit at the end is that of both: 240 x 300 cm.
	const metric = metric1 ?? metric2 ?? (hasFeet ? undefined : bare);
	const inches = inches1 ?? (hasFeet ? undefined : inches2);
	const sides = [
		sideFeet(feet1, more1, inches, metric),
		sideFeet(feet2, more2, inches2, metric),
	].sort((a, b) => a - b);
	const [widthFeet = 0, lengthFeet = 0] = sides;
	return widthFeet > 0 ? { widthFeet, lengthFeet } : null;
}

function sideFeet(
	first: string | undefined,
	inches: string | undefined,
	isInches: string | undefined,
	metric: string | undefined,
): number {
	const value = numberOf(first);
	if (metric !== undefined) {
		const centimetres = metric.toLowerCase() === "m" ? value * 100 : value;
		return centimetres / CENTIMETRES_PER_FOOT;
	}
	if (isInches !== undefined) return value / INCHES_PER_FOOT;
	return value + numberOf(inches) / INCHES_PER_FOOT;
}

function numberOf(text: string | undefined): number {
	return text === undefined ? 0 : Number(text.replace(",", "."));
}
