/** Solid things in a room: described by their distance function, found by walking along the ray, lit where it meets them. */

import { clamp } from "../curve.ts";

/** A thing in its own coordinates: y up from the floor, z towards the back, metres. */
export interface Solid {
	readonly halfWidth: number;
	readonly halfDepth: number;
	readonly height: number;
	/** Distance to the surface or a little less; negative inside. */
	distance(x: number, y: number, z: number): number;
	/** Writes the colour of the surface at a point on it. */
	colourAt(x: number, y: number, z: number, out: Float64Array): void;
	/** How much the surface shines by itself in the evening, 0..1, at a height. */
	glowAt?(y: number): number;
	/** Metres of air below it; a sofa on legs casts a softer shadow. */
	readonly clearance: number;
}

/** A solid at a place of the room. */
export interface Placed {
	readonly solid: Solid;
	readonly x: number;
	readonly z: number;
	/** Height of what it stands on. */
	readonly y: number;
	/** Of the turn about the upright. */
	readonly cosine: number;
	readonly sine: number;
}

/** What a ray met; one is made and used again and again. */
export interface Hit {
	/** Along the ray. */
	distance: number;
	/** How much of the pixel is covered, 0..1; 0 when the ray missed. */
	cover: number;
	/** In the solid's own coordinates. */
	x: number;
	y: number;
	z: number;
}

export function createHit(): Hit {
	return { distance: 0, cover: 0, x: 0, y: 0, z: 0 };
}

const MOST_STEPS = 72;

/**
 * Walks a ray from the camera to a solid.
 * @param spread size of a pixel at distance 1, in metres.
 * @param farthest how far the ray goes before something else stops it.
 */
export function castRay(
	placed: Placed,
	eye: readonly [number, number, number],
	direction: Float64Array,
	spread: number,
	farthest: number,
	hit: Hit,
): void {
	const { solid, cosine, sine } = placed;
	hit.cover = 0;
	const fromX = eye[0] - placed.x;
	const fromZ = eye[2] - placed.z;
	const ox = fromX * cosine + fromZ * sine;
	const oy = eye[1] - placed.y;
	const oz = fromZ * cosine - fromX * sine;
	const dx = direction[0] * cosine + direction[2] * sine;
	const dy = direction[1];
	const dz = direction[2] * cosine - direction[0] * sine;
	const margin = 0.02;

	let enter = 0.05;
	let leave = farthest;
	// The solid's box, side by side.
	for (let axis = 0; axis < 3; axis++) {
		const origin = axis === 0 ? ox : axis === 1 ? oy : oz;
		const slope = axis === 0 ? dx : axis === 1 ? dy : dz;
		const low =
			axis === 0
				? -solid.halfWidth - margin
				: axis === 1
					? -margin
					: -solid.halfDepth - margin;
		const high =
			axis === 0
				? solid.halfWidth + margin
				: axis === 1
					? solid.height + margin
					: solid.halfDepth + margin;
		if (slope > -1e-9 && slope < 1e-9) {
			if (origin < low || origin > high) return;
			continue;
		}
		const first = (low - origin) / slope;
		const second = (high - origin) / slope;
		enter = Math.max(enter, Math.min(first, second));
		leave = Math.min(leave, Math.max(first, second));
	}
	if (enter >= leave) return;

	const perUnit = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
	let along = enter;
	let closest = 1e9;
	let closestAlong = enter;
	for (let step = 0; step < MOST_STEPS; step++) {
		let gap = solid.distance(ox + dx * along, oy + dy * along, oz + dz * along);
		const relative = gap / (along * spread);
		if (relative < closest) {
			closest = relative;
			closestAlong = along;
		}
		if (gap < 0.0006 || relative < 0.1) {
			// A long step may have ended inside; back out, or folds would look darker in bands.
			for (let back = 0; back < 3 && gap < -0.0006; back++) {
				along += gap * perUnit;
				gap = solid.distance(ox + dx * along, oy + dy * along, oz + dz * along);
			}
			closestAlong = along;
			break;
		}
		along += (gap < 0.003 ? 0.003 : gap) * perUnit;
		if (along > leave) break;
	}
	// A ray that only grazes the surface belongs to it in part: that is what makes outlines smooth.
	const cover = clamp(1.15 - closest);
	if (cover <= 0) return;
	hit.cover = cover;
	hit.distance = closestAlong;
	hit.x = ox + dx * closestAlong;
	hit.y = oy + dy * closestAlong;
	hit.z = oz + dz * closestAlong;
}

/** Writes the outward normal at a point of the surface, in the solid's own coordinates. */
export function normalAt(
	solid: Solid,
	x: number,
	y: number,
	z: number,
	out: Float64Array,
): void {
	const e = 0.004;
	const a = solid.distance(x + e, y - e, z - e);
	const b = solid.distance(x - e, y - e, z + e);
	const c = solid.distance(x - e, y + e, z - e);
	const d = solid.distance(x + e, y + e, z + e);
	const nx = a - b - c + d;
	const ny = -a - b + c + d;
	const nz = -a + b - c + d;
	const length = Math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9;
	out[0] = nx / length;
	out[1] = ny / length;
	out[2] = nz / length;
}

/** How open a point of the surface is to the room, 0..1: folds and corners are darker. */
export function opennessAt(
	solid: Solid,
	x: number,
	y: number,
	z: number,
	normal: Float64Array,
): number {
	const near = 0.05;
	const far = 0.2;
	const close = solid.distance(
		x + normal[0] * near,
		y + normal[1] * near,
		z + normal[2] * near,
	);
	const wide = solid.distance(
		x + normal[0] * far,
		y + normal[1] * far,
		z + normal[2] * far,
	);
	const folds = clamp(close / near) * 0.5 + clamp(wide / far) * 0.5;
	const floor = clamp(0.45 + (y + 0.04) * 2.2);
	return (0.32 + 0.68 * folds) * floor;
}
