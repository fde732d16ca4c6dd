/** Fills a ground with flowers on curling stems, none touching another: the arabesque between a rug's great figures. */

import { type Cartoon, DYE, KEEP, type Motif, type Place } from "./cartoon.ts";
import { blossom, type Dress, leaf, palmette, rosette } from "./motifs.ts";

export interface ArabesqueOptions {
	readonly cartoon: Cartoon;
	readonly random: () => number;
	/** The dye that may be woven over. */
	readonly ground: number;
	/** Only inside this box, in knots from the rug's centre. */
	readonly width: number;
	readonly height: number;
	/** Half the size of the largest flower, in knots. */
	readonly largest: number;
	readonly stemDye: number;
	readonly dresses: readonly Dress[];
}

interface Flower {
	readonly x: number;
	readonly y: number;
	readonly size: number;
	readonly motif: Motif;
}

/** Weaves flowers from large to small wherever there is room, with stems that pass behind them. */
export function weaveArabesque(options: ArabesqueOptions): void {
	const { cartoon, random, ground, stemDye } = options;
	const flowers = scatter(options);
	for (const flower of flowers) {
		if (flower.size < 5) continue;
		weaveTendril(options, flower, 1);
		weaveTendril(options, flower, -1);
	}
	for (const { x, y, size, motif } of flowers) {
		const slant = random() * 2 - 1;
		const length = Math.sqrt(1 + slant * slant);
		const upY = (random() < 0.5 ? -1 : 1) / length;
		cartoon.paint(x - size, y - size, x + size, y + size, (px, py, dye) => {
			const near =
				(px - x) * (px - x) + (py - y) * (py - y) < size * size * 0.5;
			return near && dye === stemDye ? ground : KEEP;
		});
		cartoon.stamp({ x, y, upX: slant / length, upY, size }, motif, ground);
	}
}

function scatter(options: ArabesqueOptions): Flower[] {
	const { cartoon, random, ground, width, height, largest, dresses } = options;
	const flowers: Flower[] = [];
	const room = (width * height) / (largest * largest);
	const kinds = [
		{ size: largest, tries: room * 0.3, motif: palmette },
		{ size: largest * 0.74, tries: room * 0.8, motif: rosette },
		{ size: largest * 0.42, tries: room * 1.6, motif: blossom },
	];
	for (const { size, tries, motif } of kinds) {
		for (let index = 0; index < tries; index++) {
			const x = random() < 0.12 ? 0 : random() * width;
			const y = random() < 0.12 ? 0 : random() * height;
			const isOnAxis = x === 0 || y === 0;
			if (!isOnAxis && (x < size || y < size)) continue;
			if (!cartoon.isFree(x, y, size * 1.05, ground)) continue;
			const isClear = flowers.every((other) => {
				const gap = size + other.size;
				const dx = x - other.x;
				const dy = y - other.y;
				return dx * dx + dy * dy > gap * gap * 1.15;
			});
			if (!isClear) continue;
			const dress = dresses[Math.floor(random() * dresses.length)];
			flowers.push({ x, y, size, motif: motif(dress) });
		}
	}
	return flowers;
}

/** A stem that curls ever tighter away from a flower, with leaves on alternate sides and a bud at its end. */
function weaveTendril(
	{ cartoon, random, ground, stemDye, dresses, largest }: ArabesqueOptions,
	from: Flower,
	side: 1 | -1,
): void {
	let { x, y } = from;
	let dirX = random() * 2 - 1;
	let dirY = random() * 2 - 1;
	const points: number[] = [];
	const steps = Math.floor(from.size * (3.4 + 1.6 * random()));
	const leafSize = Math.max(3, largest * 0.32);
	const blade = leaf(
		{ ...dresses[0], petal: stemDye, outline: stemDye, heart: DYE.outline },
		0.2,
	);
	const leaves: Place[] = [];
	for (let step = 0; step < steps; step++) {
		const share = step / steps;
		const turn = (side * (0.25 + 1.9 * share * share)) / from.size;
		const nextX = dirX - dirY * turn;
		const nextY = dirY + dirX * turn;
		const length = Math.sqrt(nextX * nextX + nextY * nextY) + 1e-9;
		dirX = nextX / length;
		dirY = nextY / length;
		x += dirX;
		y += dirY;
		points.push(x, y);
		if (step > from.size && step % 10 === 0) {
			const flip = step % 20 === 0 ? 1 : -1;
			leaves.push({
				x: x - dirY * leafSize * 0.8 * flip,
				y: y + dirX * leafSize * 0.8 * flip,
				upX: dirX * 0.7 - dirY * 0.7 * flip,
				upY: dirY * 0.7 + dirX * 0.7 * flip,
				size: leafSize,
			});
		}
	}
	cartoon.stroke(points, 1.6, stemDye, ground);
	for (const place of leaves) cartoon.stamp(place, blade, ground);
	const bud = dresses[Math.floor(random() * dresses.length)];
	const size = Math.max(3, largest * 0.3);
	cartoon.stamp({ x, y, upX: 0, upY: 1, size }, blossom(bud), ground);
}
