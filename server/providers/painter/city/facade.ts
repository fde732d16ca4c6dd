/** How a building's walls look from here: windows, lamps behind them, reflections, sun on one side, and the air between. */

import type { Brief, TimeOfDay } from "../brief.ts";
import { type Colour, mix, scale } from "../colour.ts";
import { bell, clamp, decay, ramp } from "../curve.ts";
import { hashCell, type Lattice, noise2 } from "../noise.ts";
import type { Sky } from "../sky/sky.ts";
import type { Body, WallStyle } from "./building.ts";

export interface StreetLight {
	/** Glow of the streets that hangs in the air. */
	readonly glow: Colour;
	/** 0 by day, 1 at night. */
	readonly darkness: number;
}

const DARKNESS: Record<TimeOfDay, number> = {
	dawn: 0.3,
	day: 0,
	sunset: 0.35,
	dusk: 0.8,
	night: 1,
};

/** The light of a city's streets, in the brief's second colour when there is one. */
export function streetLightOf(brief: Brief): StreetLight {
	const darkness = DARKNESS[brief.timeOfDay];
	const own: Colour = [0.72, 0.27, 0.09];
	const wish = brief.colours[1] ?? brief.colours[0];
	const hue = wish === undefined ? own : mix(own, wish, 0.45);
	return { glow: scale(hue, 0.62 * darkness * darkness), darkness };
}

interface Pattern {
	/** Where the pane lies in its bay and storey, 0..1. */
	readonly left: number;
	readonly right: number;
	readonly low: number;
	readonly high: number;
	/** How much of what a pane shows is the sky's reflection. */
	readonly gloss: number;
	/** How much light the panes take from the wall by day. */
	readonly depth: number;
}

const PATTERNS: Record<WallStyle, Pattern> = {
	glass: { left: 0.04, right: 0.96, low: 0.1, high: 1, gloss: 0.9, depth: 1 },
	punched: {
		left: 0.24,
		right: 0.76,
		low: 0.22,
		high: 0.8,
		gloss: 0.3,
		depth: 0.9,
	},
	ribbons: {
		left: 0.03,
		right: 0.97,
		low: 0.34,
		high: 0.82,
		gloss: 0.5,
		depth: 1,
	},
	fins: {
		left: 0.26,
		right: 0.78,
		low: 0.12,
		high: 1,
		gloss: 0.35,
		depth: 0.9,
	},
};

/** The area under a train of pulses that are 1 from `low` to `high` of each unit, from 0 to `at`. */
function under(at: number, low: number, high: number): number {
	const whole = Math.floor(at);
	const share = at - whole;
	const part = share < low ? 0 : share > high ? high - low : share - low;
	return whole * (high - low) + part;
}

/** How much of a pixel as wide as `width` around `at` the pulses fill. */
function pulse(at: number, width: number, low: number, high: number): number {
	const half = width * 0.5;
	return (under(at + half, low, high) - under(at - half, low, high)) / width;
}

const PER_BYTE = 1 / 255;

/**
 * Returns a brush that writes a body's light at a point; whether the point lies on it is the caller's business.
 * @param snow how much of a roof is white, 0..1.
 */
export function createFacades(
	sky: Sky,
	street: StreetLight,
	lattice: Lattice,
	snow: number,
	pixel: number,
): (body: Body, x: number, y: number, out: Float64Array) => void {
	const { air } = sky;
	const { darkness, glow } = street;
	const isSunLeft = sky.sunX < 0;
	const sunlit = 0.12 + 0.88 * air.directness;
	// Before a low sun a city is nearly a silhouette.
	const against = clamp((sky.horizon - sky.sunY) * 4 + 0.25);
	const backlit = 0.42 + 0.58 * against;
	const low = mix(air.horizon, air.light, 0.25);
	// Nothing in a city at night is quite black: its own light falls on it from below.
	const fill = mix(air.shade, air.haze, 0.25);
	const thinnest = 0.5 + 0.42 * air.fog;
	const lampStrength = 0.55 + 0.75 * darkness;

	return (body, x, y, out) => {
		const { building } = body;
		const { row, wall, seed } = building;
		const up = row.foot - y;
		const isLeft = x < body.corner;
		const faceLeft = isLeft ? body.left : body.corner;
		const faceWidth = isLeft
			? body.corner - body.left
			: body.right - body.corner;
		const facesSun = isLeft === isSunLeft;
		const sideways = faceWidth > 0 ? (x - faceLeft) / faceWidth : 0;
		const height = clamp(up / building.height);
		const rough = noise2(lattice, x * 16 + (seed & 63), up * 5);

		// The sun reaches the upper storeys; the streets lie in each other's shade.
		const sun =
			(facesSun ? 0.8 : 0.1) * sunlit * (0.4 + 0.6 * ramp(0.05, 0.6, height));
		const sheen = sky.glow(x, y) * 0.25;
		const open = (facesSun ? 0.62 : 0.46) * (0.5 + 0.5 * height) + 0.05 * rough;
		const isDeck = body.shape === "deck";
		const isRoof = isDeck || body.shape === "gable";
		const white = isRoof ? snow * 0.85 : 0;
		const lit = (isDeck ? 0.35 * sunlit : sun + sheen) * backlit;
		const skyShare = (isDeck ? 0.85 : open) * backlit;
		const streetShare = (isDeck ? 0.3 : 1) * decay(up * 14) * 0.5;
		let red =
			mixTo(wall[0], 0.85, white) *
			(air.light[0] * lit + fill[0] * skyShare + glow[0] * streetShare);
		let green =
			mixTo(wall[1], 0.85, white) *
			(air.light[1] * lit + fill[1] * skyShare + glow[1] * streetShare);
		let blue =
			mixTo(wall[2], 0.85, white) *
			(air.light[2] * lit + fill[2] * skyShare + glow[2] * streetShare);

		if (body.hasWindows && faceWidth > 0) {
			const pattern = PATTERNS[building.style];
			const bays = Math.max(1, Math.floor(faceWidth / building.bay + 0.5));
			const u = sideways * bays;
			const v = up / row.storey;
			const wideU = (pixel * bays) / faceWidth;
			const wideV = pixel / row.storey;
			const pane =
				pulse(u, wideU, pattern.left, pattern.right) *
				pulse(v, wideV, pattern.low, pattern.high);
			if (pane > 0) {
				const column = Math.floor(u) + (isLeft ? 0 : 512);
				const storey = Math.floor(v);
				const chance = hashCell(seed, column, storey);
				// Large offices are lit several panes at a time.
				const lampChance =
					pattern.gloss > 0.4
						? hashCell(
								seed ^ 0x51ed,
								Math.floor(u * 0.34) + (isLeft ? 0 : 512),
								storey,
							)
						: chance;
				const floorChance = hashCell(seed, 7777, storey) & 255;
				// Each pane hangs a little askew and mirrors another piece of the sky.
				const askew = ((chance >>> 8) & 255) * PER_BYTE;
				const mirror = clamp(
					up * 1.5 + 0.25 * rough + (askew - 0.5) * 0.09 * pattern.gloss,
				);
				const glint = facesSun
					? bell((height - 0.62 + 0.2 * rough) * 4.5) * sunlit * 0.55
					: 0;
				const shine = pattern.gloss * (facesSun ? 0.78 : 0.42) * backlit;
				const keep = pane * pattern.depth;
				const paneTone = 0.16;
				red = mixTo(
					red,
					(low[0] + (air.zenith[0] - low[0]) * mirror) * shine +
						air.light[0] * glint * pattern.gloss +
						red * paneTone,
					keep,
				);
				green = mixTo(
					green,
					(low[1] + (air.zenith[1] - low[1]) * mirror) * shine +
						air.light[1] * glint * pattern.gloss +
						green * paneTone,
					keep,
				);
				blue = mixTo(
					blue,
					(low[2] + (air.zenith[2] - low[2]) * mirror) * shine +
						air.light[2] * glint * pattern.gloss +
						blue * paneTone,
					keep,
				);
				// Lamps: whole storeys are at work or have gone home; within them every room decides for itself.
				const share = clamp(
					building.litShare * (0.35 + 1.3 * floorChance * PER_BYTE),
				);
				const own =
					(lampChance & 255) < share * 255
						? 0.25 + 1.15 * askew * askew + 0.25 * (storey & 1)
						: 0;
				const blurred = ramp(0.7, 1.7, wideU > wideV ? wideU : wideV);
				const lamp =
					(own + (share * 0.72 - own) * blurred) *
					pane *
					lampStrength *
					(1 - 0.4 * pattern.gloss);
				const warm = ((chance >>> 16) & 255) * PER_BYTE - 0.5;
				red += building.lamp[0] * lamp * (1 + 0.25 * warm);
				green += building.lamp[1] * lamp;
				blue += building.lamp[2] * lamp * (1 - 0.5 * warm);
			}
		}
		if (building.crownLight > 0 && darkness > 0) {
			// Thrown up from the cornice, so it fades towards the tip.
			const rise = up / building.height;
			const crown =
				building.crownLight *
				darkness *
				ramp(0.86, 1, rise) *
				decay(rise > 1 ? (rise - 1) * 5 : 0) *
				(1 - 0.6 * row.near);
			red += building.crown[0] * crown * 0.34;
			green += building.crown[1] * crown * 0.34;
			blue += building.crown[2] * crown * 0.34;
		}
		// Edges of stone catch the light: the corner, and the parapet of each body.
		const edge = Math.max(
			bell((x - body.corner) / (0.0012 + pixel)) * 0.5,
			bell((y - body.top) / (0.0014 + pixel)),
		);
		const rim = edge * (0.05 + 0.14 * sunlit * (facesSun ? 1 : 0.3));
		red += air.light[0] * rim * 0.6;
		green += air.light[1] * rim * 0.6;
		blue += air.light[2] * rim * 0.6;

		// Air: thick at street level, thinner above, and lit from below at night.
		const hidden = clamp(
			row.haze * (thinnest + (1.25 - thinnest) * decay((up < 0 ? 0 : up) * 7)),
		);
		const near = sky.glow(x, y) * 0.42;
		const ground = decay((up < 0 ? 0 : up) * 9) * 0.55;
		out[0] = mixTo(
			red,
			air.haze[0] + air.light[0] * near + glow[0] * ground,
			hidden,
		);
		out[1] = mixTo(
			green,
			air.haze[1] + air.light[1] * near + glow[1] * ground,
			hidden,
		);
		out[2] = mixTo(
			blue,
			air.haze[2] + air.light[2] * near + glow[2] * ground,
			hidden,
		);
	};
}

function mixTo(from: number, to: number, share: number): number {
	return from + (to - from) * share;
}
