/** One falling star with its trail. */

import { shine } from "../colour.ts";
import { bump } from "../curve.ts";

/** Returns a brush that adds its light to `out`. @param lowest y it may reach. @param pixel size of a pixel in picture heights. */
export function createMeteor(
	random: () => number,
	halfWidth: number,
	lowest: number,
	pixel: number,
): (x: number, y: number, out: Float64Array) => void {
	const x0 = (random() * 1.4 - 0.7) * halfWidth;
	const y0 = lowest * (0.08 + 0.3 * random());
	const run = (random() < 0.5 ? -1 : 1) * (0.12 + 0.1 * random());
	const fall = 0.05 + 0.09 * random();
	const squared = run * run + fall * fall;
	return (x, y, out) => {
		const dx = x - x0;
		const dy = y - y0;
		const share = (dx * run + dy * fall) / squared;
		if (share < 0 || share > 1) return;
		const offX = dx - run * share;
		const offY = dy - fall * share;
		const width = 0.0006 + 0.0016 * share;
		const drawn = width < pixel * 0.7 ? pixel * 0.7 : width;
		const away = Math.sqrt(offX * offX + offY * offY) / drawn;
		const light = bump(away * 0.5) * share * share * (width / drawn);
		shine(out, [0.9, 0.95, 1], light * 1.3 * bump(share * share * share * 0.9));
	};
}
