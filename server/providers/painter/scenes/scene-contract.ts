/** The contract of a scene, as tests: sound light in every shape and weather, and a picture of its own for each brief. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brief, SceneName, TimeOfDay, Weather } from "../brief.ts";
import type { Scene } from "./scene.ts";

/** A fine summer's day, and nothing asked for. */
export function plainBrief(scene: SceneName): Brief {
	return {
		scene,
		timeOfDay: "day",
		weather: "clear",
		season: "summer",
		colours: [],
		seed: 11,
	};
}

/** The light of every pixel of a small picture, three numbers each. */
export function paint(
	scene: Scene,
	brief: Brief,
	width: number,
	height: number,
): Float64Array {
	const shader = scene(brief, { aspect: width / height, pixel: 1 / height });
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

/** Light is a number, not negative, not blinding, and not nowhere. */
export function assertSound(picture: Float64Array, name: string): void {
	let most = 0;
	for (const value of picture) {
		assert.ok(value >= 0 && value < 40, `${name}: light of ${value}`);
		most = Math.max(most, value);
	}
	assert.ok(most > 0.02, `${name} is black`);
}

/** How far two pictures lie apart on average. */
export function difference(first: Float64Array, second: Float64Array): number {
	let sum = 0;
	for (let index = 0; index < first.length; index++) {
		sum += Math.abs((first[index] ?? 0) - (second[index] ?? 0));
	}
	return sum / first.length;
}

/** Holds a scene to the contract. */
export function describeScene(name: SceneName, scene: Scene): void {
	const plain = plainBrief(name);

	test(`${name}: sound light in every shape of picture`, () => {
		for (let seed = 1; seed <= 10; seed++) {
			for (const [width, height] of [
				[40, 40],
				[64, 28],
				[24, 44],
				[96, 12],
				[12, 96],
			] as const) {
				const picture = paint(
					scene,
					{ ...plain, seed: seed * 977 },
					width,
					height,
				);
				assertSound(picture, `seed ${seed}, ${width}x${height}`);
			}
		}
	});

	test(`${name}: sound light at every hour and in every weather`, () => {
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
				const brief: Brief = { ...plain, timeOfDay, weather, season: "winter" };
				assertSound(paint(scene, brief, 32, 24), `${timeOfDay}, ${weather}`);
			}
		}
	});

	test(`${name}: the same brief gives the same picture`, () => {
		assert.deepEqual(paint(scene, plain, 40, 30), paint(scene, plain, 40, 30));
	});

	test(`${name}: another seed, hour, weather or colour gives another picture`, () => {
		const usual = paint(scene, plain, 40, 30);
		const others: Partial<Brief>[] = [
			{ seed: 12 },
			{ timeOfDay: "night" },
			{ weather: "fog" },
			{ colours: [[0.5, 0.02, 0.2]] },
		];
		for (const other of others) {
			const apart = difference(
				usual,
				paint(scene, { ...plain, ...other }, 40, 30),
			);
			assert.ok(apart > 0.02, `${JSON.stringify(other)}: ${apart}`);
		}
	});

	test(`${name}: a larger picture shows the same, only finer`, () => {
		const small = paint(scene, plain, 32, 32);
		const large = paint(scene, plain, 128, 128);
		const shrunk = new Float64Array(small.length);
		for (let row = 0; row < 128; row++) {
			for (let column = 0; column < 128; column++) {
				const target = ((row >> 2) * 32 + (column >> 2)) * 3;
				for (let channel = 0; channel < 3; channel++) {
					const light = large[(row * 128 + column) * 3 + channel] ?? 0;
					shrunk[target + channel] =
						(shrunk[target + channel] ?? 0) + light / 16;
				}
			}
		}
		const apart = difference(small, shrunk);
		assert.ok(apart < 0.05, `${apart}`);
	});
}
