/** Turns a brief into rows of RGB bytes: asks the scene for light, then exposes it like a film, vignette and grain included. */

import type { Brief } from "./brief.ts";
import { expose } from "./colour.ts";
import { hash32 } from "./noise.ts";
import { SCENES } from "./scenes/registry.ts";
import type { Shader } from "./scenes/scene.ts";

/** Display levels by which grain moves a pixel at most. */
const GRAIN = 4;
const VIGNETTE = 0.42;
/** Pixels painted by one call. */
const RUN = 64;

/** Paints rows `firstRow` up to, not including, `endRow`, three bytes a pixel, from the start of `out`. */
export type RowPainter = (
	firstRow: number,
	endRow: number,
	out: Uint8Array,
) => void;

/** What stays the same from row to row. */
interface Film {
	readonly shader: Shader;
	readonly seed: number;
	readonly aspect: number;
	/** Size of a pixel in picture heights. */
	readonly pixel: number;
}

const light = new Float64Array(3);

/**
 * Paints the pixels of a row from `firstColumn` up to `endColumn` into `out` from `start` on. Runs are short and many, so that
 * the engine soon compiles this function as a whole instead of patching up one long loop again for each row.
 */
function paintRun(
	film: Film,
	row: number,
	firstColumn: number,
	endColumn: number,
	out: Uint8Array,
	start: number,
): void {
	const { shader, aspect, pixel } = film;
	const y = (row + 0.5) * pixel;
	const rowHash = hash32(film.seed ^ Math.imul(row, 0x85ebca77)) | 0;
	const down = (y - 0.5) * (y - 0.5);
	const toCorner = 4 / (1 + aspect * aspect);
	let offset = start;
	for (let column = firstColumn; column < endColumn; column++) {
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
	const film: Film = { shader, seed: brief.seed, aspect, pixel };
	return (firstRow, endRow, out) => {
		for (let row = firstRow; row < endRow; row++) {
			const start = (row - firstRow) * width * 3;
			for (let column = 0; column < width; column += RUN) {
				const end = Math.min(width, column + RUN);
				paintRun(film, row, column, end, out, start + column * 3);
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
