/** Modern rugs: stripes of uneven width, soft colour fields, brushed lines. */

import { fractalNoise, noise1 } from "../noise.ts";
import { pick } from "../palette.ts";
import { quietBorder } from "./border-schemes.ts";
import { DYE, KEEP } from "./cartoon.ts";
import type { DesignPlan, FieldSetting } from "./design-plan.ts";

/** In a circle only stripes look finished. */
export function planStriped(
	random: () => number,
	isRound: boolean,
): DesignPlan {
	const weave = pick(random, [
		weaveStripes,
		weaveStripes,
		weaveBrushed,
		weaveBlocks,
	]);
	return { weave: isRound ? weaveStripes : weave, border: quietBorder };
}

function weaveStripes(setting: FieldSetting): void {
	const { cartoon, random, height, scale } = setting;
	const quiet = [DYE.field, DYE.field, DYE.medallion, DYE.border, DYE.light];
	const lively = [DYE.accent, DYE.second, DYE.third, DYE.outline];
	let y = 0;
	while (y < height) {
		const isLine = random() < 0.45;
		const thickness = Math.round(
			(isLine ? 2 + 4 * random() : 10 + 34 * random()) * scale,
		);
		const dye = pick(random, isLine ? lively : quiet);
		const from = y;
		cartoon.paint(0, from, cartoon.columns, from + thickness + 1, () => dye);
		y += thickness + 1;
	}
}

/** Broken horizontal strokes, as if a dry brush had passed. */
function weaveBrushed(setting: FieldSetting): void {
	const { cartoon, random, lattice, width, height } = setting;
	const shift = random() * 90;
	const dyes = [DYE.medallion, DYE.light, DYE.accent, DYE.border];
	cartoon.paint(0, 0, width, height, (x, y) => {
		const broad = fractalNoise(lattice, x * 0.006 + shift, y * 0.028, 3);
		const fine = noise1(lattice, y * 0.9 + x * 0.002, 5);
		const dry = fractalNoise(lattice, x * 0.05, y * 0.6 + shift, 2);
		const level = broad + fine * 0.16;
		if (level + dry * 0.35 < 0.04) return KEEP;
		return dyes[Math.min(dyes.length - 1, Math.floor(level * 5))] ?? KEEP;
	});
}

/** Large calm rectangles that overlap. */
function weaveBlocks(setting: FieldSetting): void {
	const { cartoon, random, width, height } = setting;
	const dyes = [DYE.medallion, DYE.light, DYE.border, DYE.accent, DYE.second];
	for (let index = 0; index < 5; index++) {
		const left = random() * width * 0.7;
		const top = random() * height * 0.8;
		const right = left + width * (0.25 + 0.5 * random());
		const bottom = top + height * (0.15 + 0.4 * random());
		const dye = dyes[index];
		cartoon.paint(
			left,
			top,
			Math.min(right, width),
			Math.min(bottom, height),
			() => dye,
		);
	}
	for (let index = 0; index < 2; index++) {
		const y = height * (0.15 + 0.7 * random());
		cartoon.paint(
			0,
			y,
			width * (0.4 + 0.6 * random()),
			y + 2,
			() => DYE.outline,
		);
	}
}
