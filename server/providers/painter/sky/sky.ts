/** The sky of a picture: gradient, sun or moon, stars after dark, clouds; every outdoor scene begins with it. */

import type { Brief } from "../brief.ts";
import { lay, mix, scale } from "../colour.ts";
import { clamp, coverage, ramp } from "../curve.ts";
import { type Lattice, randomFrom } from "../noise.ts";
import { type Atmosphere, atmosphereFor } from "../palette.ts";
import type { View } from "../scenes/scene.ts";
import { createSoftField } from "../soft-field.ts";
import { createClouds } from "./clouds.ts";
import { createLightning } from "./lightning.ts";
import { createMoon } from "./moon.ts";
import { createStars } from "./stars.ts";
import { createSun, type Sun } from "./sun.ts";

export interface Sky {
	readonly air: Atmosphere;
	/** Centre of the sun or moon in picture coordinates; it may stand outside the frame or below the horizon. */
	readonly sunX: number;
	readonly sunY: number;
	readonly horizon: number;
	/** Writes the sky's light at a point, and returns how much of it no cloud hides, 0..1. */
	paint(x: number, y: number, out: Float64Array): number;
	/** How strongly the sun's glow lights up the air at a point, 0..about 0.7. */
	glow(x: number, y: number): number;
}

/**
 * Writes the open sky before any cloud: from zenith to horizon, warmer on the sun's side, brighter around it.
 * @param contrast between the sun's side and the other, 0..1.
 */
function createGradient(
	air: Atmosphere,
	sun: Sun,
	view: View,
	horizon: number,
	contrast: number,
): (x: number, y: number, glow: number, out: Float64Array) => void {
	const opposite = mix(air.horizon, air.middle, 0.45);
	const turn =
		(contrast * (sun.x < 0 ? -1 : 1)) / (Math.min(view.aspect, 1.7) * 1.1);
	return (x, y, glow, out) => {
		const down = clamp(y / horizon);
		const upper = ramp(0, 0.85, down);
		const lower = down * down * down * (0.35 + 0.65 * down);
		const sideways = clamp((sun.x - x) * turn);
		for (let channel = 0; channel < 3; channel++) {
			const top = air.zenith[channel];
			const body = top + (air.middle[channel] - top) * upper;
			const low =
				air.horizon[channel] +
				(opposite[channel] - air.horizon[channel]) * sideways;
			out[channel] =
				body + (low - body) * lower + air.light[channel] * glow * 0.62;
		}
	};
}

interface SkyOptions {
	/** `false` leaves out sun, moon and their glow. */
	readonly hasDisc?: boolean;
	/** Adds soft light behind the clouds: a milky way, an aurora. */
	readonly backlight?: (x: number, y: number, out: Float64Array) => void;
}

/**
 * @param horizon where the sky ends, as y.
 * @returns a sky that may be asked a little below its horizon too, for what the land leaves open.
 */
export function createSky(
	brief: Brief,
	view: View,
	horizon: number,
	lattice: Lattice,
	{ hasDisc = true, backlight }: SkyOptions = {},
): Sky {
	const random = randomFrom(brief.seed ^ 0x5c1e57a1);
	const air = atmosphereFor(brief, random);
	const sun = createSun(brief, view, horizon, air, hasDisc, random);
	const darkness =
		brief.timeOfDay === "night" ? 1 : brief.timeOfDay === "dusk" ? 0.45 : 0;
	const starStrength = darkness * air.directness;
	const stars = createStars(brief.seed, view, 1);
	const moon = createMoon(lattice, random, scale(air.disc, 0.9));
	const clouds = createClouds({
		air,
		horizon,
		sunX: sun.x,
		sunY: sun.y,
		pixel: view.pixel,
		lattice,
		random,
	});
	const bolt =
		brief.weather === "storm" && random() < 0.55
			? createLightning(view, horizon, lattice, random)
			: undefined;
	// A low sun colours its own side of the sky more than a high one.
	const contrast = brief.timeOfDay === "day" ? 0.35 : 0.8;
	const gradient = createGradient(air, sun, view, horizon, contrast);
	const softly = createSoftField(view, -0.05, horizon + 0.1, (x, y, out) => {
		const glow = sun.glow(x, y);
		gradient(x, y, glow, out);
		backlight?.(x, y, out);
		out[3] = 1 - clouds(x, y, glow, out);
	});

	// The sun's rim melts into its glow; the moon's is sharp.
	const edge = view.pixel * 1.5 + (sun.isMoon ? 0 : sun.radius * 0.16);
	const reach = sun.radius + edge;
	const soft = new Float64Array(4);
	const starlight = new Float64Array(3);
	const paint = (x: number, y: number, out: Float64Array) => {
		softly(x, y, soft);
		out[0] = soft[0];
		out[1] = soft[1];
		out[2] = soft[2];
		const open = soft[3];
		const dx = x - sun.x;
		const dy = y - sun.y;
		const squared = dx * dx + dy * dy;
		if (
			starStrength > 0 &&
			(squared > sun.radius * sun.radius || !hasDisc) &&
			stars(x, y, starlight)
		) {
			const strength = starStrength * open * ramp(0, 0.5, 1 - y / horizon);
			for (let channel = 0; channel < 3; channel++) {
				out[channel] += starlight[channel] * strength;
			}
		}
		if (sun.discStrength > 0 && squared < reach * reach) {
			const distance = Math.sqrt(squared);
			const cover =
				coverage(sun.radius - distance, edge) * sun.discStrength * open;
			if (sun.isMoon) moon(dx / sun.radius, dy / sun.radius, cover, out);
			else lay(out, air.disc, cover);
		}
		bolt?.(x, y, out);
		return open;
	};
	const { x: sunX, y: sunY, airGlow } = sun;
	return { air, sunX, sunY, horizon, paint, glow: airGlow };
}
