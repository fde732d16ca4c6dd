/** The open sea in perspective: waves that mirror the sky, show their own green depth, break into foam and glitter. */

import { type Colour, hex, mix, retint, scale } from "../colour.ts";
import { bell, clamp, decay, octavesBetween, ramp } from "../curve.ts";
import { wornRelief } from "../land/relief.ts";
import { type Lattice, noise2 } from "../noise.ts";
import type { Sky } from "../sky/sky.ts";

interface SeaSurface {
	/** Writes the light of the sea at a point below the horizon. */
	paint(x: number, y: number, out: Float64Array): void;
}

interface SeaState {
	/** Height of the eye above the water. */
	readonly eye: number;
	/** 0 a lazy swell .. 1 a storm. */
	readonly wildness: number;
	/** A colour that the water leans to. */
	readonly wish: Colour | undefined;
	readonly pixel: number;
}

/** The sea's own colours, as dark as the day is. */
function watercolours(
	{ air }: Sky,
	wish: Colour | undefined,
	random: () => number,
): { deep: Colour; crest: Colour } {
	const daylight = mix(air.light, air.shade, 0.5);
	const brightness = 0.25 + 0.75 * (daylight[0] + daylight[1] + daylight[2]);
	const tint = (text: string) => {
		const own = mix(hex(text), air.zenith, 0.25);
		const wished = wish === undefined ? own : retint(own, wish, 0.55);
		return scale(wished, brightness * (0.5 + 0.3 * air.directness));
	};
	const deep = tint("#0f3c52");
	const crest = tint(random() < 0.5 ? "#3f8f8e" : "#4a8fa3");
	return { deep, crest };
}

/** @param mirrored writes what stands at a point above the horizon: the sky, and land if there is any. */
export function createSeaSurface(
	sky: Sky,
	lattice: Lattice,
	state: SeaState,
	random: () => number,
	mirrored: (x: number, y: number, out: Float64Array) => void,
): SeaSurface {
	const { air, horizon, sunX } = sky;
	const { eye, wildness, pixel } = state;
	const { deep, crest } = watercolours(sky, state.wish, random);
	const foam = mix(air.cloudLight, air.horizon, 0.3);
	const slant = (random() - 0.5) * 0.6;
	const along = 1.2 + 0.6 * random();
	const across = 2.8 + 1.2 * random();
	const steepness = 0.35 + 0.75 * wildness;
	const caps = 0.86 - 0.3 * wildness;
	const farthest = horizon - 0.0005;
	const relief = new Float64Array(4);

	const paint = (x: number, y: number, out: Float64Array) => {
		const down = Math.max(y - horizon, pixel * 0.5);
		const z = eye / down;
		const wx = x * z;
		// A wave is seen foreshortened: what counts is how deep it lies in the picture.
		const finest = (0.55 * eye) / (z * z * pixel);
		const octaves = Math.min(
			Math.max(octavesBetween(across, finest), 1.2),
			5.5,
		);
		wornRelief(
			lattice,
			(wx + slant * z) * along,
			z * across,
			octaves,
			0,
			relief,
		);
		const near = 1 / (1 + z * z * 0.006);
		const height = relief[0];
		const towards = -relief[2] * steepness * (0.25 + 0.75 * near);
		const aside = relief[1] * steepness * near;

		const lift = 0.012 + down * (0.85 + 0.3 * wildness) - towards * 0.07;
		const source = horizon - (lift < 0 ? -lift : lift);
		mirrored(
			x + aside * 0.035,
			source > farthest ? farthest : source < 0 ? 0 : source,
			out,
		);
		const facing = towards < 0 ? 0 : towards;
		const mirror = clamp(
			0.1 + 0.82 * decay(down * 3.4 + facing * 0.75 + wildness * 0.25),
		);
		const swell = noise2(lattice, wx * 0.22 + 50, z * 0.5);
		const clear = clamp((height - 0.42) * 1.7 + facing * 0.35 + swell * 0.12);
		const glint =
			bell((x - sunX + aside * 0.06) / (0.015 + 0.22 * down)) *
			ramp(0.1, 0.85, towards * 0.8 + height * 0.9 - 0.1) *
			(0.35 + decay(down * 2)) *
			2.2 *
			air.directness;
		let white =
			ramp(caps, caps + 0.12, height + swell * 0.14) *
			(0.25 + 0.75 * near) *
			(0.2 + 0.8 * wildness);
		if (white > 0) {
			const torn = noise2(lattice, wx * 5.3 + 20, z * 7.7);
			white *= ramp(0.1, 0.7, torn + 0.45 * (height - caps) + 0.2);
		}
		for (let channel = 0; channel < 3; channel++) {
			const body = deep[channel] + (crest[channel] - deep[channel]) * clear;
			const water =
				body + (out[channel] - body) * mirror + air.light[channel] * glint;
			out[channel] = water + (foam[channel] - water) * white;
		}
		const hidden = 1 - decay(z * (0.004 + 0.05 * air.fog));
		const glow = sky.glow(x, y);
		for (let channel = 0; channel < 3; channel++) {
			const veil = air.haze[channel] + air.light[channel] * glow * 0.4;
			out[channel] += (veil - out[channel]) * hidden;
		}
	};
	return { paint };
}
