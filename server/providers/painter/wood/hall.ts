/** The inside of a wood: row behind row of trunks in the haze, leaves above, shafts of light, a floor below. */

import type { Brief } from "../brief.ts";
import { clamp, lerp, ramp } from "../curve.ts";
import { type Lattice, randomFrom } from "../noise.ts";
import type { Growth } from "../palette.ts";
import { type Shader, subjectScale, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import { createSoftField } from "../soft-field.ts";
import { createCanopy } from "./canopy.ts";
import { createWoodFloor } from "./floor.ts";
import { plantRows, SOFT_ROWS } from "./rows.ts";
import { createTrunks } from "./trunks.ts";
import { createUndergrowth } from "./undergrowth.ts";
import { createWoodLight } from "./wood-light.ts";

export function createWoodHall(
	brief: Brief,
	view: View,
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
): Shader {
	const random = randomFrom(brief.seed ^ 0x3f0e57);
	const { air, horizon } = sky;
	const eye = 0.26 + 0.1 * random();
	const thickness = 0.12 + 0.12 * random() + 0.3 * air.fog;
	const rows = plantRows(view, horizon, eye, thickness, random);
	const light = createWoodLight(brief, sky, growth, lattice, random);
	const trunks = createTrunks(view, sky, light, growth, lattice, random);
	const canopy = createCanopy(view, sky, light, growth, lattice, random);
	const bushes = createUndergrowth(
		view,
		sky,
		light,
		growth,
		lattice,
		rows,
		SOFT_ROWS,
		random,
	);
	const size = subjectScale(view);
	const floor = createWoodFloor(brief, sky, growth, lattice, random, eye, size);
	const { mist } = light;
	const leaf = growth.leaves[0] ?? growth.grass;
	const trunk = new Float64Array(3);

	const backdrop = createSoftField(view, -0.02, 1.02, (x, y, out) => {
		const glow = light.glow(x, y);
		const above = ramp(0.75, 0.05, clamp(y / horizon)) * growth.leafage * 0.75;
		for (let channel = 0; channel < 3; channel++) {
			const far = lerp(mist[channel], light.canopy[channel], above);
			out[channel] = far * 0.8 + air.light[channel] * glow * 0.75;
		}
		for (let index = 0; index < SOFT_ROWS; index++) {
			const row = rows[index];
			const cover = trunks(row, x, y, false, trunk) * (1 - row.haze * 0.85);
			for (let channel = 0; channel < 3; channel++) {
				out[channel] += (trunk[channel] - out[channel]) * cover;
			}
			bushes(index, x, y, 0, out);
			if (index % 2 === 0) continue;
			const leafy =
				ramp(0, 0.3, canopy.far(x, y, index)) * (1 - row.haze) * 0.85;
			for (let channel = 0; channel < 3; channel++) {
				const tone =
					leaf[channel] *
					(air.light[channel] * (0.2 + glow * 1.5) + air.shade[channel] * 0.55);
				out[channel] += (tone - out[channel]) * leafy;
			}
		}
		out[3] = light.shaft(x, y);
	});

	const soft = new Float64Array(4);
	return (x, y, out) => {
		backdrop(x, y, soft);
		const shaft = soft[3];
		if (y > horizon) floor(x, y, shaft, out);
		const far = 1 - ramp(0, 0.1, y - horizon);
		for (let channel = 0; channel < 3; channel++) {
			out[channel] += (soft[channel] - out[channel]) * far;
		}
		for (let index = SOFT_ROWS; index < rows.length; index++) {
			const row = rows[index];
			const cover = trunks(row, x, y, true, trunk);
			if (cover > 0) {
				for (let channel = 0; channel < 3; channel++) {
					const tone = lerp(trunk[channel], mist[channel], row.haze * 0.8);
					out[channel] += (tone - out[channel]) * cover;
				}
			}
			bushes(index, x, y, shaft, out);
			if (index === rows.length - 3) canopy.paint(0, x, y, row.haze, out);
			if (index === rows.length - 1) canopy.paint(1, x, y, row.haze, out);
		}
		for (let channel = 0; channel < 3; channel++) {
			out[channel] += air.light[channel] * shaft * 0.5;
		}
	};
}
