/** Sees a landscape in true perspective: for every point of the picture, which point of the land lies there. */

import type { View } from "../scenes/scene.ts";

/**
 * A camera that looks level along z from x = 0. A point of the land at (x, z) and height h appears at
 * x / z across and horizon + (eye - h) / z down, so one unit at z = 1 is one picture height.
 */
export interface Camera {
	/** y of the horizon in the picture. */
	readonly horizon: number;
	/** Height of the eye above the plane h = 0. */
	readonly eye: number;
	readonly near: number;
	readonly far: number;
	/** From here on the land is steep and is looked at closely. */
	readonly middle: number;
	/** How often a step of distance may be halved where the land bends in it, 0..4: more for land with sharp edges. */
	readonly halvings: number;
	/** No land at distance z is higher than this; the tighter, the quicker the cast. */
	readonly ceiling: (z: number) => number;
}

/** Looks at the land point by point; quick when neighbouring points are asked for one after the other. */
export interface LandLooker {
	/** The distance z of the land seen at a point, or 0 where the sky is seen. */
	depthAt(x: number, y: number): number;
	/** How much of the pixel last asked for belongs to that land, 0..1: less than 1 only along an outline. */
	cover(): number;
	/** What lies behind it where `cover()` is below 1: a distance, or 0 for the sky. */
	behind(): number;
}

interface LandView {
	/** A looker of its own for each use (the land, its mirror image), because it remembers where it looked last. */
	createLooker(): LandLooker;
	/** y of the land's outline against the sky. */
	skyline(x: number): number;
}

/** By which factor steps of distance grow: before the middle distance, and from there on, where the land is steep. */
const NEAR_STEP = 1.05;
const FAR_STEP = 1.028;
/** The most `halvings` that a camera may ask for. */
const MOST_HALVINGS = 4;
/** A crest between two hidden points is looked for where they are hidden by less than this, in picture heights. */
const SLACK = 0.012;
/** Land that lies off the straight line between two points by less than this many pixels needs no point between them. */
const TOLERANCE = 0.6;

/** The points of one column that are not hidden by something nearer, from the bottom of the picture up: y falls, z grows. */
interface Visible {
	readonly ys: Float32Array;
	/** Negative where land comes out from behind the point before, at the same y. */
	readonly zs: Float32Array;
	/** How many points a column may have. */
	readonly most: number;
	readonly counts: Int32Array;
}

// The points that a walk still has to reach, nearest last: a stack as deep as the halvings.
const aheadZ = new Float64Array(MOST_HALVINGS + 2);
const aheadY = new Float64Array(MOST_HALVINGS + 2);
const aheadHalvings = new Int32Array(MOST_HALVINGS + 2);

/** Walks one column from near to far and notes its visible points; halves its steps where the land bends, so that crests and outlines are exact. */
function walkColumn(
	column: number,
	distances: Float64Array,
	/** The least y at which land of each distance can appear. */
	highest: Float64Array,
	screenY: (z: number) => number,
	halvings: number,
	tolerance: number,
	visible: Visible,
): void {
	const { ys, zs, most, counts } = visible;
	const start = column * most;
	let lastZ = distances[0];
	let lastY = screenY(lastZ);
	let top = lastY;
	let count = 1;
	let hidden = false;
	let isSkipped = false;
	ys[start] = lastY;
	zs[start] = lastZ;
	for (let step = 1; step < distances.length; step++) {
		if (highest[step] >= top) {
			hidden = true;
			isSkipped = true;
			lastZ = distances[step];
			continue;
		}
		if (isSkipped) lastY = screenY(lastZ);
		isSkipped = false;
		let depth = 0;
		aheadZ[0] = distances[step];
		aheadY[0] = screenY(distances[step]);
		aheadHalvings[0] = 0;
		while (depth >= 0) {
			const z = aheadZ[depth];
			const y = aheadY[depth];
			const halved = aheadHalvings[depth];
			const mayShow = (y < lastY ? y : lastY) < top + SLACK;
			if (halved < halvings && mayShow) {
				const middle = (lastZ + z) / 2;
				const middleY = screenY(middle);
				const off = middleY - (lastY + y) / 2;
				if (off > tolerance || off < -tolerance) {
					aheadHalvings[depth] = halved + 1;
					depth++;
					aheadZ[depth] = middle;
					aheadY[depth] = middleY;
					aheadHalvings[depth] = halved + 1;
					continue;
				}
			}
			if (y < top && count + 1 < most) {
				if (hidden) {
					// It comes out from behind the outline somewhere between the last point and this one.
					const share = (lastY - top) / (lastY - y);
					ys[start + count] = top;
					zs[start + count] = -(lastZ + (z - lastZ) * share);
					count++;
					hidden = false;
				}
				ys[start + count] = y;
				zs[start + count] = z;
				count++;
				top = y;
			} else hidden = true;
			lastZ = z;
			lastY = y;
			depth--;
		}
	}
	counts[column] = count;
}

/**
 * Finds out what of the land can be seen in each column of pixels.
 * @param margin how far beyond both edges the land may be asked for, in picture heights.
 */
export function castLand(
	view: View,
	camera: Camera,
	margin: number,
	height: (x: number, z: number) => number,
): LandView {
	const { horizon, eye, near, middle, far, halvings, ceiling } = camera;
	const { pixel } = view;
	const left = -view.aspect / 2 - margin;
	const columns = Math.ceil((view.aspect + 2 * margin) / pixel) + 1;
	const steps: number[] = [];
	for (let z = near; z < far; z *= z < middle ? NEAR_STEP : FAR_STEP) {
		steps.push(z);
	}
	const distances = Float64Array.from(steps);
	const highest = distances.map((z) => horizon + (eye - ceiling(z)) / z);
	const most = steps.length * 3;
	const ys = new Float32Array(columns * most);
	const zs = new Float32Array(columns * most);
	const counts = new Int32Array(columns);
	const visible: Visible = { ys, zs, most, counts };
	for (let column = 0; column < columns; column++) {
		const slope = left + (column + 0.5) * pixel;
		walkColumn(
			column,
			distances,
			highest,
			(z) => horizon + (eye - height(slope * z, z)) / z,
			halvings,
			pixel * TOLERANCE,
			visible,
		);
	}

	const skyline = new Float32Array(columns);
	for (let column = 0; column < columns; column++) {
		skyline[column] = ys[column * most + counts[column] - 1];
	}
	const columnOf = (x: number) => {
		const column = Math.floor((x - left) / pixel);
		return column < 0 ? 0 : column >= columns ? columns - 1 : column;
	};
	return {
		createLooker: () => createLooker(visible, columnOf, skyline, pixel),
		skyline: (x) => skyline[columnOf(x)],
	};
}

function createLooker(
	{ ys, zs, most, counts }: Visible,
	columnOf: (x: number) => number,
	skyline: Float32Array,
	pixel: number,
): LandLooker {
	/** The point above which each column was looked at last. */
	const cursors = new Int32Array(counts.length);
	let cover = 1;
	let behind = 0;

	/** Notes that an outline runs through the pixel: `share` of it is the nearer land, the rest shows what is `beyond`. */
	const note = (share: number, beyond: number) => {
		cover = share;
		behind = beyond;
	};

	return {
		depthAt(x, y) {
			const column = columnOf(x);
			cover = 1;
			behind = 0;
			if (y < skyline[column] - pixel) return 0;
			const start = column * most;
			const end = start + counts[column];
			// The lowest visible point that is not below y; the one before it is below.
			let above = start + cursors[column];
			while (above > start && ys[above - 1] <= y) above--;
			while (above < end && ys[above] > y) above++;
			cursors[column] = above - start;
			if (above === start) return zs[start];
			const below = above - 1;
			const over = (ys[below] - y) / pixel;
			if (above === end) {
				if (over >= 0.5) return 0;
				note(0.5 - over, 0);
				const last = zs[below];
				return last < 0 ? -last : last;
			}
			const from = zs[below];
			const isComingOut = from < 0;
			const near = isComingOut ? -from : from;
			const share = (ys[below] - y) / (ys[below] - ys[above]);
			const depth = near + (zs[above] - near) * share;
			if (isComingOut && over < 0.5) {
				note(0.5 - over, depth);
				return zs[below - 1];
			}
			const isOutline = above + 1 === end || zs[above + 1] < 0;
			const under = (y - ys[above]) / pixel;
			if (isOutline && under < 0.5) {
				note(0.5 + under, above + 1 === end ? 0 : -zs[above + 1]);
			}
			return depth;
		},
		cover: () => cover,
		behind: () => behind,
	};
}
