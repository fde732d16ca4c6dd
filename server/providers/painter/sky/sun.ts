/** The sun or the moon: where it stands, how bright its disc shows through the air, and how far its glow reaches. */

import type { Brief } from "../brief.ts";
import { ramp } from "../curve.ts";
import type { Atmosphere } from "../palette.ts";
import { subjectScale, type View } from "../scenes/scene.ts";

export interface Sun {
	/** Its centre in picture coordinates; it may stand outside the frame or below the horizon. */
	readonly x: number;
	readonly y: number;
	readonly radius: number;
	readonly isMoon: boolean;
	/** 0 hidden .. 1 clear. */
	readonly discStrength: number;
	/** How strongly the sky around it glows at a point: sharp near the disc, 0..about 1. */
	glow(x: number, y: number): number;
	/** How strongly it lights up the air before the land at a point: soft and cheap, 0..about 0.7. */
	airGlow(x: number, y: number): number;
}

/** High by day, low at both ends of it, out of sight at dusk. */
function place(
	brief: Brief,
	view: View,
	horizon: number,
	random: () => number,
): { x: number; y: number; radius: number } {
	const size = subjectScale(view);
	const side = random() < 0.5 ? -1 : 1;
	const x = side * (0.1 + 0.62 * random()) * (Math.min(view.aspect, 1.7) / 2);
	const lift = random();
	const radius = (0.026 + 0.02 * random()) * size;
	switch (brief.timeOfDay) {
		case "day":
			return { x, y: horizon * (-0.12 + 0.3 * lift), radius: 0.02 * size };
		case "dusk":
			return { x, y: horizon + 0.04, radius: 0 };
		case "night":
			return { x, y: horizon * (0.14 + 0.34 * lift), radius };
		default:
			return { x, y: horizon - (0.035 + 0.17 * lift) * size, radius };
	}
}

/** @param hasDisc `false` leaves out the disc and all but a trace of its glow. */
export function createSun(
	brief: Brief,
	view: View,
	horizon: number,
	air: Atmosphere,
	hasDisc: boolean,
	random: () => number,
): Sun {
	const sun = place(brief, view, horizon, random);
	const isMoon = brief.timeOfDay === "night";
	const strength =
		(isMoon ? 0.42 : 0.3 + 0.7 * air.directness) * (hasDisc ? 1 : 0.12);
	const size = subjectScale(view);
	const perSize = 1 / (size * size);
	return {
		...sun,
		isMoon,
		// Behind thick cloud only a paler patch tells where it stands.
		discStrength: hasDisc ? ramp(0.15, 0.6, air.directness) : 0,
		glow(x, y) {
			const dx = x - sun.x;
			const dy = (y - sun.y) * 1.15;
			const squared = (dx * dx + dy * dy) * perSize;
			return (
				(0.3 / (1 + squared * 420) +
					0.42 / (1 + squared * 50) +
					0.32 / (1 + squared * 6)) *
				strength
			);
		},
		airGlow(x, y) {
			const dx = x - sun.x;
			const dy = y - sun.y;
			return (0.7 * strength) / (1 + (dx * dx + dy * dy) * perSize * 17);
		},
	};
}
