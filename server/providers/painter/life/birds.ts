/** A few birds far off in the sky. */

import { type Colour, lay, mix } from "../colour.ts";
import { clamp } from "../curve.ts";
import type { Sky } from "../sky/sky.ts";

interface Bird {
	readonly x: number;
	readonly y: number;
	/** Half the span of the wings. */
	readonly wing: number;
	/** 0 wings spread, 1 raised. */
	readonly beat: number;
	readonly bank: number;
}

/**
 * Returns a brush that paints a loose flock over `out`.
 * @param halfWidth of the picture. @param pixel size of a pixel, both in picture heights.
 */
export function createBirds(
	sky: Sky,
	random: () => number,
	halfWidth: number,
	pixel: number,
): (x: number, y: number, out: Float64Array) => void {
	const centreX = (random() * 1.4 - 0.7) * halfWidth;
	const centreY = sky.horizon * (0.3 + 0.4 * random());
	const spread = Math.min(0.16, halfWidth * 0.5);
	const birds: Bird[] = Array.from(
		{ length: 3 + Math.floor(random() * 6) },
		() => ({
			x: centreX + (random() + random() - 1) * spread,
			y: centreY + (random() + random() - 1) * spread * 0.5,
			wing: 0.007 + 0.009 * random(),
			beat: random(),
			bank: (random() - 0.5) * 0.6,
		}),
	);
	const dark: Colour = mix(sky.air.shade, [0.01, 0.01, 0.015], 0.8);

	return (x, y, out) => {
		for (let index = 0; index < birds.length; index++) {
			const bird = birds[index];
			const dx = (x - bird.x) / bird.wing;
			if (dx > 1.1 || dx < -1.1) continue;
			const dy = (bird.y - y) / bird.wing - bird.bank * dx;
			if (dy > 1 || dy < -1) continue;
			const out1 = dx < 0 ? -dx : dx;
			const wing = (0.25 + 0.55 * bird.beat) * out1 * (1.5 - out1);
			const off = dy - wing;
			const thickness = 0.11 * (1.15 - out1);
			const soft = pixel / bird.wing;
			const inside = Math.min(
				(thickness - (off < 0 ? -off : off)) / soft + 0.5,
				(1 - out1) / soft + 0.5,
				(2 * thickness) / soft,
			);
			if (inside > 0) lay(out, dark, clamp(inside) * 0.85);
		}
	};
}
