/** Upholstered things: sofas and armchairs with their cushions, and a pouf. */

import type { Colour } from "../colour.ts";
import { clamp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import { cylinder, roundBox } from "./shapes.ts";
import type { Solid } from "./solid.ts";

export interface SeatingOptions {
	/** Metres over all. */
	readonly width: number;
	readonly seats: number;
	readonly fabric: Colour;
	readonly wood: Colour;
	/** Colours of the loose cushions, left and right; none for a bare seat. */
	readonly cushions: readonly Colour[];
	/** 0 sharp and boxy, 1 soft and round. */
	readonly softness: number;
	readonly lattice: Lattice;
}

const abs = (value: number) => (value < 0 ? -value : value);
const DEPTH = 0.86;
const LEGS = 0.13;

/** A sofa, or with one seat an armchair. It faces -z. */
export function createSeating(options: SeatingOptions): Solid {
	const { width, seats, fabric, wood, cushions, softness, lattice } = options;
	const half = width / 2;
	const arm = 0.09 + 0.03 * softness;
	const armHeight = 0.56 + 0.06 * softness;
	const room = half - arm * 2;
	const seat = room / seats;
	const round = 0.03 + 0.05 * softness;
	const cushionAt = half - arm * 2 - 0.24;
	const pillows = seats > 1 ? cushions.length : Math.min(1, cushions.length);

	const frame = (x: number, y: number, z: number): number => {
		const base = roundBox(x, y - 0.24, z, half, 0.11, DEPTH / 2, round * 0.6);
		const side = roundBox(
			abs(x) - half + arm,
			y - (LEGS + armHeight) / 2,
			z,
			arm,
			(armHeight - LEGS) / 2,
			DEPTH / 2,
			round,
		);
		const rest = roundBox(x, y - 0.48, z - 0.35, half, 0.34, 0.08, round);
		const least = base < side ? base : side;
		return least < rest ? least : rest;
	};
	const legs = (x: number, y: number, z: number): number =>
		cylinder(
			abs(x) - half + 0.09,
			y - LEGS / 2,
			abs(z) - DEPTH / 2 + 0.09,
			0.02 + y * 0.06,
			LEGS / 2,
		);
	const upholstery = (x: number, y: number, z: number): number => {
		const slot = Math.floor((x + room) / (seat * 2));
		const index = slot < 0 ? 0 : slot >= seats ? seats - 1 : slot;
		const local = x + room - (index + 0.5) * seat * 2;
		const puff = 1 - (local / seat) * (local / seat);
		const dome = 0.022 * softness * (puff < 0 ? 0 : puff);
		const bottom = roundBox(
			local,
			y - 0.42 - dome,
			z + 0.06,
			seat - 0.004,
			0.085,
			DEPTH / 2 - 0.08,
			0.035 + round * 0.5,
		);
		const tilt = z - 0.17 - (y - 0.6) * 0.22;
		const back = roundBox(
			local,
			y - 0.67,
			tilt + dome,
			seat - 0.006,
			0.2,
			0.085,
			0.05 + round * 0.35,
		);
		return bottom < back ? bottom : back;
	};
	const pillow = (x: number, y: number, z: number): number => {
		if (pillows === 0) return 9;
		const across =
			pillows === 1 ? x - (seats > 1 ? cushionAt : 0) : abs(x) - cushionAt;
		const lean = z - 0.04 - (y - 0.66) * 0.34;
		const turnedX = across * 0.96 + (y - 0.66) * 0.28;
		const turnedY = (y - 0.66) * 0.96 - across * 0.28;
		const a = turnedX / 0.2;
		const b = turnedY / 0.2;
		const swell = (1 - a * a) * (1 - b * b);
		const thick = 0.022 + 0.075 * (swell < 0 ? 0 : swell);
		return roundBox(turnedX, turnedY, lean, 0.2, 0.2, thick, 0.02) * 0.75;
	};

	return {
		halfWidth: half,
		halfDepth: DEPTH / 2 + 0.03,
		height: 0.92,
		clearance: LEGS,
		distance(x, y, z) {
			let least = frame(x, y, z);
			if (y < LEGS + 0.05) {
				const low = legs(x, y, z);
				return least < low ? least : low;
			}
			const soft = upholstery(x, y, z);
			if (soft < least) least = soft;
			if (y > 0.35) {
				const loose = pillow(x, y, z);
				if (loose < least) least = loose;
			}
			return least;
		},
		colourAt(x, y, z, out) {
			const isWood = y < LEGS && legs(x, y, z) < 0.01;
			const isLoose = y > 0.35 && pillow(x, y, z) < 0.006;
			const colour = isWood
				? wood
				: isLoose
					? cushions[pillows > 1 && x < 0 ? 1 : 0]
					: fabric;
			const cloth =
				1 +
				noise2(lattice, x * 130 + z * 40, y * 130 + z * 90) * 0.07 +
				noise2(lattice, x * 9, y * 9 + z * 9) * 0.045;
			const tone = isWood ? 1 : cloth;
			for (let c = 0; c < 3; c++) out[c] = colour[c] * tone;
		},
	};
}

/** A round pouf of knitted wool. */
export function createPouf(
	radius: number,
	colour: Colour,
	lattice: Lattice,
): Solid {
	const height = radius * 1.25;
	return {
		halfWidth: radius * 1.06,
		halfDepth: radius * 1.06,
		height: height * 1.05,
		clearance: 0,
		distance(x, y, z) {
			const up = (y - height / 2) / (height / 2);
			const flat = up * up;
			const bulge = radius * (1 - 0.3 * flat * flat);
			const off = Math.sqrt(x * x + z * z) - bulge;
			const over = abs(y - height / 2) - height / 2 + 0.03;
			const px = off + 0.06 > 0 ? off + 0.06 : 0;
			const py = over > 0 ? over : 0;
			const inside = Math.max(off + 0.06, over);
			return (
				(Math.sqrt(px * px + py * py) + (inside < 0 ? inside : 0) - 0.06) * 0.8
			);
		},
		colourAt(x, y, z, out) {
			const knit = noise2(lattice, x * 55 + z * 55, y * 75);
			const tone = clamp(0.9 + knit * 0.22);
			for (let c = 0; c < 3; c++) out[c] = colour[c] * tone;
		},
	};
}

/** A low bench or console: a slab on four legs. */
export function createSlabTable(
	width: number,
	depth: number,
	height: number,
	colour: Colour,
	lattice: Lattice,
): Solid {
	const half = width / 2;
	return {
		halfWidth: half,
		halfDepth: depth / 2,
		height,
		clearance: height * 0.7,
		distance(x, y, z) {
			const slab = roundBox(
				x,
				y - height + 0.025,
				z,
				half,
				0.025,
				depth / 2,
				0.008,
			);
			const leg = roundBox(
				abs(x) - half + 0.06,
				y - height / 2,
				abs(z) - depth / 2 + 0.04,
				0.022,
				height / 2,
				0.022,
				0.006,
			);
			return slab < leg ? slab : leg;
		},
		colourAt(x, y, z, out) {
			const grain = 1 + noise2(lattice, x * 3, z * 60 + y * 50) * 0.14;
			for (let c = 0; c < 3; c++) out[c] = colour[c] * grain;
		},
	};
}
