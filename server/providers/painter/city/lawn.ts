/** The lawn of a park before a city, with a path that winds towards it and pools of lamplight. */

import { type Colour, mix } from "../colour.ts";
import { bell, lerp, ramp } from "../curve.ts";
import { fractalNoise, type Lattice, noise1 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import type { Sky } from "../sky/sky.ts";
import type { StreetLight } from "./facade.ts";

const LAMP: Colour = [1, 0.62, 0.28];
const EYE = 0.3;

/** Returns a brush for points below the horizon. */
export function createLawn(
	sky: Sky,
	street: StreetLight,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
): (x: number, y: number, out: Float64Array) => void {
	const { air, horizon } = sky;
	const lane = Math.floor(random() * 400);
	const shift = random() * 60;
	const pathX = (random() - 0.5) * 0.5;
	const path: Colour = mix(growth.earth, [0.5, 0.46, 0.4], 0.6);
	const grass: Colour = mix(growth.grass, growth.conifer, 0.25);

	return (x, y, out) => {
		const z = EYE / (y - horizon + 0.02);
		const wx = x * z;
		const tufts = fractalNoise(lattice, wx * 9, z * 22 + shift, 4);
		const broad = fractalNoise(lattice, wx * 0.9 + shift, z * 1.6, 2);
		const bend = pathX * z + noise1(lattice, z * 0.35, lane) * 1.5;
		const off = (wx - bend) / 0.3;
		const onPath = ramp(1.12, 0.95, (off < 0 ? -off : off) + tufts * 0.08);
		const sun = ramp(-0.25, 0.3, broad + 0.1) * air.directness;
		const white =
			growth.snow * (1 - onPath * 0.5) * ramp(-0.6, 0, tufts * 0.5 + 0.2);
		const veil = ramp(horizon + 0.1, horizon, y) * (0.25 + 0.6 * air.fog);
		const pool =
			street.darkness *
			(0.28 *
				bell((off - 1.5) * 0.8) *
				bell((z - Math.floor(z / 2.4) * 2.4 - 1.2) * 1.4) +
				0.03);
		for (let channel = 0; channel < 3; channel++) {
			let tone = lerp(
				grass[channel] * (0.9 + 0.5 * tufts + 0.25 * broad),
				path[channel] * (0.95 + 0.12 * tufts),
				onPath,
			);
			tone = lerp(tone, 0.85 * (1 + tufts * 0.1), white);
			const light =
				tone *
				(air.light[channel] * (0.1 + 0.85 * sun) +
					air.shade[channel] * 0.55 +
					LAMP[channel] * pool);
			out[channel] = light + (air.haze[channel] - light) * veil;
		}
	};
}
