/** How far a generation is, for those who wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallContext } from "../../providers/provider.ts";
import { openTestEngine } from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";

test("what providers tell of their calls is the progress of the generation, until it has ended", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const contexts: CallContext[] = [];
	const drawn = Promise.withResolvers<void>();
	const draw = house.provider.generateImages;
	house.provider.generateImages = async (call, context) => {
		contexts.push(context);
		await drawn.promise;
		return await draw(call, context);
	};
	const id = await house.submit(team, { count: 4 });
	const progress = async () =>
		(await house.engine.getGeneration(team, id)).progressPercent;
	assert.equal(await progress(), null);
	const working = house.work(await house.claim());
	await waitUntil(async () => contexts.length === 4);
	contexts[0]?.onProgress?.(0.5);
	await waitUntil(async () => (await progress()) === 12);
	house.clock.advance(1_000);
	contexts[1]?.onProgress?.(1);
	await waitUntil(async () => (await progress()) === 37);
	house.clock.advance(1_000);
	contexts[2]?.onProgress?.(Number.NaN);
	contexts[2]?.onProgress?.(7);
	await waitUntil(async () => (await progress()) === 62);
	drawn.resolve();
	assert.equal(await working, "completed");
	assert.equal(await progress(), null);
});
