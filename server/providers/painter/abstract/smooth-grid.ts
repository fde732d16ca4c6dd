/** A smooth function of the plane, worked out once on a coarse grid that does not depend on the pixels, and read with its slope from then on. */

import type { View } from "../scenes/scene.ts";

/** Writes the function's value and its slopes along x and y into `out[0..2]`. */
export type SmoothGrid = (x: number, y: number, out: Float64Array) => void;

/**
 * Samples a function and reads it back as a quadratic spline, so that slopes have no jumps.
 * @param step size of a cell in picture heights; details finer than some three cells are lost.
 * @param margin how far beyond the edges it may be read; further out it holds the last value.
 */
export function createSmoothGrid(
	view: View,
	step: number,
	margin: number,
	valueAt: (x: number, y: number) => number,
): SmoothGrid {
	const left = -view.aspect / 2 - margin - step;
	const top = -margin - step;
	const columns = Math.ceil((view.aspect + 2 * margin) / step) + 5;
	const rows = Math.ceil((1 + 2 * margin) / step) + 5;
	const values = new Float64Array(columns * rows);
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			values[row * columns + column] = valueAt(
				left + column * step,
				top + row * step,
			);
		}
	}
	const perStep = 1 / step;
	const lastColumn = columns - 2.5;
	const lastRow = rows - 2.5;
	return (x, y, out) => {
		let across = (x - left) * perStep;
		let down = (y - top) * perStep;
		across = across < 1 ? 1 : across > lastColumn ? lastColumn : across;
		down = down < 1 ? 1 : down > lastRow ? lastRow : down;
		const column = Math.floor(across + 0.5);
		const row = Math.floor(down + 0.5);
		const u = across - column;
		const v = down - row;
		const before = 0.5 * (0.5 - u) * (0.5 - u);
		const after = 0.5 * (0.5 + u) * (0.5 + u);
		const here = 1 - before - after;
		const above = 0.5 * (0.5 - v) * (0.5 - v);
		const below = 0.5 * (0.5 + v) * (0.5 + v);
		const level = 1 - above - below;
		const a = (row - 1) * columns + column;
		const b = a + columns;
		const c = b + columns;
		const first =
			values[a - 1] * before + values[a] * here + values[a + 1] * after;
		const second =
			values[b - 1] * before + values[b] * here + values[b + 1] * after;
		const third =
			values[c - 1] * before + values[c] * here + values[c + 1] * after;
		const slopeBefore = u - 0.5;
		const slopeHere = -2 * u;
		const slopeAfter = u + 0.5;
		out[0] = first * above + second * level + third * below;
		out[1] =
			perStep *
			(above *
				(values[a - 1] * slopeBefore +
					values[a] * slopeHere +
					values[a + 1] * slopeAfter) +
				level *
					(values[b - 1] * slopeBefore +
						values[b] * slopeHere +
						values[b + 1] * slopeAfter) +
				below *
					(values[c - 1] * slopeBefore +
						values[c] * slopeHere +
						values[c + 1] * slopeAfter));
		out[2] =
			perStep * (first * (v - 0.5) + second * (-2 * v) + third * (v + 0.5));
	};
}
