/** Table mountains on the horizon: flat tops, banded walls, slopes of rubble. */

import { type Colour, mix } from "../colour.ts";
import { coverage, ramp } from "../curve.ts";
import { type Lattice, noise1, noise2 } from "../noise.ts";
import { subjectScale, tabulate, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";

interface Mesa {
	readonly x: number;
	readonly halfWidth: number;
	readonly height: number;
}

/** Returns a brush that paints them over the sky in `out`. */
export function createMesas(
	view: View,
	sky: Sky,
	rock: Colour,
	lattice: Lattice,
	random: () => number,
): (x: number, y: number, out: Float64Array) => void {
	const { air, horizon } = sky;
	const size = subjectScale(view);
	const rows = [0, 1].map((row) => {
		const count = Math.floor(1 + random() * 2.5 + view.aspect * 0.8);
		const mesas: Mesa[] = Array.from({ length: count }, () => ({
			x: (random() * 2.2 - 1.1) * (view.aspect / 2),
			halfWidth: (0.03 + 0.12 * random() * random()) * size,
			height: (0.05 + 0.09 * random()) * size * (row === 0 ? 0.6 : 1),
		}));
		const outline = (x: number) => {
			const jag = noise1(lattice, x * 26, row) * 0.006;
			let top = 0.004 + 0.008 * noise1(lattice, x * 5, row + 9);
			for (const mesa of mesas) {
				const outside = Math.abs(x - mesa.x + jag) - mesa.halfWidth;
				const wall = ramp(0.012, -0.004, outside) * mesa.height * 0.55;
				const rubble = ramp(mesa.height * 0.9, 0, outside) * mesa.height * 0.45;
				top = Math.max(top, wall + rubble + jag * 0.35);
			}
			return horizon - top;
		};
		const light = 0.3 + 0.45 * air.directness;
		const lit: Colour = [
			rock[0] * (air.light[0] * light + air.shade[0] * 0.45),
			rock[1] * (air.light[1] * light + air.shade[1] * 0.45),
			rock[2] * (air.light[2] * light + air.shade[2] * 0.45),
		];
		const hidden = Math.min(0.93, (row === 0 ? 0.68 : 0.45) + 0.4 * air.fog);
		return {
			top: tabulate(view, 0, outline),
			colour: mix(lit, air.haze, hidden),
		};
	});

	return (x, y, out) => {
		if (y < horizon - 0.2 * size) return;
		for (let row = 0; row < 2; row++) {
			const { top, colour } = rows[row];
			const below = y - top(x);
			const cover = coverage(below, view.pixel * 1.3);
			if (cover <= 0) continue;
			const wander = noise2(lattice, x * 9 + row * 40, y * 9);
			const strata = noise2(lattice, x * 3 + wander, y * 130 + wander * 2);
			const gullies = noise2(lattice, x * 48 + wander * 3, y * 11 + row * 9);
			const tone = 1 + (strata * 0.1 + gullies * 0.2) * (0.35 + 0.65 * row);
			for (let channel = 0; channel < 3; channel++) {
				const light = colour[channel] * tone;
				out[channel] += (light - out[channel]) * cover;
			}
		}
	};
}
