/** Inks as they look at the brief's hour and season: warm towards evening, blue by night, golden in autumn, pale in winter. */

import type { Brief, Season, TimeOfDay, Weather } from "../brief.ts";
import { type Colour, fade, multiply } from "../colour.ts";
import type { Inks } from "./inks.ts";

/** Plain daylight leaves every colour alone. */
const HOURS: Record<TimeOfDay, Colour> = {
	dawn: [1.03, 0.95, 0.93],
	day: [1, 1, 1],
	sunset: [1.06, 0.88, 0.72],
	dusk: [0.8, 0.75, 0.95],
	night: [0.66, 0.75, 1],
};
const SEASONS: Record<Season, Colour> = {
	spring: [0.99, 1.02, 0.98],
	summer: [1, 1, 1],
	autumn: [1.05, 0.94, 0.82],
	winter: [0.92, 0.98, 1.06],
};
/** How much of its colour everything loses. */
const SEASON_GREYING: Record<Season, number> = {
	spring: 0,
	summer: 0,
	autumn: 0.05,
	winter: 0.2,
};
const WEATHER_GREYING: Record<Weather, number> = {
	clear: 0,
	cloudy: 0.08,
	fog: 0.3,
	rain: 0.22,
	snow: 0.16,
	storm: 0.2,
};

export function litInks(inks: Inks, brief: Brief): Inks {
	const light = multiply(HOURS[brief.timeOfDay], SEASONS[brief.season]);
	const greying = SEASON_GREYING[brief.season] + WEATHER_GREYING[brief.weather];
	const lit = (colour: Colour) => multiply(fade(colour, greying), light);
	return {
		...inks,
		ground: lit(inks.ground),
		steps: inks.steps.map(lit),
		accent: lit(inks.accent),
	};
}
