/** Pictures of nothing but form and colour: poured inks, cut paper, woven tiles, printed shapes. */

import { contours } from "../abstract/contours.ts";
import { inksFor } from "../abstract/inks.ts";
import { interlace } from "../abstract/interlace.ts";
import { marble } from "../abstract/marble.ts";
import type { Pattern } from "../abstract/pattern.ts";
import { shapes } from "../abstract/shapes.ts";
import type { PatternFamily } from "../brief.ts";
import { createLattice, randomFrom } from "../noise.ts";
import { pick } from "../palette.ts";
import type { Scene } from "./scene.ts";

const FAMILIES: Record<PatternFamily, Pattern> = {
	marble,
	contours,
	interlace,
	shapes,
};

export const abstract: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const family = pick(random, Object.keys(FAMILIES) as PatternFamily[]);
	return FAMILIES[brief.pattern ?? family]({
		view,
		inks: inksFor(brief, random),
		lattice: createLattice(brief.seed),
		random,
		seed: brief.seed,
	});
};
