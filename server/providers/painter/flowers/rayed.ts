/** Flowers with rays around a button: daisies and sunflowers. */

import { clamp, ramp, wave } from "../curve.ts";
import { hashCell, type Lattice, noise2 } from "../noise.ts";
import { type BlossomShape, tint, tintOver, turnsOf } from "./blossom.ts";

interface RayedKind {
	readonly petals: number;
	/** Greatest half width of a petal in radii. */
	readonly width: number;
	/** Share of a petal's length at which it is widest. */
	readonly widest: number;
	/** 0 round tips, 1 pointed ones. */
	readonly point: number;
	/** Radius of the button. */
	readonly button: number;
	/** Whether the button is a spiral of dark seeds. */
	readonly hasSeeds: boolean;
}

const DAISY: RayedKind = {
	petals: 17,
	width: 0.135,
	widest: 0.68,
	point: 0,
	button: 0.27,
	hasSeeds: false,
};
const SUNFLOWER: RayedKind = {
	petals: 19,
	width: 0.155,
	widest: 0.6,
	point: 1,
	button: 0.46,
	hasSeeds: true,
};

const PER_BYTE = 1 / 255;

function createRayed(lattice: Lattice, kind: RayedKind): BlossomShape {
	const { petals, width, widest, point, button, hasSeeds } = kind;
	return (u, v, softness, look, out) => {
		const squared = u * u + v * v;
		const reach = 1.04 + softness;
		if (squared > reach * reach) return 0;
		const r = Math.sqrt(squared);
		const turn = turnsOf(u, v) + look.chance;
		const seed = Math.floor(look.chance * 65536);
		let cover = 0;
		for (let layer = 1; layer >= 0; layer--) {
			// The neighbours' petals lean over each other: look at the two nearest.
			const position = turn * petals + layer * 0.5;
			for (let side = 0; side < 2; side++) {
				const nearest = Math.floor(position + side * 0.999 - 0.499);
				const wrapped = ((nearest % petals) + petals) % petals;
				const hash = hashCell(seed, wrapped, layer);
				const off =
					position - nearest - 0.5 + ((hash & 255) * PER_BYTE - 0.5) * 0.34;
				const length = 0.86 + 0.16 * ((hash >>> 8) & 255) * PER_BYTE;
				const along = r / length;
				if (along > 1) continue;
				const lateral = (off * 6.2832 * r) / petals;
				const past = (along - widest) / (1 - widest);
				const tip = past <= 0 ? 1 : 1 - past * past;
				const base = along < widest ? 0.42 + (0.58 * along) / widest : 1;
				const half = width * base * (point === 1 ? tip : Math.sqrt(tip));
				const away = lateral < 0 ? -lateral : lateral;
				const here = clamp((half - away) / softness + 0.5);
				if (here <= 0) continue;
				const across = lateral / (half + 0.01);
				const groove = wave(across * 1.25 + 0.25) * 0.055;
				const fibre =
					noise2(lattice, across * 5 + nearest * 7, along * 3) * 0.07;
				const bend = ((hash >>> 16) & 255) * PER_BYTE - 0.5;
				const tone =
					(0.66 +
						0.34 * ramp(button * 0.8, 0.75, r) -
						0.2 * across * across +
						0.14 * across * bend +
						0.12 * bend +
						0.12 * v +
						groove +
						fibre) *
					(layer === 0 ? 1 : 0.74);
				const fold = clamp(1.15 - along * 1.3) * 0.85;
				if (cover === 0) tint(out, look.petal, look.deep, fold, tone);
				else tintOver(out, look.petal, look.deep, fold, tone, here);
				cover = cover + (1 - cover) * here;
			}
		}
		const middle = clamp((button - r) / softness + 0.5);
		if (middle > 0) {
			const q = r / button;
			let tone =
				0.62 + 0.3 * (v / button) - 0.12 * (u / button) + 0.2 * (1 - q);
			if (hasSeeds) {
				// Two families of spirals cross, as seeds do.
				const first = wave(turn * 21 + q * 3.4);
				const second = wave(turn * 34 - q * 4.6);
				tone = 0.5 + 0.22 * (v / button) + 0.26 * first * second;
				const gold = ramp(0.62, 0.98, q) * (0.35 + 0.3 * first);
				const green = ramp(0.42, 0.1, q) * 0.5;
				tintOver(out, look.heart, look.petal, gold, tone, middle);
				tintOver(out, look.heart, [0.3, 0.32, 0.07], 1, tone, middle * green);
			} else {
				const florets = noise2(lattice, u * 24 + seed, v * 24) * 0.3;
				tone += florets + 0.12 * ramp(0.7, 1, q);
				const rim = ramp(0.62, 1, q) * 0.55;
				tintOver(out, look.heart, [0.5, 0.17, 0.02], rim, tone, middle);
			}
			cover = cover + (1 - cover) * middle;
		} else {
			// The button throws a little shadow on the rays.
			out[3] *= 0.72 + 0.28 * ramp(button, button * 1.5, r);
		}
		return cover;
	};
}

export function createDaisy(lattice: Lattice): BlossomShape {
	return createRayed(lattice, DAISY);
}

export function createSunflower(lattice: Lattice): BlossomShape {
	return createRayed(lattice, SUNFLOWER);
}
