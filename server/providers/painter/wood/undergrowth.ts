/** Ferns and bushes about the feet of the trees. */

import { mix } from "../colour.ts";
import { clamp, lerp, ramp } from "../curve.ts";
import { type Lattice, noise1, noise2 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import { tabulate, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import type { Row } from "./rows.ts";
import type { WoodLight } from "./wood-light.ts";

/** Paints a row's bushes over what is in `out`; `shaft` is how strong the sunbeam there is. */
type Undergrowth = (
	row: number,
	x: number,
	y: number,
	shaft: number,
	out: Float64Array,
) => void;

/** @param softRows how many of the rows are so far away that their leaves cannot be told apart. */
export function createUndergrowth(
	view: View,
	sky: Sky,
	light: WoodLight,
	growth: Growth,
	lattice: Lattice,
	rows: readonly Row[],
	softRows: number,
	random: () => number,
): Undergrowth {
	const bushiness = 0.05 + 0.13 * random();
	if (growth.snow > 0.5) return () => {};
	const { air } = sky;
	const leaf = growth.leaves[0] ?? growth.grass;
	const fern = mix(growth.conifer, leaf, 0.4);
	/** How high the bushes of each row reach at x; below 0 there are none. */
	const heights = rows.map((row) =>
		tabulate(view, 0.02, (x) => {
			const clump =
				noise1(lattice, x * (1.5 + row.z * 0.9), row.lane) +
				0.35 * noise1(lattice, x * (9 + row.z * 4), row.lane + 30);
			return bushiness * (clump * 1.3 - 0.25);
		}),
	);

	return (index, x, y, shaft, out) => {
		const row = rows[index];
		const up = row.foot + 0.01 - y;
		const nearness = 0.35 + row.z * 0.5;
		if (up * nearness > 0.2 || up < -0.04) return;
		const isSoft = index < softRows;
		const lace = isSoft
			? 0
			: noise2(lattice, x * 50, y * 42 + index) +
				noise2(lattice, x * 120, y * 90 + index);
		const tall = heights[index](x) + lace * 0.018;
		const cover =
			clamp((tall - up * nearness) / 0.012) *
			ramp(-0.04, 0.01, up) *
			(isSoft ? 1 - row.haze * 0.9 : 1);
		if (cover === 0) return;
		const lit = (0.16 + 0.3 * shaft) * (1 + lace * 0.6);
		for (let channel = 0; channel < 3; channel++) {
			const own =
				fern[channel] * (air.light[channel] * lit + air.shade[channel] * 0.4);
			const tone = lerp(own, light.mist[channel], row.haze * 0.45);
			out[channel] += (tone - out[channel]) * cover;
		}
	};
}
