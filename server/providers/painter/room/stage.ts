/** The furniture and plants of a room on their places, painted over the room from far to near. */

import { clamp, decay } from "../curve.ts";
import {
	castRay,
	createHit,
	normalAt,
	opennessAt,
	type Placed,
} from "../furniture/solid.ts";
import { type Camera, project } from "./camera.ts";
import { createFoliage } from "./foliage.ts";
import type { Furnishing } from "./furnish.ts";
import type { Lighting } from "./lighting.ts";

export interface Stage {
	/**
	 * Paints over what is in `out`.
	 * @param x,y picture coordinates. @param direction of their ray. @param far where along it the room ends.
	 */
	paint(
		x: number,
		y: number,
		direction: Float64Array,
		far: number,
		out: Float64Array,
	): void;
	/** Light that furniture leaves on the floor around it, 0..1. */
	shadeAt(x: number, z: number): number;
}

interface Frame {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

export function createStage(
	{ solids, plantings }: Furnishing,
	camera: Camera,
	lighting: Lighting,
	pixel: number,
	random: () => number,
): Stage {
	const frames = solids.map((placed) => frameOf(placed, camera));
	const foliage = plantings.map((planting) => {
		const light = new Float64Array(3);
		const { x, y, z, height } = planting;
		lighting.at(x, y + height * 0.5, z, 0, 0.4, -0.9, light);
		return { ...createFoliage(planting, camera, pixel, random), light };
	});
	foliage.sort((first, second) => second.depth - first.depth);

	const eye = [camera.x, camera.eye, 0] as const;
	const light = new Float64Array(3);
	const surface = new Float64Array(3);
	const normal = new Float64Array(3);
	const hit = createHit();
	const spread = pixel / camera.focal;
	const { lampColour, lampStrength } = lighting;

	const paintSolid = (
		placed: Placed,
		direction: Float64Array,
		far: number,
		out: Float64Array,
	) => {
		castRay(placed, eye, direction, spread, far + 0.01, hit);
		if (hit.cover === 0) return;
		const { solid, cosine, sine } = placed;
		solid.colourAt(hit.x, hit.y, hit.z, surface);
		normalAt(solid, hit.x, hit.y, hit.z, normal);
		const open = opennessAt(solid, hit.x, hit.y, hit.z, normal);
		lighting.at(
			camera.x + direction[0] * hit.distance,
			camera.eye + direction[1] * hit.distance,
			direction[2] * hit.distance,
			normal[0] * cosine - normal[2] * sine,
			normal[1],
			normal[2] * cosine + normal[0] * sine,
			light,
		);
		const glow = solid.glowAt?.(hit.y) ?? 0;
		for (let c = 0; c < 3; c++) {
			const lit =
				surface[c] * light[c] * open +
				lampColour[c] * glow * lampStrength * 0.9;
			out[c] += (lit - out[c]) * hit.cover;
		}
	};

	return {
		paint(x, y, direction, far, out) {
			for (let index = 0; index < solids.length; index++) {
				const { left, right, top, bottom } = frames[index];
				if (x < left || x > right || y < top || y > bottom) continue;
				paintSolid(solids[index], direction, far, out);
			}
			for (const plant of foliage) plant.paint(x, y, plant.light, out);
		},
		shadeAt(x, z) {
			let left = 1;
			for (let index = 0; index < solids.length; index++) {
				left *= shadeOf(solids[index], x, z);
			}
			return left;
		},
	};
}

/** What one solid leaves of the light on the floor: dark below and beside it, darker the closer it comes to the floor. */
function shadeOf(placed: Placed, x: number, z: number): number {
	if (placed.y > 0) return 1;
	const { solid, cosine, sine } = placed;
	const fromX = x - placed.x;
	const fromZ = z - placed.z;
	const reach = solid.halfWidth + solid.halfDepth + 0.7;
	if (fromX * fromX + fromZ * fromZ > reach * reach) return 1;
	const u = fromX * cosine + fromZ * sine;
	const v = fromZ * cosine - fromX * sine;
	const du = Math.max((u < 0 ? -u : u) - solid.halfWidth + 0.04, 0);
	const dv = Math.max((v < 0 ? -v : v) - solid.halfDepth + 0.04, 0);
	const away = Math.sqrt(du * du + dv * dv);
	const { clearance } = solid;
	const dark = clearance > 0.2 ? 0.3 : clearance > 0 ? 0.68 : 0.6;
	const softness = clamp(clearance) * 3;
	return 1 - dark * decay(away * (5 - softness));
}

/** The part of the picture in which a solid can appear. */
function frameOf(placed: Placed, camera: Camera): Frame {
	const { solid, cosine, sine } = placed;
	const corners = Array.from({ length: 8 }, (_, corner) => {
		const u = (corner & 1 ? 1 : -1) * (solid.halfWidth + 0.03);
		const v = (corner & 2 ? 1 : -1) * (solid.halfDepth + 0.03);
		const y = placed.y + (corner & 4 ? solid.height + 0.03 : -0.03);
		return project(
			camera,
			placed.x + u * cosine - v * sine,
			y,
			placed.z + v * cosine + u * sine,
		);
	});
	const xs = corners.map((corner) => corner.x);
	const ys = corners.map((corner) => corner.y);
	return {
		left: Math.min(...xs),
		right: Math.max(...xs),
		top: Math.min(...ys),
		bottom: Math.max(...ys),
	};
}
