/** The sea: open water, a beach, or a coast of headlands and islands, with sails, gulls and now and then a lighthouse. */

import type { Brief, TimeOfDay } from "../brief.ts";
import { type Colour, hex } from "../colour.ts";
import { createCoast, type Headland } from "../land/coast.ts";
import { castLand } from "../land/terrain.ts";
import { createVista } from "../land/vista.ts";
import { createBirds } from "../life/birds.ts";
import { createLighthouse } from "../life/lighthouse.ts";
import { type BoatPlace, createSails } from "../life/sails.ts";
import { createLattice, type Lattice, randomFrom } from "../noise.ts";
import { growthFor, pick } from "../palette.ts";
import { createSky, type Sky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { createBeach } from "../water/beach.ts";
import { createSeaSurface } from "../water/sea-surface.ts";
import { type Scene, subjectScale, type View } from "./scene.ts";

const SAILS = ["#f4efe4", "#e9ddc7", "#c9553f", "#f2e3b3", "#dfe6ec"].map(hex);

const DARKNESS: Record<TimeOfDay, number> = {
	dawn: 0.25,
	day: 0,
	sunset: 0.3,
	dusk: 0.8,
	night: 1,
};

function wildnessOf(brief: Brief, random: () => number): number {
	const calm = 0.12 + 0.3 * random();
	if (brief.weather === "storm") return 0.9 + 0.1 * random();
	return brief.weather === "rain" ? calm + 0.3 : calm;
}

/** Headlands at one or both sides, islands between; the first is the one a lighthouse would stand on. */
function raiseCoast(
	view: View,
	random: () => number,
	isRugged: boolean,
): Headland[] {
	const half = view.aspect / 2;
	const size = subjectScale(view);
	const side = random() < 0.5 ? -1 : 1;
	const lands: Headland[] = [];
	if (isRugged) {
		const z = 5 + 4 * random();
		const height = z * (0.07 + 0.07 * random()) * size;
		lands.push({
			x: side * half * z * (0.95 + 0.2 * random()),
			z,
			reachX: half * z * (0.75 + 0.35 * random()),
			reachZ: 1.2 + 1.4 * random(),
			height,
		});
	}
	const islands = Math.floor(random() * 2.4 + view.aspect * 0.5);
	for (let index = 0; index < islands; index++) {
		const z = 14 + 16 * random();
		lands.push({
			x: (random() * 2.2 - 1.1) * half * z,
			z,
			reachX: (0.1 + 0.22 * random()) * z * size,
			reachZ: 2.5,
			height: z * (0.022 + 0.035 * random()) * size,
		});
	}
	return lands;
}

function launchBoats(
	view: View,
	horizon: number,
	eye: number,
	random: () => number,
): BoatPlace[] {
	const size = subjectScale(view);
	const count = Math.floor(random() * 2.6 + view.aspect * 0.4);
	return Array.from({ length: count }, (_, index) => {
		const down =
			index === 0 ? 0.035 + 0.06 * random() : 0.012 + 0.02 * random();
		return {
			x: (random() * 1.5 - 0.75) * (view.aspect / 2),
			y: horizon + down,
			height: (0.3 * size * down) / eye + 0.03 * size,
			sail: pick(random, SAILS),
			heading: random() < 0.5 ? -1 : 1,
		};
	}).sort((a, b) => a.y - b.y);
}

/** What a coast offers to those who live by it. */
interface Shore {
	isOpen(x: number, y: number): boolean;
	/** Where a lighthouse could stand, if anywhere. */
	readonly towerX: number | undefined;
	/** y of the land's outline. */
	skyline(x: number): number;
}

/** Boats on open water, a lighthouse, gulls; each sea has some of them. */
function createSeaLife(
	brief: Brief,
	view: View,
	sky: Sky,
	lattice: Lattice,
	eye: number,
	random: () => number,
	shore: Shore,
): (x: number, y: number, out: Float64Array) => void {
	const { pixel } = view;
	const launched = launchBoats(view, sky.horizon, eye, random).filter(
		({ x, y, height }) =>
			[-0.5, 0, 0.5].every((side) => shore.isOpen(x + side * height, y)),
	);
	const sailing = brief.weather === "storm" ? [] : launched;
	const boats = createSails(sailing, sky, lattice, pixel);
	const birds = createBirds(sky, random, view.aspect / 2, pixel);
	const hasBirds = brief.timeOfDay !== "night" && random() < 0.6;
	const { towerX } = shore;
	const hasLighthouse = towerX !== undefined && random() < 0.6;
	const lighthouse = hasLighthouse
		? createLighthouse(
				sky,
				towerX,
				shore.skyline(towerX) + 0.006,
				(0.11 + 0.05 * random()) * subjectScale(view),
				DARKNESS[brief.timeOfDay],
				pixel,
			)
		: undefined;
	return (x, y, out) => {
		lighthouse?.(x, y, out);
		boats(x, y, out);
		if (hasBirds && y < sky.horizon) birds(x, y, out);
	};
}

export const sea: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const horizon = 0.42 + 0.2 * random();
	const eye = 0.32 + 0.25 * random();
	const sky = createSky(brief, view, horizon, lattice);
	const growth = growthFor(brief, random);
	const wish: Colour | undefined = brief.colours[1] ?? brief.colours[0];
	const layout = random();
	const hasBeach = layout < 0.45;
	const isRugged = layout > 0.25 && layout < 0.8;
	const headlands = raiseCoast(view, random, isRugged);
	const summit = headlands.reduce(
		(most, { height }) => Math.max(most, 1.05 * height + 0.35),
		0,
	);
	const coast = createCoast(
		headlands,
		sky,
		eye,
		growth,
		lattice,
		random,
		view.pixel,
	);
	const land = castLand(
		view,
		{
			horizon,
			eye,
			near: 2.5,
			middle: 2.5,
			far: 36,
			halvings: 2,
			ceiling: () => summit,
		},
		0.08,
		coast.height,
	);
	const straight = land.createLooker();
	const mirror = land.createLooker();
	const scenery = createVista(
		straight,
		(x, z, out) => coast.paint(x, z, 0, out),
		sky.paint,
	);
	const mirrored = createVista(
		mirror,
		(x, z, out) => coast.paint(x, z, 2, out),
		sky.paint,
	);
	const water = createSeaSurface(
		sky,
		lattice,
		{ eye, wildness: wildnessOf(brief, random), wish, pixel: view.pixel },
		random,
		(x, y, out) => mirrored(x, y, mirror.depthAt(x, y), out),
	);
	const beach = hasBeach
		? createBeach(sky, lattice, random, 0.75 + 0.5 * random(), brief.colours[0])
		: undefined;
	const [host] = headlands;
	const life = createSeaLife(brief, view, sky, lattice, eye, random, {
		/** Whether a point of the sea is open water with nothing before it. */
		isOpen(x, y) {
			const distance = eye / (y - horizon);
			const seen = straight.depthAt(x, y);
			const fromSand = beach?.toSea(x * distance, distance) ?? 1;
			return (seen === 0 || seen > distance * 0.97) && fromSand > 0.4;
		},
		towerX:
			isRugged && host !== undefined ? (host.x / host.z) * 0.82 : undefined,
		skyline: land.skyline,
	});
	const weather = createWeather(brief, view, sky);

	return (x, y, out) => {
		const z = straight.depthAt(x, y);
		const plane = y > horizon ? eye / (y - horizon) : 1e9;
		if (y <= horizon || (z !== 0 && z < plane * 0.985)) {
			scenery(x, y, z, out);
		} else {
			water.paint(x, y, out);
			beach?.paint(x, y, plane, out);
		}
		life(x, y, out);
		weather(x, y, out);
	};
};
