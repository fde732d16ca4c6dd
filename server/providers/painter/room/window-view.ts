/** The window in the wall: casements, the world outside, and curtains. */

import { type Colour, mix } from "../colour.ts";
import { clamp, ramp, wave } from "../curve.ts";
import { type Lattice, noise1, noise2 } from "../noise.ts";
import type { Lighting } from "./lighting.ts";
import type { Window } from "./room-plan.ts";

/**
 * Paints window and curtains: the surface into `out`, the light from outside into `beyond`. Returns -1 beside them, else
 * how much of the pixel is glass, 0..1.
 * @param along metres along the wall. @param footprint size of a pixel there, in metres.
 */
export type WindowPainter = (
	along: number,
	height: number,
	footprint: number,
	out: Float64Array,
	beyond: Float64Array,
) => number;

const FRAME = 0.055;
/** Metres of curtain to either side. */
const CURTAIN = 0.34;

export function createWindowPainter(
	window: Window,
	lighting: Lighting,
	frame: Colour,
	curtain: Colour,
	lattice: Lattice,
): WindowPainter {
	const { panes, sill, top } = window;
	const last = panes[panes.length - 1];
	const from = panes[0].at - panes[0].half;
	const to = last.at + last.half;
	const rod = top + 0.16;
	const third = (top - sill) / 3;
	const outside = createOutside(lighting, lattice);

	const paintCurtain = (
		inward: number,
		height: number,
		lane: number,
		out: Float64Array,
	) => {
		const sway = noise1(lattice, height * 0.7 + inward, lane) * 0.35;
		const fold = wave((CURTAIN - inward) * 9.5 + sway) * 0.5 + 0.5;
		const tone = 0.62 + 0.38 * fold;
		for (let c = 0; c < 3; c++) {
			out[c] = curtain[c] * tone + lighting.sky[c] * 0.16 * fold;
		}
	};

	/** Metres from the nearest bar or frame; negative on it. */
	const insidePane = (along: number, height: number): number => {
		const rise = (height - sill) / third;
		const part = rise - Math.floor(rise + 0.5);
		const toRail = (part < 0 ? -part : part) * third - 0.013;
		let aside = -1;
		for (const pane of panes) {
			const off = along < pane.at ? pane.at - along : along - pane.at;
			const room = Math.min(pane.half - off, off - 0.014);
			if (room > aside) aside = room;
		}
		return Math.min(toRail, aside, height - sill, top - height);
	};

	return (along, height, footprint, out, beyond) => {
		const toLeft = from - 0.06 - along;
		const toRight = along - to - 0.06;
		const beside = toLeft > toRight ? toLeft : toRight;
		if (beside > CURTAIN || height > rod + 0.02) return -1;
		if (height > rod - 0.012) {
			out[0] = 0.2;
			out[1] = 0.17;
			out[2] = 0.14;
			return 0;
		}
		if (beside > -0.1 && height > 0.015) {
			paintCurtain(beside, height, toLeft > toRight ? 31 : 37, out);
			return 0;
		}
		if (height < sill - FRAME || height > top + FRAME) return -1;
		if (along < from - FRAME || along > to + FRAME) return -1;
		for (let c = 0; c < 3; c++) out[c] = frame[c] * 0.92;
		const glass = clamp(insidePane(along, height) / footprint + 0.5);
		if (glass > 0) outside(along, height, beyond);
		return glass;
	};
}

/** The world outside, far out of focus: sky above, greenery below. */
function createOutside(
	lighting: Lighting,
	lattice: Lattice,
): (along: number, height: number, out: Float64Array) => void {
	const { sky } = lighting;
	const green: Colour = mix([0.2, 0.3, 0.12], sky, 0.25);
	return (along, height, out) => {
		const tree =
			noise2(lattice, along * 1.6 + 3, height * 1.6) * 0.5 +
			noise2(lattice, along * 4 + 8, height * 4) * 0.22;
		const leafy = ramp(0.25, -0.35, (height - 1.5) * 0.75 - tree);
		for (let c = 0; c < 3; c++) {
			const bright = sky[c] * (0.75 + 0.12 * height);
			const shade = green[c] * sky[c] * (1.3 + tree);
			out[c] = bright + (shade - bright) * leafy * 0.72;
		}
	};
}
