/** The figures that rugs are made of, each drawn in a square of its own from -1 to 1. */

import { DYE, KEEP, type Motif } from "./cartoon.ts";

/** Dyes for the parts of a figure, from the outside in. */
export interface Dress {
	readonly outline: number;
	readonly petal: number;
	readonly inner: number;
	readonly heart: number;
}

/** Usual dresses; each has its own colours so that neighbours differ. */
export const DRESSES: readonly Dress[] = [
	{
		outline: DYE.outline,
		petal: DYE.light,
		inner: DYE.accent,
		heart: DYE.second,
	},
	{
		outline: DYE.outline,
		petal: DYE.accent,
		inner: DYE.light,
		heart: DYE.third,
	},
	{
		outline: DYE.outline,
		petal: DYE.second,
		inner: DYE.light,
		heart: DYE.accent,
	},
	{
		outline: DYE.outline,
		petal: DYE.third,
		inner: DYE.light,
		heart: DYE.outline,
	},
];

const abs = (value: number) => (value < 0 ? -value : value);

/** Eight round petals around a heart. */
export function rosette(dress: Dress): Motif {
	return (across, up, knot) => {
		let a = abs(across);
		let b = abs(up);
		if (b > a) [a, b] = [b, a];
		const radius = Math.sqrt(a * a + b * b);
		if (radius < 0.16) return dress.heart;
		if (radius < 0.16 + knot) return dress.outline;
		if (radius < 0.36) return dress.inner;
		const straight = Math.sqrt((a - 0.64) * (a - 0.64) + b * b);
		const slanted = Math.sqrt(
			(a - 0.4525) * (a - 0.4525) + (b - 0.4525) * (b - 0.4525),
		);
		const petal = Math.min(straight, slanted);
		if (radius < 0.36 + knot) return dress.outline;
		if (petal < 0.31 - knot) return petal < 0.12 ? dress.inner : dress.petal;
		return petal < 0.31 ? dress.outline : KEEP;
	};
}

/** A small flower: five spots and a heart. */
export function blossom(dress: Dress): Motif {
	return (across, up) => {
		const a = abs(across);
		const b = abs(up);
		const radius = Math.sqrt(a * a + b * b);
		if (radius < 0.34) return dress.heart;
		const straight = Math.min(
			(a - 0.62) * (a - 0.62) + b * b,
			a * a + (b - 0.62) * (b - 0.62),
		);
		return straight < 0.14 ? dress.petal : KEEP;
	};
}

/** A lotus in profile: a pointed, toothed blossom on a small calyx, three rows of petals deep. */
export function palmette(dress: Dress): Motif {
	/** How far inside the blossom a point lies; negative outside. */
	const depth = (across: number, up: number, teeth: number): number => {
		const rise = (up + 0.8) / 1.72;
		if (rise < 0 || rise > 1) return -1;
		const belly = rise * (1 - rise) * (1 - 0.62 * rise) * 5.1;
		const tooth = abs(((rise * teeth) % 1) - 0.5) * 0.2 * (1 - rise);
		return belly * (1 - tooth) * (0.72 + 0.28 * rise) - abs(across);
	};
	return (across, up, knot) => {
		const outer = depth(across, up, 4.5);
		if (outer < 0) {
			const calyx = abs(across) * 0.7 + abs(up + 0.8);
			return calyx < 0.2 ? dress.outline : KEEP;
		}
		if (outer < knot * 1.1) return dress.outline;
		const middle = depth(across / 0.66, (up + 0.2) / 0.66, 3.5);
		if (middle < 0) return dress.petal;
		if (middle < knot * 1.6) return dress.outline;
		const inside = depth(across / 0.36, (up + 0.36) / 0.36, 2.5);
		return inside < 0 ? dress.inner : dress.heart;
	};
}

/** A lancet leaf that bends to one side, with a toothed edge. */
export function leaf(dress: Dress, bend: number): Motif {
	return (across, up, knot) => {
		const arch = 1 - up * up;
		const off = abs(across - bend * (arch - 0.5));
		const tooth = abs(((up * 2.5 + 10) % 1) - 0.5) * 0.16;
		const width = (0.34 - tooth) * arch * (1 - 0.25 * up);
		if (off > width) return KEEP;
		if (off > width - knot * 0.8) return dress.outline;
		return off < knot * 0.6 && up < 0.6 ? dress.heart : dress.petal;
	};
}

/** The boteh, mother of the paisley: a drop whose tip curls over, one inside the other. */
export function boteh(dress: Dress, side: 1 | -1): Motif {
	const depth = (across: number, up: number): number => {
		if (up < -0.35) {
			const b = (up + 0.35) / 0.62;
			const room = 1 - b * b;
			return room <= 0 ? -1 : 0.56 * Math.sqrt(room) - abs(across);
		}
		const rise = (up + 0.35) / 1.3;
		if (rise > 1) return -1;
		const curl = rise * rise * 0.6;
		const width = 0.56 * (1 - rise) * (1 + 0.55 * rise);
		return width - abs(across - curl * side);
	};
	return (across, up, knot) => {
		const outer = depth(across, up);
		if (outer < 0) return KEEP;
		if (outer < knot) return dress.outline;
		if (outer < 0.14) return dress.petal;
		const inner = depth(across / 0.56, (up + 0.32) / 0.56);
		if (inner > 0.2) return dress.heart;
		return inner > 0 ? dress.inner : dress.petal;
	};
}

/** A Turkmen gul: a broad octagon in four counterchanged quarters around a small one, with a clover in each. */
export function gul(dress: Dress): Motif {
	return (across, up, knot) => {
		const a = abs(across);
		const b = abs(up) * 1.25;
		const octagon = Math.max(a, b, (a + b) * 0.7);
		if (octagon > 0.97) return KEEP;
		if (octagon > 0.97 - knot * 1.2) return dress.outline;
		const heart = Math.max(a, b, (a + b) * 0.75);
		if (heart < 0.13) return dress.outline;
		if (heart < 0.27) return dress.heart;
		if (heart < 0.27 + knot * 1.2) return dress.outline;
		const isFirst = across * up > 0;
		const u = a - 0.5;
		const v = b - 0.42;
		const clover = Math.min(
			u * u + v * v,
			u * u + (v - 0.13) * (v - 0.13),
			(u - 0.14) * (u - 0.14) + v * v,
		);
		if (clover < 0.009) return isFirst ? dress.petal : dress.inner;
		return isFirst ? dress.inner : dress.petal;
	};
}

/** An eight-pointed star: two squares laid over each other. */
export function star(dress: Dress): Motif {
	return (across, up, knot) => {
		const a = abs(across);
		const b = abs(up);
		const shape = Math.min(Math.max(a, b) * 1.32, (a + b) * 0.94);
		if (shape > 0.94) return KEEP;
		if (shape > 0.94 - knot) return dress.outline;
		if (shape > 0.5) return dress.petal;
		return shape > 0.24 ? dress.inner : dress.heart;
	};
}

/** A diamond with stepped sides and hooks like running water. */
export function hookedDiamond(dress: Dress): Motif {
	return (across, up, knot) => {
		const step = Math.max(0.08, knot * 2);
		const a = (Math.floor(abs(across) / step) + 0.5) * step;
		const b = (Math.floor(abs(up) / step) + 0.5) * step;
		const diamond = a + b;
		if (diamond < 0.2) return dress.heart;
		if (diamond < 0.36) return dress.outline;
		if (diamond < 0.52) return dress.inner;
		if (diamond < 0.6) return dress.outline;
		if (diamond < 0.8) return dress.petal;
		if (diamond < 0.86) return dress.outline;
		const hook = abs(a - b);
		const isArm = ((hook / (step * 4)) % 1) * 4 < 1.4;
		return diamond < 1.04 && isArm ? dress.outline : KEEP;
	};
}

/** A small cross of five squares, to fill a gap. */
export function cross(dye: number): Motif {
	return (across, up) => {
		const a = abs(across);
		const b = abs(up);
		return (a < 0.3 && b < 0.9) || (b < 0.3 && a < 0.9) ? dye : KEEP;
	};
}

/** A comb of teeth below a bar, as nomads weave it. */
export function comb(dye: number): Motif {
	return (across, up) => {
		if (up > 0.35 && up < 0.75) return dye;
		if (up >= 0.75) return abs(across) < 0.16 ? dye : KEEP;
		return ((across + 1) * 2.5) % 1 < 0.5 ? dye : KEEP;
	};
}

/** Four leaves around a diamond with a rosette: the fish-in-the-pond pattern of Herat. */
export function herati(dress: Dress): Motif {
	const middle = rosette(dress);
	const blade = leaf(
		{ ...dress, petal: dress.inner, heart: DYE.outline },
		0.35,
	);
	return (across, up, knot) => {
		const inner = middle(across / 0.36, up / 0.36, knot / 0.36);
		if (inner !== KEEP) return inner;
		const a = abs(across);
		const b = abs(up);
		const diamond = abs(a + b - 0.62);
		if (diamond < knot * 0.7) return dress.outline;
		if (a > 0.46 || b > 0.46) {
			const flat =
				b > a
					? blade(across / 0.52, (b - 0.8) / 0.3, knot / 0.3)
					: blade(up / 0.52, (a - 0.8) / 0.3, knot / 0.3);
			if (flat !== KEEP) return flat;
		}
		return KEEP;
	};
}
