/** The floor of a wood: moss, fallen leaves or snow, flecked with light, with a path that winds away. */

import type { Brief } from "../brief.ts";
import { type Colour, fade, mix, scale } from "../colour.ts";
import { bump, lerp, ramp } from "../curve.ts";
import { fractalNoise, type Lattice, noise1, noise2 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import type { Sky } from "../sky/sky.ts";

/** Writes the floor's light at a point below the horizon; `shaft` is how strong the sunbeam above it is. */
type WoodFloor = (
	x: number,
	y: number,
	shaft: number,
	out: Float64Array,
) => void;

export function createWoodFloor(
	brief: Brief,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
	eye: number,
	size: number,
): WoodFloor {
	const { air, horizon } = sky;
	const hasPath = random() < 0.65;
	const pathWidth = 0.22 + 0.16 * random();
	const pathX = (random() - 0.5) * 0.3;
	const lane = Math.floor(random() * 500);
	const shift = random() * 90;
	const leaf = growth.leaves[0] ?? growth.grass;
	const fallen = growth.leaves[2] ?? leaf;
	const isAutumn = brief.season === "autumn";
	const ground: Colour = isAutumn
		? scale(fade(leaf, 0.15), 0.75)
		: scale(fade(mix(growth.grass, growth.conifer, 0.4), 0.2), 0.75);
	const specks: Colour = isAutumn
		? fallen
		: brief.season === "spring"
			? (growth.leaves[3] ?? fallen)
			: scale(growth.grass, 1.2);
	const path = scale(mix(growth.earth, growth.bark, 0.3), 0.85);
	const isSpeckled = isAutumn || brief.season === "spring";

	return (x, y, shaft, out) => {
		const z = eye / (y - horizon + 0.004);
		const wx = (x * z) / size;
		const tufts = fractalNoise(lattice, wx * 12 + shift, z * 14, 3);
		const flecks =
			fractalNoise(lattice, wx * 2.6 + 40, z * 4.2 + shift, 2) + shaft * 0.9;
		const sun = ramp(0.05, 0.45, flecks) * air.directness;
		let onPath = 0;
		if (hasPath) {
			const bend = pathX + noise1(lattice, z * 0.45, lane) * 0.5 * (z - 0.6);
			const off = (wx - bend) / (pathWidth * (1 + 0.25 * tufts));
			onPath = ramp(1.25, 0.7, off < 0 ? -off : off);
		}
		const speck = isSpeckled
			? ramp(0.42, 0.6, noise2(lattice, wx * 38, z * 42)) * (1 - onPath * 0.7)
			: 0;
		const white = growth.snow * ramp(-0.7, -0.1, tufts * 0.6 + 0.2);
		const near = 0.55 + 0.45 * bump((y - 0.78) * 2.2);
		const tone = 1 + tufts * lerp(0.65, 0.3, onPath);
		for (let channel = 0; channel < 3; channel++) {
			let albedo = lerp(ground[channel], path[channel], onPath);
			albedo = lerp(albedo, specks[channel], speck);
			albedo = lerp(albedo * tone, 0.85 * (1 + tufts * 0.12), white);
			out[channel] =
				albedo *
				near *
				(air.light[channel] * (0.08 + sun * 0.95) + air.shade[channel] * 0.5);
		}
	};
}
