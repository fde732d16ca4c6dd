/** Finds the blossoms, stems, leaves and blades that grow at a point, nearest first, and paints them over each other. */

import type { Colour } from "../colour.ts";
import { clamp, ramp } from "../curve.ts";
import type { Lattice } from "../noise.ts";
import { noise2 } from "../noise.ts";
import type { View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import type { Blade, Blossom, Growing, Leaf } from "./growing.ts";

export interface BedLight {
	readonly light: Colour;
	readonly shade: Colour;
	readonly haze: Colour;
	/** How much of the colour of the farthest plants the air takes, 0..1. */
	readonly veil: number;
}

/** Tiles per picture height by which a point finds the plants near it. */
const TILES = 56;
const NOTHING: readonly Growing[] = [];

/** The area a plant may cover between two heights. */
function reachOf(plant: Growing, top: number, bottom: number) {
	const slack = plant.blur;
	if (plant.kind === "blade") {
		const span = plant.footY - plant.tipY;
		let left = 1e9;
		let right = -1e9;
		for (let step = 0; step <= 4; step++) {
			const y = top + ((bottom - top) * step) / 4;
			const t = clamp((plant.footY - y) / span);
			const x =
				plant.footX +
				(plant.tipX - plant.footX) * t +
				plant.bend * 4 * t * (1 - t);
			left = Math.min(left, x);
			right = Math.max(right, x);
		}
		// Half a tile's bend may hide between two steps.
		const wide = plant.width + slack + 0.004;
		return { left: left - wide, right: right + wide };
	}
	const reach =
		(plant.kind === "leaf" ? plant.length : plant.radius * 1.2) + slack;
	return { left: plant.x - reach, right: plant.x + reach };
}

function heightsOf(plant: Growing): { top: number; bottom: number } {
	const slack = plant.blur + 0.002;
	if (plant.kind === "blade") {
		return { top: plant.tipY - slack, bottom: plant.footY + slack };
	}
	const reach =
		(plant.kind === "leaf" ? plant.length : plant.radius * 1.2) + slack;
	return { top: plant.y - reach, bottom: plant.y + reach };
}

/** Sorts plants into tiles; each tile holds its own nearest first. */
function layOut(
	plants: readonly Growing[],
	view: View,
): { columns: number; left: number; tiles: Growing[][] } {
	const left = -view.aspect / 2;
	const columns = Math.ceil(view.aspect * TILES) + 1;
	const tiles: Growing[][] = Array.from({ length: columns * TILES }, () => []);
	const sorted = [...plants].sort((a, b) => b.near - a.near);
	for (const plant of sorted) {
		const { top, bottom } = heightsOf(plant);
		const firstRow = Math.max(0, Math.floor(top * TILES));
		const lastRow = Math.min(TILES - 1, Math.floor(bottom * TILES));
		for (let row = firstRow; row <= lastRow; row++) {
			const reach = reachOf(plant, row / TILES, (row + 1) / TILES);
			const from = Math.max(0, Math.floor((reach.left - left) * TILES));
			const to = Math.min(
				columns - 1,
				Math.floor((reach.right - left) * TILES),
			);
			for (let column = from; column <= to; column++) {
				tiles[row * columns + column].push(plant);
			}
		}
	}
	return { columns, left, tiles };
}

function paintBlade(
	blade: Blade,
	x: number,
	y: number,
	softness: number,
	out: Float64Array,
): number {
	const t = (blade.footY - y) / (blade.footY - blade.tipY);
	if (t > 1 || t < 0) return 0;
	const centre =
		blade.footX + (blade.tipX - blade.footX) * t + blade.bend * 4 * t * (1 - t);
	const half = blade.isPointed
		? blade.width * (1 - t * t) * (0.55 + 1.4 * t * (1 - t) + 0.1)
		: blade.width * (1 - 0.25 * t);
	const lateral = x - centre;
	const away = lateral < 0 ? -lateral : lateral;
	const inside = (half - away) / softness + 0.5;
	if (inside <= 0) return 0;
	const most = (2 * half) / softness;
	const across = clamp(lateral / (half + 1e-6) / 2 + 0.5);
	const crease =
		blade.isPointed && lateral * (blade.chance - 0.5) > 0 ? 0.18 : 0;
	const tone =
		0.34 +
		0.5 * t +
		0.3 * across * (1 - across) * 2 -
		crease +
		0.2 * blade.chance;
	out[0] = blade.colour[0];
	out[1] = blade.colour[1];
	out[2] = blade.colour[2];
	out[3] = tone;
	return clamp(inside < most ? inside : most);
}

function paintLeaf(
	leaf: Leaf,
	x: number,
	y: number,
	softness: number,
	lattice: Lattice,
	out: Float64Array,
): number {
	const dx = x - leaf.x;
	const dy = y - leaf.y;
	const along = (dx * leaf.alongX + dy * leaf.alongY) / leaf.length;
	if (along < 0 || along > 1) return 0;
	const across = dx * leaf.alongY - dy * leaf.alongX;
	const teeth = along * 9 + leaf.chance;
	const serrated = 0.93 + 0.1 * (teeth - Math.floor(teeth));
	const half =
		leaf.width * 4 * along * (1 - along) * (1.25 - 0.5 * along) * serrated;
	const away = across < 0 ? -across : across;
	const cover = clamp((half - away) / softness + 0.5);
	if (cover === 0) return 0;
	const share = away / (half + 1e-6);
	const veins = along * 7 - share * 1.6;
	const groove = veins - Math.floor(veins) < 0.16 ? 0.09 : 0;
	const rib = away < leaf.width * 0.07 ? 0.16 : 0;
	out[0] = leaf.colour[0];
	out[1] = leaf.colour[1];
	out[2] = leaf.colour[2];
	out[3] =
		0.52 +
		(across < 0 ? 0.16 : -0.06) +
		rib -
		groove +
		0.14 * noise2(lattice, x * 60, y * 60) +
		0.15 * along;
	return cover;
}

/** A blossom so far out of focus that only a spot of its colour is left. */
function paintSpot(
	{ look, facing }: Blossom,
	u: number,
	v: number,
	out: Float64Array,
): number {
	const squared = u * u + (v * v) / (facing * facing);
	for (let channel = 0; channel < 3; channel++) {
		out[channel] = look.petal[channel] * 0.8 + look.deep[channel] * 0.2;
	}
	out[3] = 0.78 + 0.2 * v;
	return ramp(1.5, 0.2, squared);
}

/**
 * Returns a brush that writes the light of the plants and of what is seen between them.
 * @param behind writes what stands behind all of them, into three or four values.
 */
export function createBed(
	plants: readonly Growing[],
	view: View,
	sky: Sky,
	lattice: Lattice,
	light: BedLight,
	behind: (x: number, y: number, out: Float64Array) => void,
): (x: number, y: number, out: Float64Array) => void {
	const { columns, left, tiles } = layOut(plants, view);
	const own = new Float64Array(4);
	const { haze } = light;
	return (x, y, out) => {
		const column = Math.floor((x - left) * TILES);
		const row = Math.floor(y * TILES);
		const isOutside =
			column < 0 || column >= columns || row < 0 || row >= TILES;
		const growing = isOutside ? NOTHING : tiles[row * columns + column];
		if (growing.length === 0) {
			behind(x, y, own);
			out[0] = own[0];
			out[1] = own[1];
			out[2] = own[2];
			return;
		}
		let open = 1;
		let red = 0;
		let green = 0;
		let blue = 0;
		const glow = sky.glow(x, y);
		// Deep between the stems it is dark.
		const deep = ramp(1.08, 0.62, y);
		for (let index = 0; index < growing.length; index++) {
			const plant = growing[index];
			const softness = plant.blur > view.pixel ? plant.blur : view.pixel * 1.1;
			let cover: number;
			let through = 0.35;
			let dark = 0.32 + 0.68 * deep;
			if (plant.kind === "blossom") {
				const dx = (x - plant.x) / plant.radius;
				const dy = (plant.y - y) / plant.radius;
				const v = dx * plant.upX + dy * plant.upY;
				const u = dx * plant.upY - dy * plant.upX;
				if (u > 1.3 || u < -1.3 || v > 1.3 || v < -1.3) continue;
				const soft = softness / plant.radius;
				cover =
					soft > 0.45
						? paintSpot(plant, u, v, own)
						: plant.shape(u, v / plant.facing, soft, plant.look, own);
				through = 0.75;
				dark = 0.6 + 0.4 * deep;
			} else if (plant.kind === "blade") {
				cover = paintBlade(plant, x, y, softness, own);
			} else {
				cover = paintLeaf(plant, x, y, softness, lattice, own);
			}
			if (cover <= 0.004) continue;
			cover *= open;
			const tone = (own[3] < 0.05 ? 0.05 : own[3]) * dark;
			const far = light.veil * (1 - plant.near) * (1 - plant.near);
			const shining = glow * through;
			const keep = 1 - far;
			red +=
				cover *
				(own[0] *
					tone *
					(light.light[0] * (1 + shining) + light.shade[0]) *
					keep +
					haze[0] * far);
			green +=
				cover *
				(own[1] *
					tone *
					(light.light[1] * (1 + shining) + light.shade[1]) *
					keep +
					haze[1] * far);
			blue +=
				cover *
				(own[2] *
					tone *
					(light.light[2] * (1 + shining) + light.shade[2]) *
					keep +
					haze[2] * far);
			open -= cover;
			if (open < 0.01) break;
		}
		if (open >= 0.01) {
			behind(x, y, own);
			red += own[0] * open;
			green += own[1] * open;
			blue += own[2] * open;
		}
		out[0] = red;
		out[1] = green;
		out[2] = blue;
	};
}
