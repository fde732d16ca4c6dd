/** A woven rug on the floor of a room, as a shop would photograph it. */

import type { Brief, RugDesign, RugShape } from "../brief.ts";
import { luminance } from "../colour.ts";
import { createLattice, type Lattice, randomFrom } from "../noise.ts";
import { pick } from "../palette.ts";
import { aim, frameRug } from "../room/camera.ts";
import { createFloor, pickWood } from "../room/floor.ts";
import { furnish } from "../room/furnish.ts";
import { createLighting } from "../room/lighting.ts";
import { planRoom } from "../room/room-plan.ts";
import { createStage } from "../room/stage.ts";
import { createSurfaces } from "../room/surfaces.ts";
import { createWalls } from "../room/walls.ts";
import { DYE } from "../rug/cartoon.ts";
import { designRug } from "../rug/design-rug.ts";
import { dyesFor } from "../rug/dyes.ts";
import { layRug } from "../rug/laid-rug.ts";
import { weaveRug } from "../rug/weave.ts";
import type { Scene } from "./scene.ts";

const DESIGNS: readonly RugDesign[] = [
	"medallion",
	"medallion",
	"allover",
	"tribal",
	"striped",
	"lattice",
];
const SHAPES: readonly RugShape[] = [
	"rectangle",
	"rectangle",
	"rectangle",
	"rectangle",
	"runner",
	"round",
];
/** Knots from the middle to the long edge. */
const KNOTS = 216;
const KNOTS_OF_RUNNER = 96;

/** Long side by short side. */
function proportionFor(
	asked: number | undefined,
	shape: RugShape,
	random: () => number,
): number {
	const chance = random();
	if (shape === "round" || shape === "square") return 1;
	if (shape === "runner") {
		return Math.min(Math.max(asked ?? 3 + chance, 2.4), 4.6);
	}
	return Math.min(Math.max(asked ?? 1.35 + 0.2 * chance, 1.15), 1.9);
}

/** Designs, dyes and weaves the rug; new or worn, evenly dyed or not. */
function makeRug(
	brief: Brief,
	shape: RugShape,
	proportion: number,
	lattice: Lattice,
	random: () => number,
) {
	const design = brief.rugDesign ?? pick(random, DESIGNS);
	const isRound = shape === "round";
	const dyes = dyesFor(brief, design, random);
	const columns = shape === "runner" ? KNOTS_OF_RUNNER : KNOTS;
	const rows = Math.round(columns * proportion);
	const weave = weaveRug({
		cartoon: designRug(design, isRound, columns, rows, random, lattice),
		dyes,
		lattice,
		seed: brief.seed,
		wear: random() < 0.3 ? 0.25 + 0.4 * random() : 0,
		abrash: 0.25 + 0.75 * random(),
	});
	const isFlat = design === "striped" || random() < 0.2;
	const fringe = isRound || random() < 0.2 ? 0 : 0.045 + 0.035 * random();
	return { dyes, weave, fringe, pile: isFlat ? 0.2 : 0.5 + 0.5 * random() };
}

export const rug: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const shape = brief.rugShape ?? pick(random, SHAPES);
	const proportion = proportionFor(brief.rugProportion, shape, random);
	const made = makeRug(brief, shape, proportion, lattice, random);
	const { dyes } = made;

	const { camera, rug: place } = frameRug(view, shape, proportion, random);
	const plan = planRoom(view, camera, place, random);
	const lighting = createLighting(brief, plan, lattice, random);
	const fringeColour = dyes[DYE.light];
	const { seed } = brief;
	const laid = layRug({ ...made, place, lattice, seed, fringeColour });
	const brightness =
		(luminance(dyes[DYE.field]) + luminance(dyes[DYE.border])) / 2;
	const wood = pickWood(random, brightness);
	const floor = createFloor(wood, seed ^ 0x2f1b, lattice, random);
	const topOfView = camera.eye + (camera.horizon / camera.focal) * plan.back;
	const walls = createWalls(plan, lighting, topOfView, lattice, random);
	const accents = [dyes[DYE.accent], dyes[DYE.border]];
	const isLampLit = lighting.lampStrength > 0;
	const furnishing = furnish(
		{ isLampLit, view, camera, rug: place, plan, accents, lattice },
		random,
	);
	const stage = createStage(furnishing, camera, lighting, view.pixel, random);
	const surfaces = createSurfaces({
		camera,
		plan,
		lighting,
		walls,
		floor,
		laid,
		shadeAt: stage.shadeAt,
		pixel: view.pixel,
	});

	const direction = new Float64Array(3);
	return (x, y, out) => {
		aim(camera, x, y, direction);
		const far = surfaces.paint(direction, y, out);
		stage.paint(x, y, direction, far, out);
	};
};
