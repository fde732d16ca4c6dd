/** Ribbons of parallel lines that turn in quarter circles from tile to tile, now over, now under each other. */

import { clamp } from "../curve.ts";
import { hashCell } from "../noise.ts";
import type { Pattern } from "./pattern.ts";

export const ribbons: Pattern = ({ view, inks, random, seed }) => {
	const tiles = 4 + 4 * random();
	const half = 0.15 + 0.09 * random();
	const threads = 2 + Math.floor(random() * 3);
	const { ground, steps, accent, isDark } = inks;
	const colours = isDark
		? [steps[3], steps[4], steps[2]]
		: [steps[1], steps[2], steps[0]];
	const pixel = view.pixel * tiles;
	const shift = random() * 9;

	/** Lays a ribbon whose middle is `distance` away over what is in `out`. */
	const layRibbon = (distance: number, lot: number, out: Float64Array) => {
		const off = distance < 0 ? -distance : distance;
		if (off > half * 1.45) return;
		const shadow = clamp((half * 1.45 - off) / (half * 0.45)) * 0.38;
		const cover = clamp((half - off) / pixel + 0.5);
		const thread = ((distance / half + 1) / 2) * threads;
		const part = thread - Math.floor(thread);
		const toGap = ((part < 0.5 ? part : 1 - part) / threads) * half * 2;
		const gap = clamp((0.012 - toGap) / pixel + 0.5);
		const index = Math.min(Math.max(Math.floor(thread), 0), threads - 1);
		const own =
			index === lot % threads
				? accent
				: colours[(index + lot) % colours.length];
		const outward = clamp(off / half);
		const round = 1.05 - 0.2 * outward * outward;
		for (let c = 0; c < 3; c++) {
			const under = out[c] * (1 - shadow * (1 - cover));
			const body = own[c] * round;
			const seen = body + (ground[c] - body) * gap;
			out[c] = under + (seen - under) * cover;
		}
	};

	return (x, y, out) => {
		const u = x * tiles + shift;
		const v = y * tiles + shift;
		const column = Math.floor(u);
		const row = Math.floor(v);
		const a = u - column;
		const b = v - row;
		const cell = hashCell(seed, column, row);
		for (let c = 0; c < 3; c++) out[c] = ground[c];
		const kind = (cell >>> 3) % 8;
		if (kind < 2) {
			// Two straight ribbons that cross.
			const first = a - 0.5;
			const second = b - 0.5;
			if (kind === 0) {
				layRibbon(first, 0, out);
				layRibbon(second, 0, out);
			} else {
				layRibbon(second, 0, out);
				layRibbon(first, 0, out);
			}
			return;
		}
		const isFlipped = (cell & 1) === 1;
		const p = isFlipped ? 1 - a : a;
		const near = Math.sqrt(p * p + b * b) - 0.5;
		const far = Math.sqrt((1 - p) * (1 - p) + (1 - b) * (1 - b)) - 0.5;
		layRibbon(near, 0, out);
		layRibbon(far, 0, out);
	};
};
