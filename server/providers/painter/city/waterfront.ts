/** The edge between a city and what lies before it: an embankment with trees and a row of lamps. */

import { type Colour, lay, mix, scale, shine } from "../colour.ts";
import { bell, clamp, coverage } from "../curve.ts";
import { hashCell, type Lattice, noise1, noise2 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import { tabulate, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import type { StreetLight } from "./facade.ts";

const LAMP: Colour = [1, 0.66, 0.32];

/**
 * Returns a brush that paints over the skyline.
 * @param tallest height of the trees in picture heights. @param wooded how much of the bank bears trees, 0..1.
 */
export function createWaterfront(
	view: View,
	sky: Sky,
	street: StreetLight,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
	tallest: number,
	wooded: number,
): (x: number, y: number, out: Float64Array) => void {
	const { air, horizon } = sky;
	const shift = random() * 300;
	const wallTop = horizon - tallest * 0.12;
	const crowns = tabulate(view, 0.06, (x) => {
		const grove = clamp(noise1(lattice, x * 2.6 + shift, 61) * 1.1 + wooded);
		const crown = noise1(lattice, (x * 0.9) / tallest + shift, 62);
		const leaf = noise1(lattice, (x * 4) / tallest, 63);
		const fine = noise1(lattice, (x * 13) / tallest, 64);
		return tallest * grove * (0.62 + 0.3 * crown + 0.13 * leaf + 0.06 * fine);
	});
	const leaf = growth.leaves[0] ?? growth.grass;
	const white = growth.snow * 0.55;
	const green = mix(mix(leaf, growth.conifer, 0.45), [0.8, 0.83, 0.88], white);
	const dayLight: Colour = mix(air.light, air.shade, 0.5);
	const lit: Colour = [
		green[0] * dayLight[0] * 0.75 + street.glow[0] * 0.03,
		green[1] * dayLight[1] * 0.75 + street.glow[1] * 0.03,
		green[2] * dayLight[2] * 0.75 + street.glow[2] * 0.03,
	];
	const veiled = 0.06 + 0.55 * air.fog;
	const bright = mix(lit, air.haze, veiled);
	const dark = mix(scale(lit, 0.3), air.haze, veiled);
	const stone = mix(
		scale(mix(growth.rock, air.haze, 0.2), 0.1 + 0.4 * dayLight[1]),
		air.haze,
		veiled,
	);
	const spacing = 0.052 * (tallest / 0.03);
	const lampUp = wallTop - tallest * 0.42;
	const radius = tallest * 0.05;
	const strength = street.darkness * 0.9;

	return (x, y, out) => {
		const up = horizon - y;
		if (up < -0.01 || up > tallest * 2.4) return;
		const crown = coverage(crowns(x) - up, view.pixel * 1.6);
		if (crown > 0) {
			const mass = noise2(
				lattice,
				(x * 3.4) / tallest,
				(y * 4) / tallest + shift,
			);
			const fleck = noise2(lattice, (x * 11) / tallest, (y * 12) / tallest);
			const tone = clamp(
				0.15 + 0.5 * (up / tallest) + 0.4 * mass + 0.3 * fleck,
			);
			for (let channel = 0; channel < 3; channel++) {
				const own = dark[channel] + (bright[channel] - dark[channel]) * tone;
				out[channel] += (own - out[channel]) * crown;
			}
		}
		lay(out, stone, coverage(y - wallTop, view.pixel * 1.2));
		if (strength <= 0) return;
		const place = Math.floor(x / spacing);
		for (let side = -1; side <= 1; side++) {
			const chance = hashCell(1201, place + side, 3);
			const lampX =
				(place + side + 0.5 + (((chance >>> 8) & 255) - 128) * 0.0025) *
				spacing;
			const dx = (x - lampX) / radius;
			const dy = (y - lampUp) / radius;
			const squared = dx * dx + dy * dy;
			if (squared > 900 || (chance & 3) === 0) continue;
			const core = clamp(
				(1 - Math.sqrt(squared)) * (radius / view.pixel) + 0.5,
			);
			const halo = bell(squared * 0.06) * 0.16 + bell(squared * 0.004) * 0.05;
			shine(out, LAMP, (core * 1.2 + halo) * strength);
		}
	};
}
