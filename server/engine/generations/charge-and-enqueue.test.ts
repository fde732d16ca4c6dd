/** A request is charged once, however often it is sent, or it is not charged at all. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { filesBelow, rowsOf } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import type { GenerationRequest } from "./request.ts";

const ONCE = { idempotency: { key: "order 66", requestSha256: "aa" } };
const OTHER = { idempotency: { key: "order 66", requestSha256: "bb" } };

function hasCode(code: EngineErrorCode) {
	return (error: unknown) =>
		error instanceof EngineError && error.code === code;
}

async function generationCount({ dependencies }: TestEngine): Promise<number> {
	const { generations } = await rowsOf(dependencies.database, ["generations"]);
	return generations?.length ?? 0;
}

test("S1-m: twenty sendings of one request at once are one generation, charged once", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const team = await house.team(100);
	const ids = await Promise.all(
		Array.from({ length: 20 }, (_, index) =>
			(index % 2 ? house : other).submit(team, { ...ONCE, count: 3 }),
		),
	);
	assert.equal(new Set(ids).size, 1);
	assert.equal(await generationCount(house), 1);
	assert.equal((await house.engine.creditSums(team)).balance, 97);
});

test("a sending that comes while its twin spends the last credits is answered like the twin", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	for (let round = 0; round < 10; round++) {
		const team = await house.team(3);
		const ids = await Promise.all(
			Array.from({ length: 20 }, async (_, index) => {
				for (let turn = 0; turn < index * 3; turn++) await setImmediate();
				return await (index % 2 ? house : other).submit(team, {
					...ONCE,
					count: 3,
				});
			}),
		);
		assert.equal(new Set(ids).size, 1);
		assert.equal((await house.engine.creditSums(team)).balance, 0);
	}
});

test("a request that is sent again is answered with its generation at any time, even when the credits are gone", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(2);
	const id = await house.submit(team, { ...ONCE, count: 2 });
	assert.equal(await house.submit(team, { ...ONCE, count: 2 }), id);
	assert.equal(await house.work(await house.claim()), "completed");
	assert.equal(await house.submit(team, { ...ONCE, count: 2 }), id);
	assert.equal((await house.engine.creditSums(team)).balance, 0);
	assert.equal(house.provider.calls.length, 2);
});

test("another request under the same Idempotency-Key is a conflict and changes nothing", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	await house.submit(team, ONCE);
	const before = await rowsOf(house.dependencies.database);
	await assert.rejects(house.submit(team, OTHER), hasCode("conflict"));
	assert.deepEqual(await rowsOf(house.dependencies.database), before);
});

test("of two requests under one Idempotency-Key at the same moment one is done and the other is a conflict", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const team = await house.team(10);
	for (let round = 0; round < 5; round++) {
		const key = `round ${round}`;
		const outcomes = await Promise.allSettled([
			house.submit(team, { idempotency: { key, requestSha256: "aa" } }),
			other.submit(team, { idempotency: { key, requestSha256: "bb" } }),
		]);
		const refused = outcomes.filter(({ status }) => status === "rejected");
		assert.equal(refused.length, 1);
		assert.ok(
			refused.every(
				(each) => "reason" in each && hasCode("conflict")(each.reason),
			),
		);
	}
	assert.equal((await house.engine.creditSums(team)).balance, 5);
});

test("teams do not share Idempotency-Keys", async (t) => {
	const house = await openTestEngine(t);
	const [one, two] = [await house.team(), await house.team()];
	const first = await house.submit(one, ONCE);
	const second = await house.submit(two, OTHER);
	assert.notEqual(first, second);
	assert.equal((await house.engine.creditSums(two)).charged, 1);
});

/** Requests that are refused, each for its own reason. */
const REFUSED: Readonly<
	Record<string, [EngineErrorCode, Partial<GenerationRequest>]>
> = {
	"costs more than the team has": ["insufficient_credits", { count: 6 }],
	"names no model we know": ["model_not_found", { model: "no-such-model" }],
	"asks for no picture": ["invalid_request", { count: 0 }],
	"asks for too many pictures": ["invalid_request", { count: 11 }],
	"has an empty prompt": ["invalid_request", { prompt: " \n" }],
	"has a prompt that is no text": ["invalid_request", { prompt: "a\0b" }],
	"has half a character in it": ["invalid_request", { prompt: "a\ud800" }],
	"has too few seeds": ["invalid_request", { count: 2, seeds: [1] }],
	"has a seed that is none": ["invalid_request", { seeds: [2 ** 31] }],
	"asks for too small a picture": [
		"invalid_request",
		{ size: { width: 63, height: 64 } },
	],
	"asks for half a pixel": [
		"invalid_request",
		{ size: { width: 64.5, height: 64 } },
	],
	"asks for a size that is no number": [
		"invalid_request",
		{ size: { width: Number.NaN, height: 64 } },
	],
	"brings a reference that is no picture": [
		"invalid_request",
		{
			inputImages: [{ kind: "base64", field: "image", data: "bm8gcGljdHVyZQ" }],
		},
	],
};

for (const [why, [code, request]] of Object.entries(REFUSED)) {
	test(`a request that ${why} leaves nothing behind, and its Idempotency-Key is free`, async (t) => {
		const house = await openTestEngine(t);
		const team = await house.team(5);
		const before = await rowsOf(house.dependencies.database);
		await assert.rejects(
			house.submit(team, { ...request, ...OTHER }),
			hasCode(code),
		);
		assert.deepEqual(await rowsOf(house.dependencies.database), before);
		const { dataDirectory } = house.place;
		for (const folder of ["storage", "staging"])
			assert.deepEqual(filesBelow(path.join(dataDirectory, folder)), []);
		await house.submit(team, ONCE);
	});
}

test("a crowd that asks for more than the team can pay gets what it can pay, and no more", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const outcomes = await Promise.allSettled(
		Array.from({ length: 30 }, () => house.submit(team, { count: 2 })),
	);
	for (const outcome of outcomes)
		if (outcome.status === "rejected")
			assert.ok(hasCode("insufficient_credits")(outcome.reason));
	assert.equal(await generationCount(house), 5);
	assert.equal((await house.engine.creditSums(team)).balance, 0);
});
