/** A suspension bridge that crosses the water before a city: two towers, hanging cables, a deck with lamps. */

import { type Colour, lay, mix, scale, shine } from "../colour.ts";
import { bell, clamp } from "../curve.ts";
import { pick } from "../palette.ts";
import { subjectScale, type View } from "../scenes/scene.ts";
import type { Sky } from "../sky/sky.ts";
import type { StreetLight } from "./facade.ts";

const LAMP: Colour = [1, 0.78, 0.5];
const PAINTS: readonly Colour[] = [
	[0.2, 0.24, 0.28],
	[0.42, 0.09, 0.05],
	[0.3, 0.33, 0.34],
	[0.12, 0.22, 0.24],
];

/** Returns a brush that paints the bridge over what is in `out`. */
export function createBridge(
	view: View,
	sky: Sky,
	street: StreetLight,
	wish: Colour | undefined,
	random: () => number,
): (x: number, y: number, out: Float64Array) => void {
	const { air, horizon } = sky;
	const { pixel } = view;
	const size = subjectScale(view);
	const half = Math.min(view.aspect / 2, 1);
	const middle = (random() < 0.5 ? -1 : 1) * half * (0.35 + 0.45 * random());
	const reach = (0.36 + 0.2 * random()) * size;
	const deckY = horizon - 0.042 * size;
	const towerTop = deckY - (0.16 + 0.05 * random()) * size;
	const lowest = deckY - 0.012 * size;
	const deckDepth = 0.006 * size;
	const towerHalf = 0.0095 * size;
	const own = wish ?? pick(random, PAINTS);
	const daylight = mix(air.light, air.shade, 0.6);
	const day = scale(daylight, 0.75);
	const body: Colour = mix(
		[
			own[0] * day[0] + street.glow[0] * 0.03,
			own[1] * day[1] + street.glow[1] * 0.03,
			own[2] * day[2] + street.glow[2] * 0.03,
		],
		air.haze,
		0.04 + 0.5 * air.fog,
	);
	const darker = scale(body, 0.55);
	const hangerStep = 0.011 * size;
	const cableThick = 0.0016 * size;
	const strength = street.darkness;

	const line = (distance: number, thickness: number) => {
		const off = distance < 0 ? -distance : distance;
		const inside = (thickness - off) / pixel + 0.5;
		const most = (2 * thickness) / pixel;
		return clamp(inside < most ? inside : most);
	};

	return (x, y, out) => {
		if (y < towerTop - 0.03 || y > horizon + 0.002) return;
		const away = x - middle;
		const off = away < 0 ? -away : away;
		// Beyond a tower the side span rises from its anchor to the tower's top.
		const inner = off / reach;
		const outer = (off - reach) / (reach * 0.95);
		const isInside = inner < 1;
		const share = isInside ? inner : 1 - outer;
		const cableY =
			share < 0 ? deckY : lowest + (towerTop - lowest) * share * share;
		if (share >= 0 && y < deckY) {
			if (y > cableY) {
				const phase = x / hangerStep;
				const near = (phase - Math.floor(phase) - 0.5) * hangerStep;
				lay(out, darker, line(near, 0.0005 * size) * 0.85);
			}
			lay(out, body, line(y - cableY, cableThick));
			if (strength > 0) {
				const phase = x / (hangerStep * 2);
				const dx = (phase - Math.floor(phase) - 0.5) * hangerStep * 2;
				const dy = y - cableY;
				const squared = (dx * dx + dy * dy) / (size * size);
				shine(out, LAMP, bell(squared * 250000) * 0.9 * strength);
			}
		}
		const deck = line(y - deckY - deckDepth / 2, deckDepth);
		lay(out, y > deckY + deckDepth * 0.4 ? darker : body, deck);
		if (strength > 0) {
			const phase = x / (hangerStep * 3);
			const dx = (phase - Math.floor(phase) - 0.5) * hangerStep * 3;
			const dy = y - deckY + 0.006 * size;
			const squared = (dx * dx + dy * dy) / (size * size);
			shine(
				out,
				LAMP,
				(bell(squared * 160000) + 0.12 * bell(squared * 6000)) * strength,
			);
		}
		const fromTower = off - reach;
		const wide = towerHalf * (1 + 0.35 * clamp((y - towerTop) / 0.2));
		if (fromTower < wide * 1.7 && fromTower > -wide * 1.7) {
			const aside = fromTower < 0 ? -fromTower : fromTower;
			const legs = line(aside - wide * 0.78, wide * 0.26);
			const beams = line(y - towerTop - 0.006 * size, 0.004 * size);
			const belt = line(y - deckY + 0.075 * size, 0.0032 * size);
			const foot = y > deckY ? line(aside, wide * 1.1) : 0;
			const within = line(aside, wide * 1.04);
			const top = clamp((y - towerTop) / pixel + 0.5);
			const whole = Math.max(legs, Math.max(beams, belt) * within, foot) * top;
			lay(out, fromTower * sky.sunX < 0 ? body : darker, whole);
			const dx = fromTower / size;
			const dy = (y - towerTop + 0.004 * size) / size;
			shine(out, [1, 0.18, 0.1], bell((dx * dx + dy * dy) * 90000) * strength);
		}
	};
}
