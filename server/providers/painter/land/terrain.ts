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
	/** The highest that any land may be; more is cut off from view. */
	readonly summit: number;
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

export interface LandView {
	/** A looker of its own for each use (the land, its mirror image), because it remembers where it looked last. */
	createLooker(): LandLooker;
	/** y of the land's outline against the sky. */
	skyline(x: number): number;
}

/** By which factor steps of distance grow: before the middle distance, and from there on, where steep land must not show as terraces. */
const NEAR_STEP = 1.025;
const FAR_STEP = 1.011;
/** Each round narrows down where a crest lies to two thirds. */
const CREST_ROUNDS = 5;

/**
 * Walks from near to far along each column of the picture and notes what is not hidden by something nearer.
 * The steps do not depend on the pixel size, so that every size shows the same land.
 * @param margin how far beyond both edges the land may be asked for, in picture heights.
 */
export function castLand(
	view: View,
	camera: Camera,
	margin: number,
	height: (x: number, z: number) => number,
): LandView {
	const { horizon, eye, near, middle, far, summit } = camera;
	const { pixel } = view;
	const left = -view.aspect / 2 - margin;
	const columns = Math.ceil((view.aspect + 2 * margin) / pixel) + 1;
	const distances: number[] = [];
	for (let z = near; z < far; z *= z < middle ? NEAR_STEP : FAR_STEP) {
		distances.push(z);
	}
	const steps = distances.length;
	// For each column the visible points from the bottom up: y falls, z grows. A negative z marks a point before which something was hidden.
	const most = steps * 2;
	const ys = new Float32Array(columns * most);
	const zs = new Float32Array(columns * most);
	const counts = new Int32Array(columns);

	const screenY = (slope: number, z: number) =>
		horizon + (eye - height(slope * z, z)) / z;

	/** The distance between two others at which the land appears highest. */
	const findCrest = (slope: number, from: number, to: number) => {
		let low = from;
		let high = to;
		for (let round = 0; round < CREST_ROUNDS; round++) {
			const third = (high - low) / 3;
			if (screenY(slope, low + third) < screenY(slope, high - third)) {
				high -= third;
			} else low += third;
		}
		return (low + high) / 2;
	};

	for (let column = 0; column < columns; column++) {
		const slope = left + (column + 0.5) * pixel;
		const start = column * most;
		let count = 0;
		let top = 1e9;
		let hidden = false;
		for (let step = 0; step < steps; step++) {
			const z = distances[step];
			if (horizon + (eye - summit) / z >= top && z > near) {
				hidden = true;
				// Land this far could only show above what is already seen if it were higher than the summit.
				if (eye < summit) break;
				continue;
			}
			const y = screenY(slope, z);
			if (y < top) {
				ys[start + count] = y;
				zs[start + count] = hidden ? -z : z;
				count++;
				top = y;
				hidden = false;
			} else if (!hidden) {
				hidden = true;
				// The land has just sunk behind a crest between the steps; without finding it, outlines would be jagged.
				const crest = findCrest(slope, distances[step < 2 ? 0 : step - 2], z);
				const crestY = screenY(slope, crest);
				if (crestY >= top || count === 0) continue;
				const last = start + count - 1;
				const lastZ = zs[last];
				if (crest > (lastZ < 0 ? -lastZ : lastZ)) {
					ys[last + 1] = crestY;
					zs[last + 1] = crest;
					count++;
				} else {
					ys[last] = crestY;
					zs[last] = lastZ < 0 ? -crest : crest;
				}
				top = crestY;
			}
		}
		counts[column] = count;
	}

	const skyline = new Float32Array(columns);
	for (let column = 0; column < columns; column++) {
		skyline[column] =
			counts[column] === 0 ? 2 : ys[column * most + counts[column] - 1];
	}
	const columnOf = (x: number) => {
		const column = Math.floor((x - left) / pixel);
		return column < 0 ? 0 : column >= columns ? columns - 1 : column;
	};

	const createLooker = (): LandLooker => {
		const cursors = new Int32Array(columns);
		let lastCover = 1;
		let lastBehind = 0;

		return {
			depthAt(x, y) {
				const column = columnOf(x);
				lastCover = 1;
				lastBehind = 0;
				if (y < skyline[column] - pixel) return 0;
				const start = column * most;
				const count = counts[column];
				let index = cursors[column];
				if (index >= count) index = count - 1;
				// The lowest-lying visible point that is not below y.
				while (index > 0 && ys[start + index - 1] <= y) index--;
				while (index < count && ys[start + index] > y) index++;
				cursors[column] = index;
				const outline = index === count;
				const z = outline ? 0 : zs[start + index];
				if (index === 0) return near;
				const yBelow = ys[start + index - 1];
				const zBelow = zs[start + index - 1];
				const nearZ = zBelow < 0 ? -zBelow : zBelow;
				if (outline || z < 0) {
					// y lies above an outline: the pixel may still hold some of the nearer land.
					const over = (yBelow - y) / pixel;
					const beyond = outline ? 0 : -z;
					if (over >= 0.5) return beyond;
					lastCover = 0.5 - over;
					lastBehind = beyond;
					return nearZ;
				}
				const yAbove = ys[start + index];
				const share = (yBelow - y) / (yBelow - yAbove);
				const depth = nearZ + (z - nearZ) * share;
				// y lies below the point; if that point is an outline, the far side may reach into the pixel.
				const isOutline =
					index + 1 === count ||
					(index + 1 < count && zs[start + index + 1] < 0);
				const under = (y - yAbove) / pixel;
				if (isOutline && under < 0.5) {
					lastCover = 0.5 + under;
					lastBehind = index + 1 === count ? 0 : -zs[start + index + 1];
				}
				return depth;
			},
			cover: () => lastCover,
			behind: () => lastBehind,
		};
	};
	return { createLooker, skyline: (x) => skyline[columnOf(x)] };
}
