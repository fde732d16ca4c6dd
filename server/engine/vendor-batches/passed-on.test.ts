/** Batches that were handed in by an API are passed on to their providers' own batches, where money is saved by it. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import { audit } from "../../testing/audit.ts";
import { createScriptedBatches } from "../../testing/scripted-batches.ts";
import { createScriptedProvider } from "../../testing/scripted-provider.ts";
import {
	batchEnded,
	makeBatch,
	type PlainLine,
	plainTranslator,
	resultsIn,
} from "../../testing/test-batches.ts";
import { isAnyStepTaken } from "../../testing/test-catalogues.ts";
import {
	openTestEngine,
	type TestEngine,
	type TestEngineOptions,
} from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";

async function openHouse(
	t: TestContext,
	{
		isEmbedded = false,
		...options
	}: TestEngineOptions & { readonly isEmbedded?: boolean } = {},
) {
	const vendor = createScriptedBatches();
	const house = await openTestEngine(t, {
		provider: createScriptedProvider({ batches: vendor, isEmbedded }),
		...options,
		environment: { GESSO_LEASE_MS: "600000", ...options.environment },
	});
	house.engine.batches.enterTranslator(plainTranslator(house));
	await house.engine.start();
	return { ...house, vendor };
}

const numbered = (count: number): PlainLine[] =>
	Array.from({ length: count }, (_, index) => ({ id: `line ${index}` }));

async function ended(
	house: TestEngine,
	...[team, id]: [Parameters<typeof batchEnded>[1], string]
) {
	return await waitUntil(async () => {
		if (!(await isAnyStepTaken(house))) house.clock.advance(61_000);
		const batch = await house.engine.batches.get(team, "plain", id);
		return batch.endedAt !== null && batch;
	});
}

test("a batch's lines are drawn in its provider's batch, and its files say what came of each", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	house.vendor.fate = ({ prompt }) =>
		prompt.endsWith("3")
			? { kind: "failed", error: new ProviderError("content_blocked", "no") }
			: { kind: "done" };
	const lines = [...numbered(5), { id: "two", count: 2 }];
	const id = await makeBatch(house, team, lines);
	const batch = await ended(house, team, id);
	assert.equal(batch.status, "completed");
	assert.deepEqual(batch.counts, { total: 6, completed: 5, failed: 1 });
	assert.equal(house.provider.calls.length, 0);
	assert.deepEqual(
		house.vendor.taken[0]?.lines.map(({ key }) => key).sort(),
		["line 0", "line 1", "line 2", "line 3", "line 4", "two", "two~2"].sort(),
	);
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.deepEqual(
		results.map((result) => [result.id, result.images?.length]),
		[
			["line 0", 1],
			["line 1", 1],
			["line 2", 1],
			["line 4", 1],
			["two", 2],
		],
	);
	const errors = await resultsIn(house, team, batch.errorFileId);
	assert.deepEqual(
		errors.map((result) => [result.id, result.error?.code]),
		[["line 3", "content_blocked"]],
	);
	const { database, storage } = house.dependencies;
	const books = { queries: database.queries, storage };
	assert.deepEqual(await audit(books, [team.teamId]), []);
});

test("nothing is passed on to the embedded provider, nor to any when its owner does not want it", async (t) => {
	for (const options of [
		{ isEmbedded: true },
		{ environment: { GESSO_VENDOR_BATCHES: "false" } },
	]) {
		const house = await openHouse(t, options);
		const team = await house.team();
		const id = await makeBatch(house, team, numbered(3));
		await batchEnded(house, team, id);
		assert.equal(house.provider.calls.length, 3);
		assert.deepEqual(house.vendor.taken, []);
	}
});

test("a batch that is canceled takes in what its provider has done, and refunds the rest", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	house.vendor.onPoll = () => "running";
	house.vendor.fate = ({ key }) =>
		key === "line 1" ? { kind: "done" } : { kind: "nothing" };
	const id = await makeBatch(house, team, numbered(4));
	await waitUntil(() => house.vendor.taken.length === 1);
	await house.engine.batches.cancel(team, "plain", id);
	const batch = await ended(house, team, id);
	assert.equal(batch.status, "canceled");
	assert.deepEqual(batch.counts, { total: 4, completed: 1, failed: 3 });
	assert.deepEqual(house.vendor.canceled, ["vendor-1"]);
});
