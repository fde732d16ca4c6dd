/** The rug as it lies: woven picture, pile, uneven edges, fringes, its thickness and its shadow on the floor. */

import type { Colour } from "../colour.ts";
import { clamp, decay, ramp } from "../curve.ts";
import { hash32, type Lattice, noise1, noise2 } from "../noise.ts";
import type { RugPlace } from "../room/camera.ts";
import type { Weave } from "./weave.ts";

/** Metres from one thread of the fringe to the next. */
const THREAD = 0.011;

export interface LaidRug {
	/** Metres from the floor to the pile's tips. */
	readonly thickness: number;
	/**
	 * How much of a pixel the rug covers, 0..1; writes the wool's colour.
	 * @param across,away size of the pixel on the floor, in metres.
	 */
	at(
		x: number,
		z: number,
		across: number,
		away: number,
		out: Float64Array,
	): number;
	/** Light that is left on the floor beside the rug, 0..1. */
	shadowAt(x: number, z: number): number;
}

export interface LaidRugOptions {
	readonly place: RugPlace;
	readonly weave: Weave;
	readonly lattice: Lattice;
	readonly seed: number;
	/** Metres; 0 for none. */
	readonly fringe: number;
	readonly fringeColour: Colour;
	/** 0 flat-woven, 1 deep pile. */
	readonly pile: number;
}

export function layRug(options: LaidRugOptions): LaidRug {
	const { place, weave, lattice, seed, fringe, fringeColour, pile } = options;
	const isRound = place.shape === "round";
	const halfShort = (place.isAcross ? place.depth : place.width) / 2;
	const halfLong = (place.isAcross ? place.width : place.depth) / 2;
	const middle = place.near + place.depth / 2;
	const perMetre = weave.columns / (halfShort * 2);

	/** How much of a pixel the threads cover beyond the rug's end. */
	const threadsAt = (u: number, beyond: number, footprint: number): number => {
		if (beyond < 0.012) return 1;
		const strand = u / THREAD + noise1(lattice, beyond * 22, 5) * 0.35;
		const number = Math.floor(strand);
		const lot = hash32(seed ^ Math.imul(number, 0x9e3779b1)) / 4294967296;
		const sway = (lot - 0.5) * beyond * 6;
		const off = strand + sway - number - 0.5;
		const away = off < 0 ? -off : off;
		const reach = fringe * (0.8 + 0.35 * lot);
		const end = clamp((reach - beyond) / (footprint + 0.004));
		const soft = footprint / THREAD + 0.12;
		const width = 0.4 - 0.12 * (beyond / fringe);
		return end * clamp((width - away) / soft + 0.5) * clamp(1.5 - soft * 0.3);
	};

	/** Writes the colour of the pile: the weave seen through a pixel longer than wide, its nap and its fibres. */
	const paintWool = (
		u: number,
		v: number,
		across: number,
		away: number,
		out: Float64Array,
	) => {
		const ratio = away / across;
		const taps = ratio > 2.6 ? 3 : ratio > 1.5 ? 2 : 1;
		const footprint = across * perMetre;
		let red = 0;
		let green = 0;
		let blue = 0;
		for (let tap = 0; tap < taps; tap++) {
			const shift = ((tap + 0.5) / taps - 0.5) * away;
			const su = (place.isAcross ? u + shift : u) + halfShort;
			const sv = (place.isAcross ? v : v + shift) + halfLong;
			weave.sample(su * perMetre, sv * perMetre, footprint, out);
			red += out[0];
			green += out[1];
			blue += out[2];
		}
		const nap = noise2(lattice, u * 1.4 + 9, v * 1.4) * 0.09 * pile;
		const tuft = clamp(1.3 - footprint * 0.9);
		const fineness = perMetre * 1.9;
		const fibre =
			tuft > 0 ? noise2(lattice, u * fineness, v * fineness) * 0.16 * tuft : 0;
		const tone = (1 + nap + fibre) / taps;
		out[0] = red * tone;
		out[1] = green * tone;
		out[2] = blue * tone;
	};

	/** A woven rug's sides and ends are never quite straight. */
	const atRectangle = (
		u: number,
		v: number,
		across: number,
		away: number,
		out: Float64Array,
	): number => {
		const bigU = u < 0 ? -u : u;
		const bigV = v < 0 ? -v : v;
		const footU = place.isAcross ? away : across;
		const footV = place.isAcross ? across : away;
		const wobble = noise1(lattice, v * 1.7, u < 0 ? 3 : 4) * 0.007;
		const bow = noise1(lattice, u * 1.9, v < 0 ? 6 : 7) * 0.006;
		const inside = halfShort + wobble - bigU;
		const beyond = bigV + bow - halfLong;
		const side = clamp(inside / footU + 0.5);
		if (side === 0 || beyond > fringe * 1.3 + footV) return 0;
		const woven = clamp(0.5 - beyond / footV);
		if (woven > 0) {
			paintWool(u, v, across, away, out);
			const rim = 0.86 + 0.14 * ramp(0, 0.012, inside);
			for (let c = 0; c < 3; c++) out[c] *= rim;
			if (woven === 1 || fringe === 0) return side * woven;
		} else if (fringe === 0) return 0;
		const threads = threadsAt(u, beyond < 0 ? 0 : beyond, footU);
		const tone = 0.82 + 0.3 * noise2(lattice, u * 160, v * 30);
		for (let c = 0; c < 3; c++) {
			const thread = fringeColour[c] * tone;
			out[c] = woven > 0 ? thread + (out[c] - thread) * woven : thread;
		}
		return side * (woven + (1 - woven) * threads);
	};

	return {
		thickness: 0.005 + 0.008 * pile,
		at(x, z, across, away, out) {
			const u = place.isAcross ? z - middle : x;
			const v = place.isAcross ? x : z - middle;
			if (!isRound) {
				if (u > halfShort + 0.03 || u < -halfShort - 0.03) return 0;
				return atRectangle(u, v, across, away, out);
			}
			const radius = Math.sqrt(u * u + v * v);
			const cover = clamp((halfShort - radius) / ((across + away) / 2) + 0.5);
			if (cover > 0) paintWool(u, v, across, away, out);
			return cover;
		},
		shadowAt(x, z) {
			const u = x < 0 ? -x : x;
			const v = z < middle ? middle - z : z - middle;
			let distance: number;
			if (isRound) {
				distance = Math.sqrt(u * u + v * v) - halfShort;
			} else {
				const du = Math.max(u - place.width / 2, 0);
				const dv = Math.max(v - place.depth / 2, 0);
				distance = Math.sqrt(du * du + dv * dv);
			}
			if (distance > 0.6) return 1;
			const near = distance < 0 ? 0 : distance;
			return 1 - 0.42 * decay(near * 70) - 0.16 * decay(near * 12);
		},
	};
}
