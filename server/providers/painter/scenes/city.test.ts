/** Holds the city to the contract of a scene: sound light in every shape and weather, and a picture of its own for each brief. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brief, TimeOfDay, Weather } from "../brief.ts";
import { city } from "./city.ts";

const BRIEF: Brief = {
	scene: "city",
	timeOfDay: "day",
	weather: "clear",
	season: "summer",
	colours: [],
	seed: 11,
};

/** The light of every pixel of a small picture, three numbers each. */
function paint(brief: Brief, width: number, height: number): Float64Array {
	const shader = city(brief, { aspect: width / height, pixel: 1 / height });
	const light = new Float64Array(3);
	const picture = new Float64Array(width * height * 3);
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			shader((column + 0.5 - width / 2) / height, (row + 0.5) / height, light);
			picture.set(light, (row * width + column) * 3);
		}
	}
	return picture;
}

function assertSound(picture: Float64Array, name: string): void {
	let most = 0;
	for (const value of picture) {
		assert.ok(value >= 0 && value < 40, `${name}: light of ${value}`);
		most = Math.max(most, value);
	}
	assert.ok(most > 0.02, `${name} is black`);
}

/** How far two pictures lie apart on average. */
function difference(first: Float64Array, second: Float64Array): number {
	let sum = 0;
	for (let index = 0; index < first.length; index++) {
		sum += Math.abs((first[index] ?? 0) - (second[index] ?? 0));
	}
	return sum / first.length;
}

test("a city is sound light in every shape of picture, over water, roofs and park", () => {
	for (let seed = 1; seed <= 10; seed++) {
		for (const [width, height] of [
			[40, 40],
			[64, 28],
			[24, 44],
			[96, 12],
			[12, 96],
		] as const) {
			const picture = paint({ ...BRIEF, seed: seed * 977 }, width, height);
			assertSound(picture, `seed ${seed}, ${width}x${height}`);
		}
	}
});

test("a city is sound light at every hour and in every weather", () => {
	const hours: TimeOfDay[] = ["dawn", "day", "sunset", "dusk", "night"];
	const weathers: Weather[] = [
		"clear",
		"cloudy",
		"fog",
		"rain",
		"snow",
		"storm",
	];
	for (const timeOfDay of hours) {
		for (const weather of weathers) {
			const brief: Brief = { ...BRIEF, timeOfDay, weather, season: "winter" };
			assertSound(paint(brief, 32, 24), `${timeOfDay}, ${weather}`);
		}
	}
});

test("the same brief gives the same city", () => {
	assert.deepEqual(paint(BRIEF, 40, 30), paint(BRIEF, 40, 30));
});

test("another seed, hour, weather or colour gives another city", () => {
	const plain = paint(BRIEF, 40, 30);
	const others: Partial<Brief>[] = [
		{ seed: 12 },
		{ timeOfDay: "night" },
		{ weather: "fog" },
		{ colours: [[0.5, 0.02, 0.2]] },
	];
	for (const other of others) {
		const apart = difference(plain, paint({ ...BRIEF, ...other }, 40, 30));
		assert.ok(apart > 0.02, `${JSON.stringify(other)}: ${apart}`);
	}
});

test("a larger picture shows the same city, only finer", () => {
	const small = paint(BRIEF, 32, 32);
	const large = paint(BRIEF, 128, 128);
	const shrunk = new Float64Array(small.length);
	for (let row = 0; row < 128; row++) {
		for (let column = 0; column < 128; column++) {
			const target = ((row >> 2) * 32 + (column >> 2)) * 3;
			for (let channel = 0; channel < 3; channel++) {
				const light = large[(row * 128 + column) * 3 + channel] ?? 0;
				shrunk[target + channel] = (shrunk[target + channel] ?? 0) + light / 16;
			}
		}
	}
	const apart = difference(small, shrunk);
	assert.ok(apart < 0.05, `${apart}`);
});
