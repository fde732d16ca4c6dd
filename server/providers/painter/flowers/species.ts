/** The kinds of flowers: how large, how coloured, how leaved, and which of them grow together. */

import type { Brief, FlowerSpecies } from "../brief.ts";
import { type Colour, hex } from "../colour.ts";
import type { Lattice } from "../noise.ts";
import { pick } from "../palette.ts";
import type { BlossomShape } from "./blossom.ts";
import { createLavender } from "./lavender.ts";
import { createPoppy } from "./poppy.ts";
import { createDaisy, createSunflower } from "./rayed.ts";
import { createRose } from "./rose.ts";
import { createTulip } from "./tulip.ts";

interface Species {
	readonly create: (lattice: Lattice) => BlossomShape;
	/** Radius of a blossom right in front, in picture heights. */
	readonly radius: number;
	/** How many stand together, compared with the others. */
	readonly density: number;
	/** Least and greatest share of its face that we see. */
	readonly facing: readonly [number, number];
	readonly petals: readonly string[];
	readonly heart: string;
	readonly stem: number;
	/** Whether its leaves rise from the ground like swords. */
	readonly hasSwords: boolean;
	readonly leaf: string;
}

const SPECIES: Record<FlowerSpecies, Species> = {
	daisy: {
		create: createDaisy,
		radius: 0.088,
		density: 1.25,
		facing: [0.55, 0.98],
		petals: ["#fbf8f0", "#fdf6ea", "#f6eef4", "#f3d9e4"],
		heart: "#f2b824",
		stem: 0.0042,
		hasSwords: false,
		leaf: "#6f9a4c",
	},
	sunflower: {
		create: createSunflower,
		radius: 0.155,
		density: 0.7,
		facing: [0.75, 1],
		petals: ["#f6b91d", "#f3a916", "#f9c735", "#eda01a"],
		heart: "#54321c",
		stem: 0.0085,
		hasSwords: false,
		leaf: "#6d9445",
	},
	poppy: {
		create: createPoppy,
		radius: 0.102,
		density: 1,
		facing: [0.58, 0.92],
		petals: ["#dc3a26", "#e2482c", "#c92a26", "#e8603a"],
		heart: "#8a9a58",
		stem: 0.0034,
		hasSwords: false,
		leaf: "#7b9a62",
	},
	rose: {
		create: createRose,
		radius: 0.098,
		density: 1,
		facing: [0.8, 0.98],
		petals: ["#d6455f", "#ee9aa8", "#fdeee8", "#b3243e", "#f5a3b0"],
		heart: "#c9a04a",
		stem: 0.0052,
		hasSwords: false,
		leaf: "#4d7d45",
	},
	tulip: {
		create: createTulip,
		radius: 0.098,
		density: 1.35,
		facing: [1, 1],
		petals: ["#e0433f", "#f0a13a", "#e688a8", "#f6e3c5", "#8d3a78"],
		heart: "#b9bf6a",
		stem: 0.0058,
		hasSwords: true,
		leaf: "#6f9f6a",
	},
	lavender: {
		create: createLavender,
		radius: 0.13,
		density: 3,
		facing: [1, 1],
		petals: ["#8f7cc9", "#a18ad6", "#7c6bbd", "#b09ade"],
		heart: "#7d9163",
		stem: 0.0028,
		hasSwords: false,
		leaf: "#8aa27c",
	},
};

const DYEABLE: readonly FlowerSpecies[] = ["rose", "tulip", "daisy", "poppy"];
const NAMES = Object.keys(SPECIES) as FlowerSpecies[];

/** A species as it grows in one picture. */
export interface Kind extends Species {
	readonly shape: BlossomShape;
	readonly colours: readonly Colour[];
}

/** Species in order of importance: the one asked for, then its companions. */
export function chooseKinds(
	brief: Brief,
	lattice: Lattice,
	random: () => number,
): Kind[] {
	// Dyed in any colour, these stay what they are; a blue sunflower is painted only when asked for.
	const main =
		brief.flower ?? pick(random, brief.colours.length > 0 ? DYEABLE : NAMES);
	const companions: FlowerSpecies[] = ["daisy", "poppy", "lavender"];
	const own = companions.filter((name) => name !== main);
	const names =
		brief.flower !== undefined && random() < 0.6
			? [main]
			: [main, pick(random, own)];
	return names.map((name) => {
		const species = SPECIES[name];
		const usual = species.petals.map(hex);
		const offset = Math.floor(random() * usual.length);
		const few = [0, 1, 2].map(
			(index) => usual[(offset + index) % usual.length] as Colour,
		);
		return {
			...species,
			shape: species.create(lattice),
			colours: brief.colours.length > 0 ? brief.colours : few,
		};
	});
}

/** A daisy as small as a coin, for the grass between the others. @param leaf `#rrggbb` of its stem. */
export function createSmallKind(
	brief: Brief,
	lattice: Lattice,
	random: () => number,
	leaf: string,
): Kind {
	const bright = pick(random, ["#fdf6ea", "#f4d548", "#b9c4f0"]);
	return {
		...SPECIES.daisy,
		shape: createDaisy(lattice),
		radius: 0.03,
		stem: 0.0018,
		facing: [0.4, 0.9],
		leaf,
		colours: [brief.colours[1] ?? hex(bright)],
	};
}
