/** What may go better is tried again, after a pause that chance spreads and the vendor may lengthen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../provider.ts";
import { repeating } from "./repeating.ts";

const failure = new ProviderError("unavailable", "try again");

/** @returns how often it was tried, how long was waited in between, and what came of it. */
async function repeat({
	random = 0.5,
	failures = 9,
	error = failure as unknown,
	pauseAfter = (): number | undefined => 0,
} = {}) {
	let tries = 0;
	const pauses: number[] = [];
	const outcome = await repeating(
		{
			firstDelayMs: 100,
			random: () => random,
			signal: new AbortController().signal,
			sleep: async (milliseconds) => pauses.push(milliseconds),
		},
		pauseAfter,
		async () => {
			if (tries++ < failures) throw error;
			return "done";
		},
	).catch((thrown: unknown) => thrown);
	return { tries, pauses, outcome };
}

test("three tries are made, the second pause twice as long as the first", async () => {
	assert.deepEqual(await repeat(), {
		tries: 3,
		pauses: [100, 200],
		outcome: failure,
	});
});

test("what goes well at last has gone well", async () => {
	assert.deepEqual(await repeat({ failures: 2 }), {
		tries: 3,
		pauses: [100, 200],
		outcome: "done",
	});
	assert.deepEqual((await repeat({ failures: 0 })).pauses, []);
});

test("chance makes a pause up to half longer or shorter", async () => {
	assert.deepEqual((await repeat({ random: 0 })).pauses, [50, 100]);
	assert.deepEqual((await repeat({ random: 0.75 })).pauses, [125, 250]);
});

test("a longer pause that the vendor asks for is kept", async () => {
	const { pauses } = await repeat({ pauseAfter: () => 150 });
	assert.deepEqual(pauses, [150, 200]);
});

test("what no repetition helps is not repeated", async () => {
	const helpless = await repeat({ pauseAfter: () => undefined });
	assert.deepEqual(helpless, { tries: 1, pauses: [], outcome: failure });
	const error = new TypeError("a mistake of ours");
	const strange = await repeat({ error });
	assert.deepEqual(strange, { tries: 1, pauses: [], outcome: error });
});

test("who leaves during a pause is let go with the reason, and nothing is tried again", async () => {
	const leaving = new AbortController();
	const reason = new Error("the caller left");
	let tries = 0;
	const repeated = repeating(
		{ firstDelayMs: 600_000, random: () => 0, signal: leaving.signal },
		() => 0,
		async () => {
			tries++;
			setImmediate(() => leaving.abort(reason));
			throw failure;
		},
	);
	await assert.rejects(repeated, reason);
	assert.equal(tries, 1);
});
