/** The night sky over hills or a lake: stars of all sizes, the Milky Way or northern lights, sometimes a moon, always something small and warm below. */

import type { Brief } from "../brief.ts";
import { lay, scale, shine } from "../colour.ts";
import { bell, coverage, decay } from "../curve.ts";
import {
	createHillPainter,
	type Hill,
	raiseHills,
} from "../land/night-hills.ts";
import { createHut, createTent } from "../life/night-lights.ts";
import {
	createLattice,
	type Lattice,
	noise1,
	noise2,
	randomFrom,
} from "../noise.ts";
import { type Growth, growthFor } from "../palette.ts";
import { createGrove } from "../plants/grove.ts";
import { createNightWonders } from "../sky/night-wonders.ts";
import { createSky, type Sky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { createWater } from "../water/still-water.ts";
import { type Scene, subjectScale, tabulate, type View } from "./scene.ts";

/** A tent or a hut with its light, and a lone tree; each night has both, one, or neither. */
function createForeground(
	view: View,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
	front: Hill,
	/** y of the lake's far shore, if there is a lake. */
	waterline: number | undefined,
	random: () => number,
): (x: number, y: number, out: Float64Array) => void {
	const size = subjectScale(view);
	const reach = Math.min(view.aspect / 2, 0.7);
	const lightX = (random() * 1.3 - 0.65) * reach;
	const hasLake = waterline !== undefined;
	const shore = waterline ?? front.top(lightX) + 0.035;
	const hutHeight = (0.03 + 0.02 * random()) * size;
	const warmth = random();
	const lamp =
		warmth < 0.35
			? createTent(lightX, shore, hutHeight, view.pixel)
			: warmth < 0.7
				? createHut(sky, lightX, shore, hutHeight, growth.snow, view.pixel)
				: undefined;
	const treeX = (random() < 0.5 ? -1 : 1) * (0.15 + 0.3 * random()) * reach * 2;
	const hasTree = random() < 0.55;
	// A tree needs ground: before a lake that is a strip of bank.
	const bank = tabulate(view, 0, (x) =>
		hasLake && hasTree
			? 0.95 +
				0.25 * (x - treeX) * (x - treeX) +
				0.02 * noise1(lattice, x * 6, 88)
			: 2,
	);
	const bankColour = scale(front.colour, 0.5);
	const grove = createGrove(
		hasTree
			? [
					{
						x: treeX,
						foot: hasLake ? 0.98 : front.top(treeX) + 0.03,
						height: (0.3 + 0.25 * random()) * size,
						kind: random() < 0.6 ? "broadleaf" : "conifer",
					},
				]
			: [],
		sky,
		growth,
		lattice,
		random,
		view.pixel,
	);

	return (x, y, out) => {
		lamp?.(x, y, out);
		if (hasLake && lamp !== undefined && y > shore) {
			const torn = noise2(lattice, x * 30, y * 190) * 0.006;
			const streak = bell((x - lightX + torn) / 0.007);
			shine(out, [1, 0.55, 0.2], streak * decay((y - shore) * 16) * 0.45);
		}
		lay(out, bankColour, coverage(y - bank(x), view.pixel * 1.5));
		grove(x, y, out);
	};
}

export const night: Scene = (asked, view) => {
	// Whatever hour the words name, this scene lies between dusk and dawn.
	const isNight = asked.timeOfDay === "night" || asked.timeOfDay === "day";
	const brief: Brief = { ...asked, timeOfDay: isNight ? "night" : "dusk" };
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const hasLake = random() < 0.5;
	const horizon = 0.66 + 0.12 * random();
	const hasMoon = random() < 0.45;
	const wonders = createNightWonders(
		brief,
		view,
		horizon,
		lattice,
		random,
		hasMoon,
	);
	const isClear = brief.weather === "clear" || brief.weather === "cloudy";
	const sky = createSky(brief, view, horizon, lattice, {
		hasDisc: hasMoon,
		...(isClear ? { backlight: wonders.backlight } : {}),
	});
	const growth = growthFor(brief, random);
	const nearest = hasLake ? horizon + 0.015 : 0.9 + 0.08 * random();
	const hills = raiseHills(view, brief, sky, growth, lattice, random, nearest);

	const above = createHillPainter(hills, view, lattice, (x, y, out) => {
		const open = sky.paint(x, y, out);
		if (isClear) wonders.sparks(x, y, open, out);
	});
	const eye = 0.3;
	const water = createWater(
		sky,
		lattice,
		eye,
		0.12 + 0.3 * random(),
		growth.conifer,
		above,
	);
	const front = hills[hills.length - 1] as Hill;
	const foreground = createForeground(
		view,
		sky,
		growth,
		lattice,
		front,
		hasLake ? horizon + 0.012 : undefined,
		random,
	);
	const weather = createWeather(brief, view, sky);

	return (x, y, out) => {
		if (hasLake && y > horizon + 0.012) water(x, y, out);
		else above(x, y, out);
		foreground(x, y, out);
		weather(x, y, out);
	};
};
