/** Floral lattices: ogival trellises with a palmette in every window and a blossom on every crossing. */

import { wave } from "../curve.ts";
import { pick } from "../palette.ts";
import { weaveArabesque } from "./arabesque.ts";
import { DYE, KEEP } from "./cartoon.ts";
import type { FieldSetting } from "./design-plan.ts";
import { blossom, DRESSES, type Dress, palmette, rosette } from "./motifs.ts";

export function weaveLattice(setting: FieldSetting): void {
	const { cartoon, random, width, height, scale } = setting;
	const wanted = (36 + 18 * random()) * scale;
	const columns = Math.max(1, Math.round(width / wanted));
	const stepX = width / columns;
	const rows = Math.max(
		1,
		Math.round(height / (stepX * (1.2 + 0.3 * random()))),
	);
	const stepY = height / rows;
	const trellis = pick(random, [DYE.second, DYE.light, DYE.third]);
	const isOgival = random() < 0.7;
	const thickness = 1.1 + scale * 0.6;

	cartoon.paint(0, 0, width, height, (x, y) => {
		const sway = isOgival
			? (1 - wave(y / stepY / 2 + 0.25)) / 4
			: swayOfDiamond(y / stepY);
		const rising = x / stepX - sway;
		const falling = x / stepX + sway;
		const first = rising - Math.floor(rising + 0.5);
		const second = falling - Math.floor(falling + 0.5);
		const near = Math.min(
			first < 0 ? -first : first,
			second < 0 ? -second : second,
		);
		const off = near * stepX;
		if (off < thickness) return trellis;
		return off < thickness + 1 ? DYE.outline : KEEP;
	});

	const window = Math.min(stepX, stepY) * 0.36;
	const flower: (dress: Dress) => ReturnType<typeof palmette> =
		random() < 0.65 ? palmette : rosette;
	for (let row = 0; row <= rows; row++) {
		for (let column = 0; column <= columns; column++) {
			const x = (column + (row % 2 === 0 ? 0.5 : 0)) * stepX;
			const place = { x, y: row * stepY, upX: 0, upY: -1 };
			const dress = DRESSES[(row + column * 2) % DRESSES.length];
			cartoon.stamp({ ...place, size: window }, flower(dress), DYE.field);
			const node = (column + (row % 2 === 0 ? 0 : 0.5)) * stepX;
			cartoon.stamp(
				{ ...place, x: node, size: Math.max(4, window * 0.36) },
				blossom({ ...DRESSES[0], petal: trellis }),
			);
		}
	}
	weaveArabesque({
		cartoon,
		random,
		ground: DYE.field,
		width,
		height,
		largest: Math.max(4, window * 0.4),
		stemDye: DYE.third,
		dresses: DRESSES,
	});
}

/** 0 at whole rows that are even, one half at odd ones, straight between. */
function swayOfDiamond(row: number): number {
	const phase = row / 2 - Math.floor(row / 2);
	return phase < 0.5 ? phase : 1 - phase;
}
