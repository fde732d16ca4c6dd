/** Pictures that are there already are not drawn and paid again; but never another team's, and never half of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	openTestEngine,
	smallRequest,
	type TestEngine,
} from "../../testing/test-engine.ts";
import { cacheKeyOf } from "./find-cached.ts";
import type { Principal } from "./request.ts";

const REQUEST = smallRequest({ count: 2, cacheKey: "the same wish" });

/** Asks, and draws what has to be drawn. */
async function ask(house: TestEngine, team: Principal) {
	const { generation, isFromCache } = await house.engine.generate(
		team,
		REQUEST,
	);
	if (!isFromCache) {
		house.clock.advance(1);
		await house.work(await house.claim());
	}
	return {
		isFromCache,
		generation: await house.engine.getGeneration(team, generation.id),
	};
}

test("the same wish of the same team is fulfilled with the same pictures, for nothing", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const first = await ask(house, team);
	const second = await ask(house, team);
	assert.equal(first.isFromCache, false);
	assert.equal(second.isFromCache, true);
	assert.deepEqual(second.generation, first.generation);
	assert.equal((await house.engine.creditSums(team)).balance, 8);
	assert.equal(house.provider.calls.length, 2);
});

test("a team with no credits left is still given what it has", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(2);
	await ask(house, team);
	assert.equal((await ask(house, team)).isFromCache, true);
});

test("the same wish of another team is drawn for it", async (t) => {
	const house = await openTestEngine(t);
	const [one, two] = [await house.team(), await house.team()];
	const first = await ask(house, one);
	const second = await ask(house, two);
	assert.equal(second.isFromCache, false);
	assert.equal(second.generation.teamId, two.teamId);
	assert.notEqual(
		second.generation.images[0]?.storageKey,
		first.generation.images[0]?.storageKey,
	);
	const again = await ask(house, one);
	assert.equal(again.isFromCache, true);
	assert.deepEqual(again.generation, first.generation);
});

test("what is still under way, failed, or was drawn in part is no answer", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const { generation } = await house.engine.generate(team, REQUEST);
	house.clock.advance(1);
	const under = await house.engine.generate(team, REQUEST);
	assert.notEqual(under.generation.id, generation.id);
	const refusal = {
		kind: "fail",
		error: new ProviderError("invalid", "no"),
	} as const;
	house.provider.script = () => refusal;
	assert.equal(await house.work(await house.claim()), "failed");
	house.provider.script = (_, index) =>
		index === 2 ? { kind: "draw" } : refusal;
	assert.equal(await house.work(await house.claim()), "completed");
	const partly = await house.engine.getGeneration(team, under.generation.id);
	assert.equal(partly.images.length, 1);
	assert.equal((await ask(house, team)).isFromCache, false);
});

test("when a picture was deleted, an older complete answer serves, and without one it is drawn again", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const ids = [];
	for (let index = 0; index < 2; index++) {
		const { generation } = await house.engine.generate(team, REQUEST);
		ids.push(generation.id);
		house.clock.advance(1);
	}
	for (const _ of ids) {
		await house.work(await house.claim());
		house.clock.advance(1);
	}
	const [older = "", newer = ""] = ids;
	assert.equal((await ask(house, team)).generation.id, newer);
	for (const [id, next] of [
		[newer, older],
		[older, undefined],
	] as const) {
		const { images } = await house.engine.getGeneration(team, id);
		await house.engine.deleteImage(team, images[0]?.id ?? "");
		const answer = await ask(house, team);
		assert.equal(answer.isFromCache, next !== undefined);
		if (next !== undefined) assert.equal(answer.generation.id, next);
	}
});

test("a cacheKey depends on every fact and on their order", () => {
	const key = cacheKeyOf(["a", 1, null]);
	assert.match(key, /^[0-9a-f]{64}$/);
	assert.equal(cacheKeyOf(["a", 1, null]), key);
	for (const other of [
		["a", 1],
		["a", "1", null],
		[1, "a", null],
		["a1", null],
	])
		assert.notEqual(cacheKeyOf(other), key);
});
