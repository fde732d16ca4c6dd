/** A meadow or a garden: sharp blossoms in front, softer and smaller ones behind, light spots and sky out of focus. */

import type { Brief, TimeOfDay } from "../brief.ts";
import { mix, scale } from "../colour.ts";
import { createBackdrop } from "../flowers/backdrop.ts";
import { type BedLight, createBed } from "../flowers/bed.ts";
import { plantMeadow } from "../flowers/planting.ts";
import { createLattice, noise1, randomFrom } from "../noise.ts";
import { growthFor } from "../palette.ts";
import { createSky, type Sky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { createSoftField } from "../soft-field.ts";
import type { Scene } from "./scene.ts";

/** A camera opens its iris in the evening: flowers are to be seen at every hour. */
const EXPOSURE: Record<TimeOfDay, number> = {
	dawn: 1.08,
	day: 1,
	sunset: 1.15,
	dusk: 2,
	night: 3.1,
};

function lightOf(brief: Brief, sky: Sky): BedLight {
	const { air } = sky;
	const exposure = EXPOSURE[brief.timeOfDay];
	return {
		light: scale(air.light, (0.5 + 0.5 * air.directness) * exposure),
		shade: scale(mix(air.shade, air.haze, 0.35), 0.45 * exposure),
		haze: mix(air.haze, air.light, 0.2 * air.directness),
		veil: Math.min(0.95, 0.25 + 0.85 * air.fog),
	};
}

export const flowers: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const horizon = 0.2 + 0.16 * random();
	// The colours asked for belong to the blossoms; the sky keeps its own.
	const sky = createSky({ ...brief, colours: [] }, view, horizon, lattice);
	const growth = growthFor({ ...brief, colours: [] }, random);
	const light = lightOf(brief, sky);
	const roll = 0.02 + 0.03 * random();
	const lane = 100 + Math.floor(random() * 300);
	const groundAt = (x: number) =>
		horizon + roll * noise1(lattice, x * 1.4 + 0.5, lane);
	const planting = plantMeadow(brief, view, growth, lattice, random, groundAt);
	const backdrop = createBackdrop(
		brief,
		view,
		sky,
		growth,
		light,
		planting.grass,
		planting.colours,
		lattice,
		random,
		groundAt,
	);
	const back = createBed(planting.back, view, sky, lattice, light, backdrop);
	const softly = createSoftField(view, 0, 1, (x, y, out) => {
		back(x, y < 0.999 ? y : 0.999, out);
	});
	const front = createBed(planting.front, view, sky, lattice, light, softly);
	const weather = createWeather(brief, view, sky);

	return (x, y, out) => {
		front(x, y, out);
		weather(x, y, out);
	};
};
