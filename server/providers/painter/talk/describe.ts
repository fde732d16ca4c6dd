/** Puts into words what the painter can tell of a picture: its size, its shape, its main colours, how light it is. */
import type { InputImage } from "../../provider.ts";
import type { Swatch } from "../../provider-kind.ts";
import { COLOURS } from "../vocabulary/colours.ts";

/** A colour that makes up less of a picture is not one of its main ones. */
const LEAST_SHARE = 0.06;
const MOST_COLOURS = 4;
/** Names that mean something else when they stand alone: a camel, a forest. */
const SPOKEN: Readonly<Record<string, string>> = {
	sky: "sky blue",
	forest: "forest green",
	mint: "mint green",
	lavender: "light purple",
	sand: "light brown",
	camel: "camel brown",
};
/** Within this proportion of its sides a picture is told to be square. */
const SQUARE_WITHIN = 1.03;
/** Mean lightness, from 0 to 1, from which on a picture is told to be so. */
const LIGHTNESSES = [
	[0.7, "light"],
	[0.4, "neither light nor dark"],
	[0, "dark"],
] as const;

/** The same picture always has the same description. @param swatches its strongest colours, the most common first. */
export function describePicture(
	{ width, height }: Pick<InputImage, "width" | "height">,
	swatches: readonly Swatch[],
	name = "The picture",
): string {
	const size = `${name} is ${width} pixels wide and ${height} high, ${shapeOf(width, height)}.`;
	const [first, ...others] = mainColours(swatches);
	if (first === undefined) return `${size} All of it is transparent.`;
	const colours =
		others.length === 0
			? `It is ${first} all over`
			: `Its main colours are ${listed([first, ...others])}`;
	return `${size} ${colours}; on the whole it is ${lightnessOf(swatches)}.`;
}

function shapeOf(width: number, height: number): string {
	const proportion = Math.max(width, height) / Math.min(width, height);
	if (proportion <= SQUARE_WITHIN)
		return width === height ? "a square" : "nearly a square";
	return width > height ? "wider than it is tall" : "taller than it is wide";
}

/** By name, each once. */
function mainColours(swatches: readonly Swatch[]): string[] {
	const shares = new Map<string, number>();
	for (const { colour, share } of swatches) {
		const name = nameOf(colour);
		shares.set(name, (shares.get(name) ?? 0) + share);
	}
	return [...shares]
		.filter(([, share]) => share >= LEAST_SHARE)
		.sort(([, one], [, other]) => other - one)
		.slice(0, MOST_COLOURS)
		.map(([name]) => name);
}

/** The nearest of the colours that the painter has a word for, and so can paint when it reads the description. */
function nameOf(colour: Swatch["colour"]): string {
	let best = "";
	let nearest = Number.POSITIVE_INFINITY;
	for (const [name, hexadecimal] of Object.entries(COLOURS)) {
		const distance = distanceBetween(colour, rgbOf(hexadecimal));
		if (distance >= nearest) continue;
		nearest = distance;
		best = name;
	}
	return SPOKEN[best] ?? best;
}

function rgbOf(hexadecimal: string): Swatch["colour"] {
	const bits = Number.parseInt(hexadecimal.slice(1), 16);
	return [bits >>> 16, (bits >>> 8) & 255, bits & 255];
}

/** As the eye weighs red, green and blue: red counts more among light colours, blue among dark ones. */
function distanceBetween(
	[red, green, blue]: Swatch["colour"],
	[otherRed, otherGreen, otherBlue]: Swatch["colour"],
): number {
	const meanRed = (red + otherRed) / 2 / 256;
	const reds = red - otherRed;
	const greens = green - otherGreen;
	const blues = blue - otherBlue;
	return (
		(2 + meanRed) * reds * reds +
		4 * greens * greens +
		(3 - meanRed) * blues * blues
	);
}

function lightnessOf(swatches: readonly Swatch[]): string {
	let mean = 0;
	for (const { colour, share } of swatches) {
		const [red, green, blue] = colour;
		mean += (share * (0.299 * red + 0.587 * green + 0.114 * blue)) / 255;
	}
	return LIGHTNESSES.find(([least]) => mean >= least)?.[1] ?? "dark";
}

function listed(names: readonly string[]): string {
	return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
