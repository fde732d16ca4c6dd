/** Wooden floors: boards, or parquet in herringbone. */

import { type Colour, hex, luminance } from "../colour.ts";
import { clamp } from "../curve.ts";
import { hashCell, type Lattice, noise2 } from "../noise.ts";
import { pick } from "../palette.ts";

/** Writes the wood's colour at a place of the floor (metres). `footprint` is the size of a pixel there, in metres. */
export type Floor = (
	x: number,
	z: number,
	footprint: number,
	out: Float64Array,
) => void;

/** Light, dark and middle woods, some oiled, some limed. */
const WOODS = [
	"#cdae84",
	"#b88d5c",
	"#9a6b43",
	"#6b4931",
	"#4a3225",
	"#b3a694",
	"#d8cab3",
	"#8b7b6a",
];

/** Finds a wood that the rug stands out from. */
export function pickWood(random: () => number, rugBrightness: number): Colour {
	const woods = WOODS.map(hex);
	const apart = woods.filter((wood) => {
		const ratio = (luminance(wood) + 0.02) / (rugBrightness + 0.02);
		return ratio > 1.6 || ratio < 0.55;
	});
	return pick(random, apart.length > 0 ? apart : woods);
}

export function createFloor(
	wood: Colour,
	seed: number,
	lattice: Lattice,
	random: () => number,
): Floor {
	const kind = pick(random, ["boards", "boards", "herringbone"] as const);
	const isAcross = random() < 0.35;
	const width =
		kind === "herringbone" ? 0.085 + 0.03 * random() : 0.11 + 0.07 * random();
	const length = 1.3 + 0.8 * random();
	const joint = 0.0018;
	const blocks = 5;

	/** Colours a board: `across` 0..1 over its width, `along` in metres. */
	const paintBoard = (
		board: number,
		across: number,
		along: number,
		toEnd: number,
		footprint: number,
		out: Float64Array,
	) => {
		const tone = 0.86 + ((board & 255) / 255) * 0.26;
		const warmth = (((board >>> 8) & 255) / 255 - 0.5) * 0.1;
		const shift = (board >>> 16) * 0.37;
		const fine = clamp(1.4 - footprint * 260);
		const coarse = clamp(1.6 - footprint * 70);
		const u = across * width;
		let grain = 0;
		if (coarse > 0) {
			const bend = noise2(lattice, along * 1.1 + shift, u * 9) * 0.02;
			grain +=
				noise2(lattice, along * 1.6 + shift, (u + bend) * 62) * 0.13 * coarse;
			if (fine > 0) {
				grain += noise2(lattice, along * 7 + shift, u * 310) * 0.1 * fine;
			}
		}
		const toSide = (across < 0.5 ? across : 1 - across) * width;
		const gap = toSide < toEnd ? toSide : toEnd;
		const reach = footprint * 0.6 + joint;
		const shade =
			1 - 0.62 * clamp(1 - gap / reach) * clamp((joint * 2.4) / reach);
		const bright = tone * (1 + grain) * shade;
		out[0] = wood[0] * bright * (1 + warmth);
		out[1] = wood[1] * bright;
		out[2] = wood[2] * bright * (1 - warmth);
	};

	if (kind === "herringbone") {
		const perWidth = Math.SQRT1_2 / width;
		return (x, z, footprint, out) => {
			const p = (x + z) * perWidth;
			const q = (z - x) * perWidth;
			const column = Math.floor(p);
			const row = Math.floor(q);
			const turn = column - row;
			const phase = turn - Math.floor(turn / (blocks * 2)) * blocks * 2;
			const lies = phase < blocks;
			const step = lies ? phase : blocks * 2 - 1 - phase;
			const board = lies
				? hashCell(seed, column - step, row)
				: hashCell(seed ^ 0x5bd1, column, row - step);
			const along = step + (lies ? p - column : q - row);
			const across = lies ? q - row : p - column;
			const toEnd = (along < blocks / 2 ? along : blocks - along) * width;
			paintBoard(board, across, along * width, toEnd, footprint, out);
		};
	}
	return (x, z, footprint, out) => {
		const u = (isAcross ? z : x) / width + 200;
		const lane = Math.floor(u);
		const start = hashCell(seed, lane, 77) / 4294967296;
		const v = (isAcross ? x : z) / length + start + 50;
		const piece = Math.floor(v);
		const share = v - piece;
		const toEnd = (share < 0.5 ? share : 1 - share) * length;
		const board = hashCell(seed, lane, piece);
		paintBoard(board, u - lane, share * length, toEnd, footprint, out);
	};
}
