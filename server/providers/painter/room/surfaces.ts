/** Floor with its rug, walls and ceiling: what a ray meets when no furniture stands in its way. */

import type { Colour } from "../colour.ts";
import { bell, clamp } from "../curve.ts";
import type { LaidRug } from "../rug/laid-rug.ts";
import type { Camera } from "./camera.ts";
import type { Floor } from "./floor.ts";
import type { Lighting } from "./lighting.ts";
import type { RoomPlan } from "./room-plan.ts";
import type { Walls } from "./walls.ts";

export interface Surfaces {
	/**
	 * Writes the light; returns how far along the ray it comes from.
	 * @param y picture coordinate of the ray.
	 */
	paint(direction: Float64Array, y: number, out: Float64Array): number;
}

export interface SurfacesOptions {
	readonly camera: Camera;
	readonly plan: RoomPlan;
	readonly lighting: Lighting;
	readonly walls: Walls;
	readonly floor: Floor;
	readonly laid: LaidRug;
	/** Light that furniture leaves on the floor, 0..1. */
	readonly shadeAt: (x: number, z: number) => number;
	readonly pixel: number;
}

const CEILING: Colour = [1.02, 1.01, 0.98];

export function createSurfaces(options: SurfacesOptions): Surfaces {
	const { camera, plan, lighting, walls, floor, laid, shadeAt, pixel } =
		options;
	const { back, left, right, ceiling } = plan;
	const { ambience } = lighting;
	const spread = pixel / camera.focal;
	const light = new Float64Array(3);
	const wood = new Float64Array(3);
	const seam = new Float64Array(3);
	const beyond = new Float64Array(3);

	/** Writes the colours of rug and floor; returns how much the floor mirrors. */
	const coverFloor = (
		x: number,
		z: number,
		far: number,
		out: Float64Array,
	): number => {
		const across = spread * far;
		const steep = camera.eye / far;
		const away = across / (steep < 0.08 ? 0.08 : steep);
		const cover = laid.at(x, z, across, away, out);
		if (cover === 1) return 0;
		floor(x, z, across * 0.7 + away * 0.3, wood);
		const shadow = laid.shadowAt(x, z);
		for (let c = 0; c < 3; c++) {
			const bare = wood[c] * shadow;
			out[c] = cover === 0 ? bare : bare + (out[c] - bare) * cover;
		}
		const flat = 1 - steep / Math.sqrt(1 + steep * steep);
		return (0.035 + 0.3 * flat * flat * flat) * (1 - cover);
	};

	const paintFloor = (x: number, z: number, far: number, out: Float64Array) => {
		const gloss = coverFloor(x, z, far, out);
		lighting.at(x, 0, z, 0, 1, 0, light);
		const skirting = 1 - 0.34 * bell((back - z) * 4.5);
		const corners =
			1 - 0.3 * bell((x - left) * 4.5) - 0.3 * bell((right - x) * 4.5);
		const shade = shadeAt(x, z) * skirting * corners;
		for (let c = 0; c < 3; c++) {
			out[c] = (out[c] * light[c] + ambience[c] * gloss) * shade;
		}
	};

	const paintWall = (
		axis: "x" | "z",
		x: number,
		y: number,
		z: number,
		far: number,
		out: Float64Array,
	) => {
		const isBack = axis === "z";
		const along = isBack ? x : z;
		const glass = walls.paint(axis, along, y, spread * far, out, beyond);
		const inward = isBack ? 0 : x < 0 ? 1 : -1;
		lighting.at(x, y, z, inward, 0, isBack ? -1 : 0, light);
		const toCorner = isBack ? Math.min(x - left, right - x) : back - z;
		const shade = (1 - 0.22 * bell(toCorner * 4)) * (1 - 0.2 * bell(y * 5));
		for (let c = 0; c < 3; c++) {
			const lit = out[c] * light[c] * shade;
			out[c] = glass === 0 ? lit : lit + (beyond[c] - lit) * glass;
		}
	};

	const paintCeiling = (x: number, z: number, out: Float64Array) => {
		lighting.at(x, ceiling, z, 0, -1, 0, light);
		const edge = 1 - 0.2 * bell((back - z) * 3);
		for (let c = 0; c < 3; c++) out[c] = CEILING[c] * light[c] * edge;
	};

	return {
		paint(direction, y, out) {
			const dx = direction[0];
			const dy = direction[1];
			const dz = direction[2];
			let far = dz > 1e-6 ? back / dz : 1e9;
			let axis: "x" | "z" = "z";
			if (dx > 1e-6 || dx < -1e-6) {
				const side = ((dx > 0 ? right : left) - camera.x) / dx;
				if (side < far) {
					far = side;
					axis = "x";
				}
			}
			if (dy > 0) {
				const up = (ceiling - camera.eye) / dy;
				if (up < far) {
					paintCeiling(camera.x + dx * up, dz * up, out);
					return up;
				}
			}
			// Where floor and wall meet within a pixel, both are seen.
			const foot = camera.horizon + (camera.eye / far) * camera.focal;
			const share = clamp((y - foot) / pixel + 0.5);
			if (share > 0) {
				const down = (laid.thickness - camera.eye) / dy;
				const near = down < far ? down : far;
				paintFloor(camera.x + dx * near, dz * near, near, out);
				if (share === 1) return -camera.eye / dy;
				seam.set(out);
			}
			const height = camera.eye + dy * far;
			paintWall(
				axis,
				camera.x + dx * far,
				height > 0 ? height : 0,
				dz * far,
				far,
				out,
			);
			if (share > 0) {
				for (let c = 0; c < 3; c++) out[c] += (seam[c] - out[c]) * share;
			}
			return far;
		},
	};
}
