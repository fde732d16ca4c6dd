/** Tilings of the plane by regular polygons of one side length: finds the tile around a point, and the corner of it in which the point lies. */

/** One polygon. Lengths in sides. */
interface Tile {
	readonly x: number;
	readonly y: number;
	readonly kind: TileKind;
}

/** What all tiles of one shape and turn share. */
export interface TileKind {
	readonly sides: number;
	/** From the middle to a side, in sides. */
	readonly apothem: number;
	/** Circumradius squared: polygons that share a side have circles whose powers are equal along it. */
	readonly radiusSquared: number;
	/** Tangent of half the angle under which the middle sees a side. */
	readonly tangent: number;
	/** Unit vectors from the middle to the middles of the sides. */
	readonly normalsX: Float64Array;
	readonly normalsY: Float64Array;
}

/** A point as its tile sees it. */
export interface TilePoint {
	kind: TileKind;
	/** The tile's middle, in sides from the tiling's origin. */
	tileX: number;
	tileY: number;
	/** From the tile's middle towards the nearest side. */
	u: number;
	/** Along that side from its middle; never negative. */
	v: number;
	/** The directions of u and v in the plane. */
	uX: number;
	uY: number;
	vX: number;
	vY: number;
	/** Whether v was measured against the clock. */
	isMirrored: boolean;
}

export interface Tiling {
	/** Length of a repeat in sides. */
	readonly repeat: number;
	/** Fills in `point` for a place in units of sides. */
	locate(x: number, y: number, point: TilePoint): void;
}

export type TilingName =
	| "squares"
	| "hexagons"
	| "hexagonsTriangles"
	| "octagonsSquares"
	| "dodecagonsTriangles"
	| "dodecagonsHexagonsSquares"
	| "hexagonsSquaresTriangles";

const ROOT2 = Math.sqrt(2);
const ROOT3 = Math.sqrt(3);
/** Tangent of half a side's angle at the middle, for each number of sides. */
export const TANGENTS: Record<number, number> = {
	3: ROOT3,
	4: 1,
	6: 1 / ROOT3,
	8: ROOT2 - 1,
	12: 2 - ROOT3,
};
/** Cosines of multiples of 15 degrees. */
const LONG = (Math.sqrt(6) + ROOT2) / 4;
const SHORT = (Math.sqrt(6) - ROOT2) / 4;
const QUARTER = [1, LONG, ROOT3 / 2, ROOT2 / 2, 0.5, SHORT, 0];

/** Cosine of a multiple of 15 degrees, exact to the last bit on every machine. */
export function cosine15(steps: number): number {
	const turn = ((steps % 24) + 24) % 24;
	const half = turn > 12 ? 24 - turn : turn;
	return half > 6 ? -(QUARTER[12 - half] as number) : (QUARTER[half] as number);
}

/** @param first direction of a side's middle, in steps of 15 degrees. */
function kindOf(sides: number, first: number): TileKind {
	const tangent = TANGENTS[sides] as number;
	const apothem = 0.5 / tangent;
	const step = 24 / sides;
	const directions = Array.from(
		{ length: sides },
		(_, side) => first + side * step,
	);
	return {
		sides,
		apothem,
		radiusSquared: apothem * apothem + 0.25,
		tangent,
		normalsX: Float64Array.from(directions, cosine15),
		normalsY: Float64Array.from(directions, (turn) => cosine15(turn - 6)),
	};
}

/** Repeats of a parallelogram. The second edge stands at 90 or 60 degrees to the first, which lies along x. */
interface Repeat {
	readonly length: number;
	readonly angle: 90 | 60;
	/** Each tile by its middle, sides and first direction; one for each that a repeat holds. */
	readonly tiles: readonly (readonly [number, number, number, number])[];
}

/** Tiles of a tiling with hexagonal symmetry: the two kinds of places with three-fold turns. */
const threefold = (length: number) => [
	[length / 2, length / (2 * ROOT3)] as const,
	[length, length / ROOT3] as const,
];
/** The three places with two-fold turns. */
const twofold = (length: number) => [
	[length / 2, 0] as const,
	[length / 4, (length * ROOT3) / 4] as const,
	[(length * 3) / 4, (length * ROOT3) / 4] as const,
];

function hexagonal(
	length: number,
	main: readonly [number, number],
	atThreefold: readonly [number, number, number] | undefined,
	atTwofold?: readonly [number, number],
): Repeat {
	const tiles: [number, number, number, number][] = [[0, 0, ...main]];
	if (atThreefold !== undefined) {
		const [sides, up, down] = atThreefold;
		const [first, second] = threefold(length);
		if (first && second) {
			tiles.push([...first, sides, up], [...second, sides, down]);
		}
	}
	if (atTwofold !== undefined) {
		// Sides face the dodecagons or hexagons on both hands, that is, along each of the three directions.
		const turns = [0, 4, 8];
		for (const [index, place] of twofold(length).entries()) {
			tiles.push([...place, atTwofold[0], turns[index] as number]);
		}
	}
	return { length, angle: 60, tiles };
}

const REPEATS: Record<TilingName, Repeat> = {
	squares: { length: 1, angle: 90, tiles: [[0, 0, 4, 0]] },
	octagonsSquares: {
		length: 1 + ROOT2,
		angle: 90,
		tiles: [
			[0, 0, 8, 0],
			[(1 + ROOT2) / 2, (1 + ROOT2) / 2, 4, 3],
		],
	},
	hexagons: hexagonal(ROOT3, [6, 0], undefined),
	// The hexagons meet corner to corner along x.
	hexagonsTriangles: hexagonal(2, [6, 2], [3, 6, 2]),
	dodecagonsTriangles: hexagonal(2 + ROOT3, [12, 0], [3, 6, 2]),
	dodecagonsHexagonsSquares: hexagonal(3 + ROOT3, [12, 0], [6, 2, 2], [4, 0]),
	hexagonsSquaresTriangles: hexagonal(1 + ROOT3, [6, 0], [3, 2, 6], [4, 0]),
};

/** Every tile that reaches into the repeat at the origin. */
function tilesAround(repeat: Repeat): Tile[] {
	const { length, angle } = repeat;
	const slant = angle === 60 ? 0.5 : 0;
	const rise = angle === 60 ? ROOT3 / 2 : 1;
	const found: Tile[] = [];
	for (const [x, y, sides, first] of repeat.tiles) {
		const kind = kindOf(sides, first);
		const reach = Math.sqrt(kind.radiusSquared);
		for (let row = -2; row <= 2; row++) {
			for (let column = -2; column <= 2; column++) {
				const atX = x + (column + slant * row) * length;
				const atY = y + rise * row * length;
				const acrossInRow = atX - (slant / rise) * atY;
				const lean = 1.16 * reach;
				if (
					acrossInRow > -lean &&
					acrossInRow < length + lean &&
					atY > -reach &&
					atY < rise * length + reach
				) {
					found.push({ x: atX, y: atY, kind });
				}
			}
		}
	}
	return found;
}

export function createTilePoint(): TilePoint {
	return {
		kind: kindOf(4, 0),
		tileX: 0,
		tileY: 0,
		u: 0,
		v: 0,
		uX: 1,
		uY: 0,
		vX: 0,
		vY: 1,
		isMirrored: false,
	};
}

export function createTiling(name: TilingName): Tiling {
	const repeat = REPEATS[name];
	const { length, angle } = repeat;
	const slant = angle === 60 ? 0.5 : 0;
	const rise = angle === 60 ? ROOT3 / 2 : 1;
	const tiles = tilesAround(repeat);
	const perLength = 1 / length;

	const locate = (x: number, y: number, point: TilePoint) => {
		const row = Math.floor((y * perLength) / rise);
		const column = Math.floor(
			x * perLength - row * slant - slant * ((y * perLength) / rise - row),
		);
		const originX = (column + slant * row) * length;
		const originY = row * rise * length;
		const fromX = x - originX;
		const fromY = y - originY;
		let least = 1e9;
		let tile = tiles[0] as Tile;
		for (let index = 0; index < tiles.length; index++) {
			const candidate = tiles[index] as Tile;
			const dx = fromX - candidate.x;
			const dy = fromY - candidate.y;
			const power = dx * dx + dy * dy - candidate.kind.radiusSquared;
			if (power < least) {
				least = power;
				tile = candidate;
			}
		}
		const { kind } = tile;
		const dx = fromX - tile.x;
		const dy = fromY - tile.y;
		let side = 0;
		let u = -1e9;
		for (let index = 0; index < kind.sides; index++) {
			const towards = dx * kind.normalsX[index] + dy * kind.normalsY[index];
			if (towards > u) {
				u = towards;
				side = index;
			}
		}
		const normalX = kind.normalsX[side];
		const normalY = kind.normalsY[side];
		const along = dy * normalX - dx * normalY;
		const sign = along < 0 ? -1 : 1;
		point.kind = kind;
		point.tileX = tile.x + originX;
		point.tileY = tile.y + originY;
		point.u = u;
		point.v = along * sign;
		point.uX = normalX;
		point.uY = normalY;
		point.vX = -normalY * sign;
		point.vY = normalX * sign;
		point.isMirrored = along < 0;
	};
	return { repeat: length, locate };
}
