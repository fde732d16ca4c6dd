/** Framed prints on the back wall. */

import { type Colour, fade, hex, scale } from "../colour.ts";
import { clamp } from "../curve.ts";
import { type Lattice, noise1 } from "../noise.ts";
import { pick } from "../palette.ts";
import type { RoomPlan } from "./room-plan.ts";

export interface Print {
	/** Metres along the wall to its middle. */
	readonly at: number;
	/** Metres from the floor to its middle. */
	readonly height: number;
	readonly halfWidth: number;
	readonly halfHeight: number;
	readonly wood: Colour;
	/** Chooses the picture; any whole number. */
	readonly kind: number;
}

/** @param topOfView metres above the floor that the picture shows of the wall. */
export function hangPrints(
	plan: RoomPlan,
	topOfView: number,
	random: () => number,
): Print[] {
	const count = pick(random, [0, 1, 1, 2, 3]);
	const isBusy = plan.window.axis === "z";
	if (count === 0 || isBusy) return [];
	const wood = pick(random, [
		hex("#2a2522"),
		hex("#b08a5c"),
		hex("#e9e4da"),
		hex("#8a6a45"),
	]);
	const room = Math.min(1.1, (topOfView - 1.1) / 2 - 0.06);
	if (room < 0.2) return [];
	const wide = count === 1 ? 0.4 + 0.14 * random() : 0.24 + 0.05 * random();
	const tall = wide * (count === 1 ? 0.72 + 0.5 * random() : 1.32);
	const size = Math.min(1, room / tall);
	const pitch = wide * size * 2 + 0.12;
	return Array.from({ length: count }, (_, index) => ({
		at: (index - (count - 1) / 2) * pitch,
		height: Math.min(1.58, topOfView - tall * size - 0.1),
		halfWidth: wide * size,
		halfHeight: tall * size,
		wood,
		kind: Math.floor(random() * 1000),
	}));
}

/** Paints a framed print over the wall in `out`. @param footprint size of a pixel on the wall, in metres. */
export function paintFramedPrint(
	print: Print,
	along: number,
	height: number,
	footprint: number,
	lattice: Lattice,
	out: Float64Array,
): void {
	const x = along - print.at;
	const y = height - print.height;
	const inX = print.halfWidth - (x < 0 ? -x : x);
	const inY = print.halfHeight - (y < 0 ? -y : y);
	const inside = inX < inY ? inX : inY;
	const cover = clamp(inside / footprint + 0.5);
	if (cover === 0) return;
	const red = out[0];
	const green = out[1];
	const blue = out[2];
	const mat = print.halfWidth * 0.24;
	const picture = clamp((inside - mat) / footprint + 0.5);
	if (picture > 0) {
		const { kind, halfWidth, halfHeight } = print;
		paintPicture(kind, x / halfWidth, y / halfHeight, lattice, out);
	}
	const card = inside < 0.034 ? 0.78 : 0.83;
	const rim = clamp((0.022 - inside) / footprint + 0.5);
	const bevel = 0.85 + 0.3 * clamp(inside / 0.022);
	for (let c = 0; c < 3; c++) {
		const paper = card * (c === 2 ? 0.94 : 1);
		const matted = picture > 0 ? paper + (out[c] - paper) * picture : paper;
		out[c] = matted + (print.wood[c] * bevel - matted) * rim;
	}
	out[0] = red + (out[0] - red) * cover;
	out[1] = green + (out[1] - green) * cover;
	out[2] = blue + (out[2] - blue) * cover;
}

/** Quiet prints: hills in fog, or a few large leaves of colour. */
function paintPicture(
	kind: number,
	x: number,
	y: number,
	lattice: Lattice,
	out: Float64Array,
): void {
	const inks = PRINT_INKS[kind % PRINT_INKS.length];
	for (let c = 0; c < 3; c++) out[c] = inks[0][c];
	for (let layer = 1; layer < inks.length; layer++) {
		const ridge =
			0.35 -
			layer * 0.27 +
			noise1(lattice, x * (1 + layer * 0.6) + kind * 0.37, 40 + layer) * 0.22;
		const cover = clamp((ridge - y) * 40);
		for (let c = 0; c < 3; c++) out[c] += (inks[layer][c] - out[c]) * cover;
	}
	if (kind % 3 === 0) {
		const sun = clamp(
			(0.2 - Math.sqrt((x - 0.25) * (x - 0.25) + (y - 0.45) * (y - 0.45))) * 40,
		);
		for (let c = 0; c < 3; c++) out[c] += (inks[1][c] - out[c]) * sun * 0.8;
	}
}

const PRINT_INKS: readonly (readonly Colour[])[] = [
	["#ece4d6", "#cdb9a0", "#a98f78", "#6f6358"].map(hex),
	["#e6e6df", "#b9c4c4", "#8496a0", "#4d6070"].map(hex),
	["#efe3d3", "#d9a583", "#b3694a", "#5c4034"].map(hex),
	["#e9e6d8", "#b7bd9d", "#7d8b6c", "#4a5a4a"].map(hex),
].map((inks) => inks.map((ink) => scale(fade(ink, 0.08), 0.95)));
