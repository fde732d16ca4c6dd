/** Finds the bodies that stand at a point, nearest first, and paints them over each other. */

import { clamp } from "../curve.ts";
import type { View } from "../scenes/scene.ts";
import type { Body } from "./building.ts";

/** Columns of the look-up per picture height. */
const COLUMNS_PER_HEIGHT = 160;

/** How much of a pixel the body fills, 0..1. */
function bodyCover(body: Body, x: number, y: number, pixel: number): number {
	const { left, right, top, foot } = body;
	const wide = right - left;
	const tall = foot - top;
	const rise = (foot - y) / tall;
	let half = wide * 0.5;
	let lid = y - top;
	const away = x - left - half;
	const off = away < 0 ? -away : away;
	const up = rise < 0 ? 0 : rise > 1 ? 1 : rise;
	switch (body.shape) {
		case "box":
			break;
		case "taper":
			half *= 1 - 0.44 * up;
			break;
		case "pyramid":
			half *= 1 - up;
			break;
		case "dome":
			half *= Math.sqrt(1 - up * up);
			break;
		case "bullet":
			half *= Math.sqrt(1 - up * up * up * up) * (0.9 + 0.28 * up * (1 - up));
			break;
		case "slant":
			lid -= ((right - x) / wide) * Math.min(wide * 0.9, tall * 0.3);
			break;
		case "gable":
			half *= 1 - up;
			break;
		case "deck":
			half *= 1 - 0.16 * up;
			break;
	}
	const softness = pixel * 1.1;
	const side = (half - off) / softness + 0.5;
	// What is thinner than the pixel is drawn as wide as the pixel, but fainter.
	const most = (2 * half) / softness;
	const across = side < most ? side : most;
	const above = lid / softness + 0.5;
	const below = (foot - y) / softness + 0.5;
	if (across <= 0 || above <= 0 || below <= 0) return 0;
	return clamp(across) * clamp(above) * clamp(below);
}

/**
 * @param bodies nearest first.
 * @param wall writes a body's light at a point.
 * @param behind writes what stands behind all of them.
 */
export function createSkylineBrush(
	bodies: readonly Body[],
	view: View,
	wall: (body: Body, x: number, y: number, out: Float64Array) => void,
	behind: (x: number, y: number, out: Float64Array) => void,
): (x: number, y: number, out: Float64Array) => void {
	const margin = 0.1;
	const left = -view.aspect / 2 - margin;
	const count = Math.ceil((view.aspect + 2 * margin) * COLUMNS_PER_HEIGHT) + 1;
	const columns: Body[][] = Array.from({ length: count }, () => []);
	const highest = new Float64Array(count).fill(2);
	const slack = view.pixel * 2;
	for (const body of bodies) {
		const from = Math.floor((body.left - slack - left) * COLUMNS_PER_HEIGHT);
		const to = Math.floor((body.right + slack - left) * COLUMNS_PER_HEIGHT);
		for (
			let column = Math.max(0, from);
			column <= Math.min(count - 1, to);
			column++
		) {
			columns[column].push(body);
			highest[column] = Math.min(highest[column], body.top - slack);
		}
	}
	const light = new Float64Array(3);

	return (x, y, out) => {
		const at = Math.floor((x - left) * COLUMNS_PER_HEIGHT);
		const column = at < 0 ? 0 : at >= count ? count - 1 : at;
		if (y < highest[column]) {
			behind(x, y, out);
			return;
		}
		const standing = columns[column];
		let open = 1;
		let red = 0;
		let green = 0;
		let blue = 0;
		for (let index = 0; index < standing.length; index++) {
			const body = standing[index];
			if (y < body.top - slack) continue;
			const cover = bodyCover(body, x, y, view.pixel) * open;
			if (cover <= 0.002) continue;
			wall(body, x, y, light);
			red += light[0] * cover;
			green += light[1] * cover;
			blue += light[2] * cover;
			open -= cover;
			if (open < 0.01) break;
		}
		if (open >= 0.01) {
			behind(x, y, light);
			red += light[0] * open;
			green += light[1] * open;
			blue += light[2] * open;
		}
		out[0] = red;
		out[1] = green;
		out[2] = blue;
	};
}
