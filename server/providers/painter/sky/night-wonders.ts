/** What makes one night's sky special: the Milky Way, northern lights, a falling star. */

import type { Brief } from "../brief.ts";
import type { Lattice } from "../noise.ts";
import type { View } from "../scenes/scene.ts";
import { createAurora } from "./aurora.ts";
import { createMeteor } from "./meteor.ts";
import { createMilkyWay } from "./milky-way.ts";
import { createStars } from "./stars.ts";

interface NightWonders {
	/** Adds soft light behind the clouds; too slow for every pixel. */
	backlight(x: number, y: number, out: Float64Array): void;
	/** Adds what is drawn sharp. @param open how much of the sky no cloud hides there, 0..1. */
	sparks(x: number, y: number, open: number, out: Float64Array): void;
}

export function createNightWonders(
	brief: Brief,
	view: View,
	horizon: number,
	lattice: Lattice,
	random: () => number,
	hasMoon: boolean,
): NightWonders {
	const isCold = brief.season === "winter";
	const hasAurora = random() < (isCold ? 0.5 : 0.18);
	const strength = (hasMoon ? 0.4 : 1) * (hasAurora ? 0.4 : 1);
	const band = createMilkyWay(view, lattice, random, horizon, strength);
	const aurora = hasAurora
		? createAurora(lattice, random, horizon, brief.colours[0])
		: undefined;
	const meteor =
		random() < 0.35
			? createMeteor(random, view.aspect / 2, horizon, view.pixel)
			: undefined;
	const fineStars = createStars(brief.seed ^ 0x6d2b79f5, view, 2.4);
	const starlight = new Float64Array(3);
	const ignored = new Float64Array(3);
	return {
		backlight(x, y, out) {
			band(x, y, out);
			aurora?.(x, y, out);
		},
		sparks(x, y, open, out) {
			if (fineStars(x, y, starlight)) {
				// The band holds more and finer stars than the rest of the sky.
				const thick = band(x, y, ignored) * 0.8 * open;
				for (let channel = 0; channel < 3; channel++) {
					out[channel] += starlight[channel] * thick;
				}
			}
			if (open > 0.5) meteor?.(x, y, out);
		},
	};
}
