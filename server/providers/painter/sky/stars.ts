/** Stars: a few bright ones, many faint ones, each of its own colour, never clipped or aligned. */

import { bump } from "../curve.ts";
import { hashCell } from "../noise.ts";
import type { View } from "../scenes/scene.ts";

/** One sheet of stars on a grid that is too sparse and jittered to be seen as one. */
interface StarSheet {
	/** Width of a grid cell in picture heights. */
	readonly cell: number;
	/** Share of the cells that hold a star. */
	readonly share: number;
	/** Radius in picture heights. */
	readonly radius: number;
	readonly strength: number;
}

const SHEETS: readonly StarSheet[] = [
	{ cell: 0.0105, share: 0.3, radius: 0.0011, strength: 0.3 },
	{ cell: 0.031, share: 0.4, radius: 0.0017, strength: 0.75 },
	{ cell: 0.117, share: 0.32, radius: 0.0034, strength: 1.5 },
];

/** A sheet laid out over the picture: for each cell a star's place and light, or strength 0. */
interface Chart {
	readonly perCell: number;
	readonly columns: number;
	readonly rows: number;
	/** Squared, in picture heights. */
	readonly radius: number;
	/** x, y, strength, warmth of each cell. */
	readonly stars: Float64Array;
}

const PER_BYTE = 1 / 255;

function chart(
	sheet: StarSheet,
	seed: number,
	view: View,
	density: number,
): Chart {
	// A star smaller than a pixel is drawn a pixel wide and fainter by as much, so that it neither vanishes nor grows.
	const radius = Math.max(sheet.radius, view.pixel * 1.2);
	const strength =
		(sheet.strength * sheet.radius * sheet.radius) / (radius * radius);
	const { cell } = sheet;
	const half = Math.ceil(view.aspect / 2 / cell);
	const columns = half * 2;
	const rows = Math.ceil(1 / cell);
	const stars = new Float64Array(columns * rows * 4);
	const least = 4294967296 * (1 - Math.min(1, sheet.share * density));
	for (let row = 0; row < rows; row++) {
		for (let column = -half; column < half; column++) {
			if (hashCell(seed, column, row) < least) continue;
			const detail = hashCell(seed ^ 0x2545f491, column, row);
			const chance = ((detail >>> 16) & 255) * PER_BYTE;
			stars.set(
				[
					(column + 0.2 + 0.6 * (detail & 255) * PER_BYTE) * cell,
					(row + 0.2 + 0.6 * ((detail >>> 8) & 255) * PER_BYTE) * cell,
					strength * (0.25 + 0.75 * chance * chance),
					((detail >>> 24) * PER_BYTE - 0.5) * 0.5,
				],
				(row * columns + column + half) * 4,
			);
		}
	}
	return { perCell: 1 / cell, columns, rows, radius: radius * radius, stars };
}

/**
 * Returns a look-up: writes the starlight at a point into `light[0..2]` and says whether there is any, which is rare.
 * @param density multiplies the number of stars; 1 is a clear night.
 */
export function createStars(
	seed: number,
	view: View,
	density: number,
): (x: number, y: number, light: Float64Array) => boolean {
	const charts = SHEETS.map((sheet, index) =>
		chart(sheet, seed + index * 7919, view, density),
	);
	// Most points of the sky are dark; a coarse map of where stars are saves looking at every sheet for them.
	const half = view.aspect / 2;
	const across = Math.ceil(view.aspect * MAP_CELLS) + 1;
	const isNear = new Uint8Array(across * (MAP_CELLS + 1));
	for (const { radius, stars } of charts) {
		const reach = Math.sqrt(radius);
		for (let star = 0; star < stars.length; star += 4) {
			if (stars[star + 2] === 0) continue;
			const first = Math.max(0, cellOf(stars[star] - reach + half));
			const last = Math.min(across - 1, cellOf(stars[star] + reach + half));
			const top = Math.max(0, cellOf(stars[star + 1] - reach));
			const bottom = Math.min(MAP_CELLS, cellOf(stars[star + 1] + reach));
			for (let row = top; row <= bottom; row++) {
				isNear.fill(1, row * across + first, row * across + last + 1);
			}
		}
	}
	return (x, y, light) => {
		const column = cellOf(x + half);
		const row = cellOf(y);
		if (column < 0 || column >= across || row < 0 || row > MAP_CELLS) {
			return false;
		}
		if (isNear[row * across + column] === 0) return false;
		return addUp(charts, x, y, light);
	};
}

/** Cells of the coarse map for each picture height. */
const MAP_CELLS = 300;

function cellOf(distance: number): number {
	return Math.floor(distance * MAP_CELLS);
}

function addUp(
	charts: readonly Chart[],
	x: number,
	y: number,
	light: Float64Array,
): boolean {
	let isLit = false;
	for (let index = 0; index < charts.length; index++) {
		const { perCell, columns, rows, radius, stars } = charts[index];
		const column = Math.floor(x * perCell) + (columns >> 1);
		const row = Math.floor(y * perCell);
		if (column < 0 || column >= columns || row < 0 || row >= rows) continue;
		const star = (row * columns + column) * 4;
		const strength = stars[star + 2];
		if (strength === 0) continue;
		const dx = x - stars[star];
		const dy = y - stars[star + 1];
		const away = (dx * dx + dy * dy) / radius;
		if (away >= 1) continue;
		if (!isLit) light.fill(0);
		isLit = true;
		const warmth = stars[star + 3];
		const shine = bump(away) * strength;
		light[0] += shine * (0.92 + warmth);
		light[1] += shine * 0.95;
		light[2] += shine * (1 - warmth * 0.8);
	}
	return isLit;
}
