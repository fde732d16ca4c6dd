/** Pictures of nothing but form and colour: poured inks and veined stone, cut paper, woven tiles and knots, printed shapes. */

import { contours } from "../abstract/contours.ts";
import { inksFor } from "../abstract/inks.ts";
import { interlace } from "../abstract/interlace.ts";
import { knotwork } from "../abstract/knotwork.ts";
import { litInks } from "../abstract/lit-inks.ts";
import { marble } from "../abstract/marble.ts";
import type { Pattern } from "../abstract/pattern.ts";
import { shapes } from "../abstract/shapes.ts";
import { stone } from "../abstract/stone.ts";
import type { PatternFamily } from "../brief.ts";
import { createLattice, randomFrom } from "../noise.ts";
import { pick } from "../palette.ts";
import type { Scene } from "./scene.ts";

/** What a family can look like; the more often a pattern is named, the more likely it is. */
const FAMILIES: Record<PatternFamily, readonly Pattern[]> = {
	marble: [marble, stone],
	contours: [contours],
	interlace: [interlace, knotwork],
	shapes: [shapes],
};

export const abstract: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const family = pick(random, Object.keys(FAMILIES) as PatternFamily[]);
	const pattern = pick(random, FAMILIES[brief.pattern ?? family]);
	return pattern({
		view,
		inks: litInks(inksFor(brief, random), brief),
		lattice: createLattice(brief.seed),
		random,
		seed: brief.seed,
	});
};
