/** Ids sort by time, never come twice, and can be told from what is none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createIds, isId, newSecret } from "./ids.ts";

test("a later id sorts after an earlier one, also over a long time", () => {
	let now = 0;
	const newId = createIds(() => now);
	const ids = [0, 1, 31, 32, 1_700_000_000_000, 1_800_000_000_000].map(
		(time) => {
			now = time;
			return newId("gen");
		},
	);
	assert.deepEqual([...ids].sort(), ids);
});

test("ids of the same moment differ", () => {
	const newId = createIds(() => 1_700_000_000_000);
	const ids = Array.from({ length: 1_000 }, () => newId("img"));
	assert.equal(new Set(ids).size, 1_000);
});

test("an id is known as one, and what could not be one is not", () => {
	const id = createIds(Date.now)("gen");
	assert.ok(isId(id));
	for (const other of [
		"",
		"gen_",
		id.slice(1 + id.indexOf("_")),
		`${id}0`,
		id.slice(0, -1),
		`${id}\n`,
		id.toUpperCase(),
		`${id.slice(0, -1)}\0`,
		`${id.slice(0, -1)}%`,
	])
		assert.ok(!isId(other), JSON.stringify(other));
});

test("a secret is as long as it was asked to be", () => {
	assert.equal(Buffer.from(newSecret(32), "base64url").length, 32);
	assert.notEqual(newSecret(32), newSecret(32));
});
