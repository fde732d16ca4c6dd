/** A lighthouse: a banded tower with a gallery and a lantern, which shines and throws beams when it is dark. */

import { type Colour, lay, shine } from "../colour.ts";
import { bell, clamp } from "../curve.ts";
import type { Sky } from "../sky/sky.ts";

/**
 * Returns a brush that paints the tower over `out`.
 * @param x of its axis. @param foot y of its foot. @param height in picture heights.
 * @param darkness 0 by day, 1 at night: how strong the lamp is.
 */
export function createLighthouse(
	sky: Sky,
	x: number,
	foot: number,
	height: number,
	darkness: number,
	pixel: number,
): (px: number, py: number, out: Float64Array) => void {
	const { air } = sky;
	const side = sky.sunX < x ? -1 : 1;
	const white: Colour = [0.82, 0.8, 0.76];
	const red: Colour = [0.5, 0.06, 0.05];
	const iron: Colour = [0.03, 0.035, 0.045];
	const lamp: Colour = [1, 0.86, 0.55];
	const soft = pixel / height;
	const lampY = foot - height * 0.93;
	const painted = new Float64Array(3);

	return (px, py, out) => {
		if (darkness > 0) {
			const dx = px - x;
			const dy = py - lampY;
			const distance = Math.sqrt(dx * dx + dy * dy) + 0.004;
			// Two beams, a little above the horizontal, that thin out with distance.
			const off = (dy + (dx < 0 ? -dx : dx) * 0.1) / distance;
			const beam = bell(off * 16) / (1 + distance * 9);
			const halo = bell((distance / height) * 3.2);
			shine(out, lamp, (beam * 0.42 + halo * 0.75) * darkness);
		}
		const u = (px - x) / height;
		const v = (foot - py) / height;
		if (v < -0.05 || v > 1.05 || u > 0.16 || u < -0.16) return;
		const off = u < 0 ? -u : u;
		const wall = v < 0.86 ? 0.085 - 0.038 * v : 0;
		const gallery = v > 0.84 && v < 0.875 ? 0.068 : 0;
		const lantern = v >= 0.875 && v < 0.965 ? 0.034 : 0;
		const roof = v >= 0.965 ? 0.045 * (1.03 - v) * 15 : 0;
		const half = Math.max(wall, gallery, lantern, roof > 0.045 ? 0.045 : roof);
		const cover = clamp((half - off) / soft + 0.5);
		if (cover <= 0 || half === 0) return;
		if (lantern > 0 && darkness > 0.2) {
			lay(out, [1.6, 1.4, 0.95], cover);
			return;
		}
		const isIron = gallery > 0 || roof > 0;
		const band = Math.floor(v * 5.8) % 2 === 0;
		const albedo = isIron || lantern > 0 ? iron : band ? white : red;
		const round = u / half;
		const lit =
			clamp(0.5 + 0.55 * round * side) * (0.25 + 0.75 * air.directness);
		for (let channel = 0; channel < 3; channel++) {
			painted[channel] =
				albedo[channel] *
				(air.light[channel] * lit + air.shade[channel] * 0.55);
			out[channel] += (painted[channel] - out[channel]) * cover;
		}
	};
}
