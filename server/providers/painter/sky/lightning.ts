/** One forked bolt from the clouds to the horizon, and the flash it throws on the clouds around it. */

import { type Colour, shine } from "../colour.ts";
import { clamp, decay } from "../curve.ts";
import { type Lattice, noise1 } from "../noise.ts";
import { subjectScale, type View } from "../scenes/scene.ts";

/** Returns a brush that adds the bolt's light to the sky in `out`. @param horizon y at which it strikes. */
export function createLightning(
	view: View,
	horizon: number,
	lattice: Lattice,
	random: () => number,
): (x: number, y: number, out: Float64Array) => void {
	const reach = Math.min(view.aspect / 2, 0.85);
	const footX = (random() * 1.5 - 0.75) * reach;
	const size = subjectScale(view);
	const lane = Math.floor(random() * 900);
	const flash: Colour = [0.78, 0.8, 1];
	const forks = [0, 1, 2].map((index) => ({
		top: index === 0 ? horizon * 0.06 : horizon * (0.2 + 0.3 * random()),
		bottom: index === 0 ? horizon : horizon * (0.6 + 0.25 * random()),
		slope:
			index === 0 ? 0.1 : (random() < 0.5 ? -1 : 1) * (0.35 + 0.3 * random()),
		strength: index === 0 ? 1 : 0.4,
	}));
	const trunkAt = (y: number) =>
		footX +
		(noise1(lattice, y * 9, lane) * 0.05 +
			noise1(lattice, y * 31, lane + 1) * 0.018 +
			noise1(lattice, y * 90, lane + 2) * 0.007) *
			size;
	return (x, y, out) => {
		if (y > horizon) return;
		const wide = x - footX;
		const high = y - horizon * 0.12;
		const far = (wide * wide + high * high * 1.5) / (size * size);
		shine(out, flash, 0.16 * decay(far * 14) + 0.05 * decay(far * 2));
		if (wide > 0.4 || wide < -0.4) return;
		for (let index = 0; index < forks.length; index++) {
			const fork = forks[index];
			if (y < fork.top || y > fork.bottom) continue;
			const branch = index === 0 ? 0 : (y - fork.top) * fork.slope;
			const jag =
				index === 0 ? 0 : noise1(lattice, y * 45, lane + 5 + index) * 0.014;
			const off = x - trunkAt(y) - branch - jag;
			const away = off < 0 ? -off : off;
			const thin =
				index === 0 ? 1 : 1 - (y - fork.top) / (fork.bottom - fork.top);
			const core = clamp(
				(0.0013 * thin + view.pixel * 0.5 - away) / view.pixel,
			);
			const halo = 0.00006 / (away * away + 0.00008);
			shine(out, flash, (core * 1.5 + halo * 0.35) * fork.strength * thin);
		}
	};
}
