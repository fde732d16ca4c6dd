/** A poppy: crinkled silk around a dark heart. */

import { clamp, ramp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import { type BlossomShape, tint, tintOver, turnsOf } from "./blossom.ts";

const BLACK = [0.015, 0.01, 0.02] as const;

export function createPoppy(lattice: Lattice): BlossomShape {
	return (u, v, softness, look, out) => {
		const squared = u * u + v * v;
		const reach = 1.06 + softness;
		if (squared > reach * reach) return 0;
		const r = Math.sqrt(squared);
		const turn = turnsOf(u, v) + look.chance * 0.25;
		const shift = look.chance * 80;
		let cover = 0;
		for (let petal = 3; petal >= 0; petal--) {
			// Petals 2 and 3 lie behind, across the two in front.
			const middle = (petal & 1) * 0.5 + (petal > 1 ? 0.25 : 0);
			let off = turn - middle;
			off -= Math.floor(off + 0.5);
			const away = off < 0 ? -off : off;
			if (away > 0.235) continue;
			const spread = away / 0.235;
			const crinkle = noise2(lattice, off * 26 + shift, petal * 9.3) * 0.045;
			const wide = spread * spread;
			const edge =
				(petal > 1 ? 0.99 : 0.94) * (1 - 0.34 * wide * wide) + crinkle;
			const aside = (0.235 - away) * 6.2832 * r;
			const inside = Math.min(edge - r, aside + 0.02);
			const here = clamp(inside / softness + 0.5);
			if (here <= 0) continue;
			const along = r / edge;
			const folds = noise2(lattice, off * 34 + shift, along * 1.6 + petal * 5);
			const silk = noise2(lattice, off * 110 + shift, along * 2.4 + petal * 5);
			const rim = ramp(0.09, 0, edge - r);
			const tone =
				(0.5 +
					0.36 * along +
					0.2 * folds +
					0.1 * silk +
					0.16 * rim +
					0.14 * v -
					0.12 * wide) *
				(petal > 1 ? 0.74 : 1);
			const deep = clamp(1.05 - along * 1.25 - 0.25 * folds);
			if (cover === 0) tint(out, look.petal, look.deep, deep, tone);
			else tintOver(out, look.petal, look.deep, deep, tone, here);
			cover = cover + (1 - cover) * here;
		}
		if (cover > 0 && r < 0.5) {
			const torn = noise2(lattice, u * 9 + shift, v * 9) * 0.07;
			const blotch = ramp(0.36, 0.22, r + torn);
			tintOver(out, BLACK, BLACK, 0, 0.8, blotch * 0.8);
			// Stamens: dark threads with pale heads around the pod.
			const threads = noise2(lattice, turn * 60 + shift, r * 9);
			const heads = ramp(0.15, 0.4, threads) * ramp(0.36, 0.26, r);
			tintOver(out, BLACK, [0.24, 0.2, 0.14], 1, 0.9, heads * 0.75);
			const pod = clamp((0.125 - r) / softness + 0.5);
			if (pod > 0) {
				const rays = noise2(lattice, turn * 11, 3) * 0.3;
				tintOver(out, look.heart, BLACK, clamp(rays), 0.75 + 1.5 * v, pod);
			}
		}
		return cover;
	};
}
