/** Eight-pointed stars in glazed tiles, framed by straps that pass over and under each other. */

import { clamp } from "../curve.ts";
import { hashCell, noise2 } from "../noise.ts";
import { pick } from "../palette.ts";
import type { Pattern } from "./pattern.ts";

/** Middle of an octagon's slanting side, the octagon's straight sides being 1 apart. */
const SLANT = 0.5 * Math.SQRT1_2;
/** Direction of the octagon's corner, 22.5 degrees. */
const CORNER_X = 0.9238795325112867;
const CORNER_Y = 0.3826834323650898;

/** Distance from a point to a stretch of a straight line. */
function toSegment(
	x: number,
	y: number,
	ax: number,
	ay: number,
	bx: number,
	by: number,
): number {
	const dx = bx - ax;
	const dy = by - ay;
	const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
	const share = along < 0 ? 0 : along > 1 ? 1 : along;
	const px = x - ax - dx * share;
	const py = y - ay - dy * share;
	return Math.sqrt(px * px + py * py);
}

export const starTiles: Pattern = ({ view, inks, lattice, random, seed }) => {
	const tiles = 2.6 + 2.4 * random();
	const dent = 0.27 + 0.13 * random();
	const half = 0.02 + 0.016 * random();
	const isTurned = random() < 0.4;
	const shiftX = random();
	const shiftY = random();
	const { steps, ground, accent, isDark } = inks;
	const strap = isDark ? accent : steps[4];
	const line = steps[0];
	const glazes = [steps[1], steps[2], steps[3], steps[0]];
	const first = Math.floor(random() * 4);
	const starGlaze = glazes[first];
	const squareGlaze = glazes[(first + 1) % 4];
	const kiteGlaze = glazes[(first + 2) % 4];
	const heartGlaze = pick(random, [
		accent,
		glazes[(first + 3) % 4],
		squareGlaze,
	]);
	const heart = 0.42 + 0.2 * random();
	const pixel = view.pixel * tiles;

	// In one eighth of a tile a strap runs from the side's middle over the star's inner corner to the slant's middle;
	// the rest is mirror images. Beyond the slant it goes on straight into the little square.
	const innerX = CORNER_X * dent;
	const innerY = CORNER_Y * dent;
	const goesX = SLANT - innerY;
	const goesY = SLANT - innerX;
	const turnX = 0.5;
	const turnY = SLANT + (goesY / goesX) * (0.5 - SLANT);
	const toStar = (x: number, y: number) => {
		const outer = toSegment(x, y, 0.5, 0, innerX, innerY);
		const inner = toSegment(x, y, innerX, innerY, SLANT, SLANT);
		return outer < inner ? outer : inner;
	};
	const toSquare = (x: number, y: number) =>
		toSegment(x, y, SLANT, SLANT, turnX, turnY);

	const isInStar = (x: number, y: number) =>
		y * innerX > x * innerY
			? (SLANT - innerX) * (y - innerY) > (SLANT - innerY) * (x - innerX)
			: (innerX - 0.5) * y > innerY * (x - 0.5);

	const layStrap = (distance: number, under: number, out: Float64Array) => {
		const shadow = clamp((half * 1.9 - distance) / (half * 0.9)) * 0.3 * under;
		const cover = clamp((half - distance) / pixel + 0.5);
		const rim = clamp((distance - half * 0.72) / pixel + 0.5);
		const outward = clamp(distance / half);
		const round = 1.04 - 0.22 * outward * outward;
		for (let c = 0; c < 3; c++) {
			const shaded = out[c] * (1 - shadow);
			const body = strap[c] * round;
			const edged = body + (line[c] - body) * rim * 0.8;
			out[c] = shaded + (edged - shaded) * cover;
		}
	};

	return (x, y, out) => {
		let u = x * tiles;
		let v = (y - 0.5) * tiles;
		if (isTurned) {
			const turned = (u + v) * Math.SQRT1_2;
			v = (v - u) * Math.SQRT1_2;
			u = turned;
		}
		u += shiftX;
		v += shiftY;
		const column = Math.floor(u + 0.5);
		const row = Math.floor(v + 0.5);
		let a = u - column;
		let b = v - row;
		let parity = 1;
		if (a < 0) {
			a = -a;
			parity = -parity;
		}
		if (b < 0) {
			b = -b;
			parity = -parity;
		}
		if (b > a) {
			const swapped = a;
			a = b;
			b = swapped;
			parity = -parity;
		}

		const star = toStar(a, b);
		const square = toSquare(a, b);
		const starMirrored = toStar(b, a);
		const squareMirrored = toSquare(b, a);
		const turned = toStar(1 - a, -b);
		const below = toStar(a, -b);
		const beyond = toStar(1 - a, b);

		// Which tile: the star around the middle, the little square at the corner, or the kite between.
		const isStar = isInStar(a, b);
		const isHeart = isStar && isInStar(a / heart, b / heart);
		const squareSide =
			(turnX - SLANT) * (b - SLANT) - (turnY - SLANT) * (a - SLANT);
		const isSquare = a + b > SLANT * 2 - 1e-9 && squareSide > 0;
		const glaze = isHeart
			? heartGlaze
			: isStar
				? starGlaze
				: isSquare
					? squareGlaze
					: kiteGlaze;
		const cell = isStar
			? hashCell(seed, column, row)
			: hashCell(seed ^ 0x77, Math.floor(u), Math.floor(v));
		const fire = 0.86 + ((cell & 255) / 255) * 0.26;
		const cloud = 1 + noise2(lattice, u * 5 + (cell >>> 24), v * 5) * 0.09;
		const sheen = 0.92 + 0.16 * (a - b + 0.5);
		for (let c = 0; c < 3; c++) {
			out[c] = (glaze[c] * 0.94 + ground[c] * 0.06) * fire * cloud * sheen;
		}

		if (isStar) {
			const joint = toStar(a / heart, b / heart) * heart;
			const grout = clamp((0.007 - joint) / pixel + 0.5) * 0.7;
			for (let c = 0; c < 3; c++) out[c] += (line[c] - out[c]) * grout;
		}

		// Two straps meet at the side's middle and two at the slant's; which lies on top alternates along each strap.
		const toSideMiddle = (a - 0.5) * (a - 0.5) + b * b;
		const toSlantMiddle = (a - SLANT) * (a - SLANT) + (b - SLANT) * (b - SLANT);
		let top: number;
		let bottom: number;
		if (toSideMiddle < toSlantMiddle) {
			const own = star < turned ? star : turned;
			const other = below < beyond ? below : beyond;
			top = parity > 0 ? own : other;
			bottom = parity > 0 ? other : own;
		} else {
			const own = star < squareMirrored ? star : squareMirrored;
			const other = starMirrored < square ? starMirrored : square;
			top = parity > 0 ? other : own;
			bottom = parity > 0 ? own : other;
		}
		layStrap(bottom, 1, out);
		layStrap(top, 1, out);
	};
};
