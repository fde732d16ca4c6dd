/** Turns a brief into rows of RGB bytes: asks the scene for light, then exposes it like a film, vignette and grain included. */

import type { Brief } from "./brief.ts";
import { expose } from "./colour.ts";
import { hash32 } from "./noise.ts";
import { SCENES } from "./scenes/registry.ts";

/** Display levels by which grain moves a pixel at most. */
const GRAIN = 4;
const VIGNETTE = 0.42;

/** Paints rows `firstRow` up to, not including, `endRow`, three bytes a pixel, from the start of `out`. */
export type RowPainter = (
	firstRow: number,
	endRow: number,
	out: Uint8Array,
) => void;

/**
 * Sets a picture up, so that its rows can be painted in any order and by any thread.
 * @param width pixels. @param height pixels.
 */
export function createRowPainter(
	brief: Brief,
	width: number,
	height: number,
): RowPainter {
	const aspect = width / height;
	const pixel = 1 / height;
	const shader = SCENES[brief.scene](brief, { aspect, pixel });
	const light = new Float64Array(3);
	const toCorner = 4 / (1 + aspect * aspect);

	return (firstRow, endRow, out) => {
		let offset = 0;
		for (let row = firstRow; row < endRow; row++) {
			const y = (row + 0.5) * pixel;
			const rowHash = hash32(brief.seed ^ Math.imul(row, 0x85ebca77));
			const down = (y - 0.5) * (y - 0.5);
			for (let column = 0; column < width; column++) {
				const x = (column + 0.5) * pixel - aspect / 2;
				shader(x, y, light);
				const outward = (x * x + down) * toCorner;
				const vignette = 1 - VIGNETTE * outward * outward;
				const hash = hash32((rowHash + Math.imul(column, 0x9e3779b1)) | 0);
				const grain =
					((hash & 1023) + ((hash >>> 10) & 1023) + (hash >>> 22) - 1534.5) *
					(GRAIN / 1534.5);
				for (let channel = 0; channel < 3; channel++) {
					const level =
						Math.sqrt(expose(light[channel] * vignette)) * 255 + grain + 0.5;
					out[offset++] = level < 0 ? 0 : level > 255 ? 255 : level | 0;
				}
			}
		}
	};
}

/** Paints some rows of a picture in one go. */
export function paintRows(
	brief: Brief,
	width: number,
	height: number,
	firstRow: number,
	endRow: number,
	out: Uint8Array,
): void {
	createRowPainter(brief, width, height)(firstRow, endRow, out);
}
