/** Turned things: vases, bowls, lamps, pots and round tables, from a profile of radius over height. */

import type { Colour } from "../colour.ts";
import { lerp, ramp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import { cylinder, rod } from "./shapes.ts";
import type { Solid } from "./solid.ts";

/** Radius at a height, both in metres. */
type Profile = readonly (readonly [height: number, radius: number])[];

/** A smooth curve through the points of a profile, tabulated. */
function smoothProfile(profile: Profile): (height: number) => number {
	const bottom = profile[0][0];
	const top = profile[profile.length - 1][0];
	const count = 64;
	const table = new Float64Array(count + 2);
	for (let index = 0; index <= count + 1; index++) {
		const height = bottom + ((top - bottom) * Math.min(index, count)) / count;
		let piece = 0;
		while (piece < profile.length - 2 && profile[piece + 1][0] < height)
			piece++;
		const [fromHeight, fromRadius] = profile[piece];
		const [toHeight, toRadius] = profile[piece + 1];
		const share = ramp(fromHeight, toHeight, height);
		table[index] = lerp(fromRadius, toRadius, share);
	}
	const perUnit = count / (top - bottom);
	return (height) => {
		const at = (height - bottom) * perUnit;
		if (at <= 0) return table[0];
		if (at >= count) return table[count];
		const index = Math.floor(at);
		return table[index] + (table[index + 1] - table[index]) * (at - index);
	};
}

const VASES: readonly Profile[] = [
	[
		[0, 0.06],
		[0.03, 0.08],
		[0.14, 0.12],
		[0.24, 0.06],
		[0.3, 0.035],
		[0.34, 0.05],
	],
	[
		[0, 0.05],
		[0.1, 0.1],
		[0.2, 0.105],
		[0.27, 0.07],
		[0.29, 0.075],
	],
	[
		[0, 0.055],
		[0.16, 0.075],
		[0.3, 0.06],
		[0.36, 0.03],
		[0.4, 0.038],
	],
	[
		[0, 0.07],
		[0.06, 0.13],
		[0.13, 0.13],
		[0.19, 0.055],
		[0.21, 0.06],
	],
];

/** A glazed vase. @param kind picks the shape; any whole number. */
export function createVase(
	kind: number,
	scale: number,
	glaze: Colour,
	lattice: Lattice,
): Solid {
	const profile = VASES[kind % VASES.length];
	const radiusAt = smoothProfile(profile);
	const height = profile[profile.length - 1][0];
	const widest = Math.max(...profile.map(([, radius]) => radius));
	return {
		halfWidth: widest * scale,
		halfDepth: widest * scale,
		height: height * scale,
		clearance: 0,
		distance(x, y, z) {
			const h = y / scale;
			const off = Math.sqrt(x * x + z * z) - radiusAt(h) * scale;
			const over = h > height ? (h - height) * scale : h < 0 ? -h * scale : 0;
			return Math.max(off * 0.72, over);
		},
		colourAt(x, y, z, out) {
			const speckle = 1 + noise2(lattice, x * 90 + z * 70, y * 90) * 0.08;
			for (let c = 0; c < 3; c++) out[c] = glaze[c] * speckle;
		},
	};
}

/** A plant pot or basket. */
export function createPot(
	radius: number,
	height: number,
	colour: Colour,
	isWoven: boolean,
	lattice: Lattice,
): Solid {
	const radiusAt = smoothProfile([
		[0, radius * 0.72],
		[height * 0.5, radius],
		[height * 0.9, radius * 0.97],
		[height, radius],
	]);
	return {
		halfWidth: radius * 1.05,
		halfDepth: radius * 1.05,
		height,
		clearance: 0,
		distance(x, y, z) {
			const off = Math.sqrt(x * x + z * z) - radiusAt(y);
			const over = y > height ? y - height : -y;
			return Math.max(off * 0.8, over);
		},
		colourAt(x, y, z, out) {
			const weave = isWoven
				? 0.85 +
					0.25 * noise2(lattice, x * 60 + z * 60, y * 140) +
					(Math.floor(y * 55) % 2) * 0.1
				: 1 + 0.05 * noise2(lattice, x * 40 + z * 30, y * 30);
			const earth = y > height - 0.004 ? 0.16 : 1;
			for (let c = 0; c < 3; c++) out[c] = colour[c] * weave * earth;
		},
	};
}

/** A floor lamp: foot, pole and a shade of cloth. */
export function createFloorLamp(metal: Colour, shade: Colour): Solid {
	const top = 1.62;
	const bottom = 1.3;
	return {
		halfWidth: 0.26,
		halfDepth: 0.26,
		height: top,
		clearance: 0,
		distance(x, y, z) {
			const pole = rod(x, y, z, 0, 0.02, 0, 0, 1.34, 0, 0.011);
			const foot = cylinder(x, y - 0.012, z, 0.14, 0.012);
			const share = (y - bottom) / (top - bottom);
			const radius = 0.24 - 0.09 * (share < 0 ? 0 : share > 1 ? 1 : share);
			const off = (Math.sqrt(x * x + z * z) - radius) * 0.95;
			const over = y > top ? y - top : bottom - y;
			const cloth = off > over ? off : over;
			const low = pole < foot ? pole : foot;
			return cloth < low ? cloth : low;
		},
		colourAt(_x, y, _z, out) {
			const colour = y > bottom - 0.004 ? shade : metal;
			for (let c = 0; c < 3; c++) out[c] = colour[c];
		},
		glowAt: (y) => (y > bottom - 0.004 ? 1 : 0),
	};
}

/** A small round table on one leg. */
export function createSideTable(
	radius: number,
	height: number,
	colour: Colour,
	lattice: Lattice,
): Solid {
	return {
		halfWidth: radius,
		halfDepth: radius,
		height,
		clearance: height * 0.5,
		distance(x, y, z) {
			const top = cylinder(x, y - height + 0.014, z, radius, 0.014);
			const leg = cylinder(x, y - height / 2, z, 0.022, height / 2 - 0.02);
			const foot = cylinder(x, y - 0.012, z, radius * 0.62, 0.012);
			const low = leg < foot ? leg : foot;
			return top < low ? top : low;
		},
		colourAt(x, y, z, out) {
			const grain = 1 + noise2(lattice, x * 8, z * 70 + y * 40) * 0.12;
			for (let c = 0; c < 3; c++) out[c] = colour[c] * grain;
		},
	};
}
