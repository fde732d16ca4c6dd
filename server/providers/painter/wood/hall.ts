/** The inside of a wood: row behind row of trunks in the haze, leaves above, shafts of light, a floor below. */

import type { Brief } from "../brief.ts";
import { type Colour, fade, hex, mix, retint, scale } from "../colour.ts";
import { bump, clamp, coverage, decay, lerp, ramp } from "../curve.ts";
import {
	fractalNoise,
	type Lattice,
	noise1,
	noise2,
	randomFrom,
} from "../noise.ts";
import { type Growth, pick } from "../palette.ts";
import { type Shader, subjectScale, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import { createSoftField } from "../soft-field.ts";
import { createWoodFloor } from "./floor.ts";

interface Trunk {
	readonly x: number;
	readonly radius: number;
	readonly lean: number;
	readonly bow: number;
}

/** One row of trunks at one distance. */
interface Row {
	readonly z: number;
	readonly foot: number;
	/** Tells this row's bushes from another's. */
	readonly lane: number;
	readonly spacing: number;
	/** By cell of `spacing`, from the left edge; some cells are empty. */
	readonly trunks: readonly (Trunk | undefined)[];
	/** How much of its colour the haze takes. */
	readonly haze: number;
}

const ROWS = 10;
/** Rows up to this one are far enough to be soft. */
const SOFT_ROWS = 6;

interface Bark {
	readonly colour: Colour;
	readonly isBirch: boolean;
}

function chooseBark(growth: Growth, random: () => number): Bark {
	const isBirch = random() < 0.3;
	const colours = ["#6b5b4d", "#77706a", "#7a5a45", "#5c5247"];
	return {
		isBirch,
		colour: isBirch
			? hex("#d8d4ca")
			: mix(hex(pick(random, colours)), growth.bark, 0.4),
	};
}

function plantRows(
	view: View,
	horizon: number,
	eye: number,
	thickness: number,
	random: () => number,
): Row[] {
	const size = subjectScale(view);
	const rows: Row[] = [];
	const density = 0.5 + 0.35 * random();
	const stoutness = 0.75 + 0.6 * random();
	// The middle stays a little clearer near us, so that the eye has somewhere to go.
	const glade = (random() - 0.5) * 0.5 * view.aspect;
	for (let index = 0, z = 17; index < ROWS; index++, z *= 0.745) {
		const spacing = ((0.2 + 0.13 * random()) * size) / (0.35 + z * 0.22);
		const cells = Math.ceil(view.aspect / spacing) + 3;
		const trunks = Array.from({ length: cells }, (_, cell) => {
			const x = (cell - 1 + 0.3 + 0.4 * random()) * spacing - view.aspect / 2;
			const radius =
				((0.014 + 0.034 * random() * random()) * stoutness * size) /
				(0.4 + z * 0.4);
			const lean = (random() - 0.5) * 0.12;
			const bow = (random() - 0.5) * 0.05;
			const stands = random() < density;
			const inGlade = index > 5 && bump((x - glade) / (0.3 * size)) > 0.15;
			return stands && !inGlade ? { x, radius, lean, bow } : undefined;
		});
		rows.push({
			z,
			foot: horizon + eye / z,
			lane: 40 + index,
			spacing,
			trunks,
			haze: 1 - decay((z - 1) * thickness),
		});
	}
	return rows;
}

export function createWoodHall(
	brief: Brief,
	view: View,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
): Shader {
	const random = randomFrom(brief.seed ^ 0x3f0e57);
	const { air, horizon } = sky;
	const size = subjectScale(view);
	const eye = 0.26 + 0.1 * random();
	const rows = plantRows(
		view,
		horizon,
		eye,
		0.12 + 0.12 * random() + 0.3 * air.fog,
		random,
	);
	const bark = chooseBark(growth, random);
	const sunX = sky.sunX;
	const sunY = brief.timeOfDay === "day" ? -0.08 : 0.1 + 0.2 * random();
	const side = sunX < 0 ? -1 : 1;
	const leaf = growth.leaves[0] ?? growth.grass;
	const second = growth.leaves[1] ?? leaf;
	const third = growth.leaves[2] ?? leaf;
	// The air in a wood is coloured by its leaves.
	const mist = mix(
		mix(air.haze, mix(air.horizon, air.light, 0.4), 0.5),
		retint(air.haze, leaf, 0.8),
		0.35 * growth.leafage,
	);
	const canopyTone = mix(
		scale(fade(leaf, 0.2), 0.35 + 0.2 * growth.leafage),
		air.middle,
		0.35,
	);
	const shift = random() * 100;
	const bushes = growth.snow > 0.5 ? 0 : 0.05 + 0.13 * random();
	const fern = mix(
		growth.conifer,
		leaf,
		brief.season === "autumn" ? 0.6 : 0.35,
	);
	const lowest = 0.3 + 0.18 * random();
	const floor = createWoodFloor(brief, sky, growth, lattice, random, eye, size);
	const shaftStrength =
		(0.25 + 0.75 * air.directness) * (0.35 + 0.6 * random()) * 0.9;
	const trunkTone = new Float64Array(3);

	/** How much a row's trunks hide at a point; leaves the trunk's own light in `trunkTone`. */
	const trunkAt = (row: Row, x: number, y: number, detail: boolean) => {
		if (y > row.foot + 0.02) return 0;
		const cell = Math.floor((x + view.aspect / 2) / row.spacing) + 1;
		const trunk = row.trunks[cell];
		if (trunk === undefined) return 0;
		const up = row.foot - y;
		const centre = trunk.x + trunk.lean * up + trunk.bow * up * up;
		const root = bump((up * row.z) / 0.16);
		const flare = 1 + 0.55 * root * root - 0.28 * up;
		const radius = trunk.radius * (flare < 0.5 ? 0.5 : flare);
		const across = (x - centre) / radius;
		if (across > 1.3 || across < -1.3) return 0;
		let edge = across < 0 ? -across : across;
		let tone = 1;
		if (detail) {
			const grain = noise2(
				lattice,
				across * 4 + trunk.x * 90,
				y * (bark.isBirch ? 26 : 11) * row.z + shift,
			);
			const fine = noise2(lattice, across * 9 + trunk.x * 50, y * 40 * row.z);
			edge += grain * 0.05;
			if (bark.isBirch) {
				const marks = noise2(
					lattice,
					across * 1.3 + trunk.x * 70,
					y * 60 * row.z,
				);
				tone = 1 - 0.75 * ramp(0.28, 0.5, marks + grain * 0.25);
			} else tone = 1 + grain * 0.35 + fine * 0.35;
		}
		const cover = coverage(
			(1 - edge) * radius,
			view.pixel * 1.2 + (detail ? 0 : 0.0015),
		);
		// Moss and grass climb the foot, so that the trunk grows out of the floor instead of standing on it.
		const foot = ramp(
			-0.012,
			0.05,
			up * (0.4 + row.z * 0.4) +
				(detail ? noise2(lattice, x * 45 * row.z, row.z * 9) * 0.02 : 0),
		);
		// Light comes round the trunk from the sun's side as a bright rim.
		const turn = across * side;
		const rim = ramp(0.1, 1, turn) * (0.25 + 0.75 * air.directness);
		const dark = 0.32 + 0.25 * clamp(turn + 0.5);
		for (let channel = 0; channel < 3; channel++) {
			trunkTone[channel] =
				bark.colour[channel] *
				tone *
				(air.light[channel] * rim * 0.8 + air.shade[channel] * dark + 0.02);
		}
		return cover * foot;
	};

	/** How thick the leaves hang at a point, below 0 where there are none. */
	const leavesAt = (
		x: number,
		y: number,
		frequency: number,
		bottom: number,
		octaves: number,
	) => {
		const hang = 0.7 - (1.4 * y) / bottom;
		if (hang < -0.75 || growth.leafage < 0.3) return -1;
		const broad = noise2(lattice, x * frequency * 0.3 + 9, y * 1.1 + shift);
		return (
			fractalNoise(
				lattice,
				x * frequency + shift,
				y * frequency * 1.3,
				octaves,
			) +
			broad * 0.5 +
			hang -
			(1 - growth.leafage) * 0.6
		);
	};

	/** How much the ferns and bushes at a row's feet hide. */
	const bushAt = (row: Row, x: number, y: number, lace: number) => {
		const up = (row.foot + 0.01 - y) * (0.35 + row.z * 0.5);
		if (up > 0.2 || bushes === 0) return 0;
		const clump =
			noise1(lattice, x * (1.5 + row.z * 0.9), row.lane) +
			0.35 * noise1(lattice, x * (9 + row.z * 4), row.lane + 30);
		const tall = bushes * (clump * 1.3 - 0.25) + lace * 0.018;
		return clamp((tall - up) / 0.012);
	};

	const glowAt = (x: number, y: number) => {
		const dx = x - sunX;
		const dy = y - sunY;
		return 1 / (1 + (dx * dx + dy * dy) * 9);
	};

	const backdrop = createSoftField(view, -0.02, 1.02, (x, y, out) => {
		const glow = glowAt(x, y) * (0.3 + 0.7 * air.directness);
		const down = clamp(y / horizon);
		const above = ramp(0.75, 0.05, down) * growth.leafage;
		for (let channel = 0; channel < 3; channel++) {
			const far = lerp(mist[channel], canopyTone[channel], above * 0.75);
			out[channel] = far * 0.8 + air.light[channel] * glow * 0.75;
		}
		for (let index = 0; index < SOFT_ROWS; index++) {
			const row = rows[index];
			const cover = trunkAt(row, x, y, false);
			const visible = cover * (1 - row.haze * 0.85);
			for (let channel = 0; channel < 3; channel++) {
				out[channel] += (trunkTone[channel] - out[channel]) * visible;
			}
			const bush =
				bushAt(row, x, y, 0) * (y > row.foot ? 0 : 1) * (1 - row.haze * 0.9);
			for (let channel = 0; channel < 3; channel++) {
				const tone =
					fern[channel] * (air.light[channel] * 0.3 + air.shade[channel] * 0.5);
				out[channel] += (tone - out[channel]) * bush;
			}
			if (index % 2 === 1 && growth.leafage > 0.3) {
				const thick = leavesAt(x + index, y, 9 - index, 0.72 - 0.06 * index, 5);
				const leafy = ramp(0, 0.3, thick) * (1 - row.haze) * 0.85;
				for (let channel = 0; channel < 3; channel++) {
					const tone =
						(index === 1 ? second : leaf)[channel] *
						(air.light[channel] * (0.2 + glow * 1.5) +
							air.shade[channel] * 0.55);
					out[channel] += (tone - out[channel]) * leafy;
				}
			}
		}
		// Shafts: the gaps in the leaves fan out from where the sun stands.
		const run = y - sunY + 0.12;
		const fan = run > 0.02 ? (x - sunX) / run : 0;
		const gaps =
			noise1(lattice, fan * 7 + shift, 11) +
			0.6 * noise1(lattice, fan * 19, 12);
		out[3] =
			ramp(0.1, 1.1, gaps) *
			ramp(0.05, 0.6, run) *
			decay(run * 1.6) *
			shaftStrength;
	});

	const soft = new Float64Array(4);
	return (x, y, out) => {
		backdrop(x, y, soft);
		const shaft = soft[3];
		if (y > horizon) {
			floor(x, y, shaft, out);
			const far = 1 - ramp(0, 0.1, y - horizon);
			for (let channel = 0; channel < 3; channel++) {
				out[channel] += (soft[channel] - out[channel]) * far;
			}
		} else {
			out[0] = soft[0];
			out[1] = soft[1];
			out[2] = soft[2];
		}
		for (let index = SOFT_ROWS; index < ROWS; index++) {
			const row = rows[index];
			const cover = trunkAt(row, x, y, true);
			if (cover > 0) {
				for (let channel = 0; channel < 3; channel++) {
					const tone = lerp(trunkTone[channel], mist[channel], row.haze * 0.8);
					out[channel] += (tone - out[channel]) * cover;
				}
			}
			if (bushes > 0 && y > row.foot - 0.2 && y < row.foot + 0.05) {
				const lace =
					noise2(lattice, x * 50, y * 42 + index) +
					noise2(lattice, x * 120, y * 90 + index);
				const bush = bushAt(row, x, y, lace) * ramp(0.05, 0, y - row.foot);
				const lit = (0.16 + 0.3 * shaft) * (1 + lace * 0.6);
				for (let channel = 0; channel < 3; channel++) {
					const own =
						fern[channel] *
						(air.light[channel] * lit + air.shade[channel] * 0.4);
					const tone = lerp(own, mist[channel], row.haze * 0.45);
					out[channel] += (tone - out[channel]) * bush;
				}
			}
			if (index === 7 || index === ROWS - 1) {
				const isNear = index === ROWS - 1;
				const bottom = isNear ? lowest * 0.75 : lowest + 0.1;
				const frequency = isNear ? 5.5 : 8;
				const thick = leavesAt(x - index * 3, y, frequency, bottom, 6);
				if (thick <= -0.3) continue;
				const fleck =
					noise2(lattice, x * 34, y * 40 + shift) * 0.55 +
					noise2(lattice, x * 88, y * 96 + shift) * 0.65;
				const leafy = clamp(
					(thick + fleck * 0.42 - 0.16) / (0.06 + view.pixel * 20),
				);
				if (leafy === 0) continue;
				const glow = glowAt(x, y) * (0.3 + 0.7 * air.directness);
				const depth = decay(thick * 2.2);
				const lit =
					(0.1 + glow * (isNear ? 1.1 : 1.7) * (0.3 + 0.7 * depth)) *
					(1 + fleck * 0.7);
				const dark =
					(isNear ? 0.16 : 0.36) * (0.5 + 0.5 * depth) * (1 + fleck * 0.5);
				const colour = fleck > 0.5 ? third : isNear ? leaf : second;
				for (let channel = 0; channel < 3; channel++) {
					const own =
						colour[channel] *
						(air.light[channel] * lit + air.shade[channel] * dark);
					const tone = lerp(own, mist[channel], row.haze * 0.6);
					out[channel] += (tone - out[channel]) * leafy;
				}
			}
		}
		for (let channel = 0; channel < 3; channel++) {
			out[channel] += air.light[channel] * shaft * 0.5;
		}
	};
}
