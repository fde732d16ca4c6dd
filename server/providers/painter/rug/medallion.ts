/** The medallion rug: a great lobed figure in the middle, quarters of it in the corners, flowers between. */

import { wave } from "../curve.ts";
import { pick } from "../palette.ts";
import { weaveArabesque } from "./arabesque.ts";
import { quarterTurn } from "./borders.ts";
import { DYE, KEEP } from "./cartoon.ts";
import type { FieldSetting } from "./design-plan.ts";
import { DRESSES, palmette, rosette } from "./motifs.ts";

/** Distance from a figure's centre: below 1 inside. */
type Figure = (x: number, y: number) => number;

const abs = (value: number) => (value < 0 ? -value : value);

function lobed(width: number, height: number, lobes: number): Figure {
	return (x, y) => {
		const a = x / width;
		const b = y / height;
		const bow = wave(quarterTurn(a, b) * lobes * 0.5 + 0.25);
		return Math.sqrt(a * a + b * b) / (0.88 + 0.12 * abs(bow));
	};
}

function pointed(width: number, height: number, points: number): Figure {
	return (x, y) => {
		const a = x / width;
		const b = y / height;
		const turn = quarterTurn(a, b) * points;
		const tooth = abs(turn - Math.floor(turn) - 0.5) * 2;
		return Math.sqrt(a * a + b * b) / (0.78 + 0.22 * tooth * tooth);
	};
}

function stepped(width: number, height: number): Figure {
	return (x, y) => {
		const step = 0.09;
		const a = (Math.floor(x / width / step) + 0.5) * step;
		const b = (Math.floor(y / height / step) + 0.5) * step;
		return Math.max(a, b, (a + b) * 0.7);
	};
}

export function weaveMedallion(setting: FieldSetting): void {
	const { cartoon, random, width, height, isInside, scale } = setting;
	const broad = Math.min(width * (0.72 + 0.14 * random()), height * 0.7);
	const tall = Math.min(height * 0.76, broad * (1.15 + 0.4 * random()));
	const figureFor = pick(random, [
		(w: number, h: number) => lobed(w, h, 4),
		(w: number, h: number) => lobed(w, h, 6),
		(w: number, h: number) => pointed(w, h, 4),
		stepped,
	]);
	const hasCorners = random() < 0.85;
	const medallion = figureFor(broad, tall);
	const corner = figureFor(width * 0.62, Math.min(height * 0.5, width * 0.8));
	const pendant = tall * 1.02;
	const knot = 1 / broad;

	cartoon.paint(0, 0, width, height, (x, y) => {
		if (!isInside(x, y)) return KEEP;
		const level = medallion(x, y);
		if (level < 1) return ringAt(level, knot);
		if (!hasCorners) return KEEP;
		const outside = corner(width - x, height - y);
		if (outside > 1) return KEEP;
		if (outside > 1 - knot * 1.4) return DYE.outline;
		return outside > 0.93 ? DYE.light : DYE.border;
	});
	const size = Math.max(7, 15 * scale);
	const room = height - pendant;
	if (room > size * 1.5) {
		const at = pendant + size * 0.8;
		cartoon.stamp(
			{ x: 0, y: at, upX: 0, upY: 1, size },
			palmette(DRESSES[1]),
			DYE.field,
		);
	}
	const flowers = { cartoon, random, width, height, dresses: DRESSES };
	const largest = Math.max(6, 11 * scale);
	weaveHeart(setting, broad, tall);
	weaveArabesque({
		...flowers,
		ground: DYE.medallion,
		largest: largest * 0.85,
		stemDye: DYE.light,
	});
	weaveArabesque({
		...flowers,
		ground: DYE.border,
		largest: largest * 0.8,
		stemDye: DYE.second,
	});
	weaveArabesque({
		...flowers,
		ground: DYE.field,
		largest,
		stemDye: DYE.third,
	});
}

/** The medallion's own rings, from its edge inwards. */
function ringAt(level: number, knot: number): number {
	if (level > 1 - knot * 1.5) return DYE.outline;
	if (level > 0.94) return DYE.light;
	if (level > 0.94 - knot * 1.5) return DYE.outline;
	if (level > 0.52) return DYE.medallion;
	if (level > 0.52 - knot * 1.5) return DYE.outline;
	if (level > 0.48) return DYE.second;
	return level > 0.3 ? DYE.accent : DYE.field;
}

function weaveHeart(
	{ cartoon, scale }: FieldSetting,
	broad: number,
	tall: number,
): void {
	const size = Math.max(8, Math.min(broad * 0.26, 22 * scale));
	cartoon.stamp({ x: 0, y: 0, upX: 0, upY: 1, size }, rosette(DRESSES[0]));
	const dress = DRESSES[2];
	const around = size * 0.5;
	cartoon.stamp(
		{ x: 0, y: tall * 0.39, upX: 0, upY: 1, size: around },
		palmette(dress),
	);
	cartoon.stamp(
		{ x: broad * 0.39, y: 0, upX: 1, upY: 0, size: around },
		palmette(dress),
	);
}
