/** A sea of sand: two trains of dunes that cross, each with a gentle windward side, a sharp crest and a steep lee. */

import type { Lattice } from "../noise.ts";
import { wornRelief } from "./relief.ts";

export interface Dunes {
	/** No dune is higher. */
	readonly summit: number;
	/** Writes height, d/dx and d/dz at a point of the land. */
	survey(x: number, z: number, out: Float64Array): void;
	height(x: number, z: number): number;
	/** How far up the wind a point lies; fine ripples follow it. */
	wind(x: number, z: number): number;
}

/** One train: where its crests run and how high they are. */
interface Train {
	readonly directionX: number;
	readonly directionZ: number;
	readonly frequency: number;
	readonly height: number;
	readonly warp: number;
	readonly shift: number;
}

/** Windward share of a dune's length. */
const WINDWARD = 0.7;
/** Bumps per unit of land: how the crests wind, and where the dunes are high. */
const BEND = 0.12;
const SWELL = 0.17;

const folded = new Float64Array(2);

/** Writes a dune's height (0..1) at a phase, and its slope, into `folded`. */
function profile(phase: number): void {
	const within = phase - Math.floor(phase);
	if (within < WINDWARD) {
		const rise = within / WINDWARD;
		folded[0] = rise * rise * (1.9 - 0.9 * rise);
		folded[1] = (rise * (3.8 - 2.7 * rise)) / WINDWARD;
		return;
	}
	const fall = (1 - within) / (1 - WINDWARD);
	folded[0] = fall * (0.55 + 0.45 * fall);
	folded[1] = -(0.55 + 0.9 * fall) / (1 - WINDWARD);
}

export function createDunes(random: () => number, lattice: Lattice): Dunes {
	const side = random() < 0.5 ? -1 : 1;
	const boldness = 0.7 + 0.7 * random();
	const trains: Train[] = [0, 1].map((index) => {
		const turn = (index === 0 ? 0.35 : -0.75) + (random() - 0.5) * 0.7;
		const length = Math.sqrt(1 + turn * turn);
		return {
			directionX: side / length,
			directionZ: turn / length,
			frequency: (index === 0 ? 0.17 : 0.3) * (0.8 + 0.5 * random()),
			height: (index === 0 ? 1.15 : 0.5) * boldness,
			warp: (index === 0 ? 1 : -1) * (1.6 + 1.2 * random()),
			shift: random() * 100,
		};
	});
	const [first, second] = trains as [Train, Train];
	const bend = new Float64Array(4);
	const swell = new Float64Array(4);
	const one = new Float64Array(3);
	const other = new Float64Array(3);

	/** One train's height and slopes, from the bend of its crests and the swell of its heights. */
	const surveyTrain = (
		train: Train,
		x: number,
		z: number,
		lull: number,
		out: Float64Array,
	) => {
		const along = x * train.directionX + z * train.directionZ;
		profile(along * train.frequency + train.warp * bend[0] + train.shift);
		const tall = (0.62 + lull * (swell[0] - 0.45)) * train.height;
		const phaseX = train.directionX * train.frequency + train.warp * bend[1];
		const phaseZ = train.directionZ * train.frequency + train.warp * bend[2];
		const grow = lull * train.height * folded[0];
		out[0] = folded[0] * tall;
		out[1] = folded[1] * phaseX * tall + swell[1] * grow;
		out[2] = folded[1] * phaseZ * tall + swell[2] * grow;
	};

	const survey = (x: number, z: number, out: Float64Array) => {
		wornRelief(lattice, x * BEND, z * BEND + 31, 2, 0, bend);
		wornRelief(lattice, x * SWELL + 60, z * SWELL, 1, 0, swell);
		for (let axis = 1; axis < 3; axis++) {
			bend[axis] *= BEND;
			swell[axis] *= SWELL;
		}
		surveyTrain(first, x, z, 1.1, one);
		surveyTrain(second, x, z, -1.1, other);
		// The higher dune swallows most of the lower one; the ground at our feet is low.
		const isFirst = one[0] > other[0];
		const near = z < 3 ? 0.3 + 0.7 * (z / 3) * (z / 3) : 1 + (z - 3) * 0.009;
		// Far out at the sides of a panorama the steps of distance would miss whole dunes.
		const aside = (x * x) / 2500;
		const share = near / (1 + aside * aside);
		for (let index = 0; index < 3; index++) {
			const high = isFirst ? one[index] : other[index];
			const low = isFirst ? other[index] : one[index];
			out[index] = (high + 0.3 * low) * share;
		}
	};

	const point = new Float64Array(3);
	return {
		summit: 3,
		survey,
		height(x, z) {
			survey(x, z, point);
			return point[0];
		},
		wind: (x, z) => x * first.directionX + z * first.directionZ,
	};
}
