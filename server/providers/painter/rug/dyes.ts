/** The colours of a rug's wool: harmonies of the old workshops and of modern looms, or what the brief asks for. */

import type { Brief, RugDesign, RugPalette } from "../brief.ts";
import { type Colour, fade, hex, luminance, mix, scale } from "../colour.ts";
import { pick } from "../palette.ts";
import { DYE, DYE_COUNT } from "./cartoon.ts";

/** In the order of a harmony's numbers: see `DYE`. */
type Harmony = Readonly<Record<keyof typeof DYE, string>>;

const CLASSIC: readonly Harmony[] = [
	{
		selvedge: "#3a1a1a",
		field: "#8c2b28",
		border: "#1f2e4d",
		outline: "#261a1c",
		light: "#e6d8bb",
		accent: "#b98a3a",
		second: "#5b827c",
		third: "#c98872",
		guard: "#35596a",
		medallion: "#26395c",
	},
	{
		selvedge: "#1c2438",
		field: "#22355a",
		border: "#84292a",
		outline: "#171a26",
		light: "#e8dcc2",
		accent: "#c09a52",
		second: "#6d8f9c",
		third: "#c47f6c",
		guard: "#c9b48a",
		medallion: "#8f3530",
	},
	{
		selvedge: "#4b3526",
		field: "#e3d6b8",
		border: "#7b2f2b",
		outline: "#3a2a26",
		light: "#f1e8d3",
		accent: "#a8443a",
		second: "#3d5f78",
		third: "#7d8a58",
		guard: "#2e4560",
		medallion: "#2f4a68",
	},
	{
		selvedge: "#4c2c1c",
		field: "#a9512f",
		border: "#2b3f4a",
		outline: "#2a1c18",
		light: "#ead9b6",
		accent: "#d19a49",
		second: "#6c8878",
		third: "#e0b48c",
		guard: "#d8bf8e",
		medallion: "#31505c",
	},
	{
		selvedge: "#233028",
		field: "#3f5a45",
		border: "#7c3b2a",
		outline: "#1d211d",
		light: "#e7dcbd",
		accent: "#c9973f",
		second: "#a6573f",
		third: "#93a988",
		guard: "#c8b182",
		medallion: "#6d2f2b",
	},
];

const PASTEL: readonly Harmony[] = [
	{
		selvedge: "#b3a68d",
		field: "#e4d8c0",
		border: "#a9b8b4",
		outline: "#8c7f6c",
		light: "#f3ecdd",
		accent: "#d2a58a",
		second: "#94aa9c",
		third: "#8fa3b3",
		guard: "#d8c7a8",
		medallion: "#cdb598",
	},
	{
		selvedge: "#a58a74",
		field: "#d9b49a",
		border: "#e6dbc4",
		outline: "#8d6f5d",
		light: "#f4ecdb",
		accent: "#b9785e",
		second: "#8ea596",
		third: "#b9a26f",
		guard: "#a9bab0",
		medallion: "#c58f74",
	},
	{
		selvedge: "#7d8790",
		field: "#b9c6cc",
		border: "#e9e2d3",
		outline: "#647079",
		light: "#f3efe4",
		accent: "#c8a98c",
		second: "#7f98a8",
		third: "#a9b39a",
		guard: "#cfc4ae",
		medallion: "#8ea4b4",
	},
	{
		selvedge: "#a48d63",
		field: "#d8be84",
		border: "#c98d74",
		outline: "#7b5f45",
		light: "#f1e6cb",
		accent: "#b5654d",
		second: "#8fa58f",
		third: "#7f9aa8",
		guard: "#e8dcc0",
		medallion: "#a9b8a4",
	},
];

const MODERN: readonly Harmony[] = [
	{
		selvedge: "#8f8d88",
		field: "#d9d6cf",
		border: "#b3b0aa",
		outline: "#4a4b4d",
		light: "#efece5",
		accent: "#8b8a88",
		second: "#a7a49c",
		third: "#c4beb2",
		guard: "#c9c5bc",
		medallion: "#9a9a99",
	},
	{
		selvedge: "#d3c9b5",
		field: "#ece5d6",
		border: "#ddd2bd",
		outline: "#3f3833",
		light: "#f6f1e6",
		accent: "#b98f6a",
		second: "#8c7a68",
		third: "#c9b79b",
		guard: "#d5c7ad",
		medallion: "#cfc0a6",
	},
	{
		selvedge: "#2d3a48",
		field: "#dfe0dc",
		border: "#3d5267",
		outline: "#26323f",
		light: "#f2f1ec",
		accent: "#7f99ac",
		second: "#b7c2c8",
		third: "#c9a97d",
		guard: "#90a6b5",
		medallion: "#5b7890",
	},
	{
		selvedge: "#6d5a48",
		field: "#cdb79a",
		border: "#8d6f55",
		outline: "#4a3a2e",
		light: "#ece0cb",
		accent: "#b5663f",
		second: "#6f7558",
		third: "#d8a06b",
		guard: "#e3d3b6",
		medallion: "#a78562",
	},
];

const HARMONIES: Record<RugPalette, readonly Harmony[]> = {
	classic: CLASSIC,
	pastel: PASTEL,
	modern: MODERN,
};

/** What a design is usually woven in. */
const PALETTES: Record<RugDesign, readonly RugPalette[]> = {
	medallion: ["classic", "classic", "pastel"],
	allover: ["classic", "pastel"],
	tribal: ["classic", "modern"],
	striped: ["modern", "modern", "pastel"],
	lattice: ["pastel", "classic"],
};

const ROLES = Object.keys(DYE) as (keyof typeof DYE)[];

/** A colour for each dye. Colours of the brief go to the field first, then to the border, then to the accents. */
export function dyesFor(
	brief: Brief,
	design: RugDesign,
	random: () => number,
): Colour[] {
	const usual = pick(random, PALETTES[design]);
	const harmony = pick(random, HARMONIES[brief.rugPalette ?? usual]);
	const dyes: Colour[] = Array.from({ length: DYE_COUNT }, () => [0, 0, 0]);
	for (const role of ROLES) dyes[DYE[role]] = hex(harmony[role]);
	const [field, border, ...accents] = brief.colours.map(asWool);
	if (field === undefined) return dyes;

	dyes[DYE.field] = field;
	const isDark = luminance(field) < 0.22;
	const quiet: Colour = isDark ? [0.79, 0.71, 0.55] : [0.78, 0.72, 0.6];
	const edge = border ?? (isDark ? mix(field, quiet, 0.82) : scale(field, 0.3));
	dyes[DYE.border] = edge;
	dyes[DYE.medallion] = accents[0] ?? mix(edge, field, 0.22);
	dyes[DYE.guard] = accents[1] ?? mix(edge, quiet, 0.5);
	dyes[DYE.selvedge] = scale(
		luminance(edge) < luminance(field) ? edge : field,
		0.6,
	);
	dyes[DYE.outline] = isDark
		? scale(field, 0.22)
		: mix(scale(field, 0.12), [0.03, 0.025, 0.025], 0.4);
	dyes[DYE.light] = mix(quiet, [0.9, 0.86, 0.76], 0.5);
	for (const [index, role] of (
		["accent", "second", "third"] as const
	).entries()) {
		const asked = accents[index];
		dyes[DYE[role]] = asked ?? mix(dyes[DYE[role]], edge, 0.3);
	}
	if (luminance(field) > 0.6) dyes[DYE.light] = mix(field, edge, 0.25);
	return dyes;
}

/** Wool is never quite black nor quite white, and vegetable dyes never quite pure. */
function asWool(colour: Colour): Colour {
	const soft = fade(colour, 0.16);
	return [
		0.012 + soft[0] * 0.88,
		0.011 + soft[1] * 0.87,
		0.011 + soft[2] * 0.85,
	];
}
