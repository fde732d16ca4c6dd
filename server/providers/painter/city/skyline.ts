/** Where the buildings of a city stand: rows of them, towers in clusters, the nearer the larger. */

import type { Brief, TimeOfDay } from "../brief.ts";
import { type Colour, fade, hex, retint } from "../colour.ts";
import { bell, lerp } from "../curve.ts";
import { type Lattice, noise1 } from "../noise.ts";
import { pick } from "../palette.ts";
import { subjectScale, type View } from "../scenes/scene.ts";
import type { Body, Foreground, Row, WallStyle } from "./building.ts";
import { raiseBuilding } from "./raise-building.ts";

const LIT: Record<TimeOfDay, number> = {
	dawn: 0.16,
	day: 0.015,
	sunset: 0.22,
	dusk: 0.46,
	night: 0.42,
};

const STONE = [
	"#b7a489",
	"#a29a8f",
	"#8e5f4b",
	"#c9c1b2",
	"#7f7468",
	"#a6806a",
	"#8c8f94",
].map(hex);
const GLASS = ["#5d7890", "#4a6670", "#6f8796", "#3f4f63", "#7a8c90"].map(hex);
const LAMPS = [
	hex("#ffcf8a"),
	hex("#ffc073"),
	hex("#ffe0b0"),
	hex("#ffd69a"),
	hex("#e6ecf4"),
] as const;

const STYLES: readonly WallStyle[] = [
	"glass",
	"punched",
	"punched",
	"ribbons",
	"fins",
];

interface RowPlan extends Row {
	readonly width: number;
	readonly low: number;
	readonly high: number;
}

/** Rows from far to near. */
function planRows(
	foreground: Foreground,
	horizon: number,
	fog: number,
	size: number,
): RowPlan[] {
	const count = foreground === "roofs" ? 7 : 5;
	const tallness = Math.sqrt(size);
	return Array.from({ length: count }, (_, index) => {
		const near = index / (count - 1);
		const air = (1 - near) * (1 - near) * 0.5 + (1 - near) * 0.28;
		const thickness = 0.04 + air + fog * (0.25 + 0.62 * (1 - near));
		const common = {
			near,
			haze: Math.min(0.96, thickness),
		};
		if (foreground === "roofs") {
			const city = Math.min(1, near / 0.6);
			const front = Math.max(0, (near - 0.5) / 0.5);
			return {
				...common,
				foot: horizon + 0.02 + 0.62 * near * near,
				storey: lerp(0.0042, 0.019, near * near) * size,
				width: lerp(0.022, 0.2, near * near) * size,
				low: (0.04 + 0.1 * city + 0.1 * front) * tallness,
				high: (0.17 + 0.32 * city - 0.16 * front) * tallness,
			};
		}
		const middle = 1 - (2 * near - 1.1) * (2 * near - 1.1);
		return {
			...common,
			foot: horizon + 0.001,
			storey: lerp(0.0042, 0.0074, near) * size,
			width: lerp(0.022, 0.05, near) * size,
			low: lerp(0.035, 0.045, near) * tallness,
			high: (0.16 + 0.37 * Math.max(0, middle)) * tallness,
		};
	});
}

/** All bodies of a city, nearest first. */
export function raiseSkyline(
	brief: Brief,
	view: View,
	lattice: Lattice,
	random: () => number,
	foreground: Foreground,
	horizon: number,
	fog: number,
): Body[] {
	const size = subjectScale(view);
	const half = view.aspect / 2;
	const centre = (random() - 0.5) * 0.7 * Math.min(half, 0.8);
	const spread = (0.3 + 0.2 * random()) * Math.max(0.45, Math.min(half, 1));
	const second = centre + (random() < 0.5 ? -1 : 1) * spread * 2.4;
	const turn = 0.28 + 0.44 * random();
	const [first, other = first] = brief.colours;
	const litHour = LIT[brief.timeOfDay];
	const gloomy = brief.weather === "clear" ? 1 : 1.25;
	const bodies: Body[] = [];
	const dress = (colour: Colour, wish: Colour | undefined, share: number) =>
		wish === undefined ? colour : retint(colour, wish, share);

	const build = (row: RowPlan, x: number, width: number, height: number) => {
		const storeys = height / row.storey;
		const style =
			storeys < 9
				? random() < 0.8
					? "punched"
					: "ribbons"
				: pick(random, STYLES);
		const own = style === "glass" ? pick(random, GLASS) : pick(random, STONE);
		const wished = random() < 0.5 ? first : other;
		const isCool = style === "glass" ? random() < 0.25 : random() < 0.06;
		const lamp = isCool ? hex("#e9eef2") : pick(random, LAMPS);
		const isAsked = random() < 0.3;
		const showy = storeys > 22 && random() < 0.45 ? 1 : 0;
		raiseBuilding(
			{
				row,
				style,
				wall: dress(fade(own, 0.15), wished, 0.3 + 0.3 * random()),
				seed: Math.floor(random() * 4294967296) | 0,
				bay:
					row.storey *
					(style === "punched" ? 0.85 : 0.95) *
					(0.8 + 0.6 * random()),
				litShare: litHour * gloomy * (0.35 + 1.1 * random()),
				lamp: isAsked ? dress(lamp, wished, 0.75) : lamp,
				crownLight: showy * (0.5 + 0.5 * random()),
				crown: dress(lamp, wished, 0.85),
				height,
			},
			{
				x,
				width,
				foot: row.foot,
				height,
				turn: Math.min(
					0.9,
					Math.max(0.1, turn + (x * 0.22) / Math.max(1, half)),
				),
				eyeY: horizon - 0.05,
			},
			random,
			bodies,
		);
	};

	const rows = planRows(foreground, horizon, fog, size);
	for (let index = rows.length - 1; index >= 0; index--) {
		const row = rows[index];
		const offset = random() * 900;
		const isFront = foreground === "roofs" && row.near > 0.8;
		let x = -half - row.width * (0.5 + random());
		while (x < half + row.width) {
			const width = row.width * (0.6 + 0.9 * random());
			const cluster =
				bell((x - centre) / (spread * 1.5)) + 0.6 * bell((x - second) / spread);
			const chance = random();
			const swell = 0.55 + 0.45 * noise1(lattice, x * 3 + offset, 40 + index);
			const rise = Math.min(
				1,
				isFront
					? chance
					: (0.12 + 0.88 * cluster) * (0.2 * swell + 0.8 * chance * chance),
			);
			const height = lerp(row.low, row.high, rise) * (0.9 + 0.2 * random());
			const slim = width * (rise > 0.5 ? 0.82 : 1);
			build(row, x + width / 2, slim, height);
			const gap =
				random() < 0.3 ? row.width * (isFront ? 0.6 : 0.35) * random() : 0;
			x += width * (0.92 + 0.1 * random()) + gap;
		}
	}
	return bodies;
}
