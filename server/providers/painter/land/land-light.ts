/** How a piece of land looks from here: sunlight on its slope, sky light in its shade, and the air between. */

import type { Colour } from "../colour.ts";
import { clamp, decay } from "../curve.ts";
import type { Sky } from "../sky/sky.ts";

interface LandLight {
	/**
	 * Writes the light that reaches the eye.
	 * @param albedo colour of the ground itself. @param slopeX d height / dx. @param slopeZ d height / dz.
	 * @param height above the plane. @param x picture coordinate. @param y picture coordinate. @param z distance.
	 */
	shade(
		albedo: Float64Array,
		slopeX: number,
		slopeZ: number,
		height: number,
		x: number,
		y: number,
		z: number,
		out: Float64Array,
	): void;
	/** Lays the air of a distance over what is in `out`. */
	veil(
		height: number,
		x: number,
		y: number,
		z: number,
		out: Float64Array,
	): void;
}

/**
 * @param thickness of the air: share of the light lost on the first units of way.
 * @param elevation of the light: 0 grazing, 1 steep.
 */
export function createLandLight(
	sky: Sky,
	thickness: number,
	elevation: number,
): LandLight {
	const { air } = sky;
	// The sun in the picture stands behind the land; the light on it comes from that side, but from our side of it, as painters do.
	const side = sky.sunX < 0 ? -1 : 1;
	const length = Math.sqrt(1 + elevation * elevation + 0.1);
	const lightX = side / length;
	const lightY = elevation / length;
	const lightZ = -0.32 / length;
	const { light, shade: skyLight, haze } = air;
	const glowing: Colour = [
		haze[0] + light[0] * 0.35,
		haze[1] + light[1] * 0.35,
		haze[2] + light[2] * 0.35,
	];

	const veil = (
		height: number,
		x: number,
		y: number,
		z: number,
		out: Float64Array,
	) => {
		const above = height < 0 ? 0 : height;
		const way = (z - 0.5) * thickness * (0.55 + 1.6 * decay(above * 2.4));
		const hidden = 1 - decay(way < 0 ? 0 : way);
		const near = sky.glow(x, y);
		for (let channel = 0; channel < 3; channel++) {
			const veiled =
				haze[channel] + (glowing[channel] - haze[channel]) * near * 2;
			out[channel] += (veiled - out[channel]) * hidden;
		}
	};

	return {
		veil,
		shade(albedo, slopeX, slopeZ, height, x, y, z, out) {
			const up = 1 / Math.sqrt(1 + slopeX * slopeX + slopeZ * slopeZ);
			const facing = (lightY - slopeX * lightX - slopeZ * lightZ) * up;
			const sun = clamp(facing) * air.directness * 1.25 + 0.07;
			const open = (0.3 + 0.7 * up) * 0.8;
			for (let channel = 0; channel < 3; channel++) {
				out[channel] =
					albedo[channel] * (light[channel] * sun + skyLight[channel] * open);
			}
			veil(height, x, y, z, out);
		},
	};
}
