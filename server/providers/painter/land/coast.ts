/** Headlands and islands in the sea: where they lie, and how their cliffs and grass look. */

import { fade, lay, put, scale } from "../colour.ts";
import { clamp, ramp } from "../curve.ts";
import type { Lattice } from "../noise.ts";
import type { Growth } from "../palette.ts";
import type { Sky } from "../sky/sky.ts";
import { createLandLight } from "./land-light.ts";
import { wornRelief } from "./relief.ts";

/** A piece of land with steep shores; distances and heights in units of land. */
export interface Headland {
	readonly x: number;
	readonly z: number;
	readonly reachX: number;
	readonly reachZ: number;
	readonly height: number;
}

interface Coast {
	/** Height above the sea, 0 on the water. */
	height(x: number, z: number): number;
	/** Writes the light of the land seen at picture coordinate x and distance z. */
	paint(x: number, z: number, coarser: number, out: Float64Array): void;
}

export function createCoast(
	headlands: readonly Headland[],
	sky: Sky,
	eye: number,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
	pixel: number,
): Coast {
	const light = createLandLight(
		sky,
		0.01 + 0.02 * random() + 0.12 * sky.air.fog,
		0.5,
	);
	const rock = scale(growth.rock, 0.75);
	const grass = scale(fade(growth.grass, 0.25), 0.7);
	const frequency = 1.1;
	const offset = random() * 400;
	const survey = new Float64Array(4);
	const albedo = new Float64Array(3);

	/** Writes height, slopes and patchiness. */
	const at = (x: number, z: number, octaves: number) => {
		let plateau = -1;
		let slopeX = 0;
		let slopeZ = 0;
		for (let index = 0; index < headlands.length; index++) {
			const head = headlands[index];
			const dx = (x - head.x) / head.reachX;
			const dz = (z - head.z) / head.reachZ;
			const inside = 1 - dx * dx - dz * dz;
			if (inside < -0.6) continue;
			const here = head.height * (inside + 0.15);
			if (here <= plateau) continue;
			plateau = here;
			slopeX = (-2 * head.height * dx) / head.reachX;
			slopeZ = (-2 * head.height * dz) / head.reachZ;
		}
		if (plateau <= -0.28) {
			survey[0] = 0;
			return;
		}
		wornRelief(
			lattice,
			x * frequency + offset,
			z * frequency,
			octaves,
			0.75,
			survey,
		);
		const rough = (survey[0] - 0.55) * 0.85;
		const body = plateau + rough;
		// Rises out of the sea as a cliff, then rounds off to a plateau.
		const cliff = body <= 0 ? 0 : body / (body + 0.22);
		const steep = body <= 0 ? 0 : 0.22 / ((body + 0.22) * (body + 0.22));
		const tall = 0.75 * (plateau + 0.25);
		survey[0] = cliff * (tall > 0 ? tall : 0) + cliff * 0.12;
		survey[1] = (slopeX + survey[1] * frequency * 0.85) * steep * 0.5;
		survey[2] = (slopeZ + survey[2] * frequency * 0.85) * steep * 0.5;
	};

	return {
		height(x, z) {
			at(x, z, 6);
			return survey[0] > 0 ? survey[0] : 0;
		},
		paint(x, z, coarser, out) {
			const octaves = z * pixel > 0.02 ? 4 : 6;
			at(x * z, z, octaves - coarser);
			const height = survey[0];
			const up =
				1 / Math.sqrt(1 + survey[1] * survey[1] + survey[2] * survey[2]);
			put(albedo, rock);
			lay(
				albedo,
				grass,
				ramp(0.55, 0.8, up + survey[3] * 0.1) * ramp(0.08, 0.25, height),
			);
			const snow = growth.snow * ramp(0.6, 0.85, up + survey[3] * 0.15);
			lay(albedo, [0.86, 0.9, 0.96], snow);
			// Strata, and the dark wet foot of the cliff.
			const strata = 1 + 0.5 * survey[3] - 0.45 * clamp(1 - height * 16);
			for (let channel = 0; channel < 3; channel++) albedo[channel] *= strata;
			const y = sky.horizon - (height - eye) / z;
			light.shade(albedo, survey[1], survey[2], height, x, y, z, out);
		},
	};
}
