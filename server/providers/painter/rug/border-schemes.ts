/** Which bands a rug wears: choices that suit the town weaver, the nomad and the modern loom. */

import { pick } from "../palette.ts";
import {
	type Band,
	barberPole,
	line,
	procession,
	reciprocal,
	SELVEDGE,
	sprinkle,
	stem,
	together,
} from "./borders.ts";
import { DYE } from "./cartoon.ts";
import {
	blossom,
	DRESSES,
	gul,
	hookedDiamond,
	leaf,
	palmette,
	rosette,
	star,
} from "./motifs.ts";

/** A narrow band that frames a broad one. */
function guard(random: () => number, width: number): Band[] {
	const figure = pick(random, [
		procession(width * 1.3, 0.95, [blossom(DRESSES[1]), blossom(DRESSES[2])]),
		reciprocal(width * 1.5, DYE.border, 0),
		procession(width * 1.2, 0.9, [
			blossom({ ...DRESSES[0], petal: DYE.accent, heart: DYE.light }),
		]),
		together(
			stem(width * 1.1, DYE.outline, 0.8),
			procession(width * 2.2, 0.8, [blossom(DRESSES[1])]),
		),
	]);
	return [
		line(DYE.outline),
		{ width, ground: DYE.guard, figure },
		line(DYE.outline),
	];
}

/** Flowers and palmettes on a winding stem between flowered guards. @param scale about 1 for a room-sized rug. */
export function floralBorder(random: () => number, scale: number): Band[] {
	const broad = Math.round((26 + 10 * random()) * scale);
	const narrow = Math.max(6, Math.round(8 * scale));
	const frame = guard(random, narrow);
	const [one, two, three] = DRESSES;
	const main = pick(random, [
		together(
			stem(broad * 1.15, DYE.second, 1.2),
			sprinkle(broad * 0.575, 0.42, leaf(three, 0.3)),
			procession(broad * 1.15, 0.94, [rosette(one), palmette(two)]),
		),
		together(
			stem(broad * 1.3, DYE.light, 1.2),
			sprinkle(broad * 0.65, 0.3, blossom(two)),
			procession(broad * 1.3, 0.95, [palmette(one), palmette(three)]),
		),
		together(
			stem(broad * 0.6, DYE.third, 1),
			sprinkle(broad * 0.6, 0.32, blossom(one)),
			procession(broad * 1.2, 0.95, [rosette(two), rosette(one)]),
		),
	]);
	return [
		SELVEDGE,
		{ width: Math.max(3, Math.round(4 * scale)), ground: DYE.border },
		...frame,
		{ width: broad, ground: DYE.border, figure: main },
		...frame,
		{ width: 3, ground: DYE.second },
		line(DYE.outline),
	];
}

/** Stars, guls and stepped figures between barber poles. */
export function tribalBorder(random: () => number, scale: number): Band[] {
	const broad = Math.round((20 + 8 * random()) * scale);
	const narrow = Math.max(5, Math.round(6 * scale));
	const [one, two, three] = DRESSES;
	const pole: Band = {
		width: narrow,
		ground: DYE.light,
		figure: barberPole(narrow * 2.4, [
			DYE.light,
			DYE.accent,
			DYE.second,
			DYE.outline,
		]),
	};
	const teeth: Band = {
		width: narrow,
		ground: DYE.guard,
		figure: reciprocal(narrow * 1.8, DYE.outline, 3),
	};
	const frame = random() < 0.5 ? pole : teeth;
	const figure = pick(random, [
		procession(broad * 1.05, 0.94, [star(one), star(two)]),
		procession(broad * 1.25, 1, [hookedDiamond(two), hookedDiamond(three)]),
		procession(broad, 0.92, [gul(one), star(two)]),
		reciprocal(broad * 1.3, DYE.accent, 5),
	]);
	return [
		SELVEDGE,
		{ width: 4, ground: DYE.border },
		frame,
		line(DYE.outline),
		{ width: broad, ground: DYE.border, figure },
		line(DYE.outline),
		frame,
		line(DYE.outline),
	];
}

/** A plain edge or two quiet lines. */
export function quietBorder(random: () => number, scale: number): Band[] {
	const width = Math.round((6 + 10 * random()) * scale);
	if (random() < 0.35) return [SELVEDGE];
	return [
		SELVEDGE,
		{ width, ground: DYE.border },
		line(DYE.light, Math.max(1, Math.round(2 * scale))),
		...(random() < 0.5
			? [{ width: Math.round(width * 0.5), ground: DYE.border }]
			: []),
	];
}
