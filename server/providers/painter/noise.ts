/** Seeded randomness and smooth noise, bit-identical on every machine: integer hashes and exact arithmetic only. */

const PER_UINT32 = 1 / 4294967296;
const LATTICE_SIZE = 1024;
const LATTICE_MASK = LATTICE_SIZE - 1;

/** Scrambles 32 bits (Murmur 3's finaliser); returns 0..2^32-1. */
export function hash32(value: number): number {
	let mixed = value;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Scrambles two whole numbers into 0..2^32-1: one value for each cell of a grid. */
export function hashCell(seed: number, column: number, row: number): number {
	return hash32(
		hash32(Math.imul(column, 0x27d4eb2d) ^ seed) ^ Math.imul(row, 0x165667b1),
	);
}

/** An endless stream of numbers from 0 up to, not including, 1. */
export function randomFrom(seed: number): () => number {
	// Scrambled first: the streams of neighbouring seeds would otherwise be one stream, shifted.
	let state = hash32(seed) | 0;
	return () => {
		state = (state + 0x9e3779b9) | 0;
		return hash32(state) * PER_UINT32;
	};
}

/** The random numbers that lie on the corners of the noise functions' grid. */
export interface Lattice {
	/** The numbers 0..1023 shuffled. */
	readonly order: Uint16Array;
	/** -1..1. */
	readonly values: Float64Array;
	/** Unit vectors. */
	readonly slopesX: Float64Array;
	readonly slopesY: Float64Array;
}

/** A lattice for one seed; make it once for a picture, never for a pixel. */
export function createLattice(seed: number): Lattice {
	const random = randomFrom(seed ^ 0x51ed270b);
	const lattice = {
		order: new Uint16Array(LATTICE_SIZE),
		values: new Float64Array(LATTICE_SIZE),
		slopesX: new Float64Array(LATTICE_SIZE),
		slopesY: new Float64Array(LATTICE_SIZE),
	};
	for (let index = 0; index < LATTICE_SIZE; index++) {
		const other = Math.floor(random() * (index + 1));
		lattice.order[index] = lattice.order[other] ?? 0;
		lattice.order[other] = index;
		lattice.values[index] = random() * 2 - 1;
		let x = 0;
		let y = 0;
		let squared = 0;
		while (squared < 0.01 || squared > 1) {
			x = random() * 2 - 1;
			y = random() * 2 - 1;
			squared = x * x + y * y;
		}
		const length = Math.sqrt(squared);
		lattice.slopesX[index] = x / length;
		lattice.slopesY[index] = y / length;
	}
	return lattice;
}

/**
 * Smooth noise along a line, -1..1; one bump for each unit of x.
 * @param lane picks one of many unrelated lines; a whole number.
 */
export function noise1(lattice: Lattice, x: number, lane: number): number {
	const { order, values } = lattice;
	const column = Math.floor(x);
	const share = x - column;
	const smooth = share * share * share * (share * (share * 6 - 15) + 10);
	const shift = order[lane & LATTICE_MASK];
	const left = values[order[(column + shift) & LATTICE_MASK]];
	const right = values[order[(column + 1 + shift) & LATTICE_MASK]];
	return left + (right - left) * smooth;
}

/** Smooth noise on a plane, about -1..1 and 0 on average; about one bump for each unit square. */
export function noise2(lattice: Lattice, x: number, y: number): number {
	const { order, slopesX, slopesY } = lattice;
	const column = Math.floor(x);
	const row = Math.floor(y);
	const fx = x - column;
	const fy = y - row;
	const left = order[column & LATTICE_MASK] + row;
	const right = order[(column + 1) & LATTICE_MASK] + row;
	const a = order[left & LATTICE_MASK];
	const b = order[right & LATTICE_MASK];
	const c = order[(left + 1) & LATTICE_MASK];
	const d = order[(right + 1) & LATTICE_MASK];
	const topLeft = slopesX[a] * fx + slopesY[a] * fy;
	const topRight = slopesX[b] * (fx - 1) + slopesY[b] * fy;
	const bottomLeft = slopesX[c] * fx + slopesY[c] * (fy - 1);
	const bottomRight = slopesX[d] * (fx - 1) + slopesY[d] * (fy - 1);
	const smoothX = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
	const smoothY = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
	const top = topLeft + (topRight - topLeft) * smoothX;
	const bottom = bottomLeft + (bottomRight - bottomLeft) * smoothX;
	return (top + (bottom - top) * smoothY) * 1.42;
}

/** Noise with finer and finer detail, about -1..1; every octave is turned, so that no grid shows. */
export function fractalNoise(
	lattice: Lattice,
	x: number,
	y: number,
	octaves: number,
): number {
	let sum = 0;
	let amplitude = 0.55;
	let u = x;
	let v = y;
	for (let octave = 0; octave < octaves; octave++) {
		sum += amplitude * noise2(lattice, u, v);
		const turned = 1.6 * u + 1.2 * v + 17.3;
		v = 1.6 * v - 1.2 * u + 5.1;
		u = turned;
		amplitude *= 0.5;
	}
	return sum;
}

/** Noise with sharp crests, 0..1: rock, ripples, veins. */
export function ridgedNoise(
	lattice: Lattice,
	x: number,
	y: number,
	octaves: number,
): number {
	let sum = 0;
	let total = 0;
	let amplitude = 0.5;
	let u = x;
	let v = y;
	for (let octave = 0; octave < octaves; octave++) {
		const n = noise2(lattice, u, v);
		const crest = 1 - (n < 0 ? -n : n);
		sum += amplitude * crest * crest;
		total += amplitude;
		const turned = 1.6 * u + 1.2 * v + 31.7;
		v = 1.6 * v - 1.2 * u + 11.9;
		u = turned;
		amplitude *= 0.5;
	}
	return sum / total;
}

/**
 * How many octaves are worth painting: those finer than two pixels only shimmer, and differ between sizes.
 * @param frequency bumps per picture height of the first octave.
 * @param pixel size of a pixel in picture heights.
 */
export function visibleOctaves(
	frequency: number,
	pixel: number,
	most: number,
): number {
	let octaves = 1;
	let finest = frequency * 2;
	while (octaves < most && finest * pixel < 0.5) {
		octaves++;
		finest *= 2;
	}
	return octaves;
}
