/** Small warm lights in a large night: a tent, a hut with a lit window. */

import { type Colour, lay, shine } from "../colour.ts";
import { bell, bump, clamp } from "../curve.ts";
import type { Sky } from "../sky/sky.ts";

type Brush = (x: number, y: number, out: Float64Array) => void;

const LAMP: Colour = [1, 0.62, 0.26];

/** A tent lit from inside. @param foot y of the ground. @param height in picture heights. */
export function createTent(
	x: number,
	foot: number,
	height: number,
	pixel: number,
): Brush {
	const soft = pixel / height;
	return (px, py, out) => {
		const u = (px - x) / height;
		const v = (foot - py) / height;
		if (u < -5 || u > 5 || v > 4 || v < -3) return;
		shine(out, LAMP, bell(Math.sqrt(u * u + v * v) * 0.9) * 0.1);
		if (v < -0.02 || v > 1.05) return;
		const away = u < 0 ? -u : u;
		const roof = 1.05 * (1 - v) * (1 - 0.25 * v);
		const cover = clamp((roof - away) / soft + 0.5);
		if (cover === 0) return;
		const seam = clamp(1 - (away - 0.03 * (1 - v)) / (soft + 0.03));
		const glow = 0.35 + 0.85 * bump(v * 0.9) * (1 - 0.55 * away) - 0.25 * seam;
		lay(out, [1.25 * glow, 0.62 * glow, 0.2 * glow], cover);
	};
}

/** A hut with a lit window and a chimney. */
export function createHut(
	sky: Sky,
	x: number,
	foot: number,
	height: number,
	snow: number,
	pixel: number,
): Brush {
	const soft = pixel / height;
	const { shade } = sky.air;
	const wall: Colour = [shade[0] * 0.12, shade[1] * 0.1, shade[2] * 0.1];
	const roofTone = 0.08 + 0.6 * snow;
	const roof: Colour = [
		shade[0] * roofTone,
		shade[1] * roofTone,
		shade[2] * roofTone,
	];
	return (px, py, out) => {
		const u = (px - x) / height;
		const v = (foot - py) / height;
		if (u < -5 || u > 5 || v > 4 || v < -3) return;
		const du = u - 0.25;
		const dv = v - 0.28;
		shine(out, LAMP, bell(Math.sqrt(du * du + dv * dv)) * 0.13);
		if (v < -0.02 || v > 1.15 || u < -1.2 || u > 1.2) return;
		const away = u < 0 ? -u : u;
		const body = Math.min(0.85 - away, 0.96 - v - away * 0.5, v + 0.02);
		lay(out, wall, clamp(body / soft + 0.5));
		const chimney = Math.min(0.07 - Math.abs(u + 0.42), 1.12 - v, v - 0.5);
		lay(out, wall, clamp(chimney / soft + 0.5));
		const slope = Math.min(
			1 - v - away * 0.5,
			v - 0.5 + (away - 0.85) * 0.1,
			1 - away,
		);
		lay(out, roof, clamp(slope / soft + 0.5));
		const pane = Math.min(0.13 - Math.abs(u - 0.25), 0.11 - Math.abs(v - 0.28));
		const bars = Math.min(Math.abs(u - 0.25), Math.abs(v - 0.28)) - 0.012;
		lay(
			out,
			[1.5, 0.95, 0.4],
			clamp(Math.min(pane, bars) / soft + 0.5) * (pane > -soft ? 1 : 0),
		);
	};
}
