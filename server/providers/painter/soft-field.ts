/** Soft things (clouds, glow, haze) worked out on a coarse grid, only where they are looked at, and interpolated between. */

import type { View } from "./scenes/scene.ts";

/** Distance of grid points in picture heights where pixels are finer than that: some three pixels of a picture 1024 high. */
const STEP = 1 / 360;

/**
 * Returns a cheap look-up of a function that writes four values. The function must be smooth at the scale of 1/360 of the height.
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
	/** Whether all four corners of the cell to the right of and below a point are known. */
	const isReady = new Uint8Array(columns * rows);
	const worked = new Float64Array(4);

	const prepare = (column: number, row: number) => {
		for (let corner = 0; corner < 4; corner++) {
			const atColumn = column + (corner & 1);
			const atRow = row + (corner >> 1);
			const point = atRow * columns + atColumn;
			if (isKnown[point] === 1) continue;
			work(left + atColumn * step, top + atRow * step, worked);
			for (let index = 0; index < 4; index++) {
				values[point * 4 + index] = worked[index];
			}
			isKnown[point] = 1;
		}
		isReady[row * columns + column] = 1;
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
		if (isReady[here] === 0) prepare(column, row);
		const shareX = across - column;
		const shareY = down - row;
		const last = shareX * shareY;
		const second = shareX - last;
		const third = shareY - last;
		const first = 1 - shareX - third;
		const a = here * 4;
		const b = a + columns * 4;
		for (let index = 0; index < 4; index++) {
			out[index] =
				values[a + index] * first +
				values[a + 4 + index] * second +
				values[b + index] * third +
				values[b + 4 + index] * last;
		}
	};
}
