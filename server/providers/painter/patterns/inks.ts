/** The colours of an abstract picture: a dozen harmonies to choose from, or one made of what the prompt asked for, in the light of its hour and season. */

import type { Brief, Season, TimeOfDay, Weather } from "../brief.ts";
import {
	type Colour,
	fade,
	hex,
	luminance,
	mix,
	multiply,
	retint,
	scale,
} from "../colour.ts";
import { clamp } from "../curve.ts";
import { pick } from "../palette.ts";

/** What a pattern is printed with. All colours in linear light. */
export interface Inks {
	/** What lies behind everything: light, or dark when `isDark`. */
	readonly ground: Colour;
	/** The opposite of the ground. */
	readonly contrast: Colour;
	readonly isDark: boolean;
	/** Exactly four, from dark to light. */
	readonly tones: readonly Colour[];
	/** The colour that the prompt named first; else one that suits a large surface. */
	readonly lead: Colour;
	/** Gold, or now and then copper or silver. */
	readonly metal: Colour;
}

interface Harmony {
	readonly paper: Colour;
	readonly ink: Colour;
	readonly tones: readonly Colour[];
}

const harmony = (paper: string, ink: string, tones: string): Harmony => ({
	paper: hex(paper),
	ink: hex(ink),
	tones: tones.split(" ").map(hex),
});

const HARMONIES: readonly Harmony[] = [
	// Primaries on cream.
	harmony("#f2e8d5", "#1d1d21", "#1f4e79 #c8382c #eeae35 #dccdb0"),
	// Sage and terracotta.
	harmony("#f4ede1", "#26352f", "#4d6a5a #bf5f3c #93a98d #e4b896"),
	// Indigo and undyed linen.
	harmony("#f1ede4", "#101d3a", "#1f3a6e #3f6aa0 #8db0cc #d9caa6"),
	// Emerald and brass.
	harmony("#efe9da", "#0a2924", "#10554b #2e8570 #c49c4c #abcfba"),
	// Plum and rose.
	harmony("#f8ebe4", "#32142a", "#7a2748 #c4576a #e79a8b #f2cdb6"),
	// Lagoon and saffron.
	harmony("#f5ead0", "#0c2f3c", "#126a76 #b8452c #e39a2b #8cc0b4"),
	// Slate and blush.
	harmony("#f3efec", "#24242a", "#4c4b58 #8f7184 #d39b94 #e9d0c1"),
	// Lapis and gold.
	harmony("#f2e6c9", "#0d1240", "#1e2f8a #3a63b8 #d0a23e #b9cbe0"),
	// Moss and mushroom.
	harmony("#efe6d6", "#20291b", "#47572f #8b6b3f #b99b5e #cdd0a5"),
	// Coral and sea glass.
	harmony("#fdf0e2", "#123b4a", "#1b7383 #ee7159 #f5b27d #a7d9d1"),
	// Wisteria.
	harmony("#f3eef5", "#221a48", "#4e3c8c #8d6cb8 #d59ac0 #f0cfc2"),
	// Tea and lacquer.
	harmony("#f0ead8", "#2b1f18", "#6b3226 #b0532f #9aa06a #d8c38d"),
	// Oxblood and sky.
	harmony("#f4eee6", "#2a1014", "#77212a #c25a3f #7fa6b8 #d3dde0"),
	// Graphite and mint.
	harmony("#f0f1ec", "#1a2226", "#37505a #6a8f8c #e08a5f #b5d8c5"),
];

const METALS = ["#d9b055", "#d9b055", "#cfa24b", "#cc8f63", "#c8ccd2"].map(hex);

const HOUR_LIGHT: Record<TimeOfDay, Colour> = {
	dawn: [1.03, 0.94, 0.92],
	day: [1, 1, 1],
	sunset: [1.08, 0.87, 0.7],
	dusk: [0.68, 0.62, 0.84],
	night: [0.4, 0.48, 0.74],
};
/** How much of the picture is dark ground, 0..1. */
const DARKNESS: Record<TimeOfDay, number> = {
	dawn: 0.2,
	day: 0.36,
	sunset: 0.4,
	dusk: 0.75,
	night: 0.95,
};
const SEASON_LIGHT: Record<Season, Colour> = {
	spring: [0.99, 1.02, 0.98],
	summer: [1, 1, 1],
	autumn: [1.05, 0.95, 0.84],
	winter: [0.93, 0.99, 1.07],
};
const SEASON_GREYING: Record<Season, number> = {
	spring: 0,
	summer: 0,
	autumn: 0.06,
	winter: 0.22,
};
const WEATHER_GREYING: Record<Weather, number> = {
	clear: 0,
	cloudy: 0.08,
	fog: 0.35,
	rain: 0.25,
	snow: 0.2,
	storm: 0.22,
};

const byLuminance = (first: Colour, second: Colour) =>
	luminance(first) - luminance(second);

/** Shades and tints around one colour. */
function tonesOfOne(lead: Colour, paper: Colour, ink: Colour): Colour[] {
	const light = luminance(lead);
	if (light > 0.6) {
		return [0.72, 0.45, 0.2, 0].map((share) => mix(lead, ink, share));
	}
	if (light < 0.03) {
		return [0.02, 0.12, 0.35, 0.7].map((share) => mix(lead, paper, share));
	}
	return [
		mix(lead, ink, 0.6),
		lead,
		mix(lead, paper, 0.35),
		mix(lead, paper, 0.72),
	];
}

/** A harmony out of what was asked for; not empty, and no colour outside 0..1. */
function harmonyOf(asked: readonly Colour[]): Harmony {
	const lead = asked[0] as Colour;
	const lightest = asked.find((colour) => luminance(colour) > 0.6);
	const darkest = asked.find((colour) => luminance(colour) < 0.035);
	const paper = lightest ?? retint(hex("#f3ecdf"), lead, 0.1);
	const ink = darkest ?? mix(scale(lead, 0.1), hex("#17181d"), 0.5);
	const rest = asked.filter(
		(colour) => colour !== lightest && colour !== darkest,
	);
	const [first, second, third] = rest;
	if (first === undefined || second === undefined) {
		return { paper, ink, tones: tonesOfOne(first ?? lead, paper, ink) };
	}
	const tones =
		third === undefined
			? [first, second, mix(first, paper, 0.55), mix(second, ink, 0.45)]
			: [first, second, third, rest[3] ?? mix(first, paper, 0.55)];
	return { paper, ink, tones: tones.sort(byLuminance) };
}

/** The inks of a brief. The same chances give the same inks. */
export function inksFor(brief: Brief, random: () => number): Inks {
	const asked = brief.colours.map(
		([red, green, blue]): Colour => [clamp(red), clamp(green), clamp(blue)],
	);
	const chosen = pick(random, HARMONIES);
	const metal = pick(random, METALS);
	const darkChance = random();
	const leadChance = random();
	const [first] = asked;
	const { paper, ink, tones } = first === undefined ? chosen : harmonyOf(asked);

	const greying = Math.min(
		0.5,
		SEASON_GREYING[brief.season] + WEATHER_GREYING[brief.weather],
	);
	const light = multiply(
		HOUR_LIGHT[brief.timeOfDay],
		SEASON_LIGHT[brief.season],
	);
	const lit = (colour: Colour) => multiply(fade(colour, greying), light);
	const darkness =
		first === undefined
			? DARKNESS[brief.timeOfDay]
			: luminance(first) < 0.035
				? 1
				: luminance(first) > 0.6
					? DARKNESS[brief.timeOfDay] * 0.3
					: DARKNESS[brief.timeOfDay];
	const isDark = darkChance < darkness;
	const ground = isDark ? ink : paper;
	const lead =
		first ?? (leadChance < 0.55 ? ground : (tones[isDark ? 0 : 3] as Colour));
	return {
		ground: lit(ground),
		contrast: lit(isDark ? paper : ink),
		isDark,
		tones: tones.map(lit),
		lead: lit(lead),
		metal: lit(metal),
	};
}
