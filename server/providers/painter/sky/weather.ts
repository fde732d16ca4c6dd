/** What falls from the sky between us and the view: rain and snow. */

import type { Brief } from "../brief.ts";
import { type Colour, lay, mix } from "../colour.ts";
import { bump, clamp, ramp } from "../curve.ts";
import { hashCell, randomFrom } from "../noise.ts";
import type { View } from "../scenes/scene.ts";
import type { Sky } from "./sky.ts";

/** Paints the weather at a point over what is in `out`. */
type WeatherBrush = (x: number, y: number, out: Float64Array) => void;

/** Nothing at all when the brief's weather does not fall. */
export function createWeather(
	brief: Brief,
	view: View,
	sky: Sky,
): WeatherBrush {
	const random = randomFrom(brief.seed ^ 0x2e7a1d);
	switch (brief.weather) {
		case "rain":
			return createRain(brief.seed, view, sky, random, 1);
		case "snow":
			return createSnow(brief.seed, view, sky, random);
		case "storm":
			return createRain(brief.seed, view, sky, random, 1.3);
		default:
			return () => {};
	}
}

const PER_BYTE = 1 / 255;

/** Three curtains of streaks, the nearer the longer and brighter. */
function createRain(
	seed: number,
	view: View,
	sky: Sky,
	random: () => number,
	strength: number,
): WeatherBrush {
	const slant = (random() - 0.5) * 0.5 * strength;
	const light: Colour = mix(sky.air.horizon, sky.air.light, 0.35);
	const curtains = [0, 1, 2].map((index) => {
		const width = Math.max(0.0007 + 0.0005 * index, view.pixel * 0.6);
		return {
			seed: seed + index * 613,
			cell: 0.009 + 0.011 * index,
			length: 0.07 + 0.08 * index,
			width,
			// A streak thinner than a pixel is drawn wider but fainter.
			strength: (0.2 * strength * (0.0007 + 0.0005 * index)) / width,
		};
	});
	return (x, y, out) => {
		let streaks = 0;
		for (let index = 0; index < curtains.length; index++) {
			const curtain = curtains[index];
			const u = x + slant * y;
			const column = Math.floor(u / curtain.cell);
			const phase = hashCell(curtain.seed, column, 1);
			const run = y / curtain.length + (phase & 1023) / 1024;
			const drop = Math.floor(run);
			const chance = hashCell(curtain.seed, column, drop + 2);
			if ((chance & 255) > 150) continue;
			const centre =
				(column + 0.2 + 0.6 * ((chance >>> 8) & 255) * PER_BYTE) * curtain.cell;
			const across = (u - centre) / curtain.width;
			if (across > 1 || across < -1) continue;
			const along = (run - drop) * 2 - 1;
			const tall = 0.4 + 0.6 * ((chance >>> 16) & 255) * PER_BYTE;
			streaks += bump(across) * bump(along / tall) * curtain.strength;
		}
		if (streaks > 0) lay(out, light, clamp(streaks * 2.2));
	};
}

/** Five curtains of flakes: far ones small and sharp, near ones large and out of focus. */
function createSnow(
	seed: number,
	view: View,
	sky: Sky,
	random: () => number,
): WeatherBrush {
	const { air } = sky;
	const lit = 0.35 + 0.65 * (air.light[1] + air.shade[1]);
	const white: Colour = [
		0.6 * lit + air.horizon[0] * 0.4,
		0.62 * lit + air.horizon[1] * 0.4,
		0.66 * lit + air.horizon[2] * 0.4,
	];
	const drift = (random() - 0.5) * 0.7;
	const density = 0.55 + 0.45 * random();
	const curtains = [0, 1, 2, 3, 4].map((index) => {
		const own = 0.0011 + 0.0011 * index * (1 + 0.35 * index);
		const radius = Math.max(own, view.pixel * 0.9);
		return {
			seed: seed + index * 389,
			cell: own * 13 + 0.012,
			radius,
			least: 4294967296 * (1 - density * 0.8),
			strength: ((0.95 - 0.14 * index) * own * own) / (radius * radius),
			softness: 0.35 + 0.12 * index,
		};
	});
	return (x, y, out) => {
		for (let index = 0; index < curtains.length; index++) {
			const curtain = curtains[index];
			const u = (x + drift * y * (0.6 + 0.15 * index)) / curtain.cell;
			const v = y / curtain.cell;
			const column = Math.floor(u);
			const row = Math.floor(v);
			const hash = hashCell(curtain.seed, column, row);
			if (hash < curtain.least) continue;
			const detail = hashCell(curtain.seed ^ 0x51ab, column, row);
			const size = 0.55 + 0.45 * (detail & 255) * PER_BYTE;
			const dx = u - column - 0.25 - 0.5 * ((detail >>> 8) & 255) * PER_BYTE;
			const dy = v - row - 0.25 - 0.5 * ((detail >>> 16) & 255) * PER_BYTE;
			const away =
				(Math.sqrt(dx * dx + dy * dy) * curtain.cell) / (curtain.radius * size);
			if (away >= 1) continue;
			lay(out, white, ramp(1, 1 - curtain.softness, away) * curtain.strength);
		}
	};
}
