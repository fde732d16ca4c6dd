/** Walls, their mouldings and skirting, the ceiling, the window with its curtains, and pictures. */

import { type Colour, fade, hex, mix, scale } from "../../colour.ts";
import { clamp, ramp, wave } from "../../curve.ts";
import { type Lattice, noise1, noise2 } from "../../noise.ts";
import { pick } from "../../palette.ts";
import type { Lighting } from "./lighting.ts";
import type { RoomPlan } from "./room-plan.ts";

/** Which wall a ray met, and where. */
export interface WallPoint {
	/** Metres along the wall: x on the back wall, z on a side wall. */
	along: number;
	height: number;
	axis: "x" | "z";
	/** Size of a pixel there, in metres. */
	footprint: number;
}

export interface Walls {
	/** Writes the surface's colour; returns how much of it is light of its own (the world outside), 0..1. */
	paint(point: WallPoint, out: Float64Array): number;
	readonly ceilingColour: Colour;
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

interface Frame {
	readonly at: number;
	readonly height: number;
	readonly halfWidth: number;
	readonly halfHeight: number;
	readonly wood: Colour;
	readonly kind: number;
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
	const frames = hangFrames(plan, topOfView, random);
	const { window } = plan;
	const curtain = mix(paint, [0.86, 0.83, 0.77], 0.75);
	const outside = createOutside(lighting, lattice);
	const last = window.panes[window.panes.length - 1];
	const windowFrom = window.panes[0].at - window.panes[0].half;
	const windowTo = last.at + last.half;

	const line = (distance: number, half: number, footprint: number) =>
		clamp((half - (distance < 0 ? -distance : distance)) / footprint + 0.5) *
		clamp((half * 3) / footprint);

	/** Light and dark lines around a moulded rectangle. */
	const moulding = (distance: number, footprint: number) =>
		1 +
		0.1 * line(distance - 0.008, 0.006, footprint) -
		0.16 * line(distance + 0.006, 0.006, footprint);

	return {
		ceilingColour: [1.02, 1.01, 0.98],
		paint(point, out) {
			const { along, height, footprint } = point;
			const grain = 1 + 0.025 * noise2(lattice, along * 3, height * 3);
			let tone = grain;
			let colour = paint;
			if (point.axis === window.axis) {
				const open = paintWindow(point, out);
				if (open >= 0) return open;
			}
			if (height < skirting) {
				colour = trim;
				tone = 1 - 0.12 * line(height - skirting + 0.012, 0.004, footprint);
				tone *= 0.9 + 0.1 * clamp(height / 0.03);
			} else if (style === "panels") {
				const pitch = 1.15;
				const cell = along / pitch - Math.floor(along / pitch + 0.5);
				const side = (0.42 - (cell < 0 ? -cell : cell)) * pitch;
				const low = height - 0.34;
				const high = plan.ceiling - 0.34 - height;
				tone *= moulding(Math.min(side, low, high), footprint);
			} else if (style === "wainscot") {
				if (height < 0.95) {
					colour = trim;
					const pitch = 0.62;
					const cell = along / pitch - Math.floor(along / pitch + 0.5);
					const side = (0.41 - (cell < 0 ? -cell : cell)) * pitch;
					tone *= moulding(
						Math.min(side, height - 0.24, 0.84 - height),
						footprint,
					);
				}
				tone *= moulding(height - 0.95, footprint);
			}
			for (let c = 0; c < 3; c++) out[c] = colour[c] * tone;
			if (height > skirting) {
				const foot = clamp((height - skirting) / footprint);
				for (let c = 0; c < 3; c++) {
					out[c] = trim[c] * 0.94 + (out[c] - trim[c] * 0.94) * foot;
				}
			}
			if (point.axis === "z" && height > 0.9) {
				for (const frame of frames) {
					if (paintFrame(frame, along, height, footprint, lattice, out)) break;
				}
			}
			return 0;
		},
	};

	/** Paints window and curtains; returns -1 beside them. */
	function paintWindow(point: WallPoint, out: Float64Array): number {
		const { along, height, footprint } = point;
		const frame = 0.055;
		const rod = window.top + 0.16;
		const wide = 0.34;
		const toLeft = windowFrom - 0.06 - along;
		const toRight = along - windowTo - 0.06;
		const beside = toLeft > toRight ? toLeft : toRight;
		if (beside > wide || height > rod + 0.02) return -1;
		if (height > rod - 0.012) {
			put(out, 0.2, 0.17, 0.14);
			return 0;
		}
		if (beside > -0.1 && height > 0.015) {
			const hang = beside + 0.1;
			const fold =
				wave(hang * 9.5 + noise1(lattice, height * 0.7 + toLeft, 31) * 0.35) *
					0.5 +
				0.5;
			const sheer = 0.16 * lighting.sky[1];
			const tone = 0.62 + 0.38 * fold;
			for (let c = 0; c < 3; c++) {
				out[c] = curtain[c] * tone + lighting.sky[c] * sheer * fold;
			}
			return 0;
		}
		if (height < window.sill - frame || height > window.top + frame) return -1;
		if (along < windowFrom - frame || along > windowTo + frame) return -1;
		let inPane = false;
		for (const pane of window.panes) {
			const off = along - pane.at;
			const away = off < 0 ? -off : off;
			if (away < pane.half && away > 0.014) inPane = true;
		}
		const third = (window.top - window.sill) / 3;
		const rail = (height - window.sill) / third;
		const part = rail - Math.floor(rail + 0.5);
		const isRail = (part < 0 ? -part : part) * third < 0.013 + footprint * 0.2;
		if (!inPane || isRail || height < window.sill || height > window.top) {
			for (let c = 0; c < 3; c++) out[c] = trim[c] * 0.92;
			return 0;
		}
		outside(along, height, out);
		return 1;
	}
}

function put(out: Float64Array, red: number, green: number, blue: number) {
	out[0] = red;
	out[1] = green;
	out[2] = blue;
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

function hangFrames(
	plan: RoomPlan,
	topOfView: number,
	random: () => number,
): Frame[] {
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

/** Paints a framed picture over the wall in `out`; false beside it. */
function paintFrame(
	frame: Frame,
	along: number,
	height: number,
	footprint: number,
	lattice: Lattice,
	out: Float64Array,
): boolean {
	const x = along - frame.at;
	const y = height - frame.height;
	const inX = frame.halfWidth - (x < 0 ? -x : x);
	const inY = frame.halfHeight - (y < 0 ? -y : y);
	const inside = inX < inY ? inX : inY;
	const cover = clamp(inside / footprint + 0.5);
	if (cover === 0) return false;
	const red = out[0];
	const green = out[1];
	const blue = out[2];
	const mat = frame.halfWidth * 0.24;
	const print = clamp((inside - mat) / footprint + 0.5);
	if (print > 0) {
		paintPrint(
			frame.kind,
			x / frame.halfWidth,
			y / frame.halfHeight,
			lattice,
			out,
		);
	}
	const card = inside < 0.034 ? 0.78 : 0.83;
	for (let c = 0; c < 3; c++) {
		const paper = card * (c === 2 ? 0.94 : 1);
		out[c] = print > 0 ? paper + (out[c] - paper) * print : paper;
	}
	const rim = clamp((0.022 - inside) / footprint + 0.5);
	const bevel = 0.85 + 0.3 * clamp(inside / 0.022);
	for (let c = 0; c < 3; c++) {
		out[c] += (frame.wood[c] * bevel - out[c]) * rim;
	}
	out[0] = red + (out[0] - red) * cover;
	out[1] = green + (out[1] - green) * cover;
	out[2] = blue + (out[2] - blue) * cover;
	return cover === 1;
}

/** Quiet prints: hills in fog, or a few large leaves of colour. */
function paintPrint(
	kind: number,
	x: number,
	y: number,
	lattice: Lattice,
	out: Float64Array,
): void {
	const inks = PRINT_INKS[kind % PRINT_INKS.length];
	put(out, inks[0][0], inks[0][1], inks[0][2]);
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
