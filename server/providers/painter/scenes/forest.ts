/** A wood: seen from inside between its trunks, or from a height as ridge behind ridge of firs in the mist. */

import { createLattice, randomFrom } from "../noise.ts";
import { growthFor } from "../palette.ts";
import { createSky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { createWoodHall } from "../wood/hall.ts";
import { createWoodRidges } from "../wood/ridges.ts";
import type { Scene } from "./scene.ts";

export const forest: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const isInside = random() < 0.6;
	const horizon = isInside ? 0.6 + 0.1 * random() : 0.46 + 0.14 * random();
	const sky = createSky(brief, view, horizon, lattice);
	const growth = growthFor(brief, random);
	const create = isInside ? createWoodHall : createWoodRidges;
	const wood = create(brief, view, sky, growth, lattice);
	const weather = createWeather(brief, view, sky);
	return (x, y, out) => {
		wood(x, y, out);
		weather(x, y, out);
	};
};
