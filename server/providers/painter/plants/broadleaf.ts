/** A broad-leaved tree up close: a trunk that forks down to twigs, and billows of leaves about them. */

import { bump, clamp, ramp } from "../curve.ts";
import { type Lattice, noise2 } from "../noise.ts";
import type { TreeShape } from "./tree.ts";

interface Branch {
	readonly fromX: number;
	readonly fromY: number;
	readonly alongX: number;
	readonly alongY: number;
	readonly radius: number;
	readonly tipRadius: number;
}

const FORKS = 6;
/** The tree stands in a box 1.2 wide and 1.2 high, cut into cells, so that a point asks only the branches near it. */
const CELLS = 30;
const PER_CELL = 1.2 / CELLS;

/** Turns a direction without sine or cosine: `turn` is the tangent of half the angle. */
function turned(x: number, y: number, turn: number): [number, number] {
	const rest = 1 / (1 + turn * turn);
	const cosine = (1 - turn * turn) * rest;
	const sine = 2 * turn * rest;
	return [x * cosine - y * sine, x * sine + y * cosine];
}

/** Lets a trunk grow upwards and fork; every branch leans a little back to the light. */
function growBranches(random: () => number): Branch[] {
	const branches: Branch[] = [];
	const spread = 0.15 + 0.13 * random();
	const grow = (
		x: number,
		y: number,
		directionX: number,
		directionY: number,
		length: number,
		radius: number,
		fork: number,
	) => {
		const tipRadius = radius * (fork === 0 ? 0.75 : 0.66);
		const alongX = directionX * length;
		const alongY = directionY * length;
		branches.push({ fromX: x, fromY: y, alongX, alongY, radius, tipRadius });
		if (fork === FORKS) return;
		const count = fork === 0 || random() < 0.3 ? 3 : 2;
		for (let index = 0; index < count; index++) {
			const fan = (index / (count - 1)) * 2 - 1;
			const turn = (fan + (random() - 0.5) * 0.7) * spread;
			const [nextX, nextY] = turned(directionX, directionY, turn);
			const raised = nextY + 0.12;
			const norm = 1 / Math.sqrt(nextX * nextX + raised * raised);
			grow(
				x + alongX,
				y + alongY,
				nextX * norm,
				raised * norm,
				length * (0.66 + 0.22 * random()),
				tipRadius * (count === 3 ? 0.8 : 0.9),
				fork + 1,
			);
		}
	};
	const lean = (random() - 0.5) * 0.16;
	const norm = 1 / Math.sqrt(1 + lean * lean);
	grow(0, -0.02, lean * norm, norm, 0.15 + 0.1 * random(), 0.026, 0);
	return branches;
}

/** Scales a tree to height 1, so that chance decides its build and not its size. */
function normalise(branches: Branch[]): Branch[] {
	let top = 0.2;
	for (const branch of branches) {
		top = Math.max(top, branch.fromY + branch.alongY);
	}
	const factor = 0.94 / top;
	return branches.map((branch) => ({
		fromX: branch.fromX * factor,
		fromY: branch.fromY * factor,
		alongX: branch.alongX * factor,
		alongY: branch.alongY * factor,
		radius: branch.radius * factor,
		tipRadius: branch.tipRadius * factor,
	}));
}

/** For each cell of the box: the branches that come near it, and how thick the leaves are at its corner. */
function sortIntoCells(branches: readonly Branch[]): {
	near: Branch[][];
	leaves: Float64Array;
} {
	const side = CELLS + 1;
	const near: Branch[][] = Array.from({ length: side * side }, () => []);
	const leaves = new Float64Array(side * side);
	for (const branch of branches) {
		const { fromX, fromY, alongX, alongY, radius } = branch;
		const low = Math.min(fromX, fromX + alongX) - radius;
		const high = Math.max(fromX, fromX + alongX) + radius;
		const bottom = Math.min(fromY, fromY + alongY) - radius;
		const top = Math.max(fromY, fromY + alongY) + radius;
		const tipX = fromX + alongX;
		const tipY = fromY + alongY;
		const isTwig = radius < 0.011;
		for (let row = 0; row <= CELLS; row++) {
			for (let column = 0; column <= CELLS; column++) {
				const x = column * PER_CELL - 0.6;
				const y = row * PER_CELL - 0.05;
				if (
					low < x + PER_CELL &&
					high > x &&
					bottom < y + PER_CELL &&
					top > y
				) {
					near[row * side + column].push(branch);
				}
				if (isTwig) {
					const dx = (x - tipX) / 0.075;
					const dy = (y - tipY) / 0.062;
					leaves[row * side + column] += bump(Math.sqrt(dx * dx + dy * dy));
				}
			}
		}
	}
	// Where billows overlap they hide each other instead of adding up.
	for (let cell = 0; cell < leaves.length; cell++) {
		leaves[cell] = leaves[cell] / (0.6 + leaves[cell]);
	}
	return { near, leaves };
}

/** @param leafage 0 bare twigs .. 1 full crown. */
export function createBroadleaf(
	lattice: Lattice,
	random: () => number,
	leafage: number,
): TreeShape {
	const shift = random() * 300;
	const { near, leaves } = sortIntoCells(normalise(growBranches(random)));
	const side = CELLS + 1;

	const leavesAt = (across: number, up: number) => {
		const x = (across + 0.6) / PER_CELL;
		const y = (up + 0.05) / PER_CELL;
		const column = Math.floor(x);
		const row = Math.floor(y);
		if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return 0;
		const fx = x - column;
		const fy = y - row;
		const cell = row * side + column;
		const lower = leaves[cell] + (leaves[cell + 1] - leaves[cell]) * fx;
		const above = leaves[cell + side];
		const upper = above + (leaves[cell + side + 1] - above) * fx;
		return lower + (upper - lower) * fy;
	};

	const branchAt = (across: number, up: number, softness: number) => {
		const column = Math.floor((across + 0.6) / PER_CELL);
		const row = Math.floor((up + 0.05) / PER_CELL);
		if (column < 0 || row < 0 || column > CELLS || row > CELLS) return 0;
		const list = near[row * side + column];
		let cover = 0;
		for (let index = 0; index < list.length; index++) {
			const branch = list[index];
			const dx = across - branch.fromX;
			const dy = up - branch.fromY;
			const { alongX, alongY } = branch;
			const share = clamp(
				(dx * alongX + dy * alongY) / (alongX * alongX + alongY * alongY),
			);
			const offX = dx - alongX * share;
			const offY = dy - alongY * share;
			const radius = branch.radius + (branch.tipRadius - branch.radius) * share;
			// A twig thinner than the pixel is drawn as wide as the pixel, but fainter.
			const inside =
				(radius - Math.sqrt(offX * offX + offY * offY)) / softness + 0.5;
			const most = (2 * radius) / softness;
			const here = inside > most ? most : inside;
			if (here > cover) cover = here;
		}
		return clamp(cover);
	};

	return (across, up, softness, out) => {
		out[0] = 0;
		if (up < -0.01 || up > 1.12 || across > 0.58 || across < -0.58) return;
		const mass = leavesAt(across, up);
		let crown = 0;
		let tone = 0.5;
		const body = mass * (0.7 + 0.8 * leafage) - 1.25 + 0.72 * leafage;
		if (body > -0.98 && mass > 0.02) {
			const coarse = noise2(lattice, across * 17 + shift, up * 17);
			const fine = noise2(lattice, across * 43 + shift, up * 43);
			const leaf = noise2(lattice, across * 120, up * 120 + shift);
			const density = body + coarse * 0.34 + fine * 0.3 + leaf * 0.34;
			crown = clamp(density / (softness * 30 + 0.12));
			const shadow = leavesAt(across, up + 0.07) - mass;
			tone = 0.46 - shadow * 0.7 + coarse * 0.3 + fine * 0.2 + leaf * 0.22;
		}
		const trunk = crown < 1 ? branchAt(across, up, softness) : 0;
		const bark = trunk * (1 - crown);
		out[0] = crown + bark;
		out[1] = crown > 0.4 ? clamp(tone) : clamp(0.4 + across * 2);
		out[2] = out[0] > 0 ? bark / out[0] : 0;
		out[3] = crown > 0.3 ? ramp(0.5, 0.8, tone) : 0.35;
	};
}
