/** Branches in a vase and leaves of a pot plant, painted flat at their distance like a stage set. */

import { type Colour, hex, mix } from "../colour.ts";
import { clamp } from "../curve.ts";
import { pick } from "../palette.ts";
import type { Camera } from "./camera.ts";
import { project } from "./camera.ts";
import type { Planting } from "./furnish.ts";

interface Leaf {
	readonly x: number;
	readonly y: number;
	/** Unit vector from the stalk to the tip. */
	readonly dirX: number;
	readonly dirY: number;
	readonly length: number;
	readonly width: number;
	readonly tone: number;
	/** A twig is a leaf without belly. */
	readonly isTwig: boolean;
}

export interface Foliage {
	/** Depth of the plant. */
	readonly depth: number;
	/** World place, for the light that falls on it. */
	readonly place: Planting;
	/** Paints over what is in `out`; `light` is the light there. */
	paint(x: number, y: number, light: Float64Array, out: Float64Array): void;
}

const CELLS = 24;

export function createFoliage(
	planting: Planting,
	camera: Camera,
	pixel: number,
	random: () => number,
): Foliage {
	const root = project(camera, planting.x, planting.y, planting.z);
	const perMetre = camera.focal / root.depth;
	const leaves =
		planting.kind === "bush" ? growBush(random) : growBranches(random);
	const size = planting.height * perMetre;
	const green: Colour = hex(
		pick(random, ["#5f7a4a", "#7d8f62", "#4c6a50", "#8f9a72", "#6b7f5c"]),
	);
	const dark = mix(green, [0.02, 0.035, 0.02], 0.62);
	const bark = hex("#5a4636");

	// A grid over the plant's square lists the leaves of each cell, so that a pixel looks at few of them.
	const cells: number[][] = Array.from({ length: CELLS * CELLS }, () => []);
	const cellOf = (value: number) =>
		Math.min(CELLS - 1, Math.max(0, Math.floor(value * CELLS)));
	leaves.forEach((leaf, index) => {
		const endX = leaf.x + leaf.dirX * leaf.length;
		const endY = leaf.y + leaf.dirY * leaf.length;
		const margin = leaf.width + 0.02;
		for (
			let row = cellOf(Math.min(leaf.y, endY) - margin);
			row <= cellOf(Math.max(leaf.y, endY) + margin);
			row++
		) {
			for (
				let column = cellOf((Math.min(leaf.x, endX) - margin + 0.75) / 1.5);
				column <= cellOf((Math.max(leaf.x, endX) + margin + 0.75) / 1.5);
				column++
			) {
				cells[row * CELLS + column].push(index);
			}
		}
	});
	const soft = pixel / size;

	return {
		depth: root.depth,
		place: planting,
		paint(x, y, light, out) {
			const px = (x - root.x) / size;
			const py = (root.y - y) / size;
			if (px < -0.75 || px >= 0.75 || py < -0.05 || py >= 1.3) return;
			const column = cellOf((px + 0.75) / 1.5);
			const row = cellOf(py);
			for (const index of cells[row * CELLS + column]) {
				const leaf = leaves[index];
				const dx = px - leaf.x;
				const dy = py - leaf.y;
				const along = (dx * leaf.dirX + dy * leaf.dirY) / leaf.length;
				if (along < 0 || along > 1) continue;
				const across = dx * leaf.dirY - dy * leaf.dirX;
				const off = across < 0 ? -across : across;
				const belly = leaf.isTwig
					? leaf.width * (1 - 0.6 * along)
					: leaf.width * 4 * along * (1 - along) * (1.25 - 0.5 * along);
				const cover = clamp((belly - off) / soft + 0.5);
				if (cover === 0) continue;
				if (leaf.isTwig) {
					for (let c = 0; c < 3; c++) {
						out[c] += (bark[c] * light[c] * leaf.tone - out[c]) * cover;
					}
					continue;
				}
				const rib = clamp(1 - off / (belly * 0.14 + soft));
				const side = across > 0 ? 0.16 : -0.1;
				const bright = leaf.tone + side + rib * 0.14 + along * 0.1;
				for (let c = 0; c < 3; c++) {
					const own = dark[c] + (green[c] - dark[c]) * bright;
					out[c] += (own * light[c] - out[c]) * cover;
				}
			}
		},
	};
}

function direction(x: number, y: number): { dirX: number; dirY: number } {
	const length = Math.sqrt(x * x + y * y) + 1e-9;
	return { dirX: x / length, dirY: y / length };
}

/** Big leaves on a few upright stems. */
function growBush(random: () => number): Leaf[] {
	const leaves: Leaf[] = [];
	const stems = 3 + Math.floor(random() * 3);
	const broad = 0.05 + 0.035 * random();
	for (let stem = 0; stem < stems; stem++) {
		const lean = (stem / (stems - 1) - 0.5) * 0.7 + (random() - 0.5) * 0.2;
		const reach = 0.6 + 0.3 * random();
		leaves.push({
			x: lean * 0.06,
			y: -0.02,
			...direction(lean, 1),
			length: reach,
			width: 0.009,
			tone: 0.8,
			isTwig: true,
		});
		const aim = direction(lean, 1);
		for (let index = 0; index < 9; index++) {
			const share = 0.22 + (index / 9) * 0.8;
			const side = index % 2 === 0 ? 1 : -1;
			leaves.push({
				x: lean * 0.06 + aim.dirX * reach * share,
				y: aim.dirY * reach * share,
				...direction(
					side * (0.9 - 0.5 * share) + lean * 0.8,
					0.45 + 0.5 * random() - (1 - share) * 0.4,
				),
				length: 0.17 + 0.09 * random(),
				width: broad * (0.75 + 0.4 * random()),
				tone: 0.35 + 0.6 * random() * share + 0.1 * share,
				isTwig: false,
			});
		}
	}
	return leaves;
}

/** Thin branches with small leaves. */
function growBranches(random: () => number): Leaf[] {
	const leaves: Leaf[] = [];
	const branches = 4 + Math.floor(random() * 3);
	for (let branch = 0; branch < branches; branch++) {
		const lean =
			(branch / (branches - 1) - 0.5) * 1.15 + (random() - 0.5) * 0.25;
		const aim = direction(lean, 1);
		const reach = 0.65 + 0.3 * random();
		leaves.push({
			x: 0,
			y: -0.04,
			...aim,
			length: reach,
			width: 0.008,
			tone: 0.9,
			isTwig: true,
		});
		for (let index = 0; index < 12; index++) {
			const share = 0.3 + (index / 12) * 0.72;
			const side = index % 2 === 0 ? 1 : -1;
			leaves.push({
				x: aim.dirX * reach * share,
				y: aim.dirY * reach * share - 0.04,
				...direction(
					aim.dirX + side * aim.dirY * (0.5 + 0.5 * random()),
					aim.dirY - side * aim.dirX * 0.6,
				),
				length: 0.09 + 0.05 * random(),
				width: 0.02 + 0.012 * random(),
				tone: 0.4 + 0.55 * random(),
				isTwig: false,
			});
		}
	}
	return leaves;
}
