/** How single plants grow: a blossom with its stem and leaves, and blades of grass. */

import { type Colour, hex, mix, scale } from "../colour.ts";
import { lerp } from "../curve.ts";
import type { BlossomLook } from "./blossom.ts";
import type { Blade, Growing } from "./growing.ts";
import type { Kind } from "./species.ts";

/** What all plants of a picture have in common. */
export interface Soil {
	/** y of the far end of the meadow in the middle of the picture. */
	readonly horizon: number;
	/** Scale of all plants, 1 in ordinary formats. */
	readonly size: number;
	/** How far everything leans to the right, about -0.25..0.25. */
	readonly wind: number;
	readonly random: () => number;
}

const DRY = hex("#c9b875");

/** y of the ground on which a plant stands; `near` is 0 at the horizon and 1 right in front. */
function footAt(soil: Soil, near: number): number {
	return soil.horizon + (1.3 - soil.horizon) * near;
}

/** The lens is sharp from 0.72 to 1.06. */
function blurAt(soil: Soil, near: number): number {
	const blur =
		near > 0.72
			? Math.max(0, near - 1.06) * 0.09
			: (0.72 - near) * 0.017 * (1 + (0.72 - near));
	return blur * soil.size;
}

function dress(kind: Kind, random: () => number): BlossomLook {
	const chance = random();
	const place = chance < 0.6 ? 0 : Math.floor(random() * kind.colours.length);
	const own = kind.colours[place] as Colour;
	const paler = mix(own, [0.95, 0.9, 0.86], 0.22 * random());
	const petal = scale(paler, 0.88 + 0.2 * random());
	// In the folds light passes from petal to petal and takes on more of their colour.
	const most = Math.max(petal[0], petal[1], petal[2], 0.05);
	const inFold = (channel: number) => channel * (0.26 + (0.6 * channel) / most);
	const deep: Colour = [inFold(petal[0]), inFold(petal[1]), inFold(petal[2])];
	return { petal, deep, heart: hex(kind.heart), chance };
}

/** A tulip's two leaves, one at each side of the stem. */
function growSwords(
	{ size, random }: Soil,
	kind: Kind,
	stem: Blade,
	near: number,
	tall: number,
	into: Growing[],
): void {
	for (const side of [-1, 1]) {
		const height = tall * (0.55 + 0.3 * random());
		into.push({
			...stem,
			near: near + 0.0004 * side,
			footX: stem.footX + side * 0.006 * near,
			tipX: stem.footX + side * (0.03 + 0.1 * random()) * near * size,
			tipY: stem.footY - height,
			bend: side * 0.012 * near,
			width: 0.021 * near * size,
			isPointed: true,
			colour: scale(hex(kind.leaf), 0.75 + 0.25 * random()),
			chance: random(),
		});
	}
}

function growLeaves(
	{ random }: Soil,
	kind: Kind,
	stem: Blade,
	near: number,
	radius: number,
	into: Growing[],
): void {
	const count = near > 0.3 ? 3 : 1;
	for (let index = 0; index < count; index++) {
		const t = 0.76 - 0.24 * (index + random() * 0.7);
		const side = (index & 1) === 0 ? 1 : -1;
		const rise = 0.35 - 0.8 * random();
		const length = Math.sqrt(1 + rise * rise);
		into.push({
			kind: "leaf",
			near: near + (random() - 0.5) * 0.0006,
			blur: stem.blur,
			x: lerp(stem.footX, stem.tipX, t) + stem.bend * 4 * t * (1 - t),
			y: lerp(stem.footY, stem.tipY, t),
			length: radius * (0.75 + 0.45 * random()),
			width: radius * (kind.stem > 0.005 ? 0.2 : 0.085),
			alongX: side / length,
			alongY: rise / length,
			colour: scale(stem.colour, 0.9),
			chance: random(),
		});
	}
}

/** Adds a flower whose blossom is at x, y. @param near 0 at the horizon, 1 right in front. */
export function growFlower(
	soil: Soil,
	kind: Kind,
	near: number,
	x: number,
	y: number,
	into: Growing[],
): void {
	const { size, wind, random } = soil;
	const blur = blurAt(soil, near);
	const radius = kind.radius * near * size * (0.95 + 0.32 * random());
	const footY = Math.max(footAt(soil, near), y + radius * 2.2);
	const lean = wind * 0.25 + (random() - 0.5) * 0.5;
	const upX = (lean * 0.6) / Math.sqrt(1 + lean * lean);
	const [least, most] = kind.facing;
	// A cup and a spike stand on their stem; what shows its face hides the stem's end.
	const neck = least === 1 ? radius * 0.9 : 0;
	into.push({
		kind: "blossom",
		near,
		blur,
		shape: kind.shape,
		look: dress(kind, random),
		x,
		y,
		radius,
		facing: lerp(least, most, random()),
		upX,
		upY: Math.sqrt(1 - upX * upX),
	});
	const stem: Blade = {
		kind: "blade",
		near: near - 0.0004,
		blur,
		footX: x - lean * (footY - y) * 0.4 - wind * 0.1 * near,
		footY,
		tipX: x - upX * neck,
		tipY: y + neck,
		bend: (random() - 0.5) * 0.05 * near,
		width: kind.stem * near * size,
		isPointed: false,
		colour: scale(hex(kind.leaf), 0.8 + 0.2 * random()),
		chance: random(),
	};
	into.push(stem);
	if (kind.hasSwords) {
		growSwords(soil, kind, stem, near, footY - y, into);
	} else {
		growLeaves(soil, kind, stem, near, radius, into);
	}
}

/** Adds `count` blades of grass between two distances. @param halfWidth within which they stand. */
export function growGrass(
	soil: Soil,
	green: Colour,
	count: number,
	from: number,
	to: number,
	halfWidth: number,
	into: Growing[],
): void {
	const { size, wind, random } = soil;
	for (let index = 0; index < count; index++) {
		const near = lerp(from, to, (index + random()) / count);
		const footX = (random() * 2 - 1) * halfWidth;
		const footY = footAt(soil, near);
		const tall = (0.26 + 0.36 * random()) * near * Math.sqrt(size);
		const lean = (wind + (random() - 0.5) * 0.9) * tall;
		const dry = random() < 0.12 ? 0.5 : 0.12 * random();
		into.push({
			kind: "blade",
			near,
			blur: blurAt(soil, near),
			footX,
			footY,
			tipX: footX + lean,
			tipY: footY - tall,
			bend: -lean * 0.22,
			width: (0.0026 + 0.0036 * random()) * near * size,
			isPointed: true,
			colour: scale(mix(green, DRY, dry), 0.45 + 0.6 * random()),
			chance: random(),
		});
	}
}
