/** The light in the room: a window's daylight, the sun that falls through it, a lamp in the evening, and what the walls throw back. */

import type { Brief, TimeOfDay } from "../brief.ts";
import { type Colour, fade, hex, scale } from "../colour.ts";
import type { Lattice } from "../noise.ts";
import type { RoomPlan } from "./room-plan.ts";
import { createSunlight } from "./sunlight.ts";

interface Hour {
	/** Through the window, from the sky. */
	readonly sky: string;
	readonly skyStrength: number;
	/** What comes back from walls and ceiling. */
	readonly fill: string;
	readonly fillStrength: number;
	readonly sun: string;
	readonly sunStrength: number;
	/** Height of the sun: metres up for one metre sideways. */
	readonly sunSlope: number;
	readonly lampStrength: number;
}

const HOURS: Record<TimeOfDay, Hour> = {
	dawn: {
		sky: "#e9dfe6",
		skyStrength: 1.6,
		fill: "#f3e6de",
		fillStrength: 0.58,
		sun: "#ffd9b0",
		sunStrength: 0.75,
		sunSlope: 0.42,
		lampStrength: 0,
	},
	day: {
		sky: "#eef4fb",
		skyStrength: 2,
		fill: "#f8f4ee",
		fillStrength: 0.74,
		sun: "#fff0d8",
		sunStrength: 0.85,
		sunSlope: 0.8,
		lampStrength: 0,
	},
	sunset: {
		sky: "#ffd9b8",
		skyStrength: 1.3,
		fill: "#f5e0ca",
		fillStrength: 0.5,
		sun: "#ffb066",
		sunStrength: 1.15,
		sunSlope: 0.36,
		lampStrength: 0.12,
	},
	dusk: {
		sky: "#8ea2d8",
		skyStrength: 1,
		fill: "#b9adb4",
		fillStrength: 0.42,
		sun: "#000000",
		sunStrength: 0,
		sunSlope: 0.5,
		lampStrength: 1,
	},
	night: {
		sky: "#4a5f98",
		skyStrength: 0.35,
		fill: "#ab9180",
		fillStrength: 0.43,
		sun: "#000000",
		sunStrength: 0,
		sunSlope: 0.5,
		lampStrength: 1.35,
	},
};

const LAMP: Colour = hex("#ffc98a");

export interface Lighting {
	/** Light that reaches a point of the room on a surface with this normal; writes red, green, blue. */
	at(
		x: number,
		y: number,
		z: number,
		nx: number,
		ny: number,
		nz: number,
		out: Float64Array,
	): void;
	/** Of the world outside. */
	readonly sky: Colour;
	readonly lampStrength: number;
	readonly lampColour: Colour;
	/** About the light on a wall; what glossy things mirror. */
	readonly ambience: Colour;
}

export function createLighting(
	brief: Brief,
	plan: RoomPlan,
	lattice: Lattice,
	random: () => number,
): Lighting {
	const hour = HOURS[brief.timeOfDay];
	const isFair = brief.weather === "clear";
	const isDim = brief.weather === "storm" || brief.weather === "rain";
	const greying = isFair ? 0 : isDim ? 0.7 : 0.5;
	const dimming = isDim ? 0.7 : isFair ? 1 : 0.94;
	const sky = scale(fade(hex(hour.sky), greying), hour.skyStrength * dimming);
	const fill = scale(
		fade(hex(hour.fill), greying * 0.5),
		hour.fillStrength * (0.6 + 0.4 * dimming),
	);
	const sunStrength = isFair ? hour.sunStrength : 0;
	const sun = scale(hex(hour.sun), sunStrength);
	const lampStrength =
		hour.lampStrength + (isDim && hour.lampStrength === 0 ? 0.35 : 0);
	const [lampX, lampY, lampZ] = plan.lamp;
	const { window } = plan;

	const sunlight = createSunlight(window, hour.sunSlope, lattice, random);
	const { axis, at: plane, middle } = window;

	return {
		sky,
		lampStrength,
		lampColour: LAMP,
		ambience: [
			fill[0] + sky[0] * 0.14,
			fill[1] + sky[1] * 0.14,
			fill[2] + sky[2] * 0.14,
		],
		at(x, y, z, nx, ny, nz, out) {
			const toX = (axis === "x" ? plane : middle) - x;
			const toY = 1.6 - y;
			const toZ = (axis === "x" ? middle : plane) - z;
			const squared = toX * toX + toY * toY + toZ * toZ + 0.01;
			const facing =
				0.42 + (0.58 * (nx * toX + ny * toY + nz * toZ)) / Math.sqrt(squared);
			const daylight = (facing < 0 ? 0 : facing) * (2.1 / (squared + 4.2));
			const bounce = 0.84 + 0.16 * ny;
			let red = fill[0] * bounce + sky[0] * daylight;
			let green = fill[1] * bounce + sky[1] * daylight;
			let blue = fill[2] * bounce + sky[2] * daylight;
			if (sunStrength > 0) {
				const slant = nx * sunlight.x + ny * sunlight.y + nz * sunlight.z;
				if (slant > 0) {
					const share = sunlight.through(x, y, z) * (0.35 + 0.65 * slant);
					red += sun[0] * share;
					green += sun[1] * share;
					blue += sun[2] * share;
				}
			}
			if (lampStrength > 0) {
				const awayX = lampX - x;
				const awayY = lampY - y;
				const awayZ = lampZ - z;
				const away = awayX * awayX + awayY * awayY + awayZ * awayZ + 0.01;
				const turned =
					0.3 +
					(0.7 * (nx * awayX + ny * awayY + nz * awayZ)) / Math.sqrt(away);
				const glow =
					(turned < 0 ? 0 : turned) * (lampStrength / (away * 0.7 + 0.45));
				red += LAMP[0] * glow;
				green += LAMP[1] * glow;
				blue += LAMP[2] * glow;
			}
			out[0] = red;
			out[1] = green;
			out[2] = blue;
		},
	};
}
