/** The colours of abstract pictures: a ground and inks that sit well on it, or what the brief asks for. */

import type { Brief } from "../brief.ts";
import { type Colour, fade, hex, luminance, mix, scale } from "../colour.ts";
import { pick } from "../palette.ts";

export interface Inks {
	readonly ground: Colour;
	/** Five, from dark to light. */
	readonly steps: readonly Colour[];
	/** For thin lines and small things: gold, or what stands out most. */
	readonly accent: Colour;
	readonly isDark: boolean;
}

/** Ground first, then five inks from dark to light, then the accent. */
const LIGHT_SETS = [
	["#f4ede1", "#263a4d", "#3f6f7a", "#c8663f", "#e2a76f", "#efd9b4", "#b8893f"],
	["#f3efe8", "#2b2d42", "#5b6c8f", "#c98c8c", "#e3bfae", "#eadfd3", "#b08d57"],
	["#f1ede4", "#24423b", "#5f8368", "#a3b18a", "#d9c7a0", "#e9e1cc", "#c07a45"],
	["#f6efe6", "#5a2a3c", "#a8475a", "#e07a5f", "#f2b880", "#f6dcc0", "#c99a45"],
	["#eef0ee", "#1f3a5f", "#4d7ea8", "#8fb8cf", "#c6dbe0", "#e7efe9", "#c2a15e"],
	["#f5f0e6", "#33312e", "#6d6a60", "#a49b86", "#cfc3aa", "#e6dec9", "#c4673e"],
	["#f3ece7", "#3d2b56", "#75519a", "#b58ac0", "#e2b9cd", "#f3dfe0", "#c89b4a"],
];
const DARK_SETS = [
	["#101820", "#14293a", "#1f4e5f", "#3b8183", "#c9a66b", "#efe0c2", "#d9b26a"],
	["#17121c", "#2b1b3d", "#57316e", "#a2557f", "#e38b75", "#f6d3a8", "#e0b060"],
	["#0f1a17", "#163028", "#27594a", "#5f8f6f", "#c3b272", "#ece2bd", "#d2a85a"],
	["#1a1512", "#3a2018", "#7a3525", "#c0612f", "#e3a256", "#f3dfb8", "#e2b765"],
	["#0d1326", "#1a2850", "#31508f", "#6a8fc8", "#b9c9e6", "#eceff5", "#cfae6e"],
];

/** By night and at dusk the ground is dark. */
export function inksFor(brief: Brief, random: () => number): Inks {
	const chance = random();
	const isDark =
		brief.timeOfDay === "night" || brief.timeOfDay === "dusk" || chance < 0.3;
	const set = pick(random, isDark ? DARK_SETS : LIGHT_SETS).map(hex);
	const [ground, ...rest] = set;
	const steps = rest.slice(0, 5);
	const accent = rest[5];
	if (brief.colours.length === 0) return { ground, steps, accent, isDark };
	return inksFrom(brief.colours, isDark);
}

/** Builds a set around colours that were asked for: their shades and tints, in order of brightness. */
function inksFrom(asked: readonly Colour[], isDark: boolean): Inks {
	const [first, second = shifted(first), third] = asked;
	const paper: Colour = [0.91, 0.88, 0.82];
	const ink: Colour = [0.016, 0.018, 0.024];
	const ground = isDark
		? mix(scale(first, 0.12), ink, 0.6)
		: mix(fade(first, 0.3), paper, 0.9);
	const steps: Colour[] = [
		mix(first, ink, 0.62),
		first,
		second,
		third ?? mix(second, paper, 0.45),
		asked[3] ?? mix(first, paper, 0.72),
	];
	steps.sort((one, other) => luminance(one) - luminance(other));
	const gold: Colour = [0.56, 0.4, 0.14];
	return { ground, steps, accent: asked[4] ?? gold, isDark };
}

/** A neighbour of a colour when only one was named: warmer if it is cool, cooler if it is warm. */
function shifted(colour: Colour): Colour {
	const warm: Colour = [0.72, 0.46, 0.24];
	const cool: Colour = [0.16, 0.3, 0.4];
	return mix(colour, colour[0] > colour[2] ? cool : warm, 0.5);
}
