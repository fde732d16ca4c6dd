/** The desert: dunes with a lit and a shaded flank, ripples at our feet, table mountains far away, now and then a caravan. */

import { type Colour, hex, mix, retint, scale } from "../colour.ts";
import { ramp, wave } from "../curve.ts";
import { createDunes, type Dunes } from "../land/dunes.ts";
import { createLandLight } from "../land/land-light.ts";
import { createMesas } from "../land/mesas.ts";
import { castLand } from "../land/terrain.ts";
import { createVista } from "../land/vista.ts";
import { createCaravan } from "../life/caravan.ts";
import { createLattice, type Lattice, noise2, randomFrom } from "../noise.ts";
import { growthFor, pick } from "../palette.ts";
import { createSky, type Sky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { type Scene, subjectScale } from "./scene.ts";

const SANDS = ["#e2b778", "#d99a5b", "#cf8150", "#e9cf9f", "#dcab83"];

function createSand(
	dunes: Dunes,
	sky: Sky,
	eye: number,
	colour: Colour,
	snow: number,
	lattice: Lattice,
	random: () => number,
): (x: number, z: number, out: Float64Array) => void {
	const light = createLandLight(
		sky,
		0.012 + 0.016 * random() + 0.12 * sky.air.fog,
		0.22 + 0.35 * random(),
	);
	const warm = mix(colour, [0.75, 0.4, 0.2], 0.2);
	const point = new Float64Array(3);
	const albedo = new Float64Array(3);
	return (x, z, out) => {
		const wx = x * z;
		dunes.survey(wx, z, point);
		let slopeX = point[1];
		const slopeZ = point[2];
		const stain = noise2(lattice, wx * 0.9, z * 0.9 + 70) * 0.6;
		let tone = 1 + stain * 0.16;
		if (z < 9) {
			// Wind ripples: too fine to see from afar, so they fade out before they could shimmer.
			const near = ramp(9, 1.5, z);
			const bend = noise2(lattice, wx * 1.1, z * 1.1) * 1.5;
			const ripple = wave(dunes.wind(wx, z) * 9 + bend);
			const grain = noise2(lattice, wx * 60, z * 60);
			slopeX += ripple * 0.11 * near;
			tone += (ripple * 0.05 + grain * 0.08) * near;
		}
		const white = snow * ramp(-0.2, 0.3, 0.35 - point[0] * 0.2 + stain);
		for (let channel = 0; channel < 3; channel++) {
			const sand =
				(colour[channel] + (warm[channel] - colour[channel]) * stain) * tone;
			albedo[channel] = sand + (0.85 - sand) * white;
		}
		const y = sky.horizon - (point[0] - eye) / z;
		light.shade(albedo, slopeX, slopeZ, point[0], x, y, z, out);
	};
}

export const desert: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const size = subjectScale(view);
	const horizon = 0.44 + 0.16 * random();
	const eye = 1.1 + 0.8 * random();
	const sky = createSky(brief, view, horizon, lattice);
	const growth = growthFor(brief, random);
	const [wish] = brief.colours;
	const own = hex(pick(random, SANDS));
	const colour = wish === undefined ? own : retint(own, wish, 0.5);
	const dunes = createDunes(random, lattice);
	const sand = createSand(
		dunes,
		sky,
		eye,
		colour,
		brief.weather === "snow" ? growth.snow : 0,
		lattice,
		random,
	);
	const mesas = createMesas(view, sky, scale(colour, 0.6), lattice, random);
	const hasMesas = random() < 0.6;
	const land = castLand(
		view,
		{
			horizon,
			eye,
			near: 0.9,
			middle: 0.9,
			far: 45,
			halvings: 4,
			ceiling: () => dunes.summit,
		},
		0.02,
		dunes.height,
	);
	const looker = land.createLooker();
	const caravan =
		random() < 0.4
			? createCaravan(
					sky,
					random,
					land.skyline,
					Math.min(view.aspect / 2, 0.8),
					(0.022 + 0.016 * random()) * size,
					view.pixel,
				)
			: undefined;
	const scenery = createVista(looker, sand, (x, y, out) => {
		sky.paint(x, y, out);
		if (hasMesas) mesas(x, y, out);
	});
	const weather = createWeather(brief, view, sky);

	return (x, y, out) => {
		scenery(x, y, looker.depthAt(x, y), out);
		caravan?.(x, y, out);
		weather(x, y, out);
	};
};
