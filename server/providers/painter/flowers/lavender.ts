/** A spike of lavender: whorls of small buds around a stem, some of them open. */

import { clamp } from "../curve.ts";
import { hashCell, type Lattice, noise2 } from "../noise.ts";
import { type BlossomShape, tint, tintOver } from "./blossom.ts";

const WHORLS = 12;
const PER_BYTE = 1 / 255;

export function createLavender(lattice: Lattice): BlossomShape {
	return (u, v, softness, look, out) => {
		if (u > 0.34 || u < -0.34 || v > 1.1 || v < -1.1) return 0;
		const seed = Math.floor(look.chance * 65536);
		const row = Math.floor((v + 1) * 0.5 * WHORLS);
		let cover = 0;
		const stem = clamp((0.022 - (u < 0 ? -u : u)) / softness + 0.5);
		if (stem > 0 && v < 0.85) {
			tint(out, look.heart, look.deep, 0.3, 0.6);
			cover = stem;
		}
		for (let whorl = row + 1; whorl >= row - 1; whorl--) {
			if (whorl < 0 || whorl >= WHORLS || (whorl === 1 && look.chance < 0.5)) {
				continue;
			}
			const height = ((whorl + 0.5) / WHORLS) * 2 - 1;
			const slim = 0.5 + 0.4 * (1 - height * height) - 0.28 * height;
			for (let bud = 0; bud < 5; bud++) {
				const hash = hashCell(seed, whorl, bud);
				// From behind to the front: the outer buds first, the middle one last.
				const side =
					bud === 4 ? 0 : (bud & 1 ? 1 : -1) * (bud < 2 ? 0.125 : 0.065);
				const x = (side + ((hash & 255) * PER_BYTE - 0.5) * 0.05) * slim;
				const y =
					height +
					(((hash >>> 8) & 255) * PER_BYTE - 0.5) * 0.1 +
					(side < 0 ? -side : side) * 0.25;
				const lean = (u - x) * side * 6;
				const dx = (u - x) / (0.05 * (0.7 + 0.3 * slim));
				const dy = (v - y - lean) / 0.1;
				const squared = dx * dx + dy * dy;
				if (squared > 1.6 + softness * 12) continue;
				const here = clamp(((1 - Math.sqrt(squared)) * 0.055) / softness + 0.5);
				if (here <= 0) continue;
				const isOpen = ((hash >>> 16) & 255) > 140;
				const tone =
					0.58 +
					0.2 * dy -
					0.1 * dx +
					(isOpen ? 0.2 : 0) +
					(bud > 1 ? 0.1 : -0.08) +
					0.1 * noise2(lattice, u * 30, v * 30);
				const share = isOpen ? 0.1 : 0.55 - 0.3 * dy;
				if (cover === 0) tint(out, look.petal, look.deep, clamp(share), tone);
				else tintOver(out, look.petal, look.deep, clamp(share), tone, here);
				cover = cover + (1 - cover) * here;
			}
		}
		return cover;
	};
}
