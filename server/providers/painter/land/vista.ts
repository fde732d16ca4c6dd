/** Land before its backdrop, with outlines as soft as a pixel. */

import type { LandLooker } from "./terrain.ts";

/** Writes the light of the land at picture coordinate x and distance z. */
type LandPainter = (x: number, z: number, out: Float64Array) => void;

/**
 * Returns a painter of whatever `looker` saw last: call `looker.depthAt(x, y)` and hand its answer over as `z`.
 * @param beyond paints what stands behind all land.
 */
export function createVista(
	looker: LandLooker,
	land: LandPainter,
	beyond: (x: number, y: number, out: Float64Array) => void,
): (x: number, y: number, z: number, out: Float64Array) => void {
	const backdrop = new Float64Array(3);
	return (x, y, z, out) => {
		if (z === 0) {
			beyond(x, y, out);
			return;
		}
		const cover = looker.cover();
		const behind = looker.behind();
		land(x, z, out);
		if (cover === 1) return;
		if (behind === 0) beyond(x, y, backdrop);
		else land(x, behind, backdrop);
		for (let channel = 0; channel < 3; channel++) {
			const far = backdrop[channel];
			out[channel] = far + (out[channel] - far) * cover;
		}
	};
}
