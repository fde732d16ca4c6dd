/** Soft things (clouds, glow, haze) worked out on a coarse grid, only where they are looked at, and interpolated between. */

import type { View } from "./scenes/scene.ts";

/** Distance of grid points in picture heights where pixels are finer than that: two pixels of a picture 1024 high. */
const STEP = 1 / 512;

/**
 * Returns a cheap look-up of a function that writes four values. The function must be smooth at the scale of 1/512 of the height.
 * @param top lowest y that may be asked for. @param bottom highest y; beyond these and the sides the nearest value holds.
 */
export function createSoftField(
	view: View,
	top: number,
	bottom: number,
	work: (x: number, y: number, out: Float64Array) => void,
): (x: number, y: number, out: Float64Array) => void {
	const step = Math.max(STEP, view.pixel);
	const left = -view.aspect / 2 - step;
	const columns = Math.ceil(view.aspect / step) + 4;
	const rows = Math.ceil((bottom - top) / step) + 2;
	const values = new Float32Array(columns * rows * 4);
	const isKnown = new Uint8Array(columns * rows);
	const worked = new Float64Array(4);

	const fill = (point: number, column: number, row: number) => {
		work(left + column * step, top + row * step, worked);
		values.set(worked, point * 4);
		isKnown[point] = 1;
	};

	const lastColumn = columns - 2;
	const lastRow = rows - 2;
	const perStep = 1 / step;
	return (x, y, out) => {
		const across = Math.min(Math.max((x - left) * perStep, 0), lastColumn);
		const down = Math.min(Math.max((y - top) * perStep, 0), lastRow);
		const column = Math.floor(across);
		const row = Math.floor(down);
		const here = row * columns + column;
		const below = here + columns;
		if (isKnown[here] === 0) fill(here, column, row);
		if (isKnown[here + 1] === 0) fill(here + 1, column + 1, row);
		if (isKnown[below] === 0) fill(below, column, row + 1);
		if (isKnown[below + 1] === 0) fill(below + 1, column + 1, row + 1);
		const shareX = across - column;
		const shareY = down - row;
		const a = here * 4;
		const b = below * 4;
		for (let index = 0; index < 4; index++) {
			const over = values[a + index];
			const under = values[b + index];
			const upper = over + (values[a + 4 + index] - over) * shareX;
			const lower = under + (values[b + 4 + index] - under) * shareX;
			out[index] = upper + (lower - upper) * shareY;
		}
	};
}
