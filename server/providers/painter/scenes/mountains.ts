/** Mountains in true perspective, over a lake that mirrors them or a valley of meadows and woods. */

import { createAlpineGround } from "../land/alpine-ground.ts";
import { createMassif } from "../land/massif.ts";
import { castLand } from "../land/terrain.ts";
import { createVista } from "../land/vista.ts";
import { createLattice, randomFrom } from "../noise.ts";
import { type Growth, growthFor } from "../palette.ts";
import { createGrove, type TreePlace } from "../plants/grove.ts";
import { createSky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { createWater } from "../water/still-water.ts";
import { type Scene, subjectScale, type View } from "./scene.ts";

/** Trees at one or both edges, larger towards the edge; sometimes none. */
function frameWithTrees(
	view: View,
	growth: Growth,
	random: () => number,
): TreePlace[] {
	const size = subjectScale(view);
	const sides = random();
	const isConifer = random() < 0.65;
	const kind = isConifer || growth.leafage < 0.5 ? "conifer" : "broadleaf";
	const places: TreePlace[] = [];
	for (const side of [-1, 1]) {
		if (sides < 0.25) continue;
		if (side < 0 ? sides < 0.45 : sides > 0.8) continue;
		const count = 2 + Math.floor(random() * 4);
		const reach = Math.min(0.5, view.aspect * 0.24);
		for (let index = 0; index < count; index++) {
			const inward = (index + random() * 0.8) / count;
			places.push({
				x: side * (view.aspect / 2 + 0.03 - inward * reach),
				foot: 1.02 + random() * 0.05 - inward * 0.02,
				height: (0.56 - 0.36 * inward + (random() - 0.5) * 0.16) * size,
				kind,
			});
		}
	}
	return places.sort((a, b) => a.height - b.height);
}

/** About where the peaks stand, in units of land. */
const TYPICAL_DISTANCE = 16;

export const mountains: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const { pixel } = view;
	const horizon = 0.58 + 0.1 * random();
	const eye = 0.2 + 0.22 * random();
	const massif = createMassif(random, lattice, view);
	const sky = createSky(brief, view, horizon, lattice);
	const growth = growthFor(brief, random);
	const [wish] = brief.colours;
	const ground = createAlpineGround(
		massif,
		sky,
		eye,
		growth,
		lattice,
		wish,
		pixel,
		random,
	);
	const places = frameWithTrees(view, growth, random);
	const grove = createGrove(places, sky, growth, lattice, random, pixel);

	const point = new Float64Array(4);
	const { foot } = massif;
	const ceiling = (z: number) => massif.ceiling(z) + ground.tallestFir;
	const land = castLand(
		view,
		{ horizon, eye, near: 0.22, middle: foot, far: 46, halvings: 1, ceiling },
		0.05,
		(x, z) => {
			massif.survey(x, z, 5.5, point);
			const height = point[0];
			return height <= 0 ? 0 : height + ground.firs(x, z, height, point[3]);
		},
	);
	const straight = land.createLooker();
	const mirror = land.createLooker();
	const scenery = createVista(
		straight,
		(x, z, out) => ground.paint(x, z, 0, out),
		sky.paint,
	);
	const mirrored = createVista(
		mirror,
		(x, z, out) => ground.paint(x, z, 2, out),
		sky.paint,
	);
	const water = createWater(
		sky,
		lattice,
		eye,
		0.25 + 0.75 * random() * random(),
		growth.conifer,
		(x, y, out) => {
			// The mirror image of land hangs below it by twice our height over the water, seen from as far as the land is.
			const first = mirror.depthAt(x, y + (2 * eye) / TYPICAL_DISTANCE);
			const distance = first === 0 ? TYPICAL_DISTANCE : first;
			const lowest = horizon + eye / massif.shoreAt(x) - pixel;
			const source = Math.min(y + (2 * eye) / distance, lowest);
			mirrored(x, source, mirror.depthAt(x, source), out);
		},
	);
	const weather = createWeather(brief, view, sky);

	return (x, y, out) => {
		const z = straight.depthAt(x, y);
		let isWater = false;
		if (y > horizon && massif.hasLake) {
			if (z !== 0) massif.survey(x * z, z, 2, point);
			isWater = z === 0 || point[0] <= 0;
		}
		if (isWater) water(x, y, out);
		else scenery(x, y, z, out);
		grove(x, y, out);
		weather(x, y, out);
	};
};
