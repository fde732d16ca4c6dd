/** Every scene is the same picture at any size and shape, and what a prompt asks for changes it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brief } from "./brief.ts";
import { createRowPainter, paintRows } from "./paint.ts";
import { SCENES } from "./scenes/registry.ts";

const BRIEF: Brief = {
	scene: "mountains",
	timeOfDay: "sunset",
	weather: "clear",
	season: "summer",
	colours: [],
	seed: 2025,
};
const SCENE_NAMES = Object.keys(SCENES) as Brief["scene"][];

function paint(brief: Brief, width: number, height: number): Uint8Array {
	const rgb = new Uint8Array(width * height * 3);
	paintRows(brief, width, height, 0, height, rgb);
	return rgb;
}

/** Averages blocks of `factor` x `factor` pixels. */
function shrink(rgb: Uint8Array, width: number, factor: number): Uint8Array {
	const small = new Uint8Array(rgb.length / factor / factor);
	const smallWidth = width / factor;
	for (let index = 0; index < small.length; index++) {
		const channel = index % 3;
		const column = Math.floor(index / 3) % smallWidth;
		const row = Math.floor(index / 3 / smallWidth);
		let sum = 0;
		for (let y = 0; y < factor; y++) {
			for (let x = 0; x < factor; x++) {
				const at = (row * factor + y) * width + column * factor + x;
				sum += rgb[at * 3 + channel];
			}
		}
		small[index] = Math.round(sum / factor / factor);
	}
	return small;
}

/** Peak signal-to-noise ratio in decibels: above 24 the eye sees the same picture. */
function likeness(first: Uint8Array, second: Uint8Array): number {
	assert.equal(first.length, second.length);
	let squares = 0;
	for (let index = 0; index < first.length; index++) {
		squares += (first[index] - second[index]) ** 2;
	}
	return 10 * Math.log10(65025 / (squares / first.length + 1e-9));
}

function spread(rgb: Uint8Array): number {
	let sum = 0;
	let squares = 0;
	for (const value of rgb) {
		sum += value;
		squares += value * value;
	}
	const mean = sum / rgb.length;
	return Math.sqrt(squares / rgb.length - mean * mean);
}

for (const scene of SCENE_NAMES) {
	test(`${scene}: a preview shows the same picture as the large one, and another seed another picture`, () => {
		const brief = { ...BRIEF, scene };
		const preview = paint(brief, 128, 128);
		const large = shrink(paint(brief, 512, 512), 512, 4);
		const other = paint({ ...brief, seed: 2026 }, 128, 128);
		const same = likeness(preview, large);
		assert.ok(same > 27, `${same.toFixed(1)} dB between sizes`);
		const different = likeness(preview, other);
		assert.ok(different < 22, `${different.toFixed(1)} dB between seeds`);
	});
}

test("a 256 x 256 preview shows the same picture as 1024 x 1024", () => {
	const preview = paint(BRIEF, 256, 256);
	const large = shrink(paint(BRIEF, 1024, 1024), 1024, 4);
	assert.ok(likeness(preview, large) > 30);
});

test("rows can be painted in any order and in any pieces", () => {
	for (const scene of SCENE_NAMES) {
		const brief = { ...BRIEF, scene };
		const whole = paint(brief, 96, 64);
		const pieces = new Uint8Array(whole.length);
		const rows = createRowPainter(brief, 96, 64);
		for (const [first, end] of [
			[40, 64],
			[0, 7],
			[7, 40],
		] as const) {
			rows(first, end, pieces.subarray(first * 96 * 3));
		}
		assert.deepEqual(pieces, whole, scene);
	}
});

test("every scene fills every format from 8:1 to 1:8 and odd sizes with a picture", () => {
	for (const scene of SCENE_NAMES) {
		for (const [width, height] of [
			[64, 64],
			[64, 512],
			[512, 64],
			[97, 131],
		] as const) {
			const rgb = paint({ ...BRIEF, scene, timeOfDay: "day" }, width, height);
			assert.ok(spread(rgb) > 8, `${scene} at ${width} x ${height} is blank`);
		}
	}
	assert.ok(spread(paint(BRIEF, 4096, 64)) > 8);
});

for (const scene of [
	"mountains",
	"sea",
	"forest",
	"desert",
	"night",
] as const) {
	test(`${scene}: hour, weather, season and colours each change the picture`, () => {
		const brief: Brief = { ...BRIEF, scene, timeOfDay: "day" };
		const base = paint(brief, 96, 96);
		const changes: Partial<Brief>[] = [
			{ timeOfDay: "sunset" },
			{ weather: "rain" },
			{ weather: "snow", season: "winter" },
			{ colours: [[0.6, 0.02, 0.02]] },
		];
		if (scene !== "night") changes.push({ timeOfDay: "night" });
		if (scene === "mountains" || scene === "forest") {
			changes.push({ season: "autumn" });
		}
		for (const change of changes) {
			const changed = likeness(base, paint({ ...brief, ...change }, 96, 96));
			assert.ok(
				changed < 38,
				`${JSON.stringify(change)} changes too little (${changed.toFixed(1)} dB)`,
			);
		}
	});
}

test("no scene, hour or weather leaves a pixel without a number", () => {
	const times = ["dawn", "day", "sunset", "dusk", "night"] as const;
	const weathers = ["clear", "cloudy", "fog", "rain", "snow", "storm"] as const;
	const light = new Float64Array(3);
	for (const scene of SCENE_NAMES) {
		weathers.forEach((weather, index) => {
			const timeOfDay = times[index % times.length] ?? "day";
			const brief = { ...BRIEF, scene, weather, timeOfDay, seed: index * 7 };
			const shader = SCENES[scene](brief, { aspect: 1.5, pixel: 1 / 40 });
			for (let row = 0; row < 40; row++) {
				for (let column = 0; column < 60; column++) {
					shader((column + 0.5) / 40 - 0.75, (row + 0.5) / 40, light);
					assert.ok(
						light.every((value) => Number.isFinite(value)),
						`${scene}, ${weather}, ${timeOfDay}: ${light} at ${column}, ${row}`,
					);
				}
			}
		});
	}
});
