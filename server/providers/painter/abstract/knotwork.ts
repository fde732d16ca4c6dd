/** Bands that pass over and under each other through a tiling: stars of straight bands as in Islamic geometry, knots of round ones as in Celtic books. */

import { clamp, coverage } from "../curve.ts";
import { hashCell, noise2 } from "../noise.ts";
import { pick } from "../palette.ts";
import { subjectScale } from "../scenes/scene.ts";
import { type Dress, dressFor } from "./dress.ts";
import type { Pattern } from "./pattern.ts";
import { measure, type Strand, type StrandShape, shapeFor } from "./strand.ts";
import {
	cosine15,
	createTilePoint,
	createTiling,
	TANGENTS,
	type TilePoint,
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
		sides: 9,
		opening: [0.56, 0.66],
		isRound: false,
		width: 0.14,
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

/** What stays the same from point to point. */
interface Weave {
	readonly dress: Dress;
	readonly seed: number;
	/** Half a band's width, and the width of the line around it, in sides. */
	readonly half: number;
	readonly line: number;
	readonly hasStripe: boolean;
	/** How tiles of one shape take turns with their colours. */
	readonly order: "rings" | "scattered" | "alike";
	/** Width of a ring of tiles in sides. */
	readonly ring: number;
	readonly rosette: "star" | "disc" | "none";
	/** Size of a pixel in sides. */
	readonly soft: number;
	/** The light's direction in the turned plane of the tiling. */
	readonly lightX: number;
	readonly lightY: number;
}

/** The colour between the bands. @param inward distance from the band towards the tile's middle. */
function paintField(
	weave: Weave,
	point: TilePoint,
	inward: number,
	out: Float64Array,
): void {
	const { dress, soft, order, rosette } = weave;
	const { kind, u, v, tileX, tileY } = point;
	const { sides } = kind;
	let heart = sides > 6 ? 0 : sides === 6 ? 1 : sides === 4 ? 2 : 3;
	if (order === "rings") {
		const away = Math.sqrt(tileX * tileX + tileY * tileY);
		heart += Math.floor(away / weave.ring + 0.01);
	} else if (order === "scattered") {
		const column = Math.floor(tileX * 8 + 0.5);
		heart += hashCell(weave.seed, column, Math.floor(tileY * 8 + 0.5)) & 1;
	}
	const inner = dress.hearts[heart & 3];
	const share = clamp(inward / soft + 0.5);
	for (let c = 0; c < 3; c++) {
		out[c] = dress.corner[c] + (inner[c] - dress.corner[c]) * share;
	}
	if (sides > 8) {
		// The largest stars have room for another one within.
		const within = inward - kind.apothem * 0.36;
		const other = dress.hearts[(heart + 1) & 3];
		const edge = coverage(0.02 - (within < 0 ? -within : within), soft);
		const filled = coverage(within, soft);
		for (let c = 0; c < 3; c++) {
			out[c] += (other[c] - out[c]) * filled;
			out[c] += (dress.metal[c] - out[c]) * edge;
		}
	}
	if (rosette !== "none" && sides > 3) {
		const radius = Math.sqrt(u * u + v * v);
		const reach = kind.apothem * (sides > 6 ? 0.22 : 0.15);
		const away = rosette === "star" ? radius - u * 0.2 + v * 0.6 : radius;
		const disc = coverage(reach - away, soft);
		const hole = coverage(reach * 0.55 - away, soft);
		for (let c = 0; c < 3; c++) {
			out[c] += (dress.metal[c] - out[c]) * disc;
			out[c] += (inner[c] - out[c]) * hole;
		}
	}
	// A fine line that follows the band on its inner side.
	const off = inward - weave.half - 0.085;
	const echo = coverage(0.012 - (off < 0 ? -off : off), soft) * 0.6;
	if (echo > 0) {
		for (let c = 0; c < 3; c++) out[c] += (dress.metal[c] - out[c]) * echo;
	}
}

/** Lays one band over what is there. @param shade the light that the other band leaves it. */
function paintBand(
	weave: Weave,
	point: TilePoint,
	strand: Strand,
	shade: number,
	out: Float64Array,
): void {
	const { dress, half, soft } = weave;
	const away = strand.distance < 0 ? -strand.distance : strand.distance;
	const whole = coverage(half + weave.line - away, soft);
	if (whole <= 0) return;
	const body = coverage(half - away, soft);
	const steep = clamp(away / half) * (strand.distance < 0 ? -1 : 1);
	const nx = strand.u * point.uX + strand.v * point.vX;
	const ny = strand.u * point.uY + strand.v * point.vY;
	const facing = nx * weave.lightX + ny * weave.lightY;
	const bent = steep * (0.4 + 0.6 * steep * steep);
	const light = (0.93 + 0.26 * facing * bent - 0.08 * steep * steep) * shade;
	const stripe = weave.hasStripe ? coverage(half * 0.2 - away, soft) * 0.85 : 0;
	for (let c = 0; c < 3; c++) {
		const plain = dress.band[c] + (dress.line[c] - dress.band[c]) * stripe;
		const shown = dress.outline[c] + (plain * light - dress.outline[c]) * body;
		out[c] += (shown - out[c]) * whole;
	}
}

/** Full shadow at a band's edge, none from `reach` on. */
function shadowBeside(away: number, reach: number): number {
	const rest = 1 - clamp(away / reach);
	return rest * rest;
}

export const knotwork: Pattern = ({ inks, view, seed, lattice, random }) => {
	const design = pick(random, DESIGNS);
	const tiling = createTiling(design.tiling);
	const [least, most] = design.opening;
	const opening = least + (most - least) * random();
	const half = (design.width / 2) * (0.85 + 0.3 * random());
	const shapes: StrandShape[] = [];
	for (const [sides, tangent] of Object.entries(TANGENTS)) {
		shapes[Number(sides)] = shapeFor(opening, design.isRound, half, tangent);
	}
	const zoom = (0.8 + 0.4 * random()) * (design.sides / subjectScale(view));
	const turn = pick(random, [0, 0, 0, 2, 3, 6]);
	const cosine = cosine15(turn);
	const sine = cosine15(turn - 6);
	const weave: Weave = {
		dress: dressFor(inks, random),
		seed,
		half,
		line: 0.02 + 0.01 * random(),
		hasStripe: random() < 0.6,
		order: pick(random, [
			"rings",
			"rings",
			"rings",
			"scattered",
			"alike",
			"alike",
		]),
		ring: tiling.repeat * (1.1 + random()),
		rosette: pick(random, ["star", "star", "disc", "none"]),
		soft: view.pixel * zoom,
		lightX: -0.55 * cosine + 0.83 * sine,
		lightY: -0.55 * sine - 0.83 * cosine,
	};
	const point = createTilePoint();
	const over: Strand = { distance: 0, u: 0, v: 0 };
	const under: Strand = { distance: 0, u: 0, v: 0 };

	return (x, y, out) => {
		const dy = y - 0.5;
		const u = (x * cosine - dy * sine) * zoom;
		tiling.locate(u, (x * sine + dy * cosine) * zoom, point);
		const { kind } = point;
		const shape = shapes[kind.sides];
		// Seen from inside any tile, the strand that bears to one hand lies on top: so every strand alternates.
		const mirror = point.isMirrored ? -1 : 1;
		measure(shape, kind.apothem, point.u, point.v, mirror, over);
		measure(shape, kind.apothem, point.u, point.v, -mirror, under);
		const own = point.isMirrored ? under : over;
		paintField(weave, point, -own.distance, out);
		const awayOver = Math.abs(over.distance) - half;
		const awayUnder = Math.abs(under.distance) - half;
		const nearest = Math.min(awayOver, awayUnder);
		const cloud = 1 + 0.06 * noise2(lattice, x * 5, y * 5);
		const depth = (1 - 0.42 * shadowBeside(nearest, 0.13)) * cloud;
		for (let c = 0; c < 3; c++) out[c] *= depth;
		const hidden = 1 - 0.5 * shadowBeside(awayOver, 0.11);
		paintBand(weave, point, under, hidden, out);
		paintBand(weave, point, over, 1, out);
	};
};
