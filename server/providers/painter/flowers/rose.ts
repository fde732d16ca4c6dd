/** A rose: rings of petals that wind around each other, dark in the folds and light at the lips. */

import { clamp, ramp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import { type BlossomShape, tint, tintOver, turnsOf } from "./blossom.ts";

const RADII = [0.14, 0.28, 0.44, 0.63, 0.82, 1];
const PETALS = [2, 3, 3, 4, 5, 5];

export function createRose(lattice: Lattice): BlossomShape {
	return (u, v, softness, look, out) => {
		if (u * u + v * v > (1.06 + softness) * (1.06 + softness)) return 0;
		const shift = look.chance * 90;
		const crumple = noise2(lattice, u * 3.2 + shift, v * 3.2) * 0.05;
		let cover = 0;
		let inner = 0;
		let open = 1;
		for (let ring = 0; ring < RADII.length; ring++) {
			const radius = RADII[ring];
			const count = PETALS[ring];
			// The heart sits higher than the outer petals: we look at the cup from the front and above.
			const dv = v - 0.13 * (1 - radius);
			const r = Math.sqrt(u * u + dv * dv);
			if (r > radius * 1.08 + softness) {
				inner = radius;
				continue;
			}
			const position = turnsOf(u, dv) * count + ring * 0.37 + look.chance * 3;
			const off = position - Math.floor(position) - 0.5;
			const edge =
				radius * (1.03 - 0.75 * off * off * (1 + 0.5 * off) + 0.08 * off) +
				crumple;
			const here = clamp((edge - r) / softness + 0.5) * open;
			if (here > 0) {
				const deep = inner * 0.82;
				const rise = clamp((r - deep) / (edge - deep + 0.02));
				const lip = ramp(0.1, 0, edge - r);
				const vein = noise2(lattice, off * 9 + ring * 5 + shift, r * 5) * 0.08;
				const tone =
					0.47 +
					0.5 * rise * rise +
					0.16 * lip +
					0.36 * off +
					0.14 * v +
					vein +
					0.06 * ring * (1 - rise) * 0.5;
				const fold = clamp(1.05 - rise * 0.95 - 0.3 * lip);
				if (cover === 0) tint(out, look.petal, look.deep, fold, tone);
				else
					tintOver(
						out,
						look.petal,
						look.deep,
						fold,
						tone,
						here / (cover + here),
					);
				cover += here;
				open -= here;
				if (open < 0.01) break;
			}
			inner = radius;
		}
		return clamp(cover);
	};
}
