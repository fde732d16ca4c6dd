/** Walls with their mouldings and skirting boards, and what hangs in or on them. */

import { type Colour, hex, mix } from "../colour.ts";
import { clamp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import { pick } from "../palette.ts";
import type { Lighting } from "./lighting.ts";
import { hangPrints, paintFramedPrint } from "./prints.ts";
import type { RoomPlan } from "./room-plan.ts";
import { createWindowPainter } from "./window-view.ts";

export interface Walls {
	/**
	 * Writes the surface's colour into `out`; returns how much of the pixel is glass, through which comes the light
	 * written into `beyond`.
	 * @param along metres along the wall: x on the back wall (axis z), z on a side wall (axis x).
	 * @param footprint size of a pixel there, in metres.
	 */
	paint(
		axis: "x" | "z",
		along: number,
		height: number,
		footprint: number,
		out: Float64Array,
		beyond: Float64Array,
	): number;
}

const PAINTS = [
	"#ece7de",
	"#f1eee8",
	"#ddd6c9",
	"#d5d2ca",
	"#c9cdc4",
	"#b9c0b4",
	"#c4ccd1",
	"#aab6bd",
	"#e3d3c3",
	"#cfae98",
	"#8f9a88",
	"#6f7f86",
];
/** Metres from the middle of one panel to the next. */
const PANEL = 1.15;
const WAINSCOT_PANEL = 0.62;
const WAINSCOT = 0.95;

/** A line around distance 0; it fades where it is finer than a pixel. */
function line(distance: number, half: number, footprint: number): number {
	const away = distance < 0 ? -distance : distance;
	return clamp((half - away) / footprint + 0.5) * clamp((half * 3) / footprint);
}

/** The light and the dark line of a moulding whose edge is at distance 0. */
function moulding(distance: number, footprint: number): number {
	return (
		1 +
		0.1 * line(distance - 0.008, 0.006, footprint) -
		0.16 * line(distance + 0.006, 0.006, footprint)
	);
}

/** How deep inside a panel a point lies; negative outside. */
function inPanel(
	along: number,
	pitch: number,
	low: number,
	high: number,
): number {
	const cell = along / pitch - Math.floor(along / pitch + 0.5);
	const side = (0.415 - (cell < 0 ? -cell : cell)) * pitch;
	return Math.min(side, low, high);
}

/** @param topOfView metres above the floor that the picture shows of the back wall. */
export function createWalls(
	plan: RoomPlan,
	lighting: Lighting,
	topOfView: number,
	lattice: Lattice,
	random: () => number,
): Walls {
	const paint = hex(pick(random, PAINTS));
	const trim: Colour = mix(paint, [0.9, 0.89, 0.86], 0.7);
	const style = pick(random, ["plain", "plain", "panels", "wainscot"] as const);
	const skirting = 0.1 + 0.07 * random();
	const prints = hangPrints(plan, topOfView, random);
	const curtain = mix(paint, [0.86, 0.83, 0.77], 0.75);
	const { window, ceiling } = plan;
	const paintWindow = createWindowPainter(
		window,
		lighting,
		trim,
		curtain,
		lattice,
	);

	const paintPlaster = (
		along: number,
		height: number,
		footprint: number,
		out: Float64Array,
	) => {
		let tone = 1 + 0.025 * noise2(lattice, along * 3, height * 3);
		const wood =
			style === "wainscot" ? clamp((WAINSCOT - height) / footprint + 0.5) : 0;
		if (style === "panels") {
			const high = ceiling - 0.34 - height;
			tone *= moulding(inPanel(along, PANEL, height - 0.34, high), footprint);
		} else if (style === "wainscot") {
			tone *= moulding(height - WAINSCOT, footprint);
			if (wood > 0) {
				const inside = inPanel(
					along,
					WAINSCOT_PANEL,
					height - 0.24,
					WAINSCOT - 0.11 - height,
				);
				tone *= moulding(inside, footprint);
			}
		}
		for (let c = 0; c < 3; c++) {
			out[c] = (paint[c] + (trim[c] - paint[c]) * wood) * tone;
		}
	};

	return {
		paint(axis, along, height, footprint, out, beyond) {
			if (axis === window.axis) {
				const open = paintWindow(along, height, footprint, out, beyond);
				if (open >= 0) return open;
			}
			paintPlaster(along, height, footprint, out);
			const board = clamp((skirting - height) / footprint + 0.5);
			if (board > 0) {
				const edge = line(height - skirting + 0.012, 0.004, footprint);
				const tone = (1 - 0.12 * edge) * (0.9 + 0.1 * clamp(height / 0.03));
				for (let c = 0; c < 3; c++) {
					out[c] += (trim[c] * tone - out[c]) * board;
				}
				return 0;
			}
			if (axis === "z" && height > 0.9) {
				for (const print of prints) {
					paintFramedPrint(print, along, height, footprint, lattice, out);
				}
			}
			return 0;
		},
	};
}
