/** The light inside a wood: coloured air, the sun's glow through the leaves, shafts that fan out from it. */

import type { Brief } from "../brief.ts";
import { type Colour, fade, mix, retint, scale } from "../colour.ts";
import { decay, ramp } from "../curve.ts";
import { type Lattice, noise1 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import type { Sky } from "../sky/sky.ts";

export interface WoodLight {
	/** 1 the light comes from the right, -1 from the left. */
	readonly side: number;
	/** What distance fades into. */
	readonly mist: Colour;
	/** What shows above, between the farthest leaves. */
	readonly canopy: Colour;
	/** How strongly the sun shines through at a point, 0..1. */
	glow(x: number, y: number): number;
	/** How strong the sunbeams are at a point, 0..1; soft, and too slow for every pixel. */
	shaft(x: number, y: number): number;
}

export function createWoodLight(
	brief: Brief,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
): WoodLight {
	const { air, sunX } = sky;
	const leaf = growth.leaves[0] ?? growth.grass;
	const sunY = brief.timeOfDay === "day" ? -0.08 : 0.1 + 0.2 * random();
	const clear = 0.3 + 0.7 * air.directness;
	const strength = clear * (0.3 + 0.55 * random());
	const shift = random() * 100;
	const bright = mix(air.haze, mix(air.horizon, air.light, 0.4), 0.5);
	return {
		side: sunX < 0 ? -1 : 1,
		// The air in a wood is coloured by its leaves.
		mist: mix(bright, retint(air.haze, leaf, 0.8), 0.35 * growth.leafage),
		canopy: mix(
			scale(fade(leaf, 0.2), 0.35 + 0.2 * growth.leafage),
			air.middle,
			0.35,
		),
		glow(x, y) {
			const dx = x - sunX;
			const dy = y - sunY;
			return clear / (1 + (dx * dx + dy * dy) * 9);
		},
		shaft(x, y) {
			const run = y - sunY + 0.12;
			if (run < 0.05) return 0;
			const fan = (x - sunX) / run;
			const gaps =
				noise1(lattice, fan * 4 + shift, 11) +
				0.5 * noise1(lattice, fan * 11, 12);
			return (
				ramp(0.1, 1.1, gaps) *
				ramp(0.05, 0.6, run) *
				decay(run * 1.6) *
				strength
			);
		},
	};
}
