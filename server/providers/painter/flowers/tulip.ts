/** A tulip seen from the side: a cup of pointed petals around each other. */

import { clamp, ramp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import { type BlossomShape, tint, tintOver } from "./blossom.ts";

/** Sideways place, outward lean, height, half width; those behind come first. */
const PETALS = [
	{ place: -0.17, lean: -0.1, tall: 0.93, wide: 0.36, shade: 0.62 },
	{ place: 0.19, lean: 0.1, tall: 0.95, wide: 0.36, shade: 0.58 },
	{ place: -0.26, lean: -0.16, tall: 0.98, wide: 0.4, shade: 0.86 },
	{ place: 0.27, lean: 0.15, tall: 0.96, wide: 0.4, shade: 0.8 },
	{ place: 0, lean: 0.02, tall: 0.94, wide: 0.47, shade: 1 },
];

export function createTulip(lattice: Lattice): BlossomShape {
	return (u, v, softness, look, out) => {
		if (u > 0.95 || u < -0.95 || v > 1.05 || v < -1.05) return 0;
		const shift = look.chance * 70;
		const up = (v + 1) * 0.5;
		let cover = 0;
		for (let index = 0; index < PETALS.length; index++) {
			const { place, lean, tall, wide, shade } = PETALS[index];
			const t = up / (tall + 0.05 * (look.chance - 0.5));
			if (t < 0 || t > 1) continue;
			const rounded = Math.sqrt(t * (2 - t));
			// A cup that closes a little before it ends in a point.
			const half = wide * rounded * (1 - t * t * t * (0.62 + 0.38 * t)) * 1.12;
			const centre = place * rounded + lean * t * t * (0.6 + look.chance);
			const lateral = u - centre;
			const away = lateral < 0 ? -lateral : lateral;
			const here = clamp((half - away) / softness + 0.5);
			if (here <= 0) continue;
			const across = lateral / (half + 0.02);
			const streak = noise2(lattice, across * 6 + index * 9 + shift, t * 1.7);
			const fine = noise2(lattice, across * 19 + index * 9 + shift, t * 2.1);
			const edge = ramp(0.7, 1, across < 0 ? -across : across);
			const rib = clamp(1 - (across < 0 ? -across : across) * 7);
			const tone =
				(0.56 +
					0.3 * t -
					0.16 * u +
					0.12 * streak +
					0.07 * fine +
					0.14 * edge -
					0.1 * rib -
					0.12 * across * across) *
				shade;
			const deep = clamp(0.75 - t * 0.95 + 0.25 * streak);
			if (cover === 0) tint(out, look.petal, look.deep, deep, tone);
			else tintOver(out, look.petal, look.deep, deep, tone, here);
			const base = ramp(0.2, 0, t) * 0.75;
			tintOver(out, look.heart, look.heart, 0, tone, base * here);
			// What lies behind a petal's edge is in its shadow.
			cover = cover + (1 - cover) * here;
		}
		return cover;
	};
}
