/** What is drawn for a generation, what becomes of what the provider gives, and what that costs in the end. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	passingFault,
	plainPng,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { filesBelow, rowsOf } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";

/** Draws several pictures a call, and knows no seeds. */
const SEVERAL = scriptedModel({
	image: { seed: "ignored", countPerCall: 4 },
});

function stagedFiles({ place }: TestEngine): string[] {
	return filesBelow(path.join(place.dataDirectory, "staging"));
}

test("S1-l: every picture is a call of its own, with its own seed", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const id = await house.submit(team, { count: 3, seeds: [5, 9, 2] });
	const { images, status, credits } = await house.drawn(team, id);
	assert.equal(status, "completed");
	assert.equal(credits, 3);
	assert.deepEqual(
		images.map(({ position, seed }) => [position, seed]),
		[
			[0, 5],
			[1, 9],
			[2, 2],
		],
	);
	const calls = house.provider.calls.map(({ seed, count }) => [seed, count]);
	assert.deepEqual(
		new Map(calls as [number, number][]),
		new Map([
			[5, 1],
			[9, 1],
			[2, 1],
		]),
	);
});

test("a model that knows no seeds is asked for as many pictures a call as it draws", async (t) => {
	const house = await openTestEngine(t, { models: [SEVERAL] });
	const team = await house.team();
	const id = await house.submit(team, { count: 10 });
	const { images } = await house.drawn(team, id);
	assert.deepEqual(
		house.provider.calls.map(({ count, seed }) => [count, seed]).sort(),
		[
			[2, undefined],
			[4, undefined],
			[4, undefined],
		],
	);
	assert.deepEqual(
		images.map(({ position }) => position),
		[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
	);
});

test("seeds are settled when a request is accepted, so that a repetition draws the same pictures", async (t) => {
	let chance = 0.1;
	const house = await openTestEngine(t, { random: () => (chance += 0.1) });
	const team = await house.team();
	const id = await house.submit(team, { count: 2 });
	house.provider.script = (_, index) =>
		index < 2 ? { kind: "fail", error: passingFault() } : { kind: "draw" };
	const { images } = await house.drawn(team, id);
	const seeds = images.map(({ seed }) => seed);
	assert.equal(new Set(seeds).size, 2);
	assert.ok(seeds.every((seed) => Number.isInteger(seed)));
	assert.deepEqual(
		house.provider.calls.map(({ seed }) => seed).sort(),
		[...seeds, ...seeds].sort(),
	);
});

test("S1-m: pictures that the provider did not draw are given back, and the rest is delivered", async (t) => {
	const house = await openTestEngine(t, { models: [SEVERAL] });
	const team = await house.team(100);
	const id = await house.submit(team, {
		count: 4,
		size: { width: 1100, height: 2048 },
	});
	house.provider.script = () => ({ kind: "draw", count: 3 });
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "completed");
	assert.equal(generation.images.length, 3);
	assert.equal(generation.credits, 3 * 2);
	assert.deepEqual(await house.engine.creditSums(team), {
		balance: 94,
		granted: 100,
		charged: 8,
		refunded: 2,
		adjusted: 0,
	});
});

test("S1-m: one picture that is refused does not spoil the others", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team, { count: 3, seeds: [1, 2, 3] });
	house.provider.script = ({ seed }) =>
		seed === 2
			? { kind: "fail", error: new ProviderError("content_blocked", "no") }
			: { kind: "draw" };
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "completed");
	assert.equal(generation.error, null);
	assert.deepEqual(
		generation.images.map(({ position }) => position),
		[0, 2],
	);
	assert.equal(generation.credits, 2);
	assert.equal(house.provider.calls.length, 3, "a refusal is not asked again");
});

test("a provider that draws nothing and says nothing costs nothing", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team, { count: 2 });
	house.provider.script = () => ({ kind: "draw", count: 0 });
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "failed");
	assert.equal(generation.error?.code, "provider_failed");
	assert.equal(generation.credits, 0);
});

test("a provider that draws more than asked delivers what was asked", async (t) => {
	const house = await openTestEngine(t, { models: [SEVERAL] });
	const team = await house.team(10);
	const id = await house.submit(team, { count: 2 });
	house.provider.script = () => ({ kind: "draw", count: 5 });
	const generation = await house.drawn(team, id);
	assert.equal(generation.images.length, 2);
	assert.equal(generation.credits, 2);
	assert.deepEqual(stagedFiles(house), []);
});

test("what is refused for its content is said to be, and given back", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team, { count: 2 });
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "category 7: ...", {
			publicMessage: "The vendor's safety filter refused this prompt.",
		}),
	});
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "failed");
	assert.deepEqual(generation.error, {
		code: "content_blocked",
		message: "The vendor's safety filter refused this prompt.",
	});
	assert.equal((await house.engine.creditSums(team)).balance, 10);
});

test("bytes that are no picture are not asked for again, since they may be paid, and are given back", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team);
	house.provider.script = () => ({ kind: "spoil", broken: [0] });
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "failed");
	assert.equal(generation.error?.code, "provider_failed");
	assert.match(generation.error?.message ?? "", /no image/);
	assert.equal(house.provider.calls.length, 1);
	assert.equal((await house.engine.creditSums(team)).balance, 10);
	assert.deepEqual(stagedFiles(house), []);
	assert.deepEqual(
		filesBelow(path.join(house.place.dataDirectory, "storage")),
		[],
	);
});

test("of a call that brings good pictures and a bad one, the good ones are kept and the bad one is given back", async (t) => {
	const house = await openTestEngine(t, { models: [SEVERAL] });
	const team = await house.team(10);
	const id = await house.submit(team, { count: 4 });
	house.provider.script = (_, index) =>
		index === 0 ? { kind: "spoil", broken: [1] } : { kind: "draw" };
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "completed");
	assert.deepEqual(
		generation.images.map(({ position }) => position),
		[0, 2, 3],
	);
	assert.equal(house.provider.calls.length, 1);
	assert.equal(generation.credits, 3);
});

test("nothing is left lying about by calls that break off half way", async (t) => {
	const house = await openTestEngine(t, { models: [SEVERAL] });
	const team = await house.team(10);
	const id = await house.submit(team, { count: 4 });
	house.provider.script = (_, index) =>
		index === 0
			? { kind: "fail", error: passingFault(), drawnFirst: 2 }
			: { kind: "spoil", broken: [0, 1, 2, 3] };
	assert.equal((await house.drawn(team, id)).status, "failed");
	assert.deepEqual(stagedFiles(house), []);
});

test("what a provider blurts out about itself reaches neither caller nor database", async (t) => {
	const secret = "sk-vendor-0123456789";
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team);
	house.provider.script = () => ({
		kind: "fail",
		error: new Error(`401 for Authorization: Bearer ${secret}`),
	});
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "failed");
	assert.ok(generation.error?.message);
	assert.ok(!JSON.stringify(generation).includes(secret));
	const rows = await rowsOf(house.dependencies.database);
	assert.ok(!JSON.stringify(rows).includes(secret));
});

test("a picture is kept byte for byte as the provider gave it", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const id = await house.submit(team, { prompt: "a blue door", seeds: [3] });
	const { images } = await house.drawn(team, id);
	const [image] = images;
	assert.ok(image);
	const { stream } = await house.engine.openVariant(image, "original");
	const kept = Buffer.concat(await stream.toArray());
	assert.ok(
		kept.equals(await plainPng({ width: 64, height: 64 }, "a blue door 3")),
	);
	assert.equal(image.sizeBytes, kept.length);
});
