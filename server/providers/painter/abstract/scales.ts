/** Blue-ocean-waves: rows of concentric arcs that overlap like scales. */

import { clamp, ramp } from "../curve.ts";
import { hashCell, noise2 } from "../noise.ts";
import type { Pattern } from "./pattern.ts";

export const scales: Pattern = ({ view, inks, lattice, random, seed }) => {
	const across = 3.2 + 3 * random();
	const rings = 3 + Math.floor(random() * 3);
	const { steps, ground, accent, isDark } = inks;
	const line = isDark ? steps[4] : steps[0];
	const pixel = view.pixel * across;
	const lineHalf = 0.012 + 0.008 * random();
	const washes = isDark
		? [steps[1], steps[2], steps[0], steps[1]]
		: [steps[3], steps[4], steps[2], steps[3]];
	const goldShare = random() < 0.6 ? 0.12 : 0;

	return (x, y, out) => {
		const u = x * across;
		const v = y * across;
		const rowHeight = 0.25;
		const base = Math.floor(v / rowHeight);
		// A scale of a lower row lies over those above it: the first that holds the point, from below, is seen.
		for (let step = 3; step >= 0; step--) {
			const row = base + step - 1;
			const centreY = (row + 1) * rowHeight;
			const shift = (row & 1) * 0.5;
			const column = Math.floor(u + shift + 0.5);
			const dx = u + shift - column;
			const dy = v - centreY;
			const radius = Math.sqrt(dx * dx + dy * dy);
			if (radius > 0.5 || dy > 0.26) continue;
			const cell = hashCell(seed, column, row);
			const ring = (0.5 - radius) * rings * 2;
			const index = Math.floor(ring);
			const share = ring - index;
			const edge = (share < 0.5 ? share : 1 - share) / (rings * 2);
			const isGold = (cell & 1023) < goldShare * 1024;
			const wash =
				isGold && index % 2 === 0
					? accent
					: washes[(index + ((cell >>> 12) & 1)) % washes.length];
			const outer = clamp((0.5 - radius) / (lineHalf * 2));
			const shade = 0.82 + 0.18 * ramp(0, 0.16, 0.5 - radius);
			const brush = 1 + noise2(lattice, u * 9, v * 9) * 0.05;
			const ink =
				clamp(
					(lineHalf * (index === 0 && share < 0.5 ? 1.5 : 1) - edge) / pixel +
						0.5,
				) *
				(0.6 + 0.4 * outer);
			for (let c = 0; c < 3; c++) {
				const flat = (ground[c] * 0.25 + wash[c] * 0.75) * shade * brush;
				out[c] = flat + (line[c] - flat) * ink;
			}
			return;
		}
		for (let c = 0; c < 3; c++) out[c] = ground[c];
	};
};
