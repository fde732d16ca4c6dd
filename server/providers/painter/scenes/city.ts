/** A city's skyline: rows of buildings in the haze, seen over water, over a park or over the roofs. */

import type { Brief } from "../brief.ts";
import { createBridge } from "../city/bridge.ts";
import type { Foreground } from "../city/building.ts";
import { createFacades, streetLightOf } from "../city/facade.ts";
import { createLawn } from "../city/lawn.ts";
import { raiseSkyline } from "../city/skyline.ts";
import { createSkylineBrush } from "../city/skyline-brush.ts";
import { createWaterfront } from "../city/waterfront.ts";
import { dim, mix, scale, shine } from "../colour.ts";
import { decay, ramp } from "../curve.ts";
import { createBirds } from "../life/birds.ts";
import { createLattice, randomFrom } from "../noise.ts";
import { growthFor } from "../palette.ts";
import { createGrove, type TreePlace } from "../plants/grove.ts";
import { createSky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { createWater } from "../water/still-water.ts";
import { type Scene, subjectScale, type View } from "./scene.ts";

function chooseForeground(random: () => number): Foreground {
	const chance = random();
	return chance < 0.5 ? "water" : chance < 0.78 ? "roofs" : "park";
}

const HORIZONS: Record<Foreground, number> = {
	water: 0.7,
	park: 0.74,
	roofs: 0.6,
};

/** Trees that stand in the park, larger towards the edges of the picture. */
function plantPark(
	brief: Brief,
	view: View,
	horizon: number,
	random: () => number,
): TreePlace[] {
	const size = subjectScale(view);
	const half = view.aspect / 2;
	const count = 5 + Math.floor(view.aspect * 3);
	return Array.from({ length: count }, (): TreePlace => {
		const near = random();
		const side = random() < 0.5 ? -1 : 1;
		const inward = random() * (0.9 - 0.5 * near);
		return {
			x: side * half * (1.04 - inward),
			foot: horizon + 0.02 + 0.2 * near * near,
			height: (0.09 + 0.36 * near * near) * size,
			kind:
				brief.season === "winter" && random() < 0.4 ? "conifer" : "broadleaf",
		};
	}).sort((a, b) => a.foot - b.foot);
}

export const city: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const size = subjectScale(view);
	const foreground = chooseForeground(random);
	const horizon = HORIZONS[foreground] + 0.07 * random();
	const sky = createSky(brief, view, horizon, lattice);
	const growth = growthFor(brief, random);
	const street = streetLightOf(brief);
	const bodies = raiseSkyline(
		brief,
		view,
		lattice,
		random,
		foreground,
		horizon,
		sky.air.fog,
	);
	const heaven = (x: number, y: number, out: Float64Array) => {
		const up = y < horizon ? horizon - y : 0;
		sky.paint(x, horizon - up, out);
		shine(out, street.glow, decay(up * 9) * 0.7);
		// Between the roofs we look down into dim streets.
		if (y > horizon) dim(out, 1 - 0.75 * ramp(horizon, horizon + 0.1, y));
	};
	const birds = createBirds(sky, random, view.aspect / 2, view.pixel);
	const hasBirds = street.darkness < 0.5 && random() < 0.5;
	const walls = createFacades(sky, street, lattice, growth.snow, view.pixel);
	const skyline = createSkylineBrush(bodies, view, walls, heaven);
	const front = createWaterfront(
		view,
		sky,
		street,
		growth,
		lattice,
		random,
		(foreground === "park" ? 0.055 : 0.024 + 0.012 * random()) * size,
		foreground === "park" ? 0.75 : 0.35,
	);
	const bridge =
		foreground === "water" && random() < 0.4
			? createBridge(view, sky, street, brief.colours[1], random)
			: undefined;
	const above = (x: number, y: number, out: Float64Array) => {
		skyline(x, y, out);
		if (foreground !== "roofs") front(x, y, out);
		bridge?.(x, y, out);
	};
	const roughness = 0.5 + 0.6 * random();
	const depth = scale(mix(growth.conifer, sky.air.zenith, 0.5), 0.8);
	const water = createWater(sky, lattice, 0.3, roughness, depth, above);
	const lawn = createLawn(sky, street, growth, lattice, random);
	const grove = createGrove(
		foreground === "park" ? plantPark(brief, view, horizon, random) : [],
		sky,
		growth,
		lattice,
		random,
		view.pixel,
	);
	const weather = createWeather(brief, view, sky);

	return (x, y, out) => {
		if (foreground === "roofs" || y <= horizon) above(x, y, out);
		else if (foreground === "water") water(x, y, out);
		else lawn(x, y, out);
		if (hasBirds && y < horizon) birds(x, y, out);
		if (foreground === "park") grove(x, y, out);
		weather(x, y, out);
	};
};
