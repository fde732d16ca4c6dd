/** Sheets of cut paper laid upon each other along the contour lines of a soft landscape, each throwing its shadow on the next. */

import { type Colour, lay, mix } from "../colour.ts";
import { bell, clamp, coverage, decay } from "../curve.ts";
import { fractalNoise, type Lattice, noise2 } from "../noise.ts";
import { pick } from "../palette.ts";
import { type Shader, subjectScale, type View } from "../scenes/scene.ts";
import type { Inks } from "./inks.ts";
import { createSmoothGrid } from "./smooth-grid.ts";

type Relief = (x: number, y: number) => number;
type ReliefKind = "hills" | "strata" | "well";

const RELIEFS: readonly ReliefKind[] = ["hills", "hills", "strata", "well"];

/** The landscape under the sheets, about 0..1 over the picture. */
function reliefFor(
	view: View,
	size: number,
	lattice: Lattice,
	random: () => number,
): Relief {
	const kind = pick(random, RELIEFS);
	const shiftX = random() * 500;
	const shiftY = random() * 500;
	const rough = (x: number, y: number, frequency: number) =>
		fractalNoise(
			lattice,
			(x * frequency) / size + shiftX,
			(y * frequency) / size + shiftY,
			3,
		);
	if (kind === "hills") {
		const frequency = 1.15 + 0.75 * random();
		return (x, y) => {
			const turn = 0.35 * rough(x + 31, y - 17, frequency * 0.7);
			return 0.5 + 0.75 * rough(x + turn, y - turn, frequency);
		};
	}
	if (kind === "strata") {
		const lean = (random() - 0.5) * 0.5;
		const frequency = 1.1 + 0.6 * random();
		const swell = 0.2 + 0.16 * random();
		return (x, y) =>
			0.02 + 0.96 * y + lean * (x / Math.max(1, view.aspect)) +
			swell * size * rough(x * 0.8, y * 1.3, frequency);
	}
	const centreX = (random() - 0.5) * 0.5 * view.aspect;
	const centreY = 0.32 + 0.36 * random();
	const reach = 0.78 * size * (view.aspect > 1.4 ? 1.25 : 1);
	const frequency = 1.3 + 0.7 * random();
	return (x, y) => {
		const dx = x - centreX;
		const dy = y - centreY;
		const away = Math.sqrt(dx * dx + dy * dy) / reach;
		return away * 0.95 + 0.02 + 0.24 * rough(x, y, frequency);
	};
}

/** One colour for each sheet, the lowest first: a walk through the tones with the ground at one end. */
function sheetColours(
	inks: Inks,
	count: number,
	random: () => number,
): Colour[] {
	const stops =
		random() < 0.7
			? [
					inks.isDark ? inks.ground : inks.contrast,
					...inks.tones,
					inks.isDark ? inks.contrast : inks.ground,
				]
			: [
					inks.ground,
					inks.tones[2] as Colour,
					inks.tones[1] as Colour,
					inks.tones[0] as Colour,
					inks.contrast,
				];
	if (random() < 0.5) stops.reverse();
	return Array.from({ length: count }, (_, sheet) => {
		const along = (sheet / (count - 1)) * (stops.length - 1);
		const stop = Math.min(Math.floor(along), stops.length - 2);
		return mix(stops[stop] as Colour, stops[stop + 1] as Colour, along - stop);
	});
}

/** Sheets of paper. */
export function createContours(
	inks: Inks,
	view: View,
	lattice: Lattice,
	random: () => number,
): Shader {
	const size = subjectScale(view);
	const relief = reliefFor(view, size, lattice, random);
	const sheets = 7 + Math.floor(random() * 6);
	const colours = sheetColours(inks, sheets, random);
	const drop = (0.4 + 0.25 * random()) * (0.3 / sheets) * size;
	const isFromLeft = random() < 0.6 ? 1 : -1;
	const lightX = -0.6 * isFromLeft;
	const lightY = -0.8;
	const engraved = random() < 0.35 ? 2 + Math.floor(random() * 3) : 0;
	const gilded = random() < 0.3 ? 1 + Math.floor(random() * (sheets - 2)) : 0;
	const ground = createSmoothGrid(view, 0.012 * size, 0.06, relief);
	const here = new Float64Array(3);
	const there = new Float64Array(3);
	const { pixel } = view;
	const flattest = 0.12 / size;
	const fibre = 150;
	const fibreStrength = 0.035 * clamp(1 / (fibre * 2 * pixel));

	const sheetLight = (sheet: number, x: number, y: number): number => {
		if (sheet >= sheets - 1) return 1;
		const edge = (sheet + 1) / sheets;
		const slope = Math.max(
			Math.sqrt(here[1] * here[1] + here[2] * here[2]),
			flattest,
		);
		const contact = decay(((edge - here[0]) / slope) * (1.1 / drop));
		ground(x + lightX * drop, y + lightY * drop, there);
		const steep = Math.max(
			Math.sqrt(there[1] * there[1] + there[2] * there[2]),
			flattest,
		);
		const under = clamp(((there[0] - edge) / steep) * (0.9 / drop) + 0.5);
		const cast = under * under * (3 - 2 * under);
		return (1 - 0.3 * contact) * (1 - 0.42 * cast);
	};

	/** Paints one sheet's surface as it looks at a point, without what lies above. */
	const paintSheet = (sheet: number, x: number, y: number, out: Float64Array) => {
		const light = sheetLight(sheet, x, y);
		const colour = colours[sheet];
		out[0] = colour[0] * light;
		out[1] = colour[1] * light;
		// Shadows on paper are a little cooler than the paper.
		out[2] = colour[2] * (light + (1 - light) * 0.06);
	};
	const below = new Float64Array(3);

	return (x, y, out) => {
		ground(x, y, here);
		const height = here[0] * sheets;
		const slope = Math.max(
			Math.sqrt(here[1] * here[1] + here[2] * here[2]),
			flattest * 0.2,
		);
		const perHeight = 1 / (slope * sheets);
		let sheet = Math.floor(height);
		sheet = sheet < 0 ? 0 : sheet > sheets - 1 ? sheets - 1 : sheet;
		const inside = (height - sheet) * perHeight;
		paintSheet(sheet, x, y, out);
		if (engraved > 0) {
			const part = (height - sheet) * (engraved + 1);
			const nearest = Math.floor(part + 0.5);
			if (nearest > 0 && nearest <= engraved) {
				const away = ((part - nearest) / (engraved + 1)) * perHeight;
				const line = coverage(0.0011 * size - Math.abs(away), pixel * 1.4);
				lay(out, inks.isDark ? inks.contrast : inks.ground, line * 0.3);
			}
		}
		if (sheet > 0) {
			// The cut edge catches the light where it faces it and is dark where it does not.
			const facing = -(here[1] * lightX + here[2] * lightY) / slope;
			const rim = bell(inside / Math.max(0.0022 * size, pixel));
			const glint = 1 - 0.22 * facing * rim;
			out[0] *= glint;
			out[1] *= glint;
			out[2] *= glint;
			if (sheet === gilded) {
				const line = coverage(0.0032 * size - inside, pixel * 1.3);
				const shine = 0.9 + 0.45 * noise2(lattice, x * 9, y * 9);
				out[0] += (inks.metal[0] * shine - out[0]) * line;
				out[1] += (inks.metal[1] * shine - out[1]) * line;
				out[2] += (inks.metal[2] * shine - out[2]) * line;
			}
			if (inside < pixel) {
				const cover = clamp(inside / pixel);
				paintSheet(sheet - 1, x, y, below);
				out[0] = below[0] + (out[0] - below[0]) * cover;
				out[1] = below[1] + (out[1] - below[1]) * cover;
				out[2] = below[2] + (out[2] - below[2]) * cover;
			}
		}
		const texture =
			1 +
			fibreStrength *
				(noise2(lattice, x * fibre, y * fibre) +
					noise2(lattice, x * fibre * 0.37 + sheet * 7, y * fibre * 0.37));
		out[0] *= texture;
		out[1] *= texture;
		out[2] *= texture;
	};
}
