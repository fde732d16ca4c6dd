/** The borders of a rug: bands one inside the other, whose figures come out even at the corners. */

import { wave } from "../curve.ts";
import type { Cartoon, Motif, Place } from "./cartoon.ts";
import { DYE, KEEP } from "./cartoon.ts";

/** Where the bands run: along the sides of a rectangle or around a circle. Lengths in knots. */
export interface Outline {
	/** Knots between a point and the rug's edge; negative outside. */
	depthAt(x: number, y: number): number;
	/**
	 * Position along a band in whole periods: integral on both axes of the rug and at the corner.
	 * @param depth of the band's middle. @param period about the length wanted.
	 */
	periodsAt(x: number, y: number, depth: number, period: number): number;
	/** Where figures stand on a band, "up" pointing at the rug's edge; the first stands on an axis. */
	placesAt(depth: number, period: number, size: number): Place[];
}

export function rectangleOutline(columns: number, rows: number): Outline {
	const fit = (length: number, period: number) =>
		Math.max(1, Math.round(length / period));
	return {
		depthAt: (x, y) => Math.min(columns - x, rows - y),
		periodsAt: (x, y, depth, period) => {
			const isSide = columns - x < rows - y;
			const length = (isSide ? rows : columns) - depth;
			return ((isSide ? y : x) / length) * fit(length, period);
		},
		placesAt: (depth, period, size) => {
			const places: Place[] = [];
			const sides = fit(rows - depth, period);
			for (let index = 0; index < sides; index++) {
				const y = ((rows - depth) * index) / sides;
				places.push({ x: columns - depth, y, upX: 1, upY: 0, size });
			}
			const ends = fit(columns - depth, period);
			for (let index = 0; index <= ends; index++) {
				const x = ((columns - depth) * index) / ends;
				const corner = index === ends ? Math.SQRT1_2 : 0;
				const upY = index === ends ? Math.SQRT1_2 : 1;
				places.push({ x, y: rows - depth, upX: corner, upY, size });
			}
			return places;
		},
	};
}

export function roundOutline(radius: number): Outline {
	const fit = (depth: number, period: number) =>
		Math.max(2, Math.round(((radius - depth) * 1.5708) / period));
	return {
		depthAt: (x, y) => radius - Math.sqrt(x * x + y * y),
		periodsAt: (x, y, depth, period) => quarterTurn(x, y) * fit(depth, period),
		placesAt: (depth, period, size) => {
			const count = fit(depth, period);
			return Array.from({ length: count + 1 }, (_, index) => {
				const upX = wave(index / count / 4 + 0.25);
				const upY = wave(index / count / 4);
				const at = radius - depth;
				return { x: upX * at, y: upY * at, upX, upY, size };
			});
		},
	};
}

/** The angle of a point in the first quarter: 0 on the x axis, 1 on the y axis; off by at most 0.003. */
export function quarterTurn(x: number, y: number): number {
	const low = x < y ? x : y;
	const high = x < y ? y : x;
	const ratio = high === 0 ? 0 : low / high;
	const turn = ratio * (0.5 + 0.1739 * (1 - ratio));
	return x < y ? 1 - turn : turn;
}

/** One band: its width in knots and what is woven on it. */
export interface Band {
	readonly width: number;
	readonly ground: number;
	readonly figure?: (setting: BandSetting) => void;
}

export interface BandSetting {
	readonly cartoon: Cartoon;
	readonly outline: Outline;
	readonly width: number;
	/** Depth of the band's middle. */
	readonly middle: number;
	readonly ground: number;
	/**
	 * Asks for the dye of every knot of the band; `KEEP` leaves it.
	 * `across` runs from -0.5 at the outer edge to 0.5 at the inner one.
	 */
	paint(
		dyeAt: (x: number, y: number, across: number, dye: number) => number,
	): void;
}

/** Weaves bands from the edge inwards and returns the depth at which the field begins. */
export function weaveBands(
	cartoon: Cartoon,
	outline: Outline,
	bands: readonly Band[],
): number {
	const { columns, rows, dyes } = cartoon;
	const depths = new Float32Array(columns * rows);
	for (let index = 0; index < depths.length; index++) {
		const x = (index % columns) + 0.5;
		depths[index] = outline.depthAt(x, Math.floor(index / columns) + 0.5);
	}
	let depth = 0;
	for (const { width, ground, figure } of bands) {
		const from = depth;
		const to = depth + width;
		const middle = from + width / 2;
		const paint: BandSetting["paint"] = (dyeAt) => {
			for (let index = 0; index < depths.length; index++) {
				const at = depths[index];
				if (at < from || at >= to) continue;
				const x = (index % columns) + 0.5;
				const y = Math.floor(index / columns) + 0.5;
				const dye = dyeAt(x, y, (at - middle) / width, dyes[index]);
				if (dye !== KEEP) dyes[index] = dye;
			}
		};
		paint(() => ground);
		figure?.({ cartoon, outline, width, middle, ground, paint });
		depth = to;
	}
	return depth;
}

/** Slanting stripes. */
export function barberPole(period: number, dyes: readonly number[]) {
	return ({ outline, middle, paint }: BandSetting): void =>
		paint((x, y, across) => {
			const along = outline.periodsAt(x, y, middle, period);
			const phase = along + across * 0.8 + 8;
			return dyes[Math.floor((phase - Math.floor(phase)) * dyes.length)];
		});
}

/** Two dyes that bite into each other like teeth; stepped where `steps` is above 0. */
export function reciprocal(period: number, dye: number, steps: number) {
	return ({ outline, middle, paint }: BandSetting): void =>
		paint((x, y, across) => {
			const along = outline.periodsAt(x, y, middle, period);
			const share = along - Math.floor(along);
			const tooth = share < 0.5 ? share * 2 : 2 - share * 2;
			const level =
				steps === 0 ? tooth : (Math.floor(tooth * steps) + 0.5) / steps;
			return across + 0.5 < 0.14 + level * 0.72 ? dye : KEEP;
		});
}

/** A winding stem, `thickness` knots to either side of its middle. */
export function stem(period: number, dye: number, thickness: number) {
	return ({ outline, width, middle, ground, paint }: BandSetting): void =>
		paint((x, y, across, under) => {
			if (under !== ground) return KEEP;
			const along = outline.periodsAt(x, y, middle, period);
			const off = (across - wave(along / 2 + 0.25) * 0.3) * width;
			return (off < 0 ? -off : off) < thickness ? dye : KEEP;
		});
}

/** Figures in a row, taking turns; stems pass behind them. */
export function procession(
	period: number,
	share: number,
	motifs: readonly Motif[],
) {
	return ({ cartoon, outline, width, middle }: BandSetting): void => {
		const places = outline.placesAt(middle, period, (width / 2) * share);
		places.forEach((place, index) => {
			cartoon.stamp(place, motifs[index % motifs.length]);
		});
	};
}

/** Small figures in a row, where the ground still shows. */
export function sprinkle(period: number, share: number, motif: Motif) {
	return ({ cartoon, outline, width, middle, ground }: BandSetting): void => {
		for (const place of outline.placesAt(middle, period, (width / 2) * share)) {
			cartoon.stamp(place, motif, ground);
		}
	};
}

/** Several figures on one band, one after the other. */
export function together(...figures: ((setting: BandSetting) => void)[]) {
	return (setting: BandSetting): void => {
		for (const figure of figures) figure(setting);
	};
}

/** A thin plain line. */
export function line(dye: number, width = 1): Band {
	return { width, ground: dye };
}

/** The cord that binds the edge. */
export const SELVEDGE: Band = { width: 2, ground: DYE.selvedge };
