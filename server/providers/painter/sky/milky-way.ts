/** The Milky Way: a slanting band of unresolved starlight, torn by dust. */

import { type Colour, hex, mix } from "../colour.ts";
import { bump, clamp, ramp } from "../curve.ts";
import { fractalNoise, type Lattice, ridgedNoise } from "../noise.ts";
import type { View } from "../scenes/scene.ts";

/**
 * Returns a brush that adds its light to `out` and returns how thick the band is there, 0..1. It is soft, and too slow for every pixel.
 * @param lowest y below which it is lost in the air. @param strength 0..1.
 */
export function createMilkyWay(
	view: View,
	lattice: Lattice,
	random: () => number,
	lowest: number,
	strength: number,
): (x: number, y: number, out: Float64Array) => number {
	const slope = (random() < 0.5 ? -1 : 1) * (0.35 + 0.9 * random());
	const length = Math.sqrt(1 + slope * slope);
	const footX = (random() - 0.5) * 0.5 * Math.min(view.aspect, 1.6);
	const width = 0.13 + 0.07 * random();
	const core = 0.25 + 0.5 * random();
	const shift = random() * 90;
	const cool: Colour = mix(hex("#7f9bd1"), hex("#9a8fd6"), random());
	const warm: Colour = mix(hex("#e6c39a"), hex("#dba6b5"), random());

	return (x, y, out) => {
		const up = lowest - y;
		const along = (x - footX) * slope + up;
		const off = (x - footX - up * slope) / length;
		if (off > width * 2.4 || off < -width * 2.4) return 0;
		const bend = fractalNoise(lattice, along * 1.3 + shift, off * 1.5, 3);
		const wander = bend * 0.09;
		const across = (off + wander) / width;
		const band = bump(across * 0.62);
		if (band === 0) return 0;
		const bulge = bump(across * 0.8) * bump((along / length - core) * 1.6);
		const clouds = clamp(
			0.55 + 0.7 * fractalNoise(lattice, x * 4 + shift, y * 4, 5),
		);
		const dust =
			ridgedNoise(lattice, along * 1.9 + shift, off * 5.5 + bend * 0.8, 4) *
			bump(across * 1.5 + wander * 2);
		const clear = 1 - 0.8 * ramp(0.42, 0.8, dust);
		const air = ramp(0, 0.35, up) * strength;
		const light = band * (0.45 + 0.8 * bulge) * clouds * clear * air * 0.42;
		const warmth = clamp(bulge * 1.2);
		for (let channel = 0; channel < 3; channel++) {
			const hue = cool[channel] + (warm[channel] - cool[channel]) * warmth;
			out[channel] += hue * light;
		}
		return band * (0.35 + 0.65 * clouds) * clear * air;
	};
}
