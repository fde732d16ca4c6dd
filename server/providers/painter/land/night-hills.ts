/** Hills at night, dark against the sky, some of them wooded. */

import type { Brief } from "../brief.ts";
import { type Colour, mix, scale } from "../colour.ts";
import { coverage } from "../curve.ts";
import { type Lattice, noise1, noise2 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import { createFirLine } from "../plants/fir-line.ts";
import { subjectScale, tabulate, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";

export interface Hill {
	readonly top: (x: number) => number;
	readonly colour: Colour;
}

/** Hills from far to near, dark against the sky; the nearer ones may carry firs. */
export function raiseHills(
	view: View,
	brief: Brief,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
	nearest: number,
): Hill[] {
	const size = subjectScale(view);
	const { air, horizon } = sky;
	const count = 3;
	const wooded = random() < 0.7 ? Math.floor(random() * 2) : count;
	const snowLight = 0.12 + 0.5 * growth.snow;
	return Array.from({ length: count }, (_, index) => {
		const near = index / (count - 1);
		const base = horizon + (nearest - horizon) * near * near;
		const rise = (0.09 - 0.05 * near) * (0.6 + 0.9 * random()) * size;
		const frequency = (2.2 - 0.8 * near) / size;
		const offset = random() * 300;
		const slant = (random() - 0.5) * 0.12;
		const lane = index + 3;
		const firs = createFirLine(
			lattice,
			brief.seed + index * 77,
			(0.012 + 0.055 * near) * size,
		);
		const top = (x: number) => {
			const along = x * frequency + offset;
			const ground =
				base -
				rise *
					(0.55 +
						noise1(lattice, along, lane) * 0.6 +
						noise1(lattice, along * 2.6, lane + 9) * 0.22 +
						noise1(lattice, along * 7, lane + 19) * 0.06) +
				slant * x * rise * 6;
			return index >= wooded ? ground - firs(x) : ground;
		};
		const bare = mix(growth.conifer, [0.7, 0.74, 0.8], growth.snow * 0.6);
		const body = scale(mix(bare, air.shade, 0.4), 0.25 + snowLight);
		const own: Colour = [
			body[0] * (air.light[0] + air.shade[0]) * 1.2,
			body[1] * (air.light[1] + air.shade[1]) * 1.2,
			body[2] * (air.light[2] + air.shade[2]) * 1.2,
		];
		const haze = 0.62 * (1 - near) + 0.3 * air.fog;
		return { top: tabulate(view, 0.06, top), colour: mix(own, air.haze, haze) };
	});
}

/** The y above which there is only sky. */
function highestOf(hills: readonly Hill[], view: View): number {
	let top = 1;
	for (
		let x = -view.aspect / 2 - 0.05;
		x < view.aspect / 2 + 0.05;
		x += view.pixel
	) {
		for (const hill of hills) top = Math.min(top, hill.top(x));
	}
	return top - 2 * view.pixel;
}

/** Returns a painter of the hills and, where none reaches, of what stands behind them. */
export function createHillPainter(
	hills: readonly Hill[],
	view: View,
	lattice: Lattice,
	heaven: (x: number, y: number, out: Float64Array) => void,
): (x: number, y: number, out: Float64Array) => void {
	const ground = highestOf(hills, view);
	return (x, y, out) => {
		// The nearest hill that hides everything behind it; what is farther need not be painted.
		let first = hills.length - 1;
		while (first >= 0 && y < hills[first].top(x) + view.pixel) first--;
		if (first < 0) heaven(x, y, out);
		if (y < ground) return;
		for (let index = Math.max(0, first); index < hills.length; index++) {
			const hill = hills[index];
			const cover = coverage(y - hill.top(x), view.pixel * 1.3);
			if (cover === 0) continue;
			const grain = noise2(lattice, x * 60 + index * 9, y * 90) * 0.05;
			for (let channel = 0; channel < 3; channel++) {
				const tone = hill.colour[channel] * (1 + grain);
				out[channel] += (tone - out[channel]) * cover;
			}
		}
	};
}
