/** Noise and curves are the same for ever and stay within their bounds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decay, octavesBetween, ramp, wave } from "./curve.ts";
import { wornRelief } from "./land/relief.ts";
import {
	createLattice,
	fractalNoise,
	hash32,
	hashCell,
	noise1,
	noise2,
	randomFrom,
} from "./noise.ts";

test("the same seed gives the same numbers, another seed others", () => {
	const draw = (seed: number) => Array.from({ length: 5 }, randomFrom(seed));
	assert.deepEqual(draw(5), draw(5));
	assert.notDeepEqual(draw(5), draw(6));
	assert.ok(draw(-1).every((value) => value >= 0 && value < 1));
});

test("hashes are whole numbers of 32 bits and do not repeat on a small grid", () => {
	const seen = new Set<number>();
	for (let column = -40; column < 40; column++) {
		for (let row = -40; row < 40; row++) seen.add(hashCell(3, column, row));
	}
	assert.equal(seen.size, 6400);
	assert.equal(hash32(12345), hash32(12345));
	assert.ok([...seen].every((hash) => hash === hash >>> 0));
});

test("noise stays within its bounds, is smooth, and is the same for negative places", () => {
	const lattice = createLattice(9);
	let least = 0;
	let most = 0;
	for (let index = 0; index < 20_000; index++) {
		const x = (index % 200) * 0.137 - 13;
		const y = Math.floor(index / 200) * 0.173 - 9;
		const value = noise2(lattice, x, y);
		const step = noise2(lattice, x + 1e-6, y) - value;
		assert.ok(Math.abs(step) < 1e-5);
		least = Math.min(least, value);
		most = Math.max(most, value);
		assert.ok(Math.abs(noise1(lattice, x, 3)) <= 1);
		assert.ok(Math.abs(fractalNoise(lattice, x, y, 6)) < 1.2);
	}
	assert.ok(least < -0.6 && least > -1.05);
	assert.ok(most > 0.6 && most < 1.05);
});

test("a relief's slope leans the way its height rises", () => {
	const lattice = createLattice(4);
	const here = new Float64Array(4);
	const aside = new Float64Array(4);
	const random = randomFrom(1);
	let agreeing = 0;
	for (let index = 0; index < 1000; index++) {
		const x = random() * 40;
		const y = random() * 40;
		wornRelief(lattice, x, y, 3, 0.5, here);
		wornRelief(lattice, x + 1e-4, y, 3, 0.5, aside);
		if (aside[0] > here[0] === here[1] > 0) agreeing++;
	}
	assert.ok(agreeing > 800, `${agreeing} of 1000 slopes agree`);
});

test("detail fades in with the octaves instead of jumping", () => {
	const lattice = createLattice(4);
	const less = new Float64Array(4);
	const more = new Float64Array(4);
	for (const octaves of [2, 3, 4]) {
		wornRelief(lattice, 3.3, 8.1, octaves - 1e-9, 0.5, less);
		wornRelief(lattice, 3.3, 8.1, octaves + 1e-9, 0.5, more);
		assert.ok(Math.abs(less[0] - more[0]) < 1e-6);
	}
});

test("curves keep to their landmarks", () => {
	assert.equal(wave(0), 0);
	assert.equal(wave(0.25), 1);
	assert.equal(wave(-0.25), -1);
	assert.ok(Math.abs(wave(1 / 12) - 0.5) < 0.002);
	assert.equal(decay(0), 1);
	assert.ok(decay(1e9) >= 0);
	assert.equal(ramp(1, 0, 0), 1);
	assert.equal(octavesBetween(1, 8), 4);
	assert.equal(octavesBetween(1, 6), 3.5);
	assert.equal(octavesBetween(2, 1), 0.5);
});
