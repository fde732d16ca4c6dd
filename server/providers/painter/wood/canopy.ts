/** The leaves overhead: one mass near us, dark against the light, and one farther in that the sun shines through. */

import type { Colour } from "../colour.ts";
import { clamp, decay, lerp } from "../curve.ts";
import { fractalNoise, type Lattice, noise2 } from "../noise.ts";
import type { Growth } from "../palette.ts";
import type { View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import { createSoftField } from "../soft-field.ts";
import type { WoodLight } from "./wood-light.ts";

/** Less than this share of a full crown is bare branches, which are not painted as leaves. */
const LEAST_LEAFAGE = 0.3;

interface Canopy {
	/** Lays the farther (0) or the nearer (1) leaves over what is in `out`. @param haze how much of their colour the air takes. */
	paint(
		layer: 0 | 1,
		x: number,
		y: number,
		haze: number,
		out: Float64Array,
	): void;
	/** How thick the leaves of a far row hang; soft, and too slow for every pixel. */
	far(x: number, y: number, row: number): number;
}

export function createCanopy(
	view: View,
	sky: Sky,
	light: WoodLight,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
): Canopy {
	const { air } = sky;
	const leaf = growth.leaves[0] ?? growth.grass;
	const second = growth.leaves[1] ?? leaf;
	const third = growth.leaves[2] ?? leaf;
	const shift = random() * 100;
	const lowest = 0.3 + 0.18 * random();
	const isBare = growth.leafage < LEAST_LEAFAGE;
	const thin = (1 - growth.leafage) * 0.6;

	/** Positive where leaves are, rising inwards. */
	const thickness = (
		x: number,
		y: number,
		frequency: number,
		bottom: number,
	) => {
		const hang = 0.7 - (1.4 * y) / bottom;
		if (hang < -0.75) return -1;
		const broad = noise2(lattice, x * frequency * 0.3 + 9, y * 1.1 + shift);
		const clusters = fractalNoise(
			lattice,
			x * frequency + shift,
			y * frequency * 1.3,
			5,
		);
		return clusters + broad * 0.5 + hang - thin;
	};

	const softly = createSoftField(view, -0.02, 1, (x, y, out) => {
		out[0] = thickness(x, y, 8, lowest + 0.1);
		out[1] = thickness(x - 9, y, 5.5, lowest * 0.75);
	});
	const soft = new Float64Array(4);
	const end = lowest * 1.1 + 0.14;

	return {
		far: (x, y, row) =>
			isBare ? -1 : thickness(x + row * 5, y, 9 - row, 0.72 - 0.06 * row),
		paint(layer, x, y, haze, out) {
			if (isBare || y > end) return;
			softly(x, y, soft);
			const thick = soft[layer];
			if (thick <= -0.3) return;
			// Single leaves: they fray the edge of the mass and fleck its inside.
			const fleck =
				noise2(lattice, x * 34, y * 40 + shift) * 0.55 +
				noise2(lattice, x * 88, y * 96 + shift) * 0.65;
			const cover = clamp(
				(thick + fleck * 0.42 - 0.16) / (0.06 + view.pixel * 20),
			);
			if (cover === 0) return;
			const isNear = layer === 1;
			const edge = decay((thick < 0 ? 0 : thick) * 2.2);
			const through = light.glow(x, y) * (isNear ? 1.1 : 1.7);
			const lit = (0.1 + through * (0.3 + 0.7 * edge)) * (1 + fleck * 0.7);
			const dark =
				(isNear ? 0.16 : 0.36) * (0.5 + 0.5 * edge) * (1 + fleck * 0.5);
			const colour: Colour = fleck > 0.5 ? third : isNear ? leaf : second;
			for (let channel = 0; channel < 3; channel++) {
				const own =
					colour[channel] *
					(air.light[channel] * lit + air.shade[channel] * dark);
				const tone = lerp(own, light.mist[channel], haze * 0.6);
				out[channel] += (tone - out[channel]) * cover;
			}
		},
	};
}
