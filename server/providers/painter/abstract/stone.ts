/** A polished slab of veined marble: clouds of stone, veins that wander and branch, gold in some of them. */

import { type Colour, luminance, mix, scale } from "../colour.ts";
import { bell, bump, clamp } from "../curve.ts";
import {
	fractalNoise,
	type Lattice,
	noise2,
	visibleOctaves,
} from "../noise.ts";
import { subjectScale } from "../scenes/scene.ts";
import type { Pattern } from "./pattern.ts";
import { createSmoothGrid } from "./smooth-grid.ts";

/** A crossing of zero in noise is a line that wanders over the whole slab; its slope keeps the line equally thick. */
interface Vein {
	/** Bumps for each picture height. */
	readonly frequency: number;
	/** In picture heights. */
	readonly width: number;
	readonly shift: number;
	/** How far the small cracks of the stone push it about. */
	readonly roughness: number;
	readonly strength: number;
	readonly isGold: boolean;
}

function veinsFor(size: number, random: () => number): Vein[] {
	const gilding = random();
	const coarse = 0.75 + 0.5 * random();
	const shift = random() * 300;
	const vein = (
		frequency: number,
		width: number,
		roughness: number,
		strength: number,
		isGold: boolean,
	): Vein => ({
		frequency: (frequency * coarse) / size,
		width: width * size,
		shift: shift + frequency * 31,
		roughness,
		strength,
		isGold,
	});
	return [
		vein(1.1, 0.011, 0.1, 0.9, false),
		vein(2.3, 0.0036, 0.16, 0.75, gilding > 0.75),
		vein(4.3, 0.0018, 0.2, 0.5, false),
		vein(1.5, 0.0042, 0.13, gilding > 0.35 ? 1 : 0, true),
	];
}

/** The stone's own colours: body, cloud and vein. */
function stoneFor(
	{ ground, steps, isDark }: Parameters<Pattern>[0]["inks"],
	random: () => number,
): { body: Colour; cloud: Colour; vein: Colour } {
	const choice = random();
	const pale = steps[4];
	if (isDark || choice < 0.35) {
		const body =
			choice < 0.5 ? steps[0] : scale(mix(ground, steps[0], 0.5), 0.8);
		return {
			body,
			cloud: mix(steps[1], body, 0.25),
			vein: mix(pale, steps[3], 0.25),
		};
	}
	if (choice < 0.7) {
		return {
			body: mix(ground, pale, 0.25),
			cloud: mix(pale, steps[3], 0.55),
			vein: mix(steps[1], steps[2], 0.3),
		};
	}
	const body = mix(steps[2], steps[1], luminance(steps[2]) > 0.3 ? 0.2 : 0);
	return { body, cloud: mix(steps[1], steps[0], 0.3), vein: pale };
}

/** How far the slab's layers were dragged along, once folded in themselves. */
function createDrag(
	lattice: Lattice,
	frequency: number,
	shift: number,
	strength: number,
): (x: number, y: number) => number {
	return (x, y) => {
		const u = x * frequency + shift;
		const v = y * frequency - shift;
		const fold = noise2(lattice, u * 0.8 + 40, v * 0.8 + 11);
		return strength * fractalNoise(lattice, u + fold, v - fold * 0.8, 3);
	};
}

export const stone: Pattern = ({ inks, view, lattice, random }) => {
	const size = subjectScale(view);
	const { pixel } = view;
	const { body, cloud, vein } = stoneFor(inks, random);
	const veins = veinsFor(size, random).filter(({ strength }) => strength > 0);
	const frequency = (1.1 + 0.7 * random()) / size;
	const strength = (0.3 + 0.22 * random()) * size;
	const shift = random() * 200;
	// Layers lie at a slant, as the bed of a quarry does.
	const lean = random() < 0.5 ? 0.6 : -0.6;
	const dragX = createSmoothGrid(
		view,
		0.02 * size,
		0.02,
		createDrag(lattice, frequency, shift, strength),
	);
	const dragY = createSmoothGrid(
		view,
		0.02 * size,
		0.02,
		createDrag(lattice, frequency, shift + 77, strength),
	);
	const alongX = new Float64Array(3);
	const alongY = new Float64Array(3);
	const clouds = createSmoothGrid(view, 0.016 * size, 0.02, (x, y) => {
		dragX(x, y, alongX);
		dragY(x, y, alongY);
		const u = (x + alongX[0]) * 0.8 + (y + alongY[0]) * lean;
		const v = (y + alongY[0]) * 0.8 - (x + alongX[0]) * lean;
		const across = (u * 1.5) / size + shift;
		return fractalNoise(lattice, across, (v * 2.9) / size, 4);
	});
	const mists = new Float64Array(3);

	const crackOctaves = visibleOctaves(9 / size, pixel, 3);
	const metal = inks.accent;

	return (x, y, out) => {
		dragX(x, y, alongX);
		dragY(x, y, alongY);
		const u = (x + alongX[0]) * 0.8 + (y + alongY[0]) * lean;
		const v = (y + alongY[0]) * 0.8 - (x + alongX[0]) * lean;
		clouds(x, y, mists);
		const mist = mists[0];
		const crack = fractalNoise(
			lattice,
			(x * 9) / size,
			(y * 9) / size + shift,
			crackOctaves,
		);
		const share = clamp(0.36 + 0.75 * mist + 0.12 * crack);
		out[0] = body[0] + (cloud[0] - body[0]) * share;
		out[1] = body[1] + (cloud[1] - body[1]) * share;
		out[2] = body[2] + (cloud[2] - body[2]) * share;
		for (let index = 0; index < veins.length; index++) {
			const line = veins[index];
			const f = line.frequency;
			const across = noise2(
				lattice,
				u * f * 0.8 + line.shift + crack * line.roughness,
				v * f * 1.3 - line.shift + mist * 0.3,
			);
			// Noise rises by some two units within a bump.
			const away = (across < 0 ? -across : across) / (f * 2.2);
			// Further away not even the halo shows.
			if (away > line.width * 8.75 + 0.012 * size) continue;
			// Veins swell and die away, each in its own places.
			const swell = clamp(
				0.42 +
					1.25 * noise2(lattice, u * 1.7 * f + 90, v * 0.9 * f + line.shift),
			);
			if (swell === 0) continue;
			const width = line.width * (0.35 + 0.9 * swell);
			const seen = width < 1.7 * pixel ? 1.7 * pixel : width;
			const core = (width / seen) * bump(away / (2 * seen)) * clamp(swell * 2);
			if (line.isGold) {
				const shine = 0.85 + 0.6 * clamp(crack * 1.4 + mist);
				const cover = clamp(core * 1.7 - 0.25) * line.strength;
				out[0] += (metal[0] * shine - out[0]) * cover;
				out[1] += (metal[1] * shine - out[1]) * cover;
				out[2] += (metal[2] * shine - out[2]) * cover;
			} else {
				// A faint halo: minerals seep into the stone beside the vein.
				const halo = bump(away / (width * 7 + 0.012 * size)) * 0.2 * swell;
				const cover = clamp(core + halo) * line.strength;
				out[0] += (vein[0] - out[0]) * cover;
				out[1] += (vein[1] - out[1]) * cover;
				out[2] += (vein[2] - out[2]) * cover;
			}
		}
		// Polish: a broad reflection across the slab.
		const gloss = 1 + 0.07 * bell((x * 0.8 + y - 0.35) * 1.6);
		out[0] *= gloss;
		out[1] *= gloss;
		out[2] *= gloss;
	};
};
