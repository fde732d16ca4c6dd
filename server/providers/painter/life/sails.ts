/** Sailing boats on the water, each with its mirror image torn by the waves. */

import { type Colour, mix } from "../colour.ts";
import { clamp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import type { Sky } from "../sky/sky.ts";

/** Where a boat lies, in picture coordinates. */
export interface BoatPlace {
	readonly x: number;
	/** y of the water line. */
	readonly y: number;
	/** From the water line to the top of the mast. */
	readonly height: number;
	readonly sail: Colour;
	/** -1 sails to the left, 1 to the right. */
	readonly heading: number;
}

/** Returns a brush that paints the boats over the sea in `out`. */
export function createSails(
	places: readonly BoatPlace[],
	sky: Sky,
	lattice: Lattice,
	pixel: number,
): (x: number, y: number, out: Float64Array) => void {
	const { air } = sky;
	const hull = mix(air.shade, [0.05, 0.05, 0.06], 0.75);
	const against = sky.sunX;

	/** How much of the pixel a boat hides; the sign tells sail (+) from hull (-). `u` ahead and `v` up, in boat heights. */
	const shapeAt = (u: number, v: number, soft: number) => {
		// The hull: a bowl that rises a little to the bow.
		const sheer = 0.07 + 0.05 * u * u + 0.03 * u;
		const bottom = (u * u * u * u) / 0.02 - 0.025;
		const body = Math.min(sheer - v, v - bottom, 0.4 - u, u + 0.36);
		if (body > -soft) return -clamp(body / soft + 0.5);
		// Mainsail behind the mast with a full curve, jib before it.
		const rise = (v - 0.13) / 0.87;
		const leech = 0.37 * (1 - rise) * (1 + 0.35 * rise);
		const main = Math.min(rise * 0.8, -u - 0.008, u + leech);
		const height = (v - 0.1) / 0.72;
		const luff = 0.36 * (1 - height);
		const jib = Math.min(
			height * 0.8,
			u - 0.02 - 0.05 * (1 - height) * height,
			luff - u,
		);
		const mast = Math.min(0.006 - Math.abs(u), v, 1.02 - v);
		const cloth = Math.max(main, jib);
		if (mast > cloth) return -clamp(mast / soft + 0.5);
		return clamp(cloth / soft + 0.5);
	};

	return (x, y, out) => {
		for (let index = 0; index < places.length; index++) {
			const boat = places[index];
			const { height, heading } = boat;
			const across = (x - boat.x) / height;
			if (across > 0.6 || across < -0.6) continue;
			let up = (boat.y - y) / height;
			if (up > 1.1 || up < -0.95) continue;
			let u = across * heading;
			let strength = 1;
			if (up < -0.02) {
				const torn = noise2(lattice, x * 60, y * 420);
				u += torn * 0.07;
				up = -up * 1.15;
				strength = 0.5 * (1 - up * 0.8) * clamp(0.7 + torn);
			}
			const shape = shapeAt(u, up, pixel / height);
			if (shape === 0) continue;
			const isSail = shape > 0;
			const cover = clamp((isSail ? shape : -shape) * strength);
			// Cloth lets through some of the light from behind.
			const towards = clamp(0.75 + (against - x) * heading * 0.3);
			for (let channel = 0; channel < 3; channel++) {
				const cloth =
					boat.sail[channel] *
					(air.light[channel] * towards * (0.3 + 0.6 * air.directness) +
						air.shade[channel] * 0.55);
				const tone = isSail ? cloth : hull[channel];
				out[channel] += (tone - out[channel]) * cover;
			}
		}
	};
}
