/** Camels in a line on the ridge of a dune, dark against the sky. */

import { type Colour, lay, mix } from "../colour.ts";
import { clamp, wave } from "../curve.ts";
import type { Sky } from "../sky/sky.ts";

interface Camel {
	readonly x: number;
	/** y of the ground under it. */
	readonly foot: number;
	readonly height: number;
	readonly stride: number;
}

/** Distance inside an ellipse, about in units of its radii. */
function oval(
	u: number,
	v: number,
	x: number,
	y: number,
	a: number,
	b: number,
) {
	const du = (u - x) / a;
	const dv = (v - y) / b;
	return (1 - Math.sqrt(du * du + dv * dv)) * (a < b ? a : b);
}

/** Distance inside a limb from one point to another. */
function limb(
	u: number,
	v: number,
	x0: number,
	y0: number,
	x1: number,
	y1: number,
	radius: number,
): number {
	const dx = x1 - x0;
	const dy = y1 - y0;
	const share = clamp(((u - x0) * dx + (v - y0) * dy) / (dx * dx + dy * dy));
	const offX = u - x0 - dx * share;
	const offY = v - y0 - dy * share;
	return radius - Math.sqrt(offX * offX + offY * offY);
}

function camelAt(u: number, v: number, stride: number): number {
	const swing = wave(stride) * 0.11;
	return Math.max(
		oval(u, v, 0, 0.56, 0.3, 0.13),
		oval(u, v, -0.02, 0.7, 0.14, 0.14),
		limb(u, v, 0.25, 0.58, 0.43, 0.56, 0.06),
		limb(u, v, 0.43, 0.56, 0.5, 0.86, 0.045),
		limb(u, v, 0.5, 0.87, 0.63, 0.83, 0.042),
		limb(u, v, 0.21, 0.5, 0.21 + swing, 0, 0.03),
		limb(u, v, 0.16, 0.5, 0.16 - swing, 0, 0.03),
		limb(u, v, -0.2, 0.5, -0.2 - swing * 0.9, 0, 0.032),
		limb(u, v, -0.25, 0.5, -0.25 + swing * 0.9, 0, 0.032),
	);
}

/**
 * Returns a brush that paints the caravan over `out`.
 * @param ground y of the ridge at x. @param height of a camel in picture heights.
 */
export function createCaravan(
	sky: Sky,
	random: () => number,
	ground: (x: number) => number,
	halfWidth: number,
	height: number,
	pixel: number,
): (x: number, y: number, out: Float64Array) => void {
	const heading = random() < 0.5 ? -1 : 1;
	const count = 3 + Math.floor(random() * 5);
	const gap = height * (1.5 + 0.3 * random());
	const first = (random() - 0.5) * halfWidth * 0.9 - (count * gap) / 2;
	const camels: Camel[] = Array.from({ length: count }, (_, index) => {
		const x = first + gap * (index + 0.25 * (random() - 0.5));
		return {
			x,
			foot: ground(x) + height * 0.03,
			height: height * (0.88 + 0.2 * random()),
			stride: random(),
		};
	});
	const dark: Colour = mix(sky.air.shade, [0.012, 0.009, 0.01], 0.88);
	const last = first + gap * count;

	return (x, y, out) => {
		if (x < first - height || x > last + height) return;
		for (let index = 0; index < count; index++) {
			const camel = camels[index];
			const u = ((x - camel.x) / camel.height) * heading;
			const v = (camel.foot - y) / camel.height;
			if (u < -0.5 || u > 0.75 || v < -0.05 || v > 1) continue;
			const soft = pixel / camel.height;
			const inside = camelAt(u, v, camel.stride) / soft + 0.5;
			if (inside > 0) lay(out, dark, clamp(inside) * 0.94);
		}
	};
}
