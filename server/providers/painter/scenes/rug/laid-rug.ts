/** The rug as it lies: woven picture, pile, uneven edges, fringes, its thickness and its shadow on the floor. */

import type { Colour } from "../../colour.ts";
import { clamp, decay, ramp } from "../../curve.ts";
import { hash32, type Lattice, noise1, noise2 } from "../../noise.ts";
import type { RugPlace } from "./camera.ts";
import type { Weave } from "./weave.ts";

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
	const thread = 0.011;

	const fringeCover = (
		u: number,
		beyond: number,
		footprint: number,
	): number => {
		if (beyond < 0.012) return 1;
		const strand = u / thread + noise1(lattice, beyond * 22, 5) * 0.35;
		const number = Math.floor(strand);
		const lot = hash32(seed ^ Math.imul(number, 0x9e3779b1)) / 4294967296;
		const sway = (lot - 0.5) * beyond * 6;
		const off = strand + sway - number - 0.5;
		const away = off < 0 ? -off : off;
		const reach = fringe * (0.8 + 0.35 * lot);
		const end = clamp((reach - beyond) / (footprint + 0.004));
		const soft = footprint / thread + 0.12;
		const width = 0.4 - 0.12 * (beyond / fringe);
		return end * clamp((width - away) / soft + 0.5) * clamp(1.5 - soft * 0.3);
	};

	return {
		thickness: 0.005 + 0.008 * pile,
		at(x, z, across, away, out) {
			const alongX = x;
			const alongZ = z - middle;
			const u = place.isAcross ? alongZ : alongX;
			const v = place.isAcross ? alongX : alongZ;
			const bigU = u < 0 ? -u : u;
			const bigV = v < 0 ? -v : v;
			if (bigU > halfShort + 0.03 || bigV > halfLong + fringe * 1.3 + 0.03) {
				return 0;
			}
			const footU = place.isAcross ? away : across;
			const footV = place.isAcross ? across : away;
			let cover: number;
			let beyond = 0;
			if (isRound) {
				const radius = Math.sqrt(u * u + v * v);
				cover = clamp((halfShort - radius) / ((across + away) / 2) + 0.5);
			} else {
				const wobble = noise1(lattice, v * 1.7, u < 0 ? 3 : 4) * 0.007;
				const bow = noise1(lattice, u * 1.9, v < 0 ? 6 : 7) * 0.006;
				beyond = bigV + bow - halfLong;
				cover = clamp((halfShort + wobble - bigU) / footU + 0.5);
				if (beyond > footV / 2) {
					if (fringe === 0 || beyond > fringe * 1.3) return 0;
					const threads = fringeCover(u, beyond, footU) * cover;
					const tone = 0.82 + 0.3 * noise2(lattice, u * 160, v * 30);
					out[0] = fringeColour[0] * tone;
					out[1] = fringeColour[1] * tone;
					out[2] = fringeColour[2] * tone;
					return threads;
				}
				if (fringe === 0) cover *= clamp(-beyond / footV + 0.5);
			}
			if (cover <= 0) return 0;

			const ratio = away / across;
			const taps = ratio > 2.6 ? 3 : ratio > 1.5 ? 2 : 1;
			const footprint = across * perMetre;
			let red = 0;
			let green = 0;
			let blue = 0;
			for (let tap = 0; tap < taps; tap++) {
				const shift = ((tap + 0.5) / taps - 0.5) * away;
				const su = place.isAcross ? u + shift : u;
				const sv = place.isAcross ? v : v + shift;
				weave.sample(
					(su + halfShort) * perMetre,
					(sv + halfLong) * perMetre,
					footprint,
					out,
				);
				red += out[0];
				green += out[1];
				blue += out[2];
			}
			const nap = noise2(lattice, u * 1.4 + 9, v * 1.4) * 0.09 * pile;
			const tuft = clamp(1.3 - footprint * 0.9);
			const fibre =
				tuft > 0
					? noise2(lattice, u * perMetre * 1.9, v * perMetre * 1.9) *
						0.16 *
						tuft
					: 0;
			const edge = isRound ? 0 : halfShort - bigU;
			const rim = isRound ? 1 : 0.86 + 0.14 * ramp(0, 0.012, edge);
			const tone = ((1 + nap + fibre) * rim) / taps;
			out[0] = red * tone;
			out[1] = green * tone;
			out[2] = blue * tone;
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
