/** Ridge behind ridge of firs, the valleys between them full of mist. */

import type { Brief } from "../brief.ts";
import { type Colour, fade, mix, scale } from "../colour.ts";
import { coverage, decay, ramp } from "../curve.ts";
import { createBirds } from "../life/birds.ts";
import {
	fractalNoise,
	type Lattice,
	noise1,
	noise2,
	randomFrom,
} from "../noise.ts";
import type { Growth } from "../palette.ts";
import { createFirLine } from "../plants/fir-line.ts";
import {
	type Shader,
	subjectScale,
	tabulate,
	type View,
} from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";

interface Ridge {
	/** y of the tree tops, and of the hill they stand on. */
	readonly top: (x: number) => number;
	readonly hill: (x: number) => number;
	readonly colour: Colour;
	/** Height of a tree. */
	readonly tree: number;
	/** How thick the mist lies at its foot, 0..1. */
	readonly mist: number;
}

/** From far to near: lower, larger and clearer. */
function raiseRidges(
	brief: Brief,
	view: View,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
	mistColour: Colour,
	random: () => number,
): Ridge[] {
	const { air, horizon } = sky;
	const size = subjectScale(view);
	const count = 6 + Math.floor(random() * 3);
	const mixed = random() < 0.5 ? 0 : 0.2 + 0.4 * random();
	const leaf = growth.leaves[0] ?? growth.conifer;
	const green = fade(mix(growth.conifer, leaf, mixed), 0.2);
	const wild = 0.5 + 0.6 * random();
	const mistiness = 0.5 + 0.3 * random() + 0.3 * air.fog;

	return Array.from({ length: count }, (_, index) => {
		const near = (index + 1) / count;
		const base = horizon - 0.16 + near * near * (1.02 - horizon + 0.1);
		const swing = (0.05 + 0.07 * near) * wild * size;
		const frequency = (1.5 - 0.5 * near) / size;
		const offset = random() * 300;
		const slant = (random() - 0.5) * 0.18 * wild;
		const tree = (0.016 + 0.15 * near * near * near) * size;
		const firs = createFirLine(lattice, brief.seed + index * 101, tree);
		const hillAt = (x: number) =>
			base -
			swing *
				(noise1(lattice, x * frequency + offset, index) +
					0.4 * noise1(lattice, x * frequency * 2.7 + offset, index + 20)) +
			slant * x;
		const lit = 0.25 + 0.2 * air.directness;
		const body: Colour = [
			green[0] * (air.light[0] * lit + air.shade[0] * 0.4),
			green[1] * (air.light[1] * lit + air.shade[1] * 0.4),
			green[2] * (air.light[2] * lit + air.shade[2] * 0.4),
		];
		const clear = 0.1 + 0.9 * near * near;
		return {
			top: tabulate(view, 0, (x) => hillAt(x) - firs(x)),
			hill: tabulate(view, 0, hillAt),
			colour: mix(mistColour, scale(body, 0.75), clear * (1 - 0.45 * air.fog)),
			tree,
			mist: mistiness * (1.1 - 0.75 * near),
		};
	});
}

export function createWoodRidges(
	brief: Brief,
	view: View,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
): Shader {
	const random = randomFrom(brief.seed ^ 0x71d6e5);
	const { air } = sky;
	const mistColour = mix(air.haze, air.horizon, 0.5);
	const ridges = raiseRidges(
		brief,
		view,
		sky,
		growth,
		lattice,
		mistColour,
		random,
	);
	const count = ridges.length;
	const birds = createBirds(sky, random, view.aspect / 2, view.pixel);
	const hasBirds = brief.timeOfDay !== "night" && random() < 0.5;

	return (x, y, out) => {
		// The nearest ridge that reaches into the pixel, and the one behind it for a soft outline.
		let index = count - 1;
		let cover = 0;
		for (; index >= 0; index--) {
			cover = coverage(y - ridges[index].top(x), view.pixel * 1.3);
			if (cover > 0) break;
		}
		if (cover < 1) {
			let behind = index - 1;
			while (behind >= 0 && y < ridges[behind].top(x)) behind--;
			if (behind < 0) {
				sky.paint(x, y, out);
				if (hasBirds) birds(x, y, out);
			} else paintRidge(behind, x, y, 1, out);
		}
		if (index >= 0) paintRidge(index, x, y, cover, out);
	};

	function paintRidge(
		index: number,
		x: number,
		y: number,
		cover: number,
		out: Float64Array,
	): void {
		const ridge = ridges[index];
		const below = y - ridge.hill(x);
		const needles =
			noise2(lattice, (x / ridge.tree) * 9, (y / ridge.tree) * 4 + index) *
				0.5 +
			noise2(lattice, (x / ridge.tree) * 2.3, (y / ridge.tree) * 1.1) * 0.5;
		const drift = fractalNoise(lattice, x * 2.1 + index * 9, y * 5, 3);
		const fog =
			ramp(-ridge.tree * 0.7, 0.09 + ridge.tree, below + drift * 0.07) *
			ridge.mist;
		const glow = sky.glow(x, y);
		const snowy = growth.snow * ramp(0.05, 0.5, needles) * 0.6;
		const tone = 1 + needles * 0.45 * decay(ridge.mist);
		for (let channel = 0; channel < 3; channel++) {
			let light = ridge.colour[channel] * tone;
			light += (air.shade[channel] * 0.75 - light) * snowy;
			const mist = mistColour[channel] + air.light[channel] * glow * 0.6;
			light += (mist - light) * (fog > 0.95 ? 0.95 : fog);
			out[channel] += (light - out[channel]) * cover;
		}
	}
}
