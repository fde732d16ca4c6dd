/** The contract of a scene: a brief and a view become a function that says the light at any point of the picture. */

import type { Brief } from "../brief.ts";

/** The frame. y runs from 0 (top) to 1 (bottom), x from -aspect/2 to +aspect/2 with 0 in the middle: both in picture heights. */
export interface View {
	/** Width divided by height, 1/8..8. */
	readonly aspect: number;
	/** Size of one pixel in picture heights; edges should be about that soft. */
	readonly pixel: number;
}

/** Writes linear red, green and blue at a point into `out[0..2]`. Called for every pixel: it must not allocate. */
export type Shader = (x: number, y: number, out: Float64Array) => void;

/**
 * Sets up everything that does not depend on the pixel and returns the shader. Each scene's file exports one function
 * named like the scene. The same brief must give the same picture at every pixel size.
 */
export type Scene = (brief: Brief, view: View) => Shader;

/**
 * The size of things for this frame: 1 in ordinary formats, less in tall ones, so that a mountain or a moon that fills a
 * square still fits between the edges of a scroll.
 */
export function subjectScale(view: View): number {
	return view.aspect >= 0.8 ? 1 : Math.sqrt(view.aspect / 0.8);
}

/**
 * Samples a function of x once for each pixel column and returns a cheap look-up, exact between columns by interpolation.
 * @param margin how far beyond both edges the look-up may be asked, in picture heights; further out it holds the last value.
 */
export function tabulate(
	view: View,
	margin: number,
	profile: (x: number) => number,
): (x: number) => number {
	const left = -view.aspect / 2 - margin;
	const count = Math.ceil((view.aspect + 2 * margin) / view.pixel) + 2;
	const table = new Float64Array(count);
	for (let index = 0; index < count; index++) {
		table[index] = profile(left + index * view.pixel);
	}
	const perUnit = 1 / view.pixel;
	return (x) => {
		const position = (x - left) * perUnit;
		if (position <= 0) return table[0];
		if (position >= count - 1) return table[count - 1];
		const index = Math.floor(position);
		const before = table[index];
		const after = table[index + 1];
		return before + (after - before) * (position - index);
	};
}
