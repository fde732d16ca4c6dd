/** The moon's disc: seas, craters, and a shadow that gives the phase. */

import type { Colour } from "../colour.ts";
import { clamp, ramp } from "../curve.ts";
import { fractalNoise, type Lattice } from "../noise.ts";

interface Crater {
	readonly x: number;
	readonly y: number;
	readonly radius: number;
}

/**
 * Returns a brush that paints points of the disc over `out`; it takes x from -1 (left edge) to 1, y from -1 (top) to 1,
 * and how much of the pixel the disc fills.
 */
export function createMoon(
	lattice: Lattice,
	random: () => number,
	light: Colour,
): (x: number, y: number, cover: number, out: Float64Array) => void {
	// From a full moon to a slim one; the light comes from the left or the right and a little from above.
	const turn = random() < 0.25 ? 0 : random() * 1.7 - 0.85;
	const towardsUs = Math.sqrt(1 - turn * turn);
	const craters: Crater[] = Array.from({ length: 26 }, (_, index) => ({
		x: random() * 1.8 - 0.9,
		y: random() * 1.8 - 0.9,
		radius: index < 4 ? 0.1 + random() * 0.07 : 0.025 + random() * 0.05,
	}));

	return (x, y, cover, out) => {
		const depth = Math.sqrt(clamp(1 - x * x - y * y));
		const seas = ramp(
			-0.08,
			0.28,
			fractalNoise(lattice, x * 1.35 + 40, y * 1.35, 4),
		);
		let tone = 0.94 - seas * 0.34;
		tone += fractalNoise(lattice, x * 8, y * 8 + 20, 3) * 0.1;
		for (let index = 0; index < craters.length; index++) {
			const crater = craters[index];
			const dx = x - crater.x;
			const dy = y - crater.y;
			const near = (dx * dx + dy * dy) / (crater.radius * crater.radius);
			if (near > 1.5) continue;
			// A bright rim, and a floor that is dark towards the light.
			tone += near > 0.7 ? (1.5 - near) * 0.13 : -0.07;
			tone += (dx * -turn - dy * 0.3) * (near < 1 ? 0.9 : 0);
		}
		const facing = turn * x + towardsUs * depth - 0.12 * y;
		const lit = ramp(-0.05, 0.4, facing);
		const strength = clamp(tone) * (0.78 + 0.22 * depth) * lit;
		for (let channel = 0; channel < 3; channel++) {
			// The dark side stays as bright as the sky before it, a little lifted by earthlight.
			const dark = out[channel] * 0.9 + 0.006;
			const surface = dark + (light[channel] - dark) * strength;
			out[channel] += (surface - out[channel]) * cover;
		}
	};
}
