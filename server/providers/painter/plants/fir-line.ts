/** The jagged outline of a fir wood seen from afar. */

import { hashCell, type Lattice, noise1 } from "../noise.ts";

/**
 * Returns how high the trees reach above their hill at x, in picture heights.
 * @param height of an ordinary tree. Trees stand in clumps and leave clearings.
 */
export function createFirLine(
	lattice: Lattice,
	seed: number,
	height: number,
): (x: number) => number {
	const spacing = height * 0.22;
	return (x) => {
		const cell = Math.floor(x / spacing);
		let top = 0;
		for (let index = cell - 2; index <= cell + 2; index++) {
			const hash = hashCell(seed, index, 7);
			const centre = (index + 0.2 + (0.6 * (hash & 255)) / 255) * spacing;
			const clump = noise1(lattice, centre / (height * 5), seed & 1023);
			const chance = ((hash >>> 8) & 255) / 255;
			const tall = height * (0.45 + 0.75 * chance + 0.45 * clump);
			if (tall < height * 0.3) continue;
			const halfWidth = tall * (0.15 + (0.07 * ((hash >>> 16) & 255)) / 255);
			const away = x - centre;
			const share = 1 - (away < 0 ? -away : away) / halfWidth;
			if (share <= 0) continue;
			// Boughs: the edge falls in steps, a little different on each side.
			const step = share * 6.5 + (away < 0 ? 0.4 : 0);
			const saw = step - Math.floor(step);
			const here = tall * (share + (saw * saw - 0.4) * 0.12 * (1.3 - share));
			if (here > top) top = here;
		}
		return top;
	};
}
