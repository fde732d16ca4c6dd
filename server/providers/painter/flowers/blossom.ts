/** What a blossom is to whoever paints it: a shape with its own colours and its own light and shadow. */

import type { Colour } from "../colour.ts";

/** How one blossom differs from the next of its kind. */
export interface BlossomLook {
	readonly petal: Colour;
	/** The petals' colour in their folds and at their base. */
	readonly deep: Colour;
	readonly heart: Colour;
	/** A fraction 0..1 that shifts and turns what is irregular. */
	readonly chance: number;
}

/**
 * `u` (right) and `v` (up) are in radii of the blossom, counted from its middle; `softness` is the width of an edge in radii.
 * Writes the colour without light into `out[0..2]` and how brightly it is lit into `out[3]`, about 0..1.2.
 * @returns how much the blossom hides there, 0..1; where that is 0 the rest is left over from before.
 */
export type BlossomShape = (
	u: number,
	v: number,
	softness: number,
	look: BlossomLook,
	out: Float64Array,
) => number;

/** The angle of a direction in turns, 0..1, counted from the right towards up; off by at most 0.0008. */
export function turnsOf(x: number, y: number): number {
	const wide = x < 0 ? -x : x;
	const tall = y < 0 ? -y : y;
	const isFlat = wide > tall;
	const most = isFlat ? wide : tall;
	if (most === 0) return 0;
	const slope = (isFlat ? tall : wide) / most;
	const eighth = slope * (0.1556 - 0.0306 * slope * slope);
	const quarter = isFlat ? eighth : 0.25 - eighth;
	const half = x < 0 ? 0.5 - quarter : quarter;
	return y < 0 ? 1 - half : half;
}

/** Writes a mixture of two colours and how brightly it is lit. */
export function tint(
	out: Float64Array,
	first: Colour,
	second: Colour,
	share: number,
	tone: number,
): void {
	out[0] = first[0] + (second[0] - first[0]) * share;
	out[1] = first[1] + (second[1] - first[1]) * share;
	out[2] = first[2] + (second[2] - first[2]) * share;
	out[3] = tone;
}

/** Paints a mixture of two colours over what `out` holds. */
export function tintOver(
	out: Float64Array,
	first: Colour,
	second: Colour,
	share: number,
	tone: number,
	cover: number,
): void {
	for (let channel = 0; channel < 3; channel++) {
		const own = first[channel] + (second[channel] - first[channel]) * share;
		out[channel] += (own - out[channel]) * cover;
	}
	out[3] += (tone - out[3]) * cover;
}
