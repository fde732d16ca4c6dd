/** Bands that pass over and under each other through a tiling: stars of straight bands as in Islamic geometry, knots of round ones as in Celtic books. */

import type { Inks } from "../abstract/inks.ts";
import type { Pattern } from "../abstract/pattern.ts";
import { type Colour, luminance, mix, scale } from "../colour.ts";
import { clamp, coverage, decay } from "../curve.ts";
import { hashCell, noise2 } from "../noise.ts";
import { pick } from "../palette.ts";
import { subjectScale } from "../scenes/scene.ts";
import {
	cosine15,
	createTilePoint,
	createTiling,
	type TilingName,
} from "./tiling.ts";

/** Which strands to lay over a tiling. Two strands cross in the middle of every side and bend, mirrored, between neighbouring sides. */
interface Design {
	readonly tiling: TilingName;
	/** Sides for each picture height. */
	readonly sides: number;
	/** Tangent of half the angle between a strand and the side's normal: least and most. */
	readonly opening: readonly [number, number];
	readonly isRound: boolean;
	/** Width of a band in sides. */
	readonly width: number;
}

const DESIGNS: readonly Design[] = [
	{
		tiling: "octagonsSquares",
		sides: 7.5,
		opening: [0.29, 0.42],
		isRound: false,
		width: 0.17,
	},
	{
		tiling: "octagonsSquares",
		sides: 8.5,
		opening: [0.42, 0.44],
		isRound: false,
		width: 0.15,
	},
	{
		tiling: "dodecagonsTriangles",
		sides: 10,
		opening: [0.4, 0.58],
		isRound: false,
		width: 0.17,
	},
	{
		tiling: "dodecagonsHexagonsSquares",
		sides: 12,
		opening: [0.3, 0.55],
		isRound: false,
		width: 0.17,
	},
	{
		tiling: "hexagonsTriangles",
		sides: 6.5,
		opening: [0.36, 0.58],
		isRound: false,
		width: 0.15,
	},
	{
		tiling: "hexagonsSquaresTriangles",
		sides: 7,
		opening: [0.4, 0.56],
		isRound: false,
		width: 0.15,
	},
	{
		tiling: "hexagons",
		sides: 6,
		opening: [0.3, 0.5],
		isRound: false,
		width: 0.17,
	},
	{
		tiling: "squares",
		sides: 4,
		opening: [0.41, 0.415],
		isRound: true,
		width: 0.24,
	},
	{
		tiling: "squares",
		sides: 4.5,
		opening: [0.25, 0.34],
		isRound: true,
		width: 0.2,
	},
	{
		tiling: "octagonsSquares",
		sides: 7,
		opening: [0.3, 0.5],
		isRound: true,
		width: 0.2,
	},
	{
		tiling: "hexagonsTriangles",
		sides: 6,
		opening: [0.42, 0.54],
		isRound: true,
		width: 0.18,
	},
	{
		tiling: "hexagonsSquaresTriangles",
		sides: 6,
		opening: [0.4, 0.52],
		isRound: true,
		width: 0.18,
	},
	{
		tiling: "dodecagonsTriangles",
		sides: 9,
		opening: [0.45, 0.56],
		isRound: true,
		width: 0.17,
	},
];

/** A strand near the middle of a side; distances in sides. */
interface Strand {
	/** Signed distance from its middle line, positive towards the tile's corner. */
	distance: number;
	/** The unit vector along which that distance grows, in the tile's u and v. */
	u: number;
	v: number;
}

/** How to find a strand's distance in one kind of tile. */
interface StrandShape {
	readonly cosine: number;
	readonly sine: number;
	/** Radius of the arc, negative when it bends around the tile's middle; 0 for a straight strand. */
	readonly radius: number;
	/** Where the arc begins, from the side's middle on: bands of unlike tiles must fit together across their whole width. */
	readonly straight: number;
}

/** Measures the strand that runs from the side's middle into v > 0, or with `mirror` -1 the one that crosses it there. */
function measure(
	shape: StrandShape,
	apothem: number,
	u: number,
	v: number,
	mirror: number,
	strand: Strand,
): void {
	const du = u - apothem;
	const across = v * mirror;
	const { cosine, sine, radius, straight } = shape;
	const forward = across * sine - du * cosine - straight;
	const aside = du * sine + across * cosine;
	if (radius === 0 || forward <= 0) {
		strand.distance = aside;
		strand.u = sine;
		strand.v = cosine * mirror;
		return;
	}
	const rest = aside - radius;
	const away = Math.sqrt(forward * forward + rest * rest) + 1e-9;
	const sign = radius > 0 ? 1 : -1;
	strand.distance = radius - away * sign;
	// Back from along and across the strand to u and v.
	const along = (-forward / away) * sign;
	const outward = (-rest / away) * sign;
	strand.u = outward * sine - along * cosine;
	strand.v = (along * sine + outward * cosine) * mirror;
}

/** @param tangent of half a side's angle at the tile's middle. @param half width of half a band. */
function shapeFor(
	opening: number,
	isRound: boolean,
	half: number,
	tangent: number,
): StrandShape {
	const cosine = (1 - opening * opening) / (1 + opening * opening);
	const sine = (2 * opening) / (1 + opening * opening);
	const straight = half * 1.3;
	const rest = cosine - sine * tangent;
	// An arc this flat is a straight line.
	const isStraight = !isRound || (rest < 0.02 && rest > -0.02);
	const radius = isStraight
		? 0
		: (0.5 - straight * (tangent * cosine + sine)) / rest;
	return { cosine, sine, radius, straight };
}

interface Dress {
	readonly band: Colour;
	readonly line: Colour;
	readonly outline: Colour;
	readonly corner: Colour;
	/** For tiles by size and by their place. */
	readonly hearts: readonly Colour[];
	readonly metal: Colour;
}

/** Which ink goes where: bands must stand out from everything between them. */
function dressFor(inks: Inks, random: () => number): Dress {
	const { ground, steps, accent, isDark } = inks;
	const [darkest, dark, middle, light, pale] = steps;
	const outline = scale(mix(darkest, isDark ? ground : darkest, 0.5), 0.35);
	const scheme = random();
	if (scheme < 0.4) {
		// Pale bands over deep colours.
		return {
			band: pale,
			line: accent,
			outline,
			corner: darkest,
			hearts: [dark, middle, darkest, dark],
			metal: accent,
		};
	}
	if (scheme < 0.66 && luminance(accent) > 1.6 * luminance(darkest)) {
		// Gilded bands over night.
		return {
			band: accent,
			line: outline,
			outline,
			corner: isDark ? ground : darkest,
			hearts: [dark, darkest, middle, dark],
			metal: pale,
		};
	}
	// Deep bands over pale ground.
	return {
		band: isDark ? dark : darkest,
		line: light,
		outline,
		corner: isDark ? light : ground,
		hearts: [light, pale, middle, light],
		metal: accent,
	};
}

export const knotwork: Pattern = ({ inks, view, seed, lattice, random }) => {
	const design = pick(random, DESIGNS);
	const tiling = createTiling(design.tiling);
	const [least, most] = design.opening;
	const opening = least + (most - least) * random();
	const shapeOf = shapesFor(opening, design.isRound);
	const shapes: StrandShape[] = [];
	for (const [sides, tangent] of [
		[3, Math.sqrt(3)],
		[4, 1],
		[6, Math.sqrt(1 / 3)],
		[8, Math.sqrt(2) - 1],
		[12, 2 - Math.sqrt(3)],
	] as const) {
		shapes[sides] = shapeOf(sides, tangent);
	}
	const dress = dressFor(inks, random);
	const zoom = (0.8 + 0.4 * random()) * (design.sides / subjectScale(view));
	const turn = pick(random, [0, 0, 0, 2, 3, 6]);
	const cosine = cosine15(turn);
	const sine = cosine15(turn - 6);
	const half = (design.width / 2) * (0.85 + 0.3 * random());
	const line = 0.02 + 0.01 * random();
	const hasStripe = random() < 0.6;
	const rings = random();
	const ring = 1.1 + random();
	const rosette = random();
	const soft = view.pixel * zoom;
	const glaze = 0.06;
	const point = createTilePoint();
	const over: Strand = { distance: 0, u: 0, v: 0 };
	const under: Strand = { distance: 0, u: 0, v: 0 };

	/** The colour between the bands. */
	const paintField = (out: Float64Array) => {
		const { kind, u, v, tileX, tileY } = point;
		// Which side of the band: towards the tile's middle, or towards a corner where tiles meet.
		const p = point.isMirrored ? under : over;
		const inward = -p.distance;
		let heart =
			kind.sides > 6 ? 0 : kind.sides === 6 ? 1 : kind.sides === 4 ? 2 : 3;
		if (rings < 0.45) {
			const away =
				Math.sqrt(tileX * tileX + tileY * tileY) / (tiling.repeat * ring);
			heart += Math.floor(away);
		} else if (rings < 0.6) {
			heart +=
				hashCell(
					seed,
					Math.floor(tileX * 8 + 0.5),
					Math.floor(tileY * 8 + 0.5),
				) & 1;
		}
		const inner = dress.hearts[heart & 3];
		const share = clamp(inward / soft + 0.5);
		const corner = dress.corner;
		out[0] = corner[0] + (inner[0] - corner[0]) * share;
		out[1] = corner[1] + (inner[1] - corner[1]) * share;
		out[2] = corner[2] + (inner[2] - corner[2]) * share;
		if (rosette < 0.75 && kind.sides > 3) {
			// A little star or disc in the tile's middle.
			const radius = Math.sqrt(u * u + v * v);
			const reach = kind.apothem * (kind.sides > 6 ? 0.2 : 0.15);
			const away = rosette < 0.4 ? u * 0.8 + v * 0.6 + (radius - u) : radius;
			const disc = coverage(reach - away, soft);
			const hole = coverage(reach * 0.55 - away, soft);
			for (let c = 0; c < 3; c++) {
				out[c] += (dress.metal[c] - out[c]) * disc;
				out[c] += (inner[c] - out[c]) * hole;
			}
		}
		// A fine line that follows the band on its inner side.
		const echo = coverage(0.012 - Math.abs(inward - half - 0.085), soft);
		if (echo > 0) {
			for (let c = 0; c < 3; c++)
				out[c] += (dress.metal[c] - out[c]) * echo * 0.6;
		}
	};

	/** One band laid over what is there; `shade` is the light that the other band leaves it. */
	const paintBand = (strand: Strand, shade: number, out: Float64Array) => {
		const away = strand.distance < 0 ? -strand.distance : strand.distance;
		const whole = coverage(half + line - away, soft);
		if (whole <= 0) return;
		const body = coverage(half - away, soft);
		const steep = strand.distance / half;
		const nx = strand.u * point.uX + strand.v * point.vX;
		const ny = strand.u * point.uY + strand.v * point.vY;
		// Light from the upper left, in the turned plane of the tiling.
		const facing =
			nx * (-0.55 * cosine - 0.83 * sine) + ny * (0.55 * sine - 0.83 * cosine);
		const bent = steep * (0.4 + 0.6 * steep * steep);
		const light = (0.93 + 0.26 * facing * bent - 0.08 * steep * steep) * shade;
		const stripe = hasStripe ? coverage(half * 0.2 - away, soft) * 0.85 : 0;
		for (let c = 0; c < 3; c++) {
			const plain = dress.band[c] + (dress.line[c] - dress.band[c]) * stripe;
			const shown =
				dress.outline[c] + (plain * light - dress.outline[c]) * body;
			out[c] += (shown - out[c]) * whole;
		}
	};

	return (x, y, out) => {
		const dy = y - 0.5;
		tiling.locate(
			(x * cosine - dy * sine) * zoom,
			(x * sine + dy * cosine) * zoom,
			point,
		);
		const { kind } = point;
		const shape = shapes[kind.sides];
		// Seen from inside any tile, the strand that bears to one hand lies on top: so every strand alternates.
		const mirror = point.isMirrored ? -1 : 1;
		measure(shape, kind.apothem, point.u, point.v, mirror, over);
		measure(shape, kind.apothem, point.u, point.v, -mirror, under);
		paintField(out);
		const awayOver = Math.abs(over.distance) - half;
		const awayUnder = Math.abs(under.distance) - half;
		const nearest = Math.min(awayOver, awayUnder);
		const depth = nearest > 0 ? 1 - 0.42 * decay(nearest * 16) : 0.58;
		const cloud = 1 + glaze * noise2(lattice, x * 5, y * 5);
		for (let c = 0; c < 3; c++) out[c] *= depth * cloud;
		const hidden = awayOver > 0 ? 1 - 0.5 * decay(awayOver * 22) : 0.5;
		paintBand(under, hidden, out);
		paintBand(over, 1, out);
	};
};
