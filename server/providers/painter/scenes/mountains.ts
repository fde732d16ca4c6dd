/** Mountains in true perspective, over a lake that mirrors them or a valley of meadows and woods. */

import { type Colour, fade, lay, mix, put, scale } from "../colour.ts";
import { octavesBetween, ramp } from "../curve.ts";
import { createLandLight } from "../land/land-light.ts";
import { createMassif, type Massif } from "../land/massif.ts";
import { castLand, type LandLooker } from "../land/terrain.ts";
import {
	createLattice,
	fractalNoise,
	type Lattice,
	randomFrom,
} from "../noise.ts";
import { type Growth, growthFor } from "../palette.ts";
import { createGrove, type TreePlace } from "../plants/grove.ts";
import { createSky, type Sky } from "../sky/sky.ts";
import { createWeather } from "../sky/weather.ts";
import { createWater } from "../water/still-water.ts";
import { type Scene, subjectScale, type View } from "./scene.ts";

const SNOW: Colour = [0.88, 0.91, 0.97];

/** Trees at one or both edges, larger towards the edge; sometimes none. */
function frameWithTrees(
	view: View,
	growth: Growth,
	random: () => number,
): TreePlace[] {
	const size = subjectScale(view);
	const sides = random();
	const kind =
		random() < 0.65 || growth.leafage < 0.5 ? "conifer" : "broadleaf";
	const places: TreePlace[] = [];
	for (const side of [-1, 1]) {
		if (
			sides < 0.25 ||
			(sides < 0.45 && side < 0) ||
			(sides > 0.8 && side > 0)
		) {
			continue;
		}
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

/** Colours the land by height, slope and chance, and lights it. */
function createGround(
	massif: Massif,
	sky: Sky,
	eye: number,
	growth: Growth,
	lattice: Lattice,
	view: View,
	random: () => number,
): (x: number, z: number, coarser: number, out: Float64Array) => void {
	const { air } = sky;
	const thickness = 0.012 + 0.022 * random() + 0.13 * air.fog;
	const light = createLandLight(sky, thickness, 0.3 + 0.4 * random());
	const snowline =
		growth.snow > 0.3 ? -0.4 : massif.summit * (0.22 + 0.4 * random());
	const treeline = 0.35 + 0.9 * random();
	const pine = scale(fade(growth.conifer, 0.25), 0.5);
	const wood = scale(fade(growth.leaves[0] ?? growth.grass, 0.2), 0.5);
	const grass = scale(fade(growth.grass, 0.3), 0.75);
	const dry = scale(mix(growth.grass, growth.earth, 0.6), 0.8);
	const point = new Float64Array(4);
	const albedo = new Float64Array(3);

	return (x, z, coarser, out) => {
		const wx = x * z;
		const finest = 0.3 / (z * view.pixel);
		const octaves = Math.min(
			octavesBetween(massif.frequency, finest) - coarser,
			7 - coarser,
		);
		massif.survey(wx, z, octaves, point);
		const height = point[0];
		const up = 1 / Math.sqrt(1 + point[1] * point[1] + point[2] * point[2]);
		const patch = point[3];
		put(albedo, growth.rock);
		const wooded =
			ramp(treeline + 0.35, treeline - 0.25, height + patch * 0.7) *
			ramp(0.42, 0.7, up);
		lay(albedo, pine, wooded);
		lay(albedo, wood, wooded * ramp(0.05, 0.35, patch));
		const level = ramp(0.32, 0.06, height + patch * 0.25) * ramp(0.7, 0.9, up);
		lay(albedo, grass, level);
		lay(albedo, dry, level * ramp(-0.1, 0.4, patch));
		let relief = patch * 0.35;
		if (z < 6) {
			const tufts = fractalNoise(lattice, wx * 21, z * 21 + 40, 3);
			relief += tufts * ramp(6, 1, z) * 0.75;
		}
		const snow =
			ramp(snowline, snowline + 0.3, height + patch * 0.5) *
			ramp(0.5, 0.72, up + patch * 0.12);
		lay(albedo, SNOW, height > 0.35 ? snow : snow * growth.snow);
		const tone = 1 + relief * (1 - 0.7 * snow);
		albedo[0] *= tone;
		albedo[1] *= tone;
		albedo[2] *= tone;
		const y = sky.horizon - (height - eye) / z;
		light.shade(albedo, point[1], point[2], height, x, y, z, out);
	};
}

export const mountains: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const size = subjectScale(view);
	const horizon = 0.58 + 0.1 * random();
	const eye = 0.2 + 0.22 * random();
	const massif = createMassif(random, lattice, view.aspect / 2, size);
	const sky = createSky(brief, view, horizon, lattice);
	const growth = growthFor(brief, random);
	const ground = createGround(massif, sky, eye, growth, lattice, view, random);
	const grove = createGrove(
		frameWithTrees(view, growth, random),
		sky,
		growth,
		lattice,
		random,
		view.pixel,
	);

	const point = new Float64Array(4);
	const camera = {
		horizon,
		eye,
		near: 0.4,
		middle: massif.foot,
		far: 60,
		summit: massif.summit,
	};
	const land = castLand(view, camera, 0.05, (x, z) => {
		massif.survey(x, z, 6, point);
		return point[0] > 0 ? point[0] : 0;
	});
	const straight = land.createLooker();
	const mirror = land.createLooker();
	const backdrop = new Float64Array(3);

	const scenery = (
		looker: LandLooker,
		x: number,
		y: number,
		z: number,
		coarser: number,
		out: Float64Array,
	) => {
		if (z === 0) {
			sky.paint(x, y, out);
			return;
		}
		const cover = looker.cover();
		const behind = looker.behind();
		ground(x, z, coarser, out);
		if (cover === 1) return;
		if (behind === 0) sky.paint(x, y, backdrop);
		else ground(x, behind, coarser, backdrop);
		for (let channel = 0; channel < 3; channel++) {
			const far = backdrop[channel];
			out[channel] = far + (out[channel] - far) * cover;
		}
	};
	const roughness = 0.25 + 0.75 * random() * random();
	const water = createWater(
		sky,
		lattice,
		eye,
		roughness,
		growth.conifer,
		(x, y, out) => scenery(mirror, x, y, mirror.depthAt(x, y), 1, out),
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
		else scenery(straight, x, y, z, 0, out);
		grove(x, y, out);
		weather(x, y, out);
	};
};
