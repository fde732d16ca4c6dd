/** Poured colour: layers of ink that flow into each other, with fine metal veins where they meet. */

import { bell, clamp, ramp } from "../curve.ts";
import { fractalNoise, noise2 } from "../noise.ts";
import { createSoftField } from "../soft-field.ts";
import type { Pattern } from "./pattern.ts";

export const marble: Pattern = ({ view, inks, lattice, random }) => {
	const zoom = 0.42 + 0.5 * random();
	const swirl = 0.7 + 0.7 * random();
	const stretch = 0.6 + 0.8 * random();
	const shiftX = random() * 90;
	const shiftY = random() * 90;
	const bands = 3 + 2.2 * random();
	const veins = random() < 0.75 ? 0.0045 + 0.004 * random() : 0;
	const relief = 0.5 + 0.7 * random();
	const { steps, ground, accent } = inks;
	const count = steps.length;

	const flow = (x: number, y: number): number => {
		const u = x * zoom + shiftX;
		const v = y * zoom * stretch + shiftY;
		const firstX = fractalNoise(lattice, u, v, 3);
		const firstY = fractalNoise(lattice, u + 5.2, v + 1.3, 3);
		const secondX = fractalNoise(
			lattice,
			u + swirl * firstX * 1.7 + 1.7,
			v + swirl * firstY * 1.7 + 9.2,
			3,
		);
		const secondY = fractalNoise(
			lattice,
			u + swirl * firstX * 1.7 + 8.3,
			v + swirl * firstY * 1.7 + 2.8,
			2,
		);
		return (
			fractalNoise(
				lattice,
				u + swirl * secondX * 1.9,
				v + swirl * secondY * 1.9,
				4,
			) +
			0.35 * firstX
		);
	};
	const edge = 0.004;
	const field = createSoftField(view, -0.01, 1.01, (x, y, out) => {
		const here = flow(x, y);
		out[0] = here;
		out[1] = (flow(x + edge, y) - here) / edge;
		out[2] = (flow(x, y + edge) - here) / edge;
		out[3] = noise2(lattice, x * 1.1 + 30, y * 1.1);
	});
	const at = new Float64Array(4);

	return (x, y, out) => {
		field(x, y, at);
		const slope = Math.sqrt(at[1] * at[1] + at[2] * at[2]) + 1e-6;
		const level = (at[0] * 0.72 + 0.5 + at[3] * 0.12) * bands;
		const layer = Math.floor(level);
		const share = level - layer;
		const pool = ((layer % count) + count) % count;
		const next = (pool + 1) % count;
		const near = steps[(pool * 3) % count];
		const far = steps[(next * 3) % count];
		// Each pour is deepest in the middle and thins out to its rim.
		const soft = ramp(0.55, 1, share);
		const depth = 0.82 + 0.3 * bell((share - 0.35) * 2.4);
		const lit =
			1 +
			clamp(0.5 + ((at[1] * 0.6 - at[2]) / (slope + 2)) * 0.5) * 0.3 * relief -
			0.15 * relief;
		const silk = 1 + noise2(lattice, at[0] * 46, at[3] * 5 + x * 2) * 0.035;
		const thin = clamp(0.22 - share * 0.8) * 1.6;
		const toEdge = (share < 0.5 ? share : 1 - share) / (slope * bands * 0.72);
		const vein =
			veins === 0
				? 0
				: clamp(
						(veins * (0.35 + 0.9 * clamp(at[3] + 0.4)) - toEdge) / view.pixel +
							0.5,
					);
		const gleam = 0.8 + 0.9 * bell((at[1] - at[2]) * 0.35 - 0.6);
		for (let c = 0; c < 3; c++) {
			let ink = near[c] + (far[c] - near[c]) * soft;
			ink += (ground[c] - ink) * thin * 0.5;
			ink *= depth * lit * silk;
			out[c] = ink + (accent[c] * gleam - ink) * vein;
		}
	};
};
