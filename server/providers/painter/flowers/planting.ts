/** What grows where in a meadow: a few large blossoms in front, many small ones behind, grass between them. */

import type { Brief } from "../brief.ts";
import { type Colour, hex, mix } from "../colour.ts";
import { lerp } from "../curve.ts";
import type { Lattice } from "../noise.ts";
import type { Growth } from "../palette.ts";
import { subjectScale, type View } from "../scenes/scene.ts";
import { growFlower, growGrass, type Soil } from "./grow.ts";
import type { Growing } from "./growing.ts";
import { chooseKinds, createSmallKind, type Kind } from "./species.ts";

export interface Planting {
	/** In focus or nearly so. */
	readonly front: readonly Growing[];
	/** So blurred that they may be painted coarsely. */
	readonly back: readonly Growing[];
	/** The blossoms' colours, strongest first. */
	readonly colours: readonly Colour[];
	readonly grass: Colour;
}

/** Says at which y a blossom may be; `least` is the shortest stem of a plant right in front. */
type HeadAt = (x: number, near: number, least: number) => number;

interface Head {
	readonly x: number;
	readonly y: number;
	readonly radius: number;
}

/** How far a place is from the blossoms that already stand; negative when they would overlap. */
function roomAt(
	taken: readonly Head[],
	x: number,
	y: number,
	radius: number,
): number {
	let room = 1e9;
	for (const other of taken) {
		const dx = x - other.x;
		const dy = y - other.y;
		const distance = Math.sqrt(dx * dx + dy * dy * 1.5);
		room = Math.min(room, distance - other.radius - radius);
		// A nearer flower's stem would cut through this one's face.
		const isCut =
			y > other.y && Math.abs(dx) < radius * 0.9 + other.radius * 0.35;
		if (isCut) room = Math.min(room, -1.2 * radius);
	}
	return room;
}

/** The large blossoms, nearest first: each takes the freest of several places. */
function plantFront(
	soil: Soil,
	kinds: readonly Kind[],
	aspect: number,
	headAt: HeadAt,
	into: Growing[],
): void {
	const { random, size } = soil;
	const [main, companion] = kinds as [Kind, Kind?];
	const taken: Head[] = [];
	const most = Math.ceil((11 + 15 * aspect) * main.density);
	for (let index = 0; index < most; index++) {
		const kind = random() < 0.74 ? main : (companion ?? main);
		const share = index / most;
		const near =
			share < 0.4 ? lerp(0.98, 0.78, share * 2.5) : lerp(0.76, 0.46, share);
		// Slim flowers stand closer together than their height would let them.
		const radius = (kind.radius * near * size) / Math.sqrt(kind.density);
		let best = { x: 0, y: 0, room: -1e9 };
		for (let attempt = 0; attempt < 9; attempt++) {
			const x = (random() * 2 - 1) * (aspect / 2 + 0.03);
			const y = headAt(x, near, near > 0.76 ? 0.4 : 0.52);
			const room = roomAt(taken, x, y, radius);
			if (room > best.room) best = { x, y, room };
		}
		if (best.room < -0.55 * radius) continue;
		taken.push({ x: best.x, y: best.y, radius });
		growFlower(soil, kind, near, best.x, best.y, into);
	}
}

/** Low between the large ones: small blossoms that fill the grass with points of colour. */
function plantSmall(
	soil: Soil,
	kind: Kind,
	aspect: number,
	into: Growing[],
): void {
	const { random, size } = soil;
	const count = Math.ceil((26 * aspect + 8) / size);
	for (let index = 0; index < count; index++) {
		const low = Math.sqrt(random());
		// A little farther than the large ones at that height, so that no stem crosses a face.
		const near = lerp(0.46, 0.76, low);
		const x = (random() - 0.5) * aspect;
		growFlower(soil, kind, near, x, lerp(0.5, 1, low) + 0.02, into);
	}
}

/** Smaller and smaller towards the horizon, and denser. */
function plantBack(
	soil: Soil,
	kinds: readonly Kind[],
	aspect: number,
	headAt: HeadAt,
	into: Growing[],
): void {
	const { random } = soil;
	const [main, companion] = kinds as [Kind, Kind?];
	const wanted = (90 + 120 * aspect) * main.density;
	const count = Math.ceil(Math.min(520 + 60 * aspect, wanted));
	for (let index = 0; index < count; index++) {
		const near = 0.05 + (0.4 * (index + random())) / count;
		const kind = random() < 0.7 ? main : (companion ?? main);
		const x = (random() * 2 - 1) * (aspect / 2 + 0.05);
		growFlower(soil, kind, near, x, headAt(x, near, 0.6), into);
	}
}

/** @param groundAt y of the far end of the meadow. */
export function plantMeadow(
	brief: Brief,
	view: View,
	growth: Growth,
	lattice: Lattice,
	random: () => number,
	groundAt: (x: number) => number,
): Planting {
	const { aspect } = view;
	const size = subjectScale(view);
	const horizon = groundAt(0);
	const kinds = chooseKinds(brief, lattice, random);
	const [main] = kinds as [Kind];
	const green = mix(growth.grass, hex(main.leaf), 0.5);
	const grass = mix(green, [0.8, 0.84, 0.9], 0.4 * growth.snow);
	const soil: Soil = { horizon, size, wind: (random() - 0.5) * 0.5, random };
	const headAt: HeadAt = (x, near, least) =>
		lerp(groundAt(x), horizon, near) +
		(1.3 - horizon) * near -
		lerp(least, 0.84, random()) * near * Math.sqrt(size);

	const front: Growing[] = [];
	plantFront(soil, kinds, aspect, headAt, front);
	const small = createSmallKind(brief, lattice, random, main.leaf);
	plantSmall(soil, small, aspect, front);
	const frontBlades = Math.ceil((240 * aspect + 60) / size);
	growGrass(soil, grass, frontBlades, 0.45, 1.05, aspect / 2 + 0.12, front);

	const back: Growing[] = [];
	plantBack(soil, kinds, aspect, headAt, back);
	const backBlades = Math.ceil(Math.min(900, 220 * aspect + 60));
	growGrass(soil, grass, backBlades, 0.1, 0.45, aspect / 2 + 0.12, back);
	return { front, back, colours: main.colours, grass };
}
