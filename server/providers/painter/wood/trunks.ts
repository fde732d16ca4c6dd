/** Trunks: beech, oak and pine in greys and browns, or white birches with dark marks. */

import { type Colour, hex, mix } from "../colour.ts";
import { bump, clamp, coverage, ramp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import { type Growth, pick } from "../palette.ts";
import type { View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import type { Row } from "./rows.ts";
import type { WoodLight } from "./wood-light.ts";

const BARKS = ["#6b5b4d", "#77706a", "#7a5a45", "#5c5247"];

/**
 * Returns a function that says how much a row's trunks hide at a point and writes their light into `out`.
 * With `isNear` they carry bark and a sharp outline.
 */
export function createTrunks(
	view: View,
	sky: Sky,
	light: WoodLight,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
): (
	row: Row,
	x: number,
	y: number,
	isNear: boolean,
	out: Float64Array,
) => number {
	const { air } = sky;
	const isBirch = random() < 0.3;
	const own = hex(pick(random, BARKS));
	const bark: Colour = isBirch ? hex("#d8d4ca") : mix(own, growth.bark, 0.4);
	const shift = random() * 100;
	const clear = 0.25 + 0.75 * air.directness;

	/** How bright the bark is at a point, 1 on average; `across` runs from -1 to 1. */
	const grainAt = (across: number, x: number, y: number, z: number) => {
		const coarse = noise2(
			lattice,
			across * 4 + x * 90,
			y * (isBirch ? 26 : 11) * z + shift,
		);
		if (isBirch) {
			const marks = noise2(lattice, across * 1.3 + x * 70, y * 60 * z);
			return 1 - 0.75 * ramp(0.28, 0.5, marks + coarse * 0.25);
		}
		const fine = noise2(lattice, across * 9 + x * 50, y * 40 * z);
		return 1 + (coarse + fine) * 0.35;
	};

	return (row, x, y, isNear, out) => {
		const up = row.foot - y;
		if (up < -0.02) return 0;
		const cell = Math.floor((x + view.aspect / 2) / row.spacing) + 1;
		const trunk = row.trunks[cell];
		if (trunk === undefined) return 0;
		const centre = trunk.x + trunk.lean * up + trunk.bow * up * up;
		const root = bump((up * row.z) / 0.16);
		const flare = 1 + 0.55 * root * root - 0.28 * up;
		const radius = trunk.radius * (flare < 0.5 ? 0.5 : flare);
		const across = (x - centre) / radius;
		if (across > 1.3 || across < -1.3) return 0;
		const tone = isNear ? grainAt(across, trunk.x, y, row.z) : 1;
		const edge = (across < 0 ? -across : across) + (1 - tone) * 0.06;
		const cover = coverage(
			(1 - edge) * radius,
			view.pixel * 1.2 + (isNear ? 0 : 0.0015),
		);
		// Moss and grass climb the foot, so that the trunk grows out of the floor instead of standing on it.
		const moss = isNear ? noise2(lattice, x * 45 * row.z, row.z * 9) * 0.02 : 0;
		const foot = ramp(-0.012, 0.05, up * (0.4 + row.z * 0.4) + moss);
		// Light comes round the trunk from the sun's side as a bright rim.
		const turn = across * light.side;
		const rim = ramp(0.1, 1, turn) * clear * 0.8;
		const dark = 0.32 + 0.25 * clamp(turn + 0.5);
		for (let channel = 0; channel < 3; channel++) {
			out[channel] =
				bark[channel] *
				tone *
				(air.light[channel] * rim + air.shade[channel] * dark + 0.02);
		}
		return cover * foot;
	};
}
