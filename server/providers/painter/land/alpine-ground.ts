/** What covers mountain land: meadows, woods, bare rock, snow, by height, steepness and chance. */

import { type Colour, fade, hex, lay, mix, put, scale } from "../colour.ts";
import { octavesBetween, ramp } from "../curve.ts";
import { fractalNoise, hashCell, type Lattice, noise2 } from "../noise.ts";
import { type Growth, pick } from "../palette.ts";
import type { Sky } from "../sky/sky.ts";
import { createLandLight } from "./land-light.ts";
import type { Massif } from "./massif.ts";

const SNOW: Colour = [0.88, 0.91, 0.97];
const BLOOMS = ["#f3e7a0", "#f6f1e6", "#d9a7d6", "#e2795f"].map(hex);
/** Land nearer than this shows its grass and flowers. */
const MEADOW_REACH = 6;

interface AlpineGround {
	/** Writes the light of the land. @param coarser octaves to leave out, for a mirror that blurs them anyway. */
	paint(x: number, z: number, coarser: number, out: Float64Array): void;
	readonly tallestFir: number;
	/** How high firs stand on a slope of the given height and patchiness; 0 where there are none. */
	firs(x: number, z: number, height: number, patch: number): number;
}

/** @param wish a colour for the flowers. @param pixel size of a pixel in picture heights. */
export function createAlpineGround(
	massif: Massif,
	sky: Sky,
	eye: number,
	growth: Growth,
	lattice: Lattice,
	wish: Colour | undefined,
	pixel: number,
	random: () => number,
): AlpineGround {
	const { air, horizon } = sky;
	const thickness = 0.008 + 0.018 * random() + 0.11 * air.fog;
	const light = createLandLight(sky, thickness, 0.3 + 0.4 * random());
	const height = 0.2 + 0.32 * random();
	const snowline = growth.snow > 0.3 ? -0.4 : massif.summit * height;
	const treeline = 0.5 + 1.1 * random();
	const pine = scale(fade(growth.conifer, 0.25), 0.5);
	const wood = scale(fade(growth.leaves[0] ?? growth.grass, 0.15), 0.65);
	const grass = scale(fade(growth.grass, 0.3), 0.75);
	const dry = scale(mix(growth.grass, growth.earth, 0.6), 0.8);
	const bloom = wish ?? pick(random, BLOOMS);
	const flowering = growth.leaves.length > 3 ? 0.6 - 0.14 * random() : 0.85;
	const firHeight = 0.1 + 0.1 * random();
	const firGaps = random() * 0.5 - 0.25;
	const seed = Math.floor(random() * 1048576);
	const point = new Float64Array(4);
	const albedo = new Float64Array(3);

	/** Grass, flowers and snow at our feet; returns how much brighter or darker than even the ground is. */
	const coverMeadow = (wx: number, z: number, level: number) => {
		const near = ramp(MEADOW_REACH, 1, z);
		const tufts = fractalNoise(lattice, wx * 23, z * 23 + 40, 3);
		const petals = noise2(lattice, wx * 58, z * 58 + 9) + tufts * 0.5;
		lay(
			albedo,
			bloom,
			ramp(flowering, flowering + 0.12, petals) * near * level,
		);
		return tufts * near * 0.7;
	};

	return {
		tallestFir: firHeight,
		firs(x, z, height, patch) {
			if (z < massif.foot * 0.8 || z > massif.foot * 3.2) return 0;
			if (height > treeline || patch < firGaps) return 0;
			// Every row is shifted by chance, or the wood would stand like a plantation.
			const row = Math.floor(z * 5);
			const place = x * 13 + (hashCell(seed, row, 7) & 255) / 255;
			const column = Math.floor(place);
			const across = place - column - 0.5;
			const slim = 1 - (across < 0 ? -across : across) * 2.1;
			if (slim <= 0) return 0;
			const chance = (hashCell(seed, column, row) & 255) / 255;
			return firHeight * slim * (0.3 + 0.7 * chance);
		},
		paint(x, z, coarser, out) {
			const wx = x * z;
			const finest = 0.2 / (z * pixel);
			const octaves = Math.min(octavesBetween(massif.frequency, finest), 6.5);
			massif.survey(wx, z, octaves - coarser, point);
			const high = point[0];
			const patch = point[3];
			const up = 1 / Math.sqrt(1 + point[1] * point[1] + point[2] * point[2]);
			put(albedo, growth.rock);
			const wooded =
				ramp(treeline + 0.5, treeline - 0.4, high + patch * 1.3) *
				ramp(0.42, 0.7, up);
			lay(albedo, pine, wooded);
			lay(albedo, wood, wooded * ramp(-0.1, 0.25, patch) * 0.9);
			const level = ramp(0.32, 0.06, high + patch * 0.25) * ramp(0.7, 0.9, up);
			lay(albedo, grass, level);
			lay(albedo, dry, level * ramp(-0.1, 0.4, patch));
			let relief = patch * 0.35;
			if (z < MEADOW_REACH) relief += coverMeadow(wx, z, level);
			const white =
				ramp(snowline - 0.2, snowline + 0.5, high + patch * 1.5) *
				ramp(0.5, 0.72, up + patch * 0.12) *
				(high > 0.35 ? 1 : growth.snow);
			lay(albedo, SNOW, white);
			const tone = 1 + relief * (1 - 0.7 * white);
			albedo[0] *= tone;
			albedo[1] *= tone;
			albedo[2] *= tone;
			const y = horizon - (high - eye) / z;
			light.shade(albedo, point[1], point[2], high, x, y, z, out);
		},
	};
}
