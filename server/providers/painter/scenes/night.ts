/** The night sky over hills or a lake: stars of all sizes, the Milky Way or northern lights, sometimes a moon, always something small and warm below. */

import type { Brief } from "../brief.ts";
import { type Colour, lay, mix, scale, shine } from "../colour.ts";
import { bell, coverage, decay } from "../curve.ts";
import { createHut, createMeteor, createTent } from "../life/night-lights.ts";
import {
	createLattice,
	type Lattice,
	noise1,
	noise2,
	randomFrom,
} from "../noise.ts";
import { type Growth, growthFor } from "../palette.ts";
import { createFirLine } from "../plants/fir-line.ts";
import { createGrove } from "../plants/grove.ts";
import { createAurora } from "../sky/aurora.ts";
import { createMilkyWay } from "../sky/milky-way.ts";
import { createSky, type Sky } from "../sky/sky.ts";
import { createStars } from "../sky/stars.ts";
import { createWeather } from "../sky/weather.ts";
import { createWater } from "../water/still-water.ts";
import { type Scene, subjectScale, tabulate, type View } from "./scene.ts";

interface Hill {
	readonly top: (x: number) => number;
	readonly colour: Colour;
}

/** Hills from far to near, dark against the sky; the nearer ones may carry firs. */
function raiseHills(
	view: View,
	brief: Brief,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
	nearest: number,
): Hill[] {
	const size = subjectScale(view);
	const { air, horizon } = sky;
	const count = 3;
	const wooded = random() < 0.7 ? Math.floor(random() * 2) : count;
	const snowLight = 0.12 + 0.5 * growth.snow;
	return Array.from({ length: count }, (_, index) => {
		const near = index / (count - 1);
		const base = horizon + (nearest - horizon) * near * near;
		const rise = (0.09 - 0.05 * near) * (0.6 + 0.9 * random()) * size;
		const frequency = (2.2 - 0.8 * near) / size;
		const offset = random() * 300;
		const slant = (random() - 0.5) * 0.12;
		const lane = index + 3;
		const firs = createFirLine(
			lattice,
			brief.seed + index * 77,
			(0.012 + 0.055 * near) * size,
		);
		const top = (x: number) => {
			const along = x * frequency + offset;
			const ground =
				base -
				rise *
					(0.55 +
						noise1(lattice, along, lane) * 0.6 +
						noise1(lattice, along * 2.6, lane + 9) * 0.22 +
						noise1(lattice, along * 7, lane + 19) * 0.06) +
				slant * x * rise * 6;
			return index >= wooded ? ground - firs(x) : ground;
		};
		const bare = mix(growth.conifer, [0.7, 0.74, 0.8], growth.snow * 0.6);
		const body = scale(mix(bare, air.shade, 0.4), 0.25 + snowLight);
		const own: Colour = [
			body[0] * (air.light[0] + air.shade[0]) * 1.2,
			body[1] * (air.light[1] + air.shade[1]) * 1.2,
			body[2] * (air.light[2] + air.shade[2]) * 1.2,
		];
		const haze = 0.62 * (1 - near) + 0.3 * air.fog;
		return { top: tabulate(view, 0.06, top), colour: mix(own, air.haze, haze) };
	});
}

/** The y above which there is only sky. */
function highestOf(hills: readonly Hill[], view: View): number {
	let top = 1;
	for (
		let x = -view.aspect / 2 - 0.05;
		x < view.aspect / 2 + 0.05;
		x += view.pixel
	) {
		for (const hill of hills) top = Math.min(top, hill.top(x));
	}
	return top - 2 * view.pixel;
}

/** What is special about this night's sky: soft light behind the clouds, and stars and meteors that are drawn sharp. */
function createWonders(
	brief: Brief,
	view: View,
	horizon: number,
	lattice: Lattice,
	random: () => number,
	hasMoon: boolean,
): {
	backlight: (x: number, y: number, out: Float64Array) => void;
	sparks: (x: number, y: number, open: number, out: Float64Array) => void;
} {
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

export const night: Scene = (asked, view) => {
	// Whatever hour the words name, this scene lies between dusk and dawn.
	const isNight = asked.timeOfDay === "night" || asked.timeOfDay === "day";
	const brief: Brief = { ...asked, timeOfDay: isNight ? "night" : "dusk" };
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const size = subjectScale(view);
	const hasLake = random() < 0.5;
	const horizon = 0.66 + 0.12 * random();
	const hasMoon = random() < 0.45;
	const wonders = createWonders(brief, view, horizon, lattice, random, hasMoon);
	const isClear = brief.weather === "clear" || brief.weather === "cloudy";
	const sky = createSky(brief, view, horizon, lattice, {
		hasDisc: hasMoon,
		...(isClear ? { backlight: wonders.backlight } : {}),
	});
	const growth = growthFor(brief, random);
	const nearest = hasLake ? horizon + 0.015 : 0.9 + 0.08 * random();
	const hills = raiseHills(view, brief, sky, growth, lattice, random, nearest);

	const ground = highestOf(hills, view);
	const heaven = (x: number, y: number, out: Float64Array) => {
		const open = sky.paint(x, y, out);
		if (isClear) wonders.sparks(x, y, open, out);
	};
	const above = (x: number, y: number, out: Float64Array) => {
		// The nearest hill that hides everything behind it; what is farther need not be painted.
		let first = hills.length - 1;
		while (first >= 0 && y < hills[first].top(x) + view.pixel) first--;
		if (first < 0) heaven(x, y, out);
		if (y < ground) return;
		for (let index = Math.max(0, first); index < hills.length; index++) {
			const hill = hills[index];
			const cover = coverage(y - hill.top(x), view.pixel * 1.3);
			if (cover === 0) continue;
			const grain = noise2(lattice, x * 60 + index * 9, y * 90) * 0.05;
			for (let channel = 0; channel < 3; channel++) {
				const tone = hill.colour[channel] * (1 + grain);
				out[channel] += (tone - out[channel]) * cover;
			}
		}
	};
	const eye = 0.3;
	const water = createWater(
		sky,
		lattice,
		eye,
		0.12 + 0.3 * random(),
		growth.conifer,
		above,
	);
	const reach = Math.min(view.aspect / 2, 0.7);
	const lightX = (random() * 1.3 - 0.65) * reach;
	const front = hills[hills.length - 1] as Hill;
	const shore = hasLake ? horizon + 0.012 : front.top(lightX) + 0.02;
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

	const weather = createWeather(brief, view, sky);

	return (x, y, out) => {
		if (hasLake && y > horizon + 0.012) water(x, y, out);
		else above(x, y, out);
		lamp?.(x, y, out);
		if (hasLake && lamp !== undefined && y > shore) {
			const torn = noise2(lattice, x * 30, y * 190) * 0.006;
			const streak = bell((x - lightX + torn) / 0.007);
			shine(out, [1, 0.55, 0.2], streak * decay((y - shore) * 16) * 0.45);
		}
		lay(out, bankColour, coverage(y - bank(x), view.pixel * 1.5));
		grove(x, y, out);
		weather(x, y, out);
	};
};
