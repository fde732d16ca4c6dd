/** A wood: seen from inside between its trunks, or from above as ridge behind ridge of firs in the mist. */

import { createSky } from "../nature/sky.ts";
import { createWoodHall } from "../nature/wood-hall.ts";
import { createLattice, randomFrom } from "../noise.ts";
import { growthFor } from "../palette.ts";
import type { Scene } from "./scene.ts";

export const forest: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const sky = createSky(brief, view, 0.6 + 0.1 * random(), lattice);
	const growth = growthFor(brief, random);
	return createWoodHall(brief, view, sky, growth, lattice);
};
