/** Land in perspective: how far away it lies, what it hides, how soft its outline is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "../scenes/scene.ts";
import { castLand } from "./terrain.ts";

const VIEW: View = { aspect: 1, pixel: 1 / 200 };
const CAMERA = {
	horizon: 0.5,
	eye: 0.4,
	near: 0.5,
	middle: 2,
	far: 60,
	halvings: 4,
	ceiling: () => 2,
};

test("a plain lies as far away as perspective says, up to the horizon", () => {
	const looker = castLand(VIEW, CAMERA, 0, () => 0).createLooker();
	for (const y of [0.52, 0.6, 0.75, 0.99]) {
		const expected = CAMERA.eye / (y - CAMERA.horizon);
		const seen = looker.depthAt(0.1, y);
		assert.ok(Math.abs(seen / expected - 1) < 0.02, `${seen} at ${y}`);
	}
	assert.equal(looker.depthAt(0.1, 0.45), 0);
});

test("a hill hides what lies behind it, and its outline is as soft as a pixel", () => {
	// A wall from z = 10 on, two units high, that is seen against the sky.
	const land = castLand(VIEW, CAMERA, 0, (_x, z) => (z > 10 && z < 11 ? 2 : 0));
	const looker = land.createLooker();
	const outline = land.skyline(0);
	assert.ok(Math.abs(outline - (0.5 + (0.4 - 2) / 10)) < 0.003, `${outline}`);
	const seen = looker.depthAt(0, outline + 0.05);
	assert.ok(seen > 9.9 && seen < 11, `${seen}`);
	assert.equal(looker.cover(), 1);
	looker.depthAt(0, outline + VIEW.pixel * 0.2);
	assert.ok(looker.cover() > 0.5 && looker.cover() < 1);
	assert.equal(looker.behind(), 0);
	assert.equal(looker.depthAt(0, outline - VIEW.pixel), 0);
});

test("what a looker answers does not depend on where it looked before", () => {
	const land = castLand(VIEW, CAMERA, 0.05, (x, z) =>
		(x * 3 + z) % 2 < 0.6 ? 0.3 : 0,
	);
	const ask = (places: readonly [number, number][]) => {
		const looker = land.createLooker();
		return places.map(([x, y]) => looker.depthAt(x, y));
	};
	const places = Array.from({ length: 400 }, (_, index): [number, number] => [
		((index * 37) % 100) / 100 - 0.5,
		0.4 + ((index * 61) % 300) / 500,
	]);
	const backwards = ask([...places].reverse()).reverse();
	assert.deepEqual(ask(places), backwards);
});
