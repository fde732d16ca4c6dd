import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brief, PatternFamily } from "../brief.ts";
import { abstract } from "./abstract.ts";

const FAMILIES: readonly PatternFamily[] = [
	"marble",
	"contours",
	"interlace",
	"shapes",
];
const BRIEF: Brief = {
	scene: "abstract",
	timeOfDay: "day",
	weather: "clear",
	season: "summer",
	colours: [],
	seed: 1,
};

function sample(brief: Brief, aspect: number): number[] {
	const shader = abstract(brief, { aspect, pixel: 1 / 48 });
	const light = new Float64Array(3);
	const values: number[] = [];
	for (let row = 0; row < 24; row++) {
		for (let column = 0; column < 24; column++) {
			shader(((column + 0.5) / 24 - 0.5) * aspect, (row + 0.5) / 24, light);
			values.push(...light);
		}
	}
	return values;
}

test("every family fills every format with finite light", () => {
	for (const pattern of FAMILIES) {
		for (const aspect of [1 / 8, 1, 21 / 9, 8]) {
			for (let seed = 0; seed < 12; seed++) {
				const values = sample({ ...BRIEF, pattern, seed: seed * 977 }, aspect);
				assert.ok(
					values.every((value) => value >= 0 && value < 4),
					`${pattern} at ${aspect}, seed ${seed}`,
				);
				assert.ok(
					Math.max(...values) - Math.min(...values) > 0.02,
					`${pattern} at ${aspect}, seed ${seed} is blank`,
				);
			}
		}
	}
});

test("colours that are asked for are there, and the night is darker than the day", () => {
	const sum = (values: readonly number[], channel: number) =>
		values.reduce(
			(total, value, index) => total + (index % 3 === channel ? value : 0),
			0,
		);
	for (const pattern of FAMILIES) {
		const green = sample(
			{ ...BRIEF, pattern, colours: [[0.02, 0.4, 0.04]] },
			1,
		);
		assert.ok(sum(green, 1) > sum(green, 0), pattern);
	}
	const brightness = (timeOfDay: Brief["timeOfDay"]) =>
		[1, 2, 3, 4, 5, 6].reduce(
			(total, seed) => total + sum(sample({ ...BRIEF, seed, timeOfDay }, 1), 1),
			0,
		);
	assert.ok(brightness("night") < brightness("day"));
});
