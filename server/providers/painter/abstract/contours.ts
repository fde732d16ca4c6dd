/** Layers of cut paper, one on top of the other like heights on a map, or their contour lines alone. */

import { clamp, decay } from "../curve.ts";
import { fractalNoise, noise2, visibleOctaves } from "../noise.ts";
import type { View } from "../scenes/scene.ts";
import { createSoftField } from "../soft-field.ts";
import type { Pattern } from "./pattern.ts";

export const contours: Pattern = (setting) => {
	const { view, lattice, random } = setting;
	const zoom = 0.7 + 0.75 * random();
	const warp = 0.25 + 0.5 * random();
	const shiftX = random() * 70;
	const shiftY = random() * 70;
	const slant = (random() - 0.5) * 1.4;
	const fall = (random() - 0.5) * 1.2;
	const height = (x: number, y: number): number => {
		const u = x * zoom + shiftX;
		const v = y * zoom + shiftY;
		const bend = fractalNoise(lattice, u * 0.9 + 11, v * 0.9, 2) * warp;
		return (
			fractalNoise(lattice, u + bend, v - bend * 0.7, 2) * 0.8 +
			slant * x * 0.35 +
			fall * (y - 0.5)
		);
	};
	const range = rangeOf(view, height);
	const edge = 0.003;
	const field = createSoftField(view, -0.06, 1.06, (x, y, out) => {
		const here = height(x, y);
		out[0] = here;
		out[1] = (height(x + edge, y) - here) / edge;
		out[2] = (height(x, y + edge) - here) / edge;
		out[3] = 0;
	});
	return random() < 0.72
		? cutPaper(setting, field, range)
		: drawLines(setting, field, range);
};

type Field = ReturnType<typeof createSoftField>;

interface Range {
	readonly least: number;
	readonly span: number;
}

/** The lowest and highest ground in the frame, about. */
function rangeOf(view: View, height: (x: number, y: number) => number): Range {
	let least = 1e9;
	let most = -1e9;
	for (let row = 0; row <= 14; row++) {
		for (let column = 0; column <= 14; column++) {
			const here = height((column / 14 - 0.5) * view.aspect, row / 14);
			least = Math.min(least, here);
			most = Math.max(most, here);
		}
	}
	return { least, span: most - least };
}

function cutPaper(
	{ view, inks, lattice, random }: Parameters<Pattern>[0],
	field: Field,
	{ least, span }: Range,
): ReturnType<Pattern> {
	const layers = 6 + Math.floor(random() * 5);
	const perUnit = (layers + 0.8) / span;
	const { steps, accent } = inks;
	const last = steps.length - 1;
	const isReversed = random() < 0.5;
	const hasAccent = random() < 0.5;
	const accentLayer = 1 + Math.floor(random() * (layers - 2));
	const shades = Array.from({ length: layers + 1 }, (_, layer) => {
		if (hasAccent && layer === accentLayer) return accent;
		const share = layer / layers;
		const place = (isReversed ? 1 - share : share) * last;
		const index = Math.min(last - 1, Math.floor(place));
		const part = place - index;
		return steps[index].map(
			(value, c) => value + (steps[index + 1][c] - value) * part,
		);
	});
	const at = new Float64Array(4);
	const there = new Float64Array(4);
	const grainOctaves = visibleOctaves(180, view.pixel, 2);
	const levelOf = (value: number) => (value - least) * perUnit;
	const within = (layer: number) =>
		layer < 0 ? 0 : layer > layers ? layers : layer;
	// The light comes from the upper left; each sheet floats above the one below it.
	const throwX = -0.013;
	const throwY = -0.018;

	return (x, y, out) => {
		field(x, y, at);
		const level = levelOf(at[0]);
		const layer = Math.floor(level);
		const share = level - layer;
		const slope = Math.sqrt(at[1] * at[1] + at[2] * at[2]) * perUnit + 1e-6;
		const inside = share / slope;
		const upper = shades[within(layer)];
		const lower = shades[within(layer - 1)];
		const cover = clamp(inside / view.pixel + 0.5);

		let shadow = 0;
		for (let tap = 1; tap <= 3; tap++) {
			field(x + throwX * tap * 0.5, y + throwY * tap * 0.5, there);
			const over = levelOf(there[0]) - (layer + 1);
			shadow += clamp(over * 3.2 + 0.35) * (over > -0.11 ? 1 : 0);
		}
		const toNext = (1 - share) / slope;
		const contact = layer < layers ? decay(toNext * 130) * 0.16 : 0;
		const dark = 1 - shadow * 0.16 - contact;
		const rim =
			clamp(1 - (inside - view.pixel) / 0.0022) * (layer > 0 ? 0.1 : 0);
		const fibre =
			1 +
			fractalNoise(lattice, x * 180, y * 180, grainOctaves) * 0.025 +
			noise2(lattice, x * 4 + layer * 7, y * 4) * 0.03;
		for (let c = 0; c < 3; c++) {
			const paper = lower[c] + (upper[c] - lower[c]) * cover;
			out[c] = paper * dark * fibre * (1 + rim);
		}
	};
}

function drawLines(
	{ view, inks, lattice, random }: Parameters<Pattern>[0],
	field: Field,
	{ least, span }: Range,
): ReturnType<Pattern> {
	const perUnit = (16 + 14 * random()) / span;
	const thickness = 0.0011 + 0.0009 * random();
	const { ground, steps, accent, isDark } = inks;
	const line = isDark ? steps[4] : steps[0];
	const tint = isDark ? steps[1] : steps[4];
	const at = new Float64Array(4);
	return (x, y, out) => {
		field(x, y, at);
		const level = (at[0] - least) * perUnit;
		const nearest = Math.floor(level + 0.5);
		const off = level - nearest;
		const slope = Math.sqrt(at[1] * at[1] + at[2] * at[2]) * perUnit + 1e-6;
		const distance = (off < 0 ? -off : off) / slope;
		const isMajor = nearest % 5 === 0;
		const half = isMajor ? thickness * 1.9 : thickness;
		const crowded = clamp(1.6 - slope * view.pixel * 2);
		const ink =
			clamp((half - distance) / view.pixel + 0.5) *
			crowded *
			(isMajor ? 1 : 0.75);
		const wash = clamp((at[0] - least) / span);
		const stain = 1 + noise2(lattice, x * 2.1 + 50, y * 2.1) * 0.04;
		const colour = isMajor ? accent : line;
		for (let c = 0; c < 3; c++) {
			const paper = (ground[c] + (tint[c] - ground[c]) * wash * 0.75) * stain;
			out[c] = paper + (colour[c] - paper) * ink;
		}
	};
}
