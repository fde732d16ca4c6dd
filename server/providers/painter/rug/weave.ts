/** The woven rug as a picture of its own: one texel a knot, dyed unevenly and worn, with coarser copies for the distance. */

import type { Colour } from "../colour.ts";
import { clamp } from "../curve.ts";
import {
	fractalNoise,
	hash32,
	type Lattice,
	noise1,
	noise2,
} from "../noise.ts";
import { type Cartoon, DYE } from "./cartoon.ts";

/** One size of the woven picture: linear RGB, row by row. */
interface Level {
	readonly columns: number;
	readonly rows: number;
	readonly texels: Float32Array;
}

export interface Weave {
	/** Knots. */
	readonly columns: number;
	readonly rows: number;
	/**
	 * Writes the colour at a place of the rug.
	 * @param x,y in knots from a corner. @param footprint size of a pixel in knots, in the direction where it is least.
	 */
	sample(x: number, y: number, footprint: number, out: Float64Array): void;
}

export interface WeaveOptions {
	readonly cartoon: Cartoon;
	/** By number of the dye. */
	readonly dyes: readonly Colour[];
	readonly lattice: Lattice;
	readonly seed: number;
	/** 0 new, 1 washed out in places. */
	readonly wear: number;
	/** How much the dye changes from batch to batch of wool, 0..1. */
	readonly abrash: number;
}

export function weaveRug(options: WeaveOptions): Weave {
	const levels = [dyeKnots(options)];
	for (;;) {
		const last = levels[levels.length - 1];
		if (last.columns < 8 || last.rows < 8) break;
		levels.push(halve(last));
	}
	const [finest] = levels;
	const coarsest = levels.length - 1;
	const near = new Float64Array(3);
	const far = new Float64Array(3);
	return {
		columns: finest.columns,
		rows: finest.rows,
		sample(x, y, footprint, out) {
			let index = 0;
			let size = 1;
			while (index < coarsest && size * 2 <= footprint) {
				index++;
				size *= 2;
			}
			const sharpness = footprint < 1 ? Math.min(4, 1 / footprint) : 1;
			read(levels[index], x / size, y / size, sharpness, near);
			const share = footprint <= 1 ? 0 : clamp(footprint / size - 1);
			if (share > 0 && index < coarsest) {
				read(levels[index + 1], x / size / 2, y / size / 2, 1, far);
			}
			for (let channel = 0; channel < 3; channel++) {
				const fine = near[channel];
				out[channel] = share > 0 ? fine + (far[channel] - fine) * share : fine;
			}
		},
	};
}

/** Interpolates between texels; a sharpness above 1 lets each knot stand out. */
function read(
	{ columns, rows, texels }: Level,
	x: number,
	y: number,
	sharpness: number,
	out: Float64Array,
): void {
	const atX = Math.min(Math.max(x - 0.5, 0), columns - 1.001);
	const atY = Math.min(Math.max(y - 0.5, 0), rows - 1.001);
	const column = Math.floor(atX);
	const row = Math.floor(atY);
	const shareX = clamp((atX - column - 0.5) * sharpness + 0.5);
	const shareY = clamp((atY - row - 0.5) * sharpness + 0.5);
	const a = (row * columns + column) * 3;
	const b = a + columns * 3;
	for (let channel = 0; channel < 3; channel++) {
		const top =
			texels[a + channel] +
			(texels[a + 3 + channel] - texels[a + channel]) * shareX;
		const bottom =
			texels[b + channel] +
			(texels[b + 3 + channel] - texels[b + channel]) * shareX;
		out[channel] = top + (bottom - top) * shareY;
	}
}

function dyeKnots(options: WeaveOptions): Level {
	const { cartoon, dyes, lattice, seed, wear, abrash } = options;
	const columns = cartoon.columns * 2;
	const rows = cartoon.rows * 2;
	const texels = new Float32Array(columns * rows * 3);
	const colours = Float64Array.from(dyes.flat());
	const ground = dyes[DYE.field];
	let offset = 0;
	for (let row = 0; row < rows; row++) {
		const away =
			row < cartoon.rows ? cartoon.rows - 1 - row : row - cartoon.rows;
		// Each skein is dyed by itself: bands of a slightly other tone run across, broader in the ground than in the figures.
		const band =
			noise1(lattice, row * 0.021, 11) + 0.5 * noise1(lattice, row * 0.09, 12);
		const rowHash = hash32(seed ^ Math.imul(row, 0x9e3779b1));
		let patch = 0;
		for (let column = 0; column < columns; column++) {
			const aside =
				column < cartoon.columns
					? cartoon.columns - 1 - column
					: column - cartoon.columns;
			const dye = cartoon.dyes[away * cartoon.columns + aside];
			const hash = hash32(rowHash + Math.imul(column, 0x85ebca77));
			const knot = ((hash & 255) + ((hash >>> 8) & 255) - 255) * (1 / 255);
			const isGround =
				dye === DYE.field || dye === DYE.border || dye === DYE.medallion;
			const tone = 1 + knot * 0.075 + band * abrash * (isGround ? 0.17 : 0.07);
			if (wear > 0 && column % 4 === 0) {
				patch = fractalNoise(lattice, column * 0.012 + 40, row * 0.012, 2);
			}
			const thin = wear === 0 ? 0 : wornAt(lattice, column, row, patch) * wear;
			for (let channel = 0; channel < 3; channel++) {
				const wool = colours[dye * 3 + channel];
				const washed = wool + (ground[channel] * 0.75 + 0.14 - wool) * thin;
				texels[offset++] = washed * tone;
			}
		}
	}
	return { columns, rows, texels };
}

/** How thin the wool is at a knot, 0..1. @param patch slow noise; it changes little from knot to knot. */
function wornAt(
	lattice: Lattice,
	column: number,
	row: number,
	patch: number,
): number {
	const scratch = noise2(lattice, column * 0.09, row * 0.28 + 7);
	return clamp(0.35 + patch * 0.9 + scratch * 0.32) * 0.85;
}

function halve(level: Level): Level {
	const columns = level.columns >> 1;
	const rows = level.rows >> 1;
	const texels = new Float32Array(columns * rows * 3);
	let offset = 0;
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			const a = (row * 2 * level.columns + column * 2) * 3;
			const b = a + level.columns * 3;
			for (let channel = 0; channel < 3; channel++) {
				texels[offset++] =
					(level.texels[a + channel] +
						level.texels[a + 3 + channel] +
						level.texels[b + channel] +
						level.texels[b + 3 + channel]) *
					0.25;
			}
		}
	}
	return { columns, rows, texels };
}
