/** What lies out of focus behind a meadow: sky, a hedge of trees, grass with drifts of colour, and discs of light. */

import type { Brief, TimeOfDay } from "../brief.ts";
import { type Colour, mix, scale } from "../colour.ts";
import { clamp, ramp } from "../curve.ts";
import { fractalNoise, type Lattice, noise1 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import { subjectScale, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import type { BedLight } from "./bed.ts";

interface Disc {
	readonly x: number;
	readonly y: number;
	readonly radius: number;
	readonly colour: Colour;
}

const DISCS: Record<TimeOfDay, number> = {
	dawn: 34,
	day: 26,
	sunset: 36,
	dusk: 30,
	night: 30,
};

/** Writes the backdrop's light; soft, and too slow for every pixel. */
export function createBackdrop(
	brief: Brief,
	view: View,
	sky: Sky,
	growth: Growth,
	light: BedLight,
	grass: Colour,
	colours: readonly Colour[],
	lattice: Lattice,
	random: () => number,
	groundAt: (x: number) => number,
): (x: number, y: number, out: Float64Array) => void {
	const { air, horizon } = sky;
	const size = subjectScale(view);
	const half = view.aspect / 2;
	const isDark = brief.timeOfDay === "night" || brief.timeOfDay === "dusk";
	const shift = random() * 200;
	// In a garden the trees stand close and hide most of the sky.
	const isGarden = random() < 0.4;
	const tall = isGarden ? 3 : 0.05 + 0.05 * random();
	const leaf = mix(growth.leaves[0] ?? growth.grass, growth.conifer, 0.35);
	const lamp: Colour = isDark ? [1, 0.78, 0.3] : mix(air.light, [1, 1, 1], 0.2);
	const discs: Disc[] = Array.from(
		{
			length: Math.ceil(
				DISCS[brief.timeOfDay] *
					Math.min(2.5, view.aspect) *
					(isGarden && !isDark ? 1.5 : 1),
			),
		},
		(_, index) => {
			const isPetal = index % 4 === 0;
			const own = colours[index % colours.length] ?? lamp;
			const strength = isDark ? 0.28 : 0.16;
			return {
				x: (random() * 2 - 1) * half,
				y: isGarden
					? horizon * (1.1 * random())
					: horizon + (random() * 1.2 - 0.55) * 0.3,
				radius:
					(0.01 + (isGarden ? 0.046 : 0.034) * random() * random()) *
					size *
					(isDark ? 0.6 : 1),
				colour: scale(
					isPetal
						? mix(own, lamp, 0.35)
						: isGarden && !isDark
							? mix(lamp, [0.55, 0.75, 0.18], 0.35 + 0.4 * random())
							: lamp,
					strength * (0.25 + 0.9 * random() * random()),
				),
			};
		},
	);

	return (x, y, out) => {
		const ground = groundAt(x);
		const crown =
			ground -
			tall *
				(1 +
					0.7 * noise1(lattice, x * 2.2 + shift, 71) +
					0.3 * noise1(lattice, x * 6 + shift, 72) +
					0.12 * noise1(lattice, x * 17 + shift, 73)) *
				size;
		sky.paint(x, y < horizon ? y : horizon, out);
		const near = sky.glow(x, y);
		const masses = fractalNoise(lattice, x * 5 + shift, y * 6, 3);
		// Sun that falls through the leaves.
		const sunny = isGarden
			? 1.1 *
				ramp(0.02, 0.5, masses + 0.25 * noise1(lattice, x * 3 - y * 2, 75)) *
				(0.35 + 0.65 * air.directness) *
				ramp(horizon + 0.05, horizon * 0.4, y)
			: 0;
		const wood = isGarden ? 1 : ramp(-0.03, 0.03, y - crown + masses * 0.035);
		const down = clamp((y - ground) / (1 - ground));
		const meadow = ramp(-0.02, 0.05, y - ground);
		const z = 0.2 / (y - ground + 0.12);
		const drift = fractalNoise(lattice, x * z * 2.2 + shift, z * 5, 3);
		const bloom = ramp(0.02, 0.4, drift) * ramp(0.75, 0.1, down) * 0.6;
		const hue = colours[drift > 0.3 && colours.length > 1 ? 1 : 0] ?? lamp;
		for (let channel = 0; channel < 3; channel++) {
			const lit =
				light.light[channel] * (0.62 + near * 0.8) + light.shade[channel];
			const own =
				leaf[channel] * lit * (0.34 + 0.5 * masses + sunny) * 0.7 +
				air.light[channel] * (near * 0.16 + sunny * 0.09);
			const trees = own + (light.haze[channel] - own) * (0.1 + 0.7 * air.fog);
			let tone = out[channel] + (trees - out[channel]) * wood;
			const field =
				(grass[channel] * (0.62 + 0.35 * masses) * (1 - bloom) +
					hue[channel] * 0.8 * bloom) *
				lit *
				(1 - 0.62 * down);
			const veiled =
				field +
				(light.haze[channel] - field) *
					ramp(0.35 + 0.5 * air.fog, 0, down) *
					light.veil;
			tone += (veiled - tone) * meadow;
			out[channel] = tone;
		}
		for (let index = 0; index < discs.length; index++) {
			const disc = discs[index];
			const dx = x - disc.x;
			const dy = y - disc.y;
			const squared = (dx * dx + dy * dy) / (disc.radius * disc.radius);
			if (squared > 1.2) continue;
			// A lens draws a point out of focus as a disc, a little brighter at its rim.
			const away = Math.sqrt(squared);
			const shape = ramp(1.04, 0.9, away) * (0.8 + 0.2 * squared);
			out[0] = out[0] + disc.colour[0] * shape;
			out[1] = out[1] + disc.colour[1] * shape;
			out[2] = out[2] + disc.colour[2] * shape;
		}
	};
}
