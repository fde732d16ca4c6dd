/** Northern lights: folded curtains, sharp below and fading upwards from green to violet. */

import { type Colour, hex, retint } from "../colour.ts";
import { clamp, decay, ramp } from "../curve.ts";
import { type Lattice, noise1, noise2 } from "../noise.ts";

interface Curtain {
	readonly base: number;
	readonly lane: number;
	readonly tall: number;
	readonly strength: number;
}

/**
 * Returns a brush that adds its light to `out`. It is soft, and too slow for every pixel.
 * @param horizon y of the horizon. @param wish a colour that the lower edge leans to.
 */
export function createAurora(
	lattice: Lattice,
	random: () => number,
	horizon: number,
	wish: Colour | undefined,
): (x: number, y: number, out: Float64Array) => void {
	const greens = ["#4fd18b", "#5fe0a8", "#6fd6c0"];
	const own = hex(greens[Math.floor(random() * greens.length)] ?? "#4fd18b");
	const low = wish === undefined ? own : retint(own, wish, 0.6);
	const high = hex(random() < 0.6 ? "#8a5fd0" : "#c4568f");
	const curtains: Curtain[] = Array.from(
		{ length: 2 + Math.floor(random() * 2) },
		(_, index) => ({
			base: horizon * (0.82 - 0.2 * index - 0.12 * random()),
			lane: 200 + index * 7,
			tall: horizon * (0.4 + 0.3 * random()),
			strength: 0.75 - 0.18 * index,
		}),
	);
	const slant = (random() - 0.5) * 0.5;

	return (x, y, out) => {
		if (y > horizon) return;
		for (const { base, lane, tall, strength } of curtains) {
			// The curtain's hem winds; its folds are seen edge-on where they crowd together.
			const bend = noise1(lattice, x * 1.7 + y * 0.25, lane);
			const hem =
				base +
				slant * x +
				bend * 0.09 +
				noise1(lattice, x * 5.5, lane + 1) * 0.018;
			const up = (hem - y) / tall;
			if (up < -0.05) continue;
			const rays =
				0.55 +
				0.45 * noise2(lattice, x * 30 + bend * 6, y * 0.7 + lane) +
				0.3 * noise2(lattice, x * 75 + bend * 9, y * 0.4);
			const patch = ramp(-0.55, 0.35, noise1(lattice, x * 1.2 + 40, lane + 2));
			const rise = ramp(-0.05, 0.06, up) * decay(up * 3.2);
			const light = rise * clamp(rays) * patch * strength;
			const share = ramp(0.12, 0.75, up);
			for (let channel = 0; channel < 3; channel++) {
				out[channel] +=
					(low[channel] + (high[channel] - low[channel]) * share) * light;
			}
		}
	};
}
