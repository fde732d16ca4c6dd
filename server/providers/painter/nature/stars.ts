/** Stars: a few bright ones, many faint ones, each of its own colour, never clipped or aligned. */

import { bump } from "../curve.ts";
import { hashCell } from "../noise.ts";

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

/**
 * Returns a brush that adds starlight to `out`.
 * @param density multiplies the number of stars; 1 is a clear night.
 */
export function createStars(
	seed: number,
	pixel: number,
	density: number,
): (x: number, y: number, strength: number, out: Float64Array) => void {
	// A star smaller than a pixel is drawn a pixel wide and fainter by as much, so that it neither vanishes nor grows.
	const sheets = SHEETS.map((sheet, index) => {
		const radius = Math.max(sheet.radius, pixel * 1.2);
		const thinning = (sheet.radius * sheet.radius) / (radius * radius);
		return {
			...sheet,
			radius,
			seed: seed + index * 7919,
			strength: sheet.strength * thinning,
			least: 4294967296 * (1 - Math.min(1, sheet.share * density)),
		};
	});

	return (x, y, strength, out) => {
		for (let index = 0; index < sheets.length; index++) {
			const sheet = sheets[index];
			const column = Math.floor(x / sheet.cell);
			const row = Math.floor(y / sheet.cell);
			const hash = hashCell(sheet.seed, column, row);
			if (hash < sheet.least) continue;
			const detail = hashCell(sheet.seed ^ 0x2545f491, column, row);
			const centreX =
				(column + 0.2 + (0.6 * (detail & 255)) / 255) * sheet.cell;
			const centreY =
				(row + 0.2 + (0.6 * ((detail >>> 8) & 255)) / 255) * sheet.cell;
			const away =
				((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)) /
				(sheet.radius * sheet.radius);
			if (away >= 1) continue;
			const chance = ((detail >>> 16) & 255) / 255;
			const rank = 0.25 + 0.75 * chance * chance;
			const light = bump(away) * sheet.strength * rank * strength;
			const warmth = (((detail >>> 24) & 255) / 255 - 0.5) * 0.5;
			out[0] += light * (0.92 + warmth);
			out[1] += light * 0.95;
			out[2] += light * (1 - warmth * 0.8);
		}
	};
}
