/** Still and rippled water: mirrors what stands behind it, darkens towards us, glitters under the sun or moon. */

import { type Colour, mix, scale } from "../colour.ts";
import { bell, decay, ramp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import type { Sky } from "../sky/sky.ts";

/** Writes the light of the water at a point below the horizon. */
type Water = (x: number, y: number, out: Float64Array) => void;

/**
 * @param eye height of the eye above the water.
 * @param roughness 0 a mirror, 1 a windy lake.
 * @param mirrored writes what stands at a point above the horizon.
 */
export function createWater(
	sky: Sky,
	lattice: Lattice,
	eye: number,
	roughness: number,
	body: Colour,
	mirrored: (x: number, y: number, out: Float64Array) => void,
): Water {
	const { air, horizon, sunX } = sky;
	const deep = scale(mix(body, air.zenith, 0.45), 0.4 + 0.3 * air.directness);
	const sparkle = 1.5 * air.directness;
	const highest = horizon + 0.001;
	return (x, y, out) => {
		const down = y - horizon + 0.0005;
		const z = eye / down;
		const calm = noise2(lattice, x * z * 0.35 + 70, z * 0.9);
		const wind = roughness * (0.55 + 0.45 * ramp(-0.3, 0.4, calm));
		// Ripples smaller than the eye can part far away only blur the mirror.
		const near = 1 / (1 + z * z * 0.012);
		const long = noise2(lattice, x * z * 2.6, z * 8.5);
		const short = noise2(lattice, x * z * 8.1 + 30, z * 27);
		const ripple = (long * 0.62 + short * 0.38 * near) * wind;
		const lift = ripple * (0.006 + 0.05 * down) * (0.4 + 0.6 * near);
		const across = x + ripple * (0.002 + 0.022 * down);
		const source = horizon - down * 1.03 - lift * 1.8;
		mirrored(across, source < 0 ? 0 : source > highest ? highest : source, out);
		const mirror = 0.4 + 0.55 * decay(down * 2.6) + ripple * 0.08;
		const aside = (x - sunX) / (0.02 + 0.16 * down + 0.03 * wind);
		const glitter =
			bell(aside) *
			ramp(0.05, 0.75, ripple * 1.4 + 0.25 * wind) *
			sparkle *
			decay(down * 1.5);
		for (let channel = 0; channel < 3; channel++) {
			out[channel] =
				out[channel] * mirror +
				deep[channel] * (1 - mirror) +
				air.light[channel] * glitter;
		}
	};
}
