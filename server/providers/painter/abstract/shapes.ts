/** Plain forms in printing inks: a checkerboard of quarter circles, or large discs, arcs and bars that overlap. */

import type { Colour } from "../colour.ts";
import { clamp } from "../curve.ts";
import { fractalNoise, hashCell, noise2, visibleOctaves } from "../noise.ts";
import { pick } from "../palette.ts";
import type { Pattern, PatternSetting } from "./pattern.ts";

export const shapes: Pattern = (setting) =>
	setting.random() < 0.5 ? board(setting) : overlay(setting);

/** Uneven ink on paper. */
function createGrain({ view, lattice }: PatternSetting) {
	const octaves = visibleOctaves(170, view.pixel, 2);
	return (x: number, y: number) =>
		1 +
		fractalNoise(lattice, x * 170, y * 170, octaves) * 0.05 +
		noise2(lattice, x * 3 + 20, y * 3) * 0.03;
}

function board(setting: PatternSetting): ReturnType<Pattern> {
	const { view, inks, random, seed } = setting;
	const rows = 4 + Math.floor(random() * 4);
	const grain = createGrain(setting);
	const { ground, steps, accent } = inks;
	const palette = [ground, ...steps, accent];
	const pixel = view.pixel * rows;
	const calm = 0.12 + 0.2 * random();
	const half = (Math.ceil(view.aspect * rows) / 2) % 1;

	return (x, y, out) => {
		const u = x * rows + half + 64;
		const v = y * rows;
		const column = Math.floor(u);
		const row = Math.floor(v);
		let a = u - column;
		let b = v - row;
		const cell = hashCell(seed, column, row);
		if (cell & 1) a = 1 - a;
		if (cell & 2) b = 1 - b;
		const back = palette[(cell >>> 4) % palette.length];
		const other = (cell >>> 8) % (palette.length - 1);
		const front = palette[((cell >>> 4) + 1 + other) % palette.length];
		const third = palette[((cell >>> 4) + 2 + (other >> 1)) % palette.length];
		let cover = 0;
		let detail = 0;
		const kind = (cell >>> 12) % 9;
		const fromCorner = Math.sqrt(a * a + b * b);
		if (((cell >>> 20) & 1023) > calm * 1024) {
			if (kind < 3) {
				cover = clamp((1 - fromCorner) / pixel + 0.5);
				if (kind === 1) detail = clamp((0.5 - fromCorner) / pixel + 0.5);
			} else if (kind === 3) {
				const across = a - 0.5;
				const round = Math.sqrt(across * across + b * b);
				cover = clamp((0.5 - round) / pixel + 0.5);
				detail = clamp((0.2 - round) / pixel + 0.5);
			} else if (kind === 4) {
				const opposite = Math.sqrt((1 - a) * (1 - a) + (1 - b) * (1 - b));
				const leaf = fromCorner > opposite ? fromCorner : opposite;
				cover = clamp((1 - leaf) / pixel + 0.5);
			} else if (kind === 5) {
				const round = Math.sqrt((a - 0.5) * (a - 0.5) + (b - 0.5) * (b - 0.5));
				cover = clamp((0.42 - round) / pixel + 0.5);
				detail = clamp((0.16 - round) / pixel + 0.5);
			} else if (kind === 6) {
				cover = clamp(((a - b) * Math.SQRT1_2) / pixel + 0.5);
			} else if (kind === 7) {
				const ring = fromCorner * 4;
				const part = ring - Math.floor(ring);
				const edge = (0.25 - (part < 0.5 ? part : 1 - part)) / 4;
				cover = fromCorner < 1 ? clamp(-edge / pixel + 0.5) : 0;
			} else {
				const stripe = a * 5;
				const part = stripe - Math.floor(stripe);
				const edge = (0.25 - (part < 0.5 ? part : 1 - part)) / 5;
				cover = clamp(-edge / pixel + 0.5);
			}
		}
		const print = grain(x, y);
		for (let c = 0; c < 3; c++) {
			const shape = front[c] + (third[c] - front[c]) * detail;
			out[c] = (back[c] + (shape - back[c]) * cover) * print;
		}
	};
}

interface Form {
	readonly kind: "disc" | "ring" | "half" | "bar";
	readonly x: number;
	readonly y: number;
	readonly size: number;
	readonly cosine: number;
	readonly sine: number;
	readonly ink: Colour;
	readonly opacity: number;
}

function overlay(setting: PatternSetting): ReturnType<Pattern> {
	const { view, inks, random } = setting;
	const grain = createGrain(setting);
	const { ground, isDark } = inks;
	const forms = composeForms(setting);
	const pixel = view.pixel;
	const tilt = (random() - 0.5) * 0.5;

	return (x, y, out) => {
		const fade = 1 + (y - 0.5 + x * tilt) * (isDark ? 0.3 : -0.08);
		for (let c = 0; c < 3; c++) out[c] = ground[c] * fade;
		for (let index = 0; index < forms.length; index++) {
			const form = forms[index];
			const dx = x - form.x;
			const dy = y - form.y;
			const a = dx * form.cosine + dy * form.sine;
			const b = dy * form.cosine - dx * form.sine;
			let inside: number;
			if (form.kind === "bar") {
				const along = (a < 0 ? -a : a) - form.size;
				const px = along > 0 ? along : 0;
				inside = form.size * 0.16 - Math.sqrt(px * px + b * b);
			} else {
				const radius = Math.sqrt(a * a + b * b);
				if (form.kind === "disc") inside = form.size - radius;
				else if (form.kind === "half") {
					const round = form.size - radius;
					inside = round < b ? round : b;
				} else {
					const off = radius - form.size;
					inside = form.size * 0.09 - (off < 0 ? -off : off);
				}
			}
			const cover = clamp(inside / pixel + 0.5) * form.opacity;
			if (cover === 0) continue;
			for (let c = 0; c < 3; c++) {
				// Inks on paper swallow light; on a dark ground they glow.
				const mixed = isDark
					? out[c] * 0.45 + form.ink[c]
					: out[c] * (0.12 + form.ink[c] * 1.02);
				out[c] += (mixed - out[c]) * cover;
			}
		}
		const print = grain(x, y);
		for (let c = 0; c < 3; c++) out[c] *= print;
	};
}

function composeForms({ view, inks, random }: PatternSetting): Form[] {
	const { steps, accent } = inks;
	const half = view.aspect / 2;
	const size = view.aspect < 0.8 ? Math.sqrt(view.aspect / 0.8) : 1;
	const count = Math.min(
		22,
		8 + Math.floor(6 * Math.max(1, view.aspect * 0.8)),
	);
	const turn = pick(random, [0, 0, Math.SQRT1_2, 0.5]);
	const straight = Math.sqrt(1 - turn * turn);
	return Array.from({ length: count }, (_, index) => {
		const kind = pick(random, [
			"disc",
			"disc",
			"half",
			"half",
			"ring",
			"bar",
		] as const);
		const quarter = Math.floor(random() * 4);
		const [cosine, sine] = [
			[straight, turn],
			[-turn, straight],
			[-straight, -turn],
			[turn, -straight],
		][quarter];
		const isLarge = index < 4;
		const reach = isLarge ? 0.24 + 0.18 * random() : 0.06 + 0.13 * random();
		const spread = isLarge ? 0.62 : 0.86;
		return {
			kind,
			x: (random() * 2 - 1) * Math.max(half - 0.1, 0.02) * spread,
			y: 0.5 + (random() - 0.5) * spread,
			size: reach * size,
			cosine,
			sine,
			ink: random() < 0.16 ? accent : pick(random, steps.slice(1)),
			opacity: 0.82 + 0.18 * random(),
		};
	});
}
