/** Where the trees of a wood stand: rows of trunks from far to near, with a glade left open near us. */

import { bump, decay } from "../curve.ts";
import { subjectScale, type View } from "../scenes/scene.ts";

interface Trunk {
	readonly x: number;
	/** Half the width at the foot, in picture heights. */
	readonly radius: number;
	readonly lean: number;
	readonly bow: number;
}

/** One row of trunks at one distance. */
export interface Row {
	readonly z: number;
	/** y of the ground there. */
	readonly foot: number;
	/** Tells this row's bushes from another's. */
	readonly lane: number;
	readonly spacing: number;
	/** By cell of `spacing`, from the left edge; some cells are empty. */
	readonly trunks: readonly (Trunk | undefined)[];
	/** How much of its colour the haze takes, 0..1. */
	readonly haze: number;
}

const ROWS = 10;
/** Rows before this one are so far away that they may be soft. */
export const SOFT_ROWS = 6;

/** @param eye height of the eye above the ground. @param thickness of the haze. */
export function plantRows(
	view: View,
	horizon: number,
	eye: number,
	thickness: number,
	random: () => number,
): Row[] {
	const size = subjectScale(view);
	const rows: Row[] = [];
	const density = 0.5 + 0.35 * random();
	const stoutness = 0.75 + 0.6 * random();
	const glade = (random() - 0.5) * 0.5 * view.aspect;
	for (let index = 0, z = 17; index < ROWS; index++, z *= 0.745) {
		const spacing = ((0.2 + 0.13 * random()) * size) / (0.35 + z * 0.22);
		const cells = Math.ceil(view.aspect / spacing) + 3;
		const trunks = Array.from({ length: cells }, (_, cell) => {
			const x = (cell - 1 + 0.3 + 0.4 * random()) * spacing - view.aspect / 2;
			const slim = random() * random();
			const radius =
				((0.014 + 0.034 * slim) * stoutness * size) / (0.4 + z * 0.4);
			const lean = (random() - 0.5) * 0.12;
			const bow = (random() - 0.5) * 0.05;
			const stands = random() < density;
			const inGlade = index > 5 && bump((x - glade) / (0.3 * size)) > 0.15;
			return stands && !inGlade ? { x, radius, lean, bow } : undefined;
		});
		rows.push({
			z,
			foot: horizon + eye / z,
			lane: 40 + index,
			spacing,
			trunks,
			haze: 1 - decay((z - 1) * thickness),
		});
	}
	return rows;
}
