/** Holds the abstract pictures to the contract of a scene: sound light in every shape, and a picture of its own for each brief and family. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brief, PatternFamily, Season, TimeOfDay } from "../brief.ts";
import { abstract } from "./abstract.ts";
import { difference, paint, plainBrief } from "./scene-contract.ts";

const BRIEF = plainBrief("abstract");
const FAMILIES: PatternFamily[] = ["marble", "contours", "interlace", "shapes"];

function assertSound(picture: Float64Array, name: string): void {
	let least = 1e9;
	let most = 0;
	for (const value of picture) {
		assert.ok(value >= 0 && value < 4, `${name}: light of ${value}`);
		least = Math.min(least, value);
		most = Math.max(most, value);
	}
	assert.ok(most - least > 0.02, `${name} is blank`);
}

const sumOf = (picture: Float64Array, channel: number) =>
	picture.reduce(
		(sum, light, index) => (index % 3 === channel ? sum + light : sum),
		0,
	);

test("every family is sound light in every shape of picture", () => {
	for (const pattern of FAMILIES) {
		for (let seed = 1; seed <= 12; seed++) {
			for (const [width, height] of [
				[28, 28],
				[48, 27],
				[18, 32],
				[96, 12],
				[12, 96],
			] as const) {
				const brief = { ...BRIEF, pattern, seed: seed * 977 };
				const name = `${pattern}, seed ${brief.seed}, ${width}x${height}`;
				assertSound(paint(abstract, brief, width, height), name);
			}
		}
	}
});

test("the same brief gives the same abstract picture, another seed another one", () => {
	for (const pattern of FAMILIES) {
		const brief = { ...BRIEF, pattern };
		const picture = paint(abstract, brief, 32, 32);
		assert.deepEqual(picture, paint(abstract, brief, 32, 32));
		const apart = difference(
			picture,
			paint(abstract, { ...brief, seed: 12 }, 32, 32),
		);
		assert.ok(apart > 0.02, `${pattern}: ${apart}`);
	}
});

test("a prompt can name any family, and without a name each comes up by seed", () => {
	const seen = new Set<PatternFamily>();
	for (let seed = 1; seed <= 40; seed++) {
		const picture = paint(abstract, { ...BRIEF, seed }, 12, 12);
		const alike = FAMILIES.filter(
			(pattern) =>
				difference(
					picture,
					paint(abstract, { ...BRIEF, pattern, seed }, 12, 12),
				) === 0,
		);
		assert.equal(alike.length, 1, `seed ${seed}`);
		for (const pattern of alike) seen.add(pattern);
	}
	assert.deepEqual([...seen].sort(), [...FAMILIES].sort());
});

test("every family takes the colour that was asked for", () => {
	for (const pattern of FAMILIES) {
		for (let seed = 1; seed <= 8; seed++) {
			const brief = { ...BRIEF, pattern, seed };
			const red = paint(
				abstract,
				{ ...brief, colours: [[0.6, 0.02, 0.03]] },
				24,
				24,
			);
			const blue = paint(
				abstract,
				{ ...brief, colours: [[0.03, 0.05, 0.6]] },
				24,
				24,
			);
			assert.ok(sumOf(red, 0) > sumOf(blue, 0), `${pattern}, seed ${seed}`);
			assert.ok(sumOf(blue, 2) > sumOf(red, 2), `${pattern}, seed ${seed}`);
		}
	}
});

test("extreme colours are no trouble: black, white, and many at once", () => {
	const wishes: Brief["colours"][] = [
		[[0, 0, 0]],
		[[1, 1, 1]],
		[
			[0, 0, 0],
			[1, 1, 1],
			[1, 0, 0],
			[0, 1, 0],
			[0, 0, 1],
			[1, 1, 0],
		],
	];
	for (const pattern of FAMILIES) {
		for (const colours of wishes) {
			for (let seed = 1; seed <= 4; seed++) {
				const picture = paint(
					abstract,
					{ ...BRIEF, pattern, colours, seed },
					24,
					24,
				);
				for (const value of picture) assert.ok(value >= 0 && value < 4);
			}
		}
	}
});

test("hour and season tint the inks", () => {
	const hours: TimeOfDay[] = ["dawn", "sunset", "dusk", "night"];
	const seasons: Season[] = ["autumn", "winter"];
	for (const pattern of FAMILIES) {
		const brief = { ...BRIEF, pattern };
		const plain = paint(abstract, brief, 24, 24);
		for (const timeOfDay of hours) {
			const tinted = paint(abstract, { ...brief, timeOfDay }, 24, 24);
			assert.ok(difference(plain, tinted) > 0.002, `${pattern}, ${timeOfDay}`);
		}
		for (const season of seasons) {
			const tinted = paint(abstract, { ...brief, season }, 24, 24);
			assert.ok(difference(plain, tinted) > 0.002, `${pattern}, ${season}`);
		}
	}
});

test("a larger abstract picture is the same one, only finer", () => {
	for (const pattern of FAMILIES) {
		for (let seed = 1; seed <= 3; seed++) {
			const brief = { ...BRIEF, pattern, seed };
			const small = paint(abstract, brief, 96, 96);
			const large = paint(abstract, brief, 192, 192);
			const shrunk = new Float64Array(small.length);
			for (let row = 0; row < 192; row++) {
				for (let column = 0; column < 192; column++) {
					const target = (row >> 1) * 96 + (column >> 1);
					for (let channel = 0; channel < 3; channel++) {
						const light = large[(row * 192 + column) * 3 + channel] ?? 0;
						const index = target * 3 + channel;
						shrunk[index] = (shrunk[index] ?? 0) + light / 4;
					}
				}
			}
			const apart = difference(small, shrunk);
			assert.ok(apart < 0.045, `${pattern}, seed ${seed}: ${apart}`);
		}
	}
});
