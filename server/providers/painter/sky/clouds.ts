/** Clouds lit by the sun: veils, fleeces, heaps and the overcast blanket, all from one field of noise. */

import { lay } from "../colour.ts";
import { bell, clamp, decay, ramp } from "../curve.ts";
import {
	fractalNoise,
	type Lattice,
	noise2,
	visibleOctaves,
} from "../noise.ts";
import { type Atmosphere, pick } from "../palette.ts";

/** How one kind of cloud is shaped. */
interface CloudKind {
	/** Bumps per unit of the cloud plane. */
	readonly frequency: number;
	/** How much longer than deep the shapes are. */
	readonly stretch: number;
	/** 0 soft fog, 1 cauliflower. */
	readonly billow: number;
	/** Width of the edge in units of noise. */
	readonly softness: number;
	readonly opacity: number;
	/** 0 seen from the side, upright; 1 lying on a plane above, seen from below. */
	readonly lying: number;
}

const VEIL: CloudKind = {
	frequency: 1.5,
	stretch: 2.6,
	billow: 0,
	softness: 0.75,
	opacity: 0.62,
	lying: 1,
};
const FLEECE: CloudKind = {
	frequency: 2.8,
	stretch: 1.2,
	billow: 0.45,
	softness: 0.34,
	opacity: 0.9,
	lying: 1,
};
const HEAP: CloudKind = {
	frequency: 2.5,
	stretch: 1.25,
	billow: 0.75,
	softness: 0.2,
	opacity: 0.97,
	lying: 0,
};
const STREAKS: CloudKind = {
	frequency: 1.7,
	stretch: 3.4,
	billow: 0.1,
	softness: 0.42,
	opacity: 0.85,
	lying: 0.25,
};
const BLANKET: CloudKind = {
	frequency: 1.3,
	stretch: 1.5,
	billow: 0.3,
	softness: 0.7,
	opacity: 1,
	lying: 1,
};

/** Where the clouds hang and what lights them. */
interface CloudSetting {
	readonly air: Atmosphere;
	readonly horizon: number;
	readonly sunX: number;
	readonly sunY: number;
	readonly pixel: number;
	readonly lattice: Lattice;
	readonly random: () => number;
}

/**
 * Returns a brush that paints clouds over the sky already in `out`.
 * @returns how much of the sky is hidden at the point, 0..1.
 */
export function createClouds(
	setting: CloudSetting,
): (x: number, y: number, glow: number, out: Float64Array) => number {
	const { air, horizon, sunX, sunY, pixel, lattice, random } = setting;
	const cover = air.cloudCover;
	const kind =
		cover > 0.8
			? BLANKET
			: pick(random, [VEIL, FLEECE, HEAP, STREAKS, STREAKS, FLEECE]);
	const frequency = kind.frequency * (0.85 + 0.4 * random());
	const shiftX = random() * 200;
	const shiftY = random() * 200;
	const drift = (random() - 0.5) * 0.8;
	const threshold = 0.52 - cover * 0.95;
	const octaves = Math.max(3, visibleOctaves(frequency * 2, pixel, 6));
	const towardsSun = 0.09 / frequency;
	const { cloudLight, cloudShade, horizon: low } = air;
	const colour: [number, number, number] = [0, 0, 0];

	// What the finer octaves and the billows can add at most: where the coarse ones fall short by more, there is no cloud.
	const most = 0.24 + kind.billow * 0.62;

	/** How far above the threshold the noise is, or something negative. */
	const field = (u: number, v: number, detail: number) => {
		const coarse = fractalNoise(lattice, u, v, 2) - threshold;
		if (coarse < -most) return -1;
		// The third octave on, at twice two turns of `fractalNoise`.
		const fine = fractalNoise(
			lattice,
			1.12 * u + 3.84 * v + 51.1,
			1.12 * v - 3.84 * u + 7.7,
			detail - 2,
		);
		const soft = coarse + fine * 0.25;
		if (kind.billow === 0) return soft;
		const lump = noise2(lattice, u * 2.3 + 7, v * 2.3 + 3);
		const knob = noise2(lattice, u * 5.1 + 1, v * 5.1 + 9);
		const puff =
			(lump < 0 ? -lump : lump) * 0.9 + (knob < 0 ? -knob : knob) * 0.45;
		return soft + (puff - 0.38) * kind.billow;
	};

	return (x, y, glow, out) => {
		const height = horizon - y;
		if (height < -0.02) return 0;
		const far = 0.3 / (height + 0.09);
		const reach = 1 + (far * 1.5 - 1) * kind.lying;
		const u = ((x * reach) / kind.stretch + drift * y) * frequency + shiftX;
		const depth = y * (1 - kind.lying) * 1.7 - far * 1.6 * kind.lying;
		const v = depth * frequency + shiftY;
		const here = field(u, v, octaves);
		if (here <= 0) return 0;
		const nearHorizon = ramp(0, 0.14, height);
		const density = ramp(0, kind.softness, here) * kind.opacity * nearHorizon;

		const awayX = sunX - x;
		const awayY = sunY - y;
		const perDistance =
			towardsSun / (Math.sqrt(awayX * awayX + awayY * awayY) + 0.15);
		const there = Math.max(
			-0.3,
			field(
				u + awayX * perDistance * frequency * 1.5,
				v + (awayY * perDistance * frequency - 0.06) * 1.7,
				3,
			),
		);
		const lit = clamp(0.52 + (here - there) * 1.5 - here * 0.22);
		const thin = decay(here * 4.5) * glow;
		const bright = clamp(lit * (0.35 + 0.65 * air.directness) + thin * 0.9);
		const silver = thin * 0.7 + glow * 0.22;
		const distance = bell(height * 5) * 0.55;
		for (let channel = 0; channel < 3; channel++) {
			const dark = cloudShade[channel];
			const tone = dark + (cloudLight[channel] - dark) * bright;
			colour[channel] =
				tone + (low[channel] - tone) * distance + air.light[channel] * silver;
		}
		lay(out, colour, density);
		return density;
	};
}
