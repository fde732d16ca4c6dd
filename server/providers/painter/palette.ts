/** The light and the growth of a picture: sky colours by time of day and weather, plants and ground by season, tinted as the brief asks. */

import type { Brief, Season, TimeOfDay, Weather } from "./brief.ts";
import { type Colour, fade, hex, mix, retint, scale } from "./colour.ts";
import { SKIES } from "./sky/sky-colours.ts";

/** The air and what shines through it. All colours in linear light. */
export interface Atmosphere {
	readonly zenith: Colour;
	readonly middle: Colour;
	readonly horizon: Colour;
	/** The disc of the sun or moon; may be above 1. */
	readonly disc: Colour;
	/** Direct light on what faces the sun or moon. */
	readonly light: Colour;
	/** Light of the sky on what faces away. */
	readonly shade: Colour;
	/** What distance fades into. */
	readonly haze: Colour;
	readonly cloudLight: Colour;
	readonly cloudShade: Colour;
	/** 0 no shadows at all, 1 hard sunlight. */
	readonly directness: number;
	/** How much of the sky clouds hide, 0..1. */
	readonly cloudCover: number;
	/** 0 clear air, 1 thick fog. */
	readonly fog: number;
}

/** How strong the direct light is, in units of paper white. */
const BRIGHTNESS: Record<TimeOfDay, number> = {
	dawn: 0.85,
	day: 1,
	sunset: 0.8,
	dusk: 0.38,
	night: 0.2,
};

interface Air {
	/** How much of its colour the sky loses. */
	readonly greying: number;
	readonly dimming: number;
	readonly directness: number;
	readonly leastCover: number;
	readonly mostCover: number;
	readonly fog: number;
}

const AIR: Record<Weather, Air> = {
	clear: {
		greying: 0,
		dimming: 1,
		directness: 1,
		leastCover: 0.3,
		mostCover: 0.58,
		fog: 0.05,
	},
	cloudy: {
		greying: 0.3,
		dimming: 0.9,
		directness: 0.5,
		leastCover: 0.62,
		mostCover: 0.8,
		fog: 0.12,
	},
	fog: {
		greying: 0.45,
		dimming: 0.95,
		directness: 0.25,
		leastCover: 0.2,
		mostCover: 0.4,
		fog: 0.85,
	},
	rain: {
		greying: 0.66,
		dimming: 0.62,
		directness: 0.15,
		leastCover: 0.85,
		mostCover: 0.95,
		fog: 0.22,
	},
	snow: {
		greying: 0.5,
		dimming: 0.88,
		directness: 0.25,
		leastCover: 0.75,
		mostCover: 0.9,
		fog: 0.24,
	},
	storm: {
		greying: 0.42,
		dimming: 0.34,
		directness: 0.2,
		leastCover: 0.9,
		mostCover: 1,
		fog: 0.16,
	},
};

/** One of a non-empty list, by chance. */
export function pick<T>(random: () => number, list: readonly T[]): T {
	return list[Math.floor(random() * list.length)] as T;
}

/** The air of a brief; several skies for each hour, chosen by chance. */
export function atmosphereFor(brief: Brief, random: () => number): Atmosphere {
	const [zenithColour, middleColour, horizonColour, lightColour] = pick(
		random,
		SKIES[brief.timeOfDay],
	);
	const air = AIR[brief.weather];
	const chance = random();
	const [first, second = first] = brief.colours;
	const asked = (colour: Colour, wish: Colour | undefined, share: number) =>
		wish === undefined ? colour : retint(colour, wish, share);
	const aired = (colour: Colour) =>
		scale(fade(colour, air.greying), air.dimming);

	// By day people expect a blue sky even over red dunes; when it glows anyway, it may glow as they like.
	const freedom = brief.timeOfDay === "day" ? 0.4 : 1;
	const zenith = aired(asked(hex(zenithColour), second, 0.5 * freedom));
	const middle = aired(asked(hex(middleColour), first, 0.55 * freedom));
	// A storm leaves a strip of light under its clouds.
	const horizon = scale(
		aired(asked(hex(horizonColour), first, 0.5 * freedom)),
		brief.weather === "storm" ? 1.7 : 1,
	);
	const tinted = asked(hex(lightColour), first, 0.3);
	const light = scale(
		fade(tinted, air.greying * 0.6),
		BRIGHTNESS[brief.timeOfDay] * (0.35 + 0.65 * air.dimming),
	);
	// Shade is lit from above, by the part of the sky that stays cool when the horizon glows.
	const skyLight = scale(mix(mix(zenith, middle, 0.45), horizon, 0.1), 1.05);
	const overcast = mix(middle, horizon, 0.5);
	return {
		zenith: mix(zenith, overcast, air.greying * 0.7),
		middle: mix(middle, overcast, air.greying * 0.5),
		horizon,
		disc: scale(mix(tinted, [1, 1, 1], 0.35), 1.6),
		light,
		shade: skyLight,
		haze: mix(horizon, middle, 0.35),
		cloudLight: scale(
			mix(mix(light, horizon, 0.45), tinted, 0.25 * air.directness),
			brief.timeOfDay === "night" ? 0.4 : 1,
		),
		cloudShade: mix(middle, zenith, 0.35),
		directness: air.directness,
		cloudCover: air.leastCover + (air.mostCover - air.leastCover) * chance,
		fog: air.fog,
	};
}

/** What grows and lies on the ground. Colours of the things themselves, before light falls on them. */
export interface Growth {
	readonly grass: Colour;
	/** At least three, from common to rare. */
	readonly leaves: readonly Colour[];
	readonly conifer: Colour;
	readonly bark: Colour;
	readonly rock: Colour;
	readonly earth: Colour;
	/** How much of level ground is white, 0..1. */
	readonly snow: number;
	/** How much of a broad-leaved tree's crown there is, 0..1. */
	readonly leafage: number;
}

interface SeasonColours {
	readonly grass: string;
	readonly leaves: readonly string[];
	readonly conifer: string;
	readonly leafage: number;
}

const SEASONS: Record<Season, SeasonColours> = {
	spring: {
		grass: "#8fae55",
		leaves: ["#9cc063", "#b9d07a", "#e8b7c4", "#f3dfe2"],
		conifer: "#3f6b4f",
		leafage: 0.8,
	},
	summer: {
		grass: "#6f9347",
		leaves: ["#5f8a41", "#7da350", "#4b7a45", "#93a854"],
		conifer: "#2f5a43",
		leafage: 1,
	},
	autumn: {
		grass: "#a8924f",
		leaves: ["#cf8432", "#b4532a", "#dba640", "#8f3b2c"],
		conifer: "#3d5844",
		leafage: 0.85,
	},
	winter: {
		grass: "#8d8a72",
		leaves: ["#8c7a66", "#7a6a5c", "#9a8b78"],
		conifer: "#36534c",
		leafage: 0.12,
	},
};

const ROCKS = ["#7d7a80", "#8a7f78", "#6f7885", "#93806f", "#76706c"];

/** The plants and the ground of a brief; its colours lean towards those that were asked for. */
export function growthFor(brief: Brief, random: () => number): Growth {
	const season = SEASONS[brief.season];
	const [first, second = first] = brief.colours;
	const asked = (text: string, wish: Colour | undefined, share: number) =>
		wish === undefined ? hex(text) : retint(hex(text), wish, share);
	const snowy = brief.weather === "snow" ? 0.85 : 0;
	return {
		grass: asked(season.grass, second, 0.35),
		leaves: season.leaves.map((leaf) => asked(leaf, first, 0.55)),
		conifer: asked(season.conifer, second, 0.35),
		bark: asked("#5d4a3e", second, 0.2),
		rock: asked(pick(random, ROCKS), first, 0.5),
		earth: asked("#8b6f52", first, 0.35),
		snow: brief.season === "winter" ? Math.max(0.75, snowy) : snowy,
		leafage: season.leafage,
	};
}
