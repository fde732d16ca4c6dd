/** A few trees standing before the view, lit by its sky: the frame that gives a landscape its depth. */

import { fade, scale } from "../colour.ts";
import { ramp } from "../curve.ts";
import type { Lattice } from "../noise.ts";
import type { Growth } from "../palette.ts";
import type { Sky } from "../sky/sky.ts";
import { createBroadleaf } from "./broadleaf.ts";
import { createConifer } from "./conifer.ts";
import type { TreeShape } from "./tree.ts";

/** Where a tree stands, in picture coordinates. */
export interface TreePlace {
	readonly x: number;
	/** y of its foot. */
	readonly foot: number;
	readonly height: number;
	readonly kind: "conifer" | "broadleaf";
}

interface Tree extends TreePlace {
	readonly shape: TreeShape;
	readonly crown: readonly [number, number, number];
	readonly halfWidth: number;
}

/** Width of the strips by which a point finds the trees near it, in picture heights. */
const STRIP = 1 / 64;

/**
 * Returns a brush that paints the trees over `out`; the last place stands nearest to us.
 * @param pixel size of a pixel in picture heights.
 */
export function createGrove(
	places: readonly TreePlace[],
	sky: Sky,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
	pixel: number,
): (x: number, y: number, out: Float64Array) => void {
	const { air } = sky;
	const trees: Tree[] = places.map((place) => {
		const isConifer = place.kind === "conifer";
		const leaf =
			growth.leaves[Math.floor(random() * random() * growth.leaves.length)];
		const crown = scale(
			fade(isConifer || leaf === undefined ? growth.conifer : leaf, 0.12),
			0.6 + 0.35 * random(),
		);
		return {
			...place,
			crown,
			halfWidth: place.height * (isConifer ? 0.3 : 0.58),
			shape: isConifer
				? createConifer(lattice, random() * 1048576, 0.15 + 0.07 * random())
				: createBroadleaf(lattice, random, growth.leafage),
		};
	});
	const side = sky.sunX < 0 ? -1 : 1;
	const top = places.reduce(
		(least, { foot, height }) => Math.min(least, foot - height * 1.12),
		2,
	);
	const found = new Float64Array(4);
	const left = trees.reduce(
		(least, { x, halfWidth }) => Math.min(least, x - halfWidth),
		0,
	);
	const strips: Tree[][] = [];
	for (const tree of trees) {
		const first = Math.floor((tree.x - tree.halfWidth - left) / STRIP);
		const last = Math.floor((tree.x + tree.halfWidth - left) / STRIP);
		for (let strip = first; strip <= last; strip++) {
			strips[strip] ??= [];
			strips[strip].push(tree);
		}
	}

	return (x, y, out) => {
		if (y < top || x < left) return;
		const near = strips[Math.floor((x - left) / STRIP)];
		if (near === undefined) return;
		for (let index = 0; index < near.length; index++) {
			const tree = near[index];
			const across = x - tree.x;
			if (across > tree.halfWidth || across < -tree.halfWidth) continue;
			const up = tree.foot - y;
			if (up < 0 || up > tree.height * 1.12) continue;
			const { height } = tree;
			tree.shape(across / height, up / height, pixel / height, found);
			if (found[0] <= 0) continue;
			// Grass hides the cut of the trunk.
			const cover = found[0] * ramp(0, 0.025, up / height);
			const towards = (across / tree.halfWidth) * side;
			const lit =
				found[1] * (0.55 + 0.45 * towards) * air.directness * 0.9 + 0.05;
			const dark = 0.25 + 0.5 * found[1];
			const bark = found[2];
			const white = found[3] * growth.snow * (1 - bark * 0.7);
			for (let channel = 0; channel < 3; channel++) {
				const leafy = tree.crown[channel];
				let albedo = leafy + (growth.bark[channel] * 0.6 - leafy) * bark;
				albedo += (0.88 - albedo) * white;
				const tone =
					albedo * (air.light[channel] * lit + air.shade[channel] * dark);
				out[channel] += (tone - out[channel]) * cover;
			}
		}
	};
}
