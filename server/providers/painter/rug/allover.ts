/** Rugs with one figure over and over: botehs in rows, the Herati lattice, palmettes in drifts. */

import { pick } from "../palette.ts";
import { weaveArabesque } from "./arabesque.ts";
import { DYE, type Motif } from "./cartoon.ts";
import type { FieldSetting } from "./design-plan.ts";
import {
	blossom,
	boteh,
	DRESSES,
	herati,
	palmette,
	rosette,
} from "./motifs.ts";

export function weaveAllover(setting: FieldSetting): void {
	const { cartoon, random, width, height, scale } = setting;
	pick(random, [weaveBotehs, weaveHerati, weavePalmettes])(setting);
	weaveArabesque({
		cartoon,
		random,
		ground: DYE.field,
		width,
		height,
		largest: Math.max(4, 5 * scale),
		stemDye: DYE.third,
		dresses: DRESSES,
	});
}

/** A brick pattern of places that comes out even in the field; on the axes figures meet their mirror images. */
function brick(
	setting: FieldSetting,
	pitch: number,
	motifAt: (column: number, row: number) => Motif | undefined,
	size: number,
): void {
	const { cartoon, width, height } = setting;
	const columns = Math.max(1, Math.round(width / pitch));
	const rows = Math.max(1, Math.round(height / (pitch * 0.9)));
	const stepX = width / columns;
	const stepY = height / rows;
	for (let row = 0; row <= rows; row++) {
		for (let column = 0; column <= columns; column++) {
			const x = (column + (row % 2) * 0.5) * stepX;
			const motif = motifAt(column, row);
			if (motif === undefined) continue;
			const place = { x, y: row * stepY, upX: 0, upY: -1, size };
			cartoon.stamp(place, motif, DYE.field);
		}
	}
}

function weaveBotehs(setting: FieldSetting): void {
	const { random, scale } = setting;
	const size = Math.max(8, (12 + 5 * random()) * scale);
	const dresses = DRESSES;
	brick(
		setting,
		size * 2.1,
		(column, row) => {
			// A drop that leans would grow two tips where it meets its mirror image.
			if (column === 0 && row % 2 === 0) {
				return rosette(dresses[(row >> 1) % 3]);
			}
			return boteh(dresses[(column + row * 2) % dresses.length], 1);
		},
		size,
	);
}

function weaveHerati(setting: FieldSetting): void {
	const { random, scale } = setting;
	const size = Math.max(13, (19 + 6 * random()) * scale);
	const figures = [herati(DRESSES[0]), herati(DRESSES[1])];
	brick(setting, size * 2, (_column, row) => figures[row % 2], size * 0.98);
}

function weavePalmettes(setting: FieldSetting): void {
	const { random, scale, cartoon, width, height } = setting;
	const size = Math.max(11, (17 + 7 * random()) * scale);
	brick(
		setting,
		size * 2.5,
		(column, row) =>
			(column + row) % 2 === 0
				? palmette(DRESSES[(row * 3 + column) % DRESSES.length])
				: rosette(DRESSES[(row + column * 2) % DRESSES.length]),
		size,
	);
	const small = blossom({ ...DRESSES[1], heart: DYE.light });
	const pitch = size * 1.25;
	for (let y = pitch / 2; y < height; y += pitch) {
		for (let x = pitch / 2; x < width; x += pitch) {
			if (!cartoon.isFree(x, y, size * 0.3, DYE.field)) continue;
			cartoon.stamp(
				{ x, y, upX: 0, upY: 1, size: size * 0.28 },
				small,
				DYE.field,
			);
		}
	}
}
