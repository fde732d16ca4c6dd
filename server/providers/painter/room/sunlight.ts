/** The sun that falls through the window: bright panes on floor and walls, crossed by the shadows of bars and leaves. */

import { clamp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import type { Window } from "./room-plan.ts";

export interface Sunlight {
	/** Unit vector towards the sun. */
	readonly x: number;
	readonly y: number;
	readonly z: number;
	/** How much of the sun passes the window on its way to a point of the room, 0..1. */
	through(x: number, y: number, z: number): number;
}

/** @param height metres up for one metre towards the window. */
export function createSunlight(
	window: Window,
	height: number,
	lattice: Lattice,
	random: () => number,
): Sunlight {
	const { axis, side, at: plane, sill, top, panes } = window;
	const slope = height * (0.85 + 0.3 * random());
	const drift = (random() - 0.35) * 0.7;
	const leafShade = random() < 0.45 ? 0.55 : 0;
	const length = Math.sqrt(1 + slope * slope + drift * drift);
	const third = (top - sill) / 3;

	const throughPanes = (along: number, soft: number): number => {
		let open = 0;
		for (const pane of panes) {
			const off = along < pane.at ? pane.at - along : along - pane.at;
			if (off > pane.half + soft) continue;
			open +=
				clamp((pane.half - off) / soft + 0.5) *
				clamp((off - 0.022) / soft + 0.5);
		}
		return open;
	};

	return {
		x: (axis === "x" ? side : drift) / length,
		y: slope / length,
		z: (axis === "x" ? drift : 1) / length,
		through(x, y, z) {
			const way = axis === "x" ? (plane - x) * side : plane - z;
			if (way <= 0) return 0;
			const at = y + slope * way;
			if (at < sill - 0.1 || at > top + 0.1) return 0;
			const along = (axis === "x" ? z : x) + drift * way;
			// The sun is no point: shadows soften with the way from the window.
			const soft = 0.018 + 0.02 * way;
			let open = throughPanes(along, soft);
			if (open === 0) return 0;
			const rise = (at - sill) / third;
			const part = rise - Math.floor(rise + 0.5);
			const toBar = (part < 0 ? -part : part) * third;
			open *=
				clamp((at - sill) / soft) *
				clamp((top - at) / soft) *
				clamp((toBar - 0.02) / soft + 0.5);
			if (leafShade > 0) {
				const leaves =
					noise2(lattice, along * 2.6 + 40, at * 2.6) +
					0.5 * noise2(lattice, along * 6.1, at * 6.1 + 9);
				open *= 1 - leafShade * clamp(leaves * 1.6 + 0.35);
			}
			return open;
		},
	};
}
