/** The lie of the land for mountain pictures: a few peaks, foothills, and a lake basin or a valley before them. */

import { ramp } from "../curve.ts";
import { type Lattice, noise1 } from "../noise.ts";
import { subjectScale, tabulate, type View } from "../scenes/scene.ts";
import { ceilingOf, raisePeaks, surveyPeaks } from "./peaks.ts";
import { wornRelief } from "./relief.ts";

export interface Massif {
	/** About as high as the highest peak. */
	readonly summit: number;
	/** No land at distance z is higher than this. */
	ceiling(z: number): number;
	readonly hasLake: boolean;
	/** Distance of the far shore or the foot of the mountains. */
	readonly foot: number;
	/** Distance of the lake's far end at picture coordinate x. */
	shoreAt(x: number): number;
	/** Bumps per unit of the first octave of relief. */
	readonly frequency: number;
	/** Writes height, d/dx, d/dz and patchiness (-1..1) at a point of the land; the lake is where the height is 0 or less. */
	survey(x: number, z: number, octaves: number, out: Float64Array): void;
}

export function createMassif(
	random: () => number,
	lattice: Lattice,
	view: View,
): Massif {
	const size = subjectScale(view);
	const peaks = raisePeaks(random, view.aspect / 2, size);
	const summit =
		peaks.reduce((sum, peak) => Math.max(sum, peak.height), 0) * 1.6;
	const hasLake = random() < 0.72;
	const nearShore = 0.9 + 0.5 * random();
	const foot = 4.5 + 4 * random();
	const sharpness = 0.5 + 0.42 * random();
	const frequency = 1 / (4.2 + 2.4 * random());
	const offset = random() * 500;
	const foothills = 0.45 + 0.75 * random();
	const meadow = 0.16 + 0.1 * random();

	// Shores wind from left to right of the picture, whatever their distance, so that they can be tabulated.
	const shoreAt = tabulate(
		view,
		0.1,
		(across) => foot * (1 + 0.3 * noise1(lattice, across * foot * 0.36, 3)),
	);
	const bankAt = tabulate(
		view,
		0.1,
		(across) => nearShore * (1 + 0.3 * noise1(lattice, across * 1.6 + 5, 4)),
	);

	const body = new Float64Array(3);
	return {
		summit,
		ceiling: (z) => ceilingOf(peaks, z) * 1.3 + foothills + 0.4,
		hasLake,
		foot,
		shoreAt: (x) => shoreAt(x) * 0.97,
		frequency,
		survey(x, z, octaves, out) {
			const across = x / z;
			const shore = shoreAt(across);
			const bank = bankAt(across);
			const rise = ramp(shore * 0.9, shore * 2.2, z);
			if (hasLake && z < shore * 0.96 && z > bank * 1.06) {
				out[0] = -0.02;
				out[1] = 0;
				out[2] = 0;
				out[3] = 0;
				return;
			}
			const isNear = z < shore * 0.9;
			wornRelief(
				lattice,
				x * frequency + offset,
				z * frequency,
				isNear ? 3 : octaves,
				sharpness,
				out,
			);
			const relief = out[0];
			const reliefX = out[1];
			const reliefZ = out[2];
			if (isNear) body.fill(0);
			else surveyPeaks(peaks, x, z, body);
			const height = body[0];
			const rough = 0.32 + 0.92 * relief;
			let ground: number;
			let gentle = 0;
			if (!hasLake) {
				ground = meadow * (relief - 0.5) * 1.6;
				gentle = meadow * 1.6 * frequency;
			} else if (z < bank * 1.06) ground = (bank - z) * 0.13;
			else ground = (z - shore) * 0.06;
			if (ground > 0.35) ground = 0.35;
			const grain = (height * 0.92 + foothills) * rise * frequency + gentle;
			out[0] = rise * (height * rough + foothills * relief) + ground;
			out[1] = rise * body[1] * rough + grain * reliefX;
			out[2] = rise * body[2] * rough + grain * reliefZ;
		},
	};
}
