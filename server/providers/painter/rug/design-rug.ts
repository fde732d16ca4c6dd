/** Designs a whole rug: picks borders that suit the design and weaves field and border on one cartoon. */

import type { RugDesign } from "../brief.ts";
import type { Lattice } from "../noise.ts";
import { weaveAllover } from "./allover.ts";
import { floralBorder } from "./border-schemes.ts";
import {
	type Outline,
	rectangleOutline,
	roundOutline,
	weaveBands,
} from "./borders.ts";
import { Cartoon, DYE } from "./cartoon.ts";
import type { DesignPlan } from "./design-plan.ts";
import { weaveLattice } from "./lattice.ts";
import { weaveMedallion } from "./medallion.ts";
import { planStriped } from "./striped.ts";
import { planTribal } from "./tribal.ts";

const PLANS: Record<
	RugDesign,
	(random: () => number, isRound: boolean) => DesignPlan
> = {
	medallion: () => ({ weave: weaveMedallion, border: floralBorder }),
	allover: () => ({ weave: weaveAllover, border: floralBorder }),
	tribal: planTribal,
	striped: planStriped,
	lattice: () => ({ weave: weaveLattice, border: floralBorder }),
};

/**
 * Draws one quarter of a rug.
 * @param columns half the width in knots. @param rows half the length in knots.
 */
export function designRug(
	design: RugDesign,
	isRound: boolean,
	columns: number,
	rows: number,
	random: () => number,
	lattice: Lattice,
): Cartoon {
	const cartoon = new Cartoon(columns, rows, DYE.field);
	const outline: Outline = isRound
		? roundOutline(columns)
		: rectangleOutline(columns, rows);
	const scale = Math.min(1.2, Math.max(0.45, columns / 190));
	const plan = PLANS[design](random, isRound);
	const bands = plan.border(random, scale);
	const edge = bands.reduce((total, band) => total + band.width, 0);
	plan.weave({
		cartoon,
		random,
		lattice,
		width: columns - edge,
		height: rows - edge,
		scale,
		isInside: (x, y) => outline.depthAt(x, y) >= edge,
	});
	weaveBands(cartoon, outline, bands);
	return cartoon;
}
