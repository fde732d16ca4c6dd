/** A spruce up close: tier over tier of hanging boughs, no two alike. */

import { clamp, ramp } from "../curve.ts";
import { hashCell, type Lattice, noise1, noise2 } from "../noise.ts";
import type { TreeShape } from "./tree.ts";

/** @param slimness half-width of the skirt in tree heights, about 0.12..0.24. */
export function createConifer(
	lattice: Lattice,
	seed: number,
	slimness: number,
): TreeShape {
	const tiers = 14 + (seed & 7);
	const droop = 0.35 + ((seed >>> 3) & 15) / 40;
	const shift = (seed >>> 8) & 255;

	/** How far inside a bough a point lies: positive inside. `set` tells apart the boughs that overlap. */
	const boughAt = (
		outward: number,
		side: number,
		up: number,
		set: number,
		needles: number,
	) => {
		const sway = noise1(lattice, up * 6 + shift, side) * 0.7;
		const phase = (up + outward * droop) * tiers + sway + set * 0.5;
		const tier = Math.floor(phase);
		const within = phase - tier;
		const vigour = (hashCell(seed + set, tier, side) & 255) / 255;
		const taper = (1 - up) * (0.8 + 0.45 * up) + 0.01;
		const reach = slimness * taper * (0.62 + 0.5 * vigour - set * 0.2);
		const share = outward / reach;
		// A bough is full where it leaves the trunk and runs out to a tip along its upper side.
		const hang = within - share * share * 0.9 + 0.12 + needles * 0.3;
		const tip = (1 - share) * 6 + needles * 0.9;
		return hang < tip ? hang : tip;
	};

	return (across, up, softness, out) => {
		out[0] = 0;
		const outward = across < 0 ? -across : across;
		if (up < 0 || up > 1.01 || outward > slimness * (1.25 - up)) return;
		const side = across < 0 ? 1 : 2;
		const needles = noise2(lattice, across * 120 + shift, up * 80);
		const front = boughAt(outward, side, up, 0, needles);
		const rear = boughAt(outward, side, up, 1, needles);
		const skirt = up < 0.08 ? ramp(0.035, 0.06, up + needles * 0.012) : 1;
		const soft = softness * 36 + 0.1;
		const ahead = clamp(front / soft + 0.5) * skirt;
		const cover = Math.max(ahead, clamp(rear / soft + 0.5) * skirt);
		const trunk = clamp((0.011 * (1.15 - up) - outward) / softness + 0.5);
		out[0] = cover > trunk ? cover : trunk;
		out[1] = clamp(
			0.1 + (ahead > 0.5 ? 0.25 + front * 0.5 : 0.1) + needles * 0.22,
		);
		out[2] = cover > 0.3 ? 0 : 1;
		out[3] = ramp(0.3, 0.75, front + needles * 0.3) * ahead;
	};
}
