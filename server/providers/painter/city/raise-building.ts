/** Designs of buildings: slabs, setbacks, domes, obelisks, gabled houses, and what stands on their roofs. */

import type { Body, BodyShape, Building } from "./building.ts";

/** Where a building stands and how large it is, in picture coordinates. */
export interface Plot {
	readonly x: number;
	readonly width: number;
	readonly foot: number;
	readonly height: number;
	/** Share of its front that is its left wall, 0..1. */
	readonly turn: number;
	/** Below this y of its top we look down on its roof; the eye's height. */
	readonly eyeY: number;
}

type Stack = (
	shape: BodyShape,
	width: number,
	from: number,
	to: number,
	hasWindows?: boolean,
	aside?: number,
) => void;

type Design = (stack: Stack, plot: Plot, random: () => number) => void;

/** A block with a plant room or two, sometimes a mast. */
const slab: Design = (stack, { height }, random) => {
	stack("box", 1, 0, 1);
	const room = Math.min(0.05, 0.016 / height) * (0.6 + random());
	const wide = 0.35 + 0.3 * random();
	stack("box", wide, 1, 1 + room, false, (random() - 0.5) * (1 - wide));
	if (random() < 0.45) {
		stack("box", 0.16, 1, 1 + room * 1.7, false, (random() - 0.5) * 0.6);
	}
	if (random() < 0.22) stack("pyramid", 0.03, 1 + room, 1.1 + 0.12 * random());
};

/** Narrower and narrower towards a crown, as the law of 1916 made them. */
const setbacks: Design = (stack, _plot, random) => {
	const steps = 2 + Math.floor(random() * 3);
	let from = 0;
	let width = 1;
	for (let step = 0; step <= steps; step++) {
		const to = step === steps ? 1 : from + (1 - from) * (0.5 + 0.18 * random());
		stack("box", width, from, to);
		from = to;
		width *= 0.7 + 0.16 * random();
	}
	const top = 1 + 0.05 + 0.1 * random();
	const crown = random();
	if (crown < 0.5) {
		stack("pyramid", width, 1, top, false);
		stack("pyramid", width * 0.14, 1.02, top + 0.1 + 0.1 * random(), false);
	} else if (crown < 0.75) {
		stack("bullet", width, 1, top, false);
		stack("pyramid", width * 0.12, 1.02, top + 0.12, false);
	} else {
		stack("box", width * 0.6, 1, 1.02, false);
	}
};

const wedge: Design = (stack, _plot, random) => {
	stack("slant", 1, 0, 1);
	if (random() < 0.3) stack("pyramid", 0.035, 0.9, 1.12, false, 0.3);
};

const peaked: Design = (stack, plot, random) => {
	const top = 1 + ((0.35 + 0.5 * random()) * plot.width) / plot.height;
	stack("box", 1, 0, 1);
	stack("pyramid", 1.02, 1, top, false);
	stack("pyramid", 0.05, 1, top + 0.05, false);
};

const domed: Design = (stack, plot, random) => {
	const unit = plot.width / plot.height;
	const body = 1 - 0.4 * unit;
	stack("box", 1, 0, body);
	stack("box", 0.74, body, body + 0.16 * unit);
	const from = body + 0.16 * unit;
	const to = from + (0.34 + 0.1 * random()) * unit;
	stack("dome", 0.68, from, to, false);
	stack("box", 0.13, to - 0.03 * unit, to + 0.1 * unit, false);
	stack("pyramid", 0.1, to + 0.1 * unit, to + 0.3 * unit, false);
};

const obelisk: Design = (stack, _plot, random) => {
	stack("taper", 1, 0, 1);
	if (random() < 0.7) stack("pyramid", 0.56, 1, 1.04 + 0.1 * random(), false);
	stack("pyramid", 0.05, 1, 1.16 + 0.12 * random(), false);
};

const bullet: Design = (stack) => {
	stack("bullet", 1, 0, 1);
};

/** Two storeys of base and a slender shaft. */
const podium: Design = (stack, _plot, random) => {
	const base = 0.16 + 0.14 * random();
	stack("box", 1, 0, base);
	const wide = 0.55 + 0.15 * random();
	stack("box", wide, base, 1, true, (random() - 0.5) * (1 - wide) * 0.7);
	stack("box", wide * 0.5, 1, 1.025, false);
};

const house: Design = (stack, plot, random) => {
	const unit = plot.width / plot.height;
	const eaves = 1 - Math.min(0.45, (0.3 + 0.15 * random()) * unit);
	stack("box", 1, 0, eaves);
	stack("gable", 1.06, eaves, 1, false);
	const side = random() < 0.5 ? -1 : 1;
	stack("box", 0.09, eaves, 1.02 + 0.04 * unit, false, side * 0.24);
};

const steeple: Design = (stack, plot) => {
	const unit = plot.width / plot.height;
	stack("box", 0.55, 0, 0.55);
	stack("box", 0.42, 0.55, 0.62);
	stack("pyramid", 0.5, 0.62, 1, false);
	stack("gable", 1.1, 0.3, 0.3 + 0.4 * unit, false, 0.1);
	stack("box", 1.05, 0, 0.3, true, 0.1);
};

/** A tower crane over a house that is not finished. */
const crane: Design = (stack, plot, random) => {
	stack("box", 1, 0, 0.78);
	const side = random() < 0.5 ? -1 : 1;
	const thin = 0.0022 / plot.width;
	stack("box", thin * 1.6, 0.78, 1.14, false);
	stack("box", 1.5, 1.075, 1.088, false, side * 0.5);
	stack("box", 0.16, 1.05, 1.088, false, side * -0.22);
	stack("pyramid", 0.07, 1.088, 1.17, false);
};

/** A round tank on legs, and the parapet around it. */
const tank: Design = (stack, plot, random) => {
	const unit = plot.width / plot.height;
	stack("box", 1, 0, 1);
	stack("box", 0.4, 1, 1 + 0.05 * unit, false, 0.22);
	const aside = -0.1 - 0.2 * random();
	for (const leg of [-0.08, 0, 0.08]) {
		stack("box", 0.016, 1, 1 + 0.14 * unit, false, aside + leg);
	}
	stack("box", 0.22, 1 + 0.13 * unit, 1 + 0.33 * unit, false, aside);
	stack("pyramid", 0.25, 1 + 0.33 * unit, 1 + 0.42 * unit, false, aside);
};

const TALL: readonly Design[] = [
	setbacks,
	setbacks,
	slab,
	peaked,
	obelisk,
	wedge,
	podium,
	bullet,
];
const MIDDLING: readonly Design[] = [
	slab,
	slab,
	slab,
	slab,
	setbacks,
	podium,
	wedge,
	peaked,
	slab,
	domed,
];
const LOW: readonly Design[] = [
	slab,
	tank,
	house,
	tank,
	house,
	slab,
	slab,
	steeple,
	domed,
	tank,
];

function choose(plot: Plot, storeys: number, random: () => number): Design {
	const slender = plot.height / plot.width;
	if (storeys > 8 && storeys < 26 && random() < 0.03) return crane;
	const list = slender > 3.6 ? TALL : slender > 1.7 ? MIDDLING : LOW;
	return list[Math.floor(random() * list.length)] as Design;
}

/** Adds the bodies of one building to `bodies`, those that hide others first. */
export function raiseBuilding(
	building: Building,
	plot: Plot,
	random: () => number,
	bodies: Body[],
): void {
	const { x, width, foot, height, turn } = plot;
	// A roof lies behind whatever stands on it.
	const decks: Body[] = [];
	const stack: Stack = (
		shape,
		share,
		from,
		to,
		hasWindows = true,
		aside = 0,
	) => {
		const wide = width * share;
		const centre = x + aside * width;
		const left = centre - wide / 2;
		const right = left + wide;
		const top = foot - to * height;
		const corner = left + wide * turn;
		bodies.push({
			building,
			shape,
			left,
			right,
			top,
			foot: foot - from * height,
			corner,
			hasWindows,
		});
		if (shape !== "box" || !hasWindows || top <= plot.eyeY) return;
		const depth = Math.min(0.28 * (top - plot.eyeY), wide * 0.28);
		decks.push({
			building,
			shape: "deck",
			left,
			right,
			top: top - depth,
			foot: top,
			corner,
			hasWindows: false,
		});
	};
	const storeys = height / building.row.storey;
	choose(plot, storeys, random)(stack, plot, random);
	bodies.push(...decks);
}
