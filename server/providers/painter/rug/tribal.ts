/** Nomads' rugs: a row of great diamonds, fields of guls, kilim bands, or the loose lattice of the Atlas. */

import { noise1 } from "../noise.ts";
import { pick } from "../palette.ts";
import { quietBorder, tribalBorder } from "./border-schemes.ts";
import { DYE, KEEP } from "./cartoon.ts";
import type { DesignPlan, FieldSetting } from "./design-plan.ts";
import { comb, cross, DRESSES, gul, hookedDiamond, star } from "./motifs.ts";

export function planTribal(random: () => number): DesignPlan {
	const weave = pick(random, [
		weaveDiamonds,
		weaveDiamonds,
		weaveGuls,
		weaveKilim,
		weaveAtlas,
	]);
	const border = weave === weaveAtlas ? quietBorder : tribalBorder;
	return { weave, border };
}

function weaveDiamonds(setting: FieldSetting): void {
	const { cartoon, random, width, height, scale } = setting;
	const count = Math.max(1, Math.round((height * 2) / (width * 1.9)));
	const pitch = (height * 2) / count;
	const size = Math.min(width * 0.92, pitch * 0.52);
	const rings = [
		DYE.medallion,
		DYE.light,
		DYE.border,
		DYE.accent,
		DYE.second,
		DYE.third,
	];
	const first = Math.floor(random() * rings.length);
	const offset = count % 2 === 1 ? 0 : pitch / 2;
	for (let y = offset; y < height + size; y += pitch) {
		weaveGreatDiamond(setting, y, size, (ring) =>
			ring % 2 === 0
				? DYE.outline
				: rings[(first + (ring >> 1)) % rings.length],
		);
		cartoon.stamp(
			{ x: 0, y, upX: 0, upY: 1, size: size * 0.3 },
			hookedDiamond(DRESSES[Math.floor(random() * 3)]),
		);
	}
	weaveFillers(setting, Math.max(4, 5.5 * scale));
}

function weaveGreatDiamond(
	{ cartoon, isInside }: FieldSetting,
	centreY: number,
	size: number,
	ringDye: (ring: number) => number,
): void {
	const step = Math.max(2, Math.round(size / 16));
	const edges = [1, 0.95, 0.8, 0.77, 0.6, 0.57, 0.42, 0.4, 0];
	cartoon.paint(
		0,
		centreY - size * 1.2,
		size * 1.2,
		centreY + size * 1.2,
		(x, y, dye) => {
			if (!isInside(x, y)) return KEEP;
			const dy = y < centreY ? centreY - y : y - centreY;
			const a = Math.floor(x / step) * step;
			const b = Math.floor(dy / step) * step;
			const level = (a + b) / size;
			if (level >= 1) {
				const arm = (a - b < 0 ? b - a : a - b) % (step * 4);
				return level < 1.1 && arm < step && dye === DYE.field
					? DYE.outline
					: KEEP;
			}
			const ring = edges.findIndex((edge) => level >= edge);
			return ringDye(ring - 1);
		},
	);
}

function weaveFillers(setting: FieldSetting, size: number): void {
	const { cartoon, random, width, height } = setting;
	const dyes = [DYE.light, DYE.accent, DYE.second, DYE.third, DYE.border];
	const pitch = size * 2.6;
	for (let y = pitch * 0.6; y < height; y += pitch) {
		for (let x = pitch * 0.6; x < width; x += pitch) {
			if (!cartoon.isFree(x, y, size * 1.1, DYE.field)) continue;
			const dye = pick(random, dyes);
			const motif = pick(random, [
				cross(dye),
				star(pick(random, DRESSES)),
				comb(dye),
				star(pick(random, DRESSES)),
			]);
			cartoon.stamp({ x, y, upX: 0, upY: 1, size }, motif, DYE.field);
		}
	}
}

function weaveGuls(setting: FieldSetting): void {
	const { cartoon, random, width, height, scale } = setting;
	const wanted = (17 + 7 * random()) * scale;
	const columns = Math.max(1, Math.round(width / (wanted * 2)));
	const stepX = width / columns;
	const rows = Math.max(1, Math.round(height / (stepX * 0.92)));
	const stepY = height / rows;
	const [one, two] = DRESSES;
	for (let row = 0; row <= rows; row++) {
		for (let column = 0; column <= columns; column++) {
			const x = (column + 0.5) * stepX;
			const y = (row + 0.5) * stepY;
			const size = stepX * 0.44;
			const dress = (row + column) % 2 === 0 ? one : two;
			cartoon.stamp({ x, y, upX: 0, upY: 1, size }, gul(dress), DYE.field);
			const small = { x: column * stepX, y: row * stepY, upX: 0, upY: 1 };
			cartoon.stamp(
				{ ...small, size: size * 0.44 },
				star(DRESSES[2]),
				DYE.field,
			);
		}
	}
}

function weaveKilim({ cartoon, random, height, scale }: FieldSetting): void {
	const dyes = [
		DYE.field,
		DYE.border,
		DYE.light,
		DYE.accent,
		DYE.second,
		DYE.third,
		DYE.medallion,
	];
	let y = 0;
	let previous = DYE.outline as number;
	while (y < height) {
		const isBroad = random() < 0.6;
		const thickness =
			Math.round((isBroad ? 22 + 14 * random() : 6) * scale) + 3;
		const from = y;
		const ground = pick(
			random,
			dyes.filter((dye) => dye !== previous),
		);
		const figure = pick(
			random,
			dyes.filter((dye) => dye !== ground),
		);
		const heart = pick(random, [DYE.light, DYE.outline, DYE.accent]);
		const period = Math.max(10, thickness * (0.9 + 0.4 * random()));
		const middle = from === 0 ? 0 : from + thickness / 2;
		const half = from === 0 ? thickness : thickness / 2;
		cartoon.paint(0, from, cartoon.columns, from + thickness, (x, py) => {
			if (!isBroad) return (py | 0) % 4 < 2 ? ground : figure;
			const away = py < middle ? middle - py : py - middle;
			if (away > half - 1.5) return DYE.outline;
			const share = x / period - Math.floor(x / period + 0.5);
			const a = Math.floor((share < 0 ? -share : share) * 24) / 12;
			const b = Math.floor((away / half) * 12) / 12;
			const level = a + b;
			if (level < 0.28) return heart;
			if (level < 0.56) return ground;
			return level < 0.9 ? figure : ground;
		});
		previous = ground;
		y += thickness;
	}
}

/** Wavering dark diamonds on natural wool. */
function weaveAtlas(setting: FieldSetting): void {
	const { cartoon, random, lattice, width, height, scale } = setting;
	const pitch = (34 + 22 * random()) * scale;
	const isDouble = random() < 0.5;
	const lean = 0.62 + 0.25 * random();
	cartoon.paint(0, 0, width, height, (x, y) => {
		const sway =
			noise1(lattice, y * 0.045, 3) * 4 + noise1(lattice, x * 0.05, 9) * 3;
		const rising = (x * lean + y + sway) / pitch;
		const falling = (x * lean - y + sway) / pitch;
		const first = rising - Math.floor(rising + 0.5);
		const second = falling - Math.floor(falling + 0.5);
		const near = Math.min(
			first < 0 ? -first : first,
			second < 0 ? -second : second,
		);
		const thin = 2.1 / pitch;
		if (near < thin) return DYE.outline;
		return isDouble && near > thin * 2.2 && near < thin * 3.4
			? DYE.outline
			: KEEP;
	});
}
