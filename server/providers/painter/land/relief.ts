/** Worn mountains out of noise that knows its own slope: the shape of land, and with it how light falls there. */

import type { Lattice } from "../noise.ts";

const MASK = 1023;
const MOST_OCTAVES = 12;
/** Brings the sum of all octaves but the first to about -1..1. */
const PATCHINESS = 1.6;

// Each octave is the one before turned by a 3-4-5 triangle and doubled; a slope has to be turned back by the same.
const TURN_X = new Float64Array(MOST_OCTAVES);
const TURN_Y = new Float64Array(MOST_OCTAVES);
for (let octave = 0, x = 1, y = 0; octave < MOST_OCTAVES; octave++) {
	TURN_X[octave] = x;
	TURN_Y[octave] = y;
	const turned = 1.6 * x + 1.2 * y;
	y = 1.6 * y - 1.2 * x;
	x = turned;
}

/**
 * Sharp crests, smooth valleys, fine detail only where it is not steep already.
 * Writes height (about 0..1), d/dx and d/dy into `out[0..2]`, and into `out[3]` a plain noise of the middle octaves (-1..1) for
 * patches of growth or snow that go with the shape. One loop without calls: it runs for every pixel of land.
 * @param octaves at most 12; of the last one only the fraction is added, so that detail can fade in without an edge.
 * @param sharpness 0 rolling hills, 1 knife-edged crests.
 */
export function wornRelief(
	lattice: Lattice,
	x: number,
	y: number,
	octaves: number,
	sharpness: number,
	out: Float64Array,
): void {
	const { order, values } = lattice;
	const roundness = 1 - sharpness;
	let height = 0;
	let slopeX = 0;
	let slopeY = 0;
	let wornX = 0;
	let wornY = 0;
	let patches = 0;
	let amplitude = 0.5;
	let u = x;
	let v = y;
	for (let octave = 0; octave < octaves; octave++) {
		if (octaves - octave < 1) amplitude *= octaves - octave;
		const column = Math.floor(u);
		const row = Math.floor(v);
		const fx = u - column;
		const fy = v - row;
		const left = order[column & MASK] + row;
		const right = order[(column + 1) & MASK] + row;
		const a = values[order[left & MASK]];
		const b = values[order[right & MASK]];
		const c = values[order[(left + 1) & MASK]];
		const d = values[order[(right + 1) & MASK]];
		const smoothX = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
		const smoothY = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
		const twist = a - b - c + d;
		const value = a + (b - a) * smoothX + (c - a + twist * smoothX) * smoothY;
		// Folding the noise at 0 makes a crest of every zero; `fold` is what that does to value and slope alike.
		const fold = roundness - (value < 0 ? -1.4 : 1.4) * sharpness;
		const du = 30 * fx * fx * (fx * (fx - 2) + 1) * (b - a + twist * smoothY);
		const dv = 30 * fy * fy * (fy * (fy - 2) + 1) * (c - a + twist * smoothX);
		wornX += du * fold * amplitude;
		wornY += dv * fold * amplitude;
		const weight = amplitude / (1 + 0.6 * (wornX * wornX + wornY * wornY));
		height += weight * (value * fold + 0.7 * sharpness);
		if (octave > 0) patches += value * amplitude * PATCHINESS;
		const turnX = TURN_X[octave];
		const turnY = TURN_Y[octave];
		slopeX += weight * fold * (du * turnX + dv * turnY);
		slopeY += weight * fold * (dv * turnX - du * turnY);
		const turned = 1.6 * u + 1.2 * v + 17.3;
		v = 1.6 * v - 1.2 * u + 5.1;
		u = turned;
		amplitude *= 0.44;
	}
	out[0] = 0.45 + 0.75 * (height - 0.25 * sharpness);
	out[1] = 0.75 * slopeX;
	out[2] = 0.75 * slopeY;
	out[3] = patches;
}
