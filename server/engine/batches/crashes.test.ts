/** Processes that work on a batch may die at any moment: every line is answered and paid for once all the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { ProviderError } from "../../providers/provider.ts";
import { audit } from "../../testing/audit.ts";
import { createScriptedProvider } from "../../testing/scripted-provider.ts";
import {
	batchEnded,
	makeBatch,
	plainTranslator,
	resultsIn,
	uploadText,
} from "../../testing/test-batches.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { openTestPlace } from "../../testing/test-place.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import type { Principal } from "../generations/request.ts";

type Test = Parameters<typeof openTestEngine>[0];

const numbered = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ id: `line ${index}` }));

/** One process more, on the place of another if there is one. */
async function openProcess(t: Test, beside?: TestEngine): Promise<TestEngine> {
	const house = await openTestEngine(t, {
		...(beside && { beside }),
		environment: { GESSO_LEASE_MS: "200", GESSO_BATCH_LINES_AT_ONCE: "16" },
	});
	house.engine.batches.enterTranslator(plainTranslator(house));
	await house.engine.start();
	return house;
}

/** Longer than a vendor that is out of order is left alone. */
const LONGEST_CLOSURE_MS = 400_000;

/** Lets the leases of the dead run out, while the living renew theirs; and time pass quickly when all wait for it. */
async function untilEnded(house: TestEngine, team: Principal, id: string) {
	const { queries } = house.dependencies.database;
	for (let look = 1; ; look++) {
		const batch = await house.engine.batches.get(team, "plain", id);
		if (batch.endedAt !== null) return batch;
		const active = await queries
			.selectFrom("generations")
			.select("id")
			.where("status", "=", "active")
			.execute();
		if (look % 20 === 0)
			house.clock.advance(active.length > 0 ? 300 : LONGEST_CLOSURE_MS);
		await sleep(10);
	}
}

/** @returns whatever is not as it has to be. */
async function faultsOf(
	house: TestEngine,
	team: Principal,
	id: string,
): Promise<string[]> {
	const { database, storage } = house.dependencies;
	const books = { queries: database.queries, storage };
	const faults = await audit(books, [team.teamId]);
	const batch = await house.engine.batches.get(team, "plain", id);
	const output = await resultsIn(house, team, batch.outputFileId);
	const errors = await resultsIn(house, team, batch.errorFileId);
	const { total, completed, failed } = batch.counts;
	if (output.length !== completed)
		faults.push(`${completed} are completed, ${output.length} have results`);
	if (errors.length !== failed)
		faults.push(`${failed} failed, ${errors.length} have errors`);
	if (completed + failed !== total)
		faults.push(`${total} lines, ${completed} completed, ${failed} failed`);
	const ids = new Set([...output, ...errors].map((line) => line.id));
	if (ids.size !== total) faults.push(`${ids.size} of ${total} are answered`);
	const generations = await database.queries
		.selectFrom("generations")
		.select("prompt")
		.where("team_id", "=", team.teamId)
		.execute();
	const prompts = generations.map(({ prompt }) => prompt);
	if (new Set(prompts).size !== prompts.length)
		faults.push("a line was charged twice");
	const files = await database.queries
		.selectFrom("files")
		.select("id")
		.where("team_id", "=", team.teamId)
		.where("source", "=", "generated")
		.execute();
	const expected = (completed > 0 ? 1 : 0) + (failed > 0 ? 1 : 0);
	if (files.length !== expected)
		faults.push(`${files.length} files instead of ${expected}`);
	return faults;
}

test("two processes share the batches of a house, and what one leaves behind when it dies the other finishes", async (t) => {
	const one = await openProcess(t);
	const two = await openProcess(t, one);
	const team = await one.team();
	const ids = [];
	for (const house of [one, two, one])
		ids.push(await makeBatch(house, team, numbered(12)));
	one.provider.script = () => ({ kind: "wait", until: sleep(5) });
	await waitUntil(() => one.provider.calls.length > 10);
	await one.crash();
	for (const id of ids) {
		const batch = await untilEnded(two, team, id);
		assert.deepEqual(batch.counts, { total: 12, completed: 12, failed: 0 });
	}
});

test("a process that died while it checked a file leaves a batch that is checked from the beginning", async (t) => {
	const first = await openTestEngine(t);
	const reading = Promise.withResolvers<void>();
	const translator = plainTranslator(first);
	let read = 0;
	first.engine.batches.enterTranslator({
		...translator,
		readLine: async (context, value, occasion) => {
			if (++read > 700) await reading.promise;
			return await translator.readLine(context, value, occasion);
		},
	});
	await first.engine.start();
	const team = await first.team(1_000);
	const id = await makeBatch(first, team, numbered(900));
	await waitUntil(() => read > 700);
	const { queries } = first.dependencies.database;
	const lines = await queries
		.selectFrom("batch_lines")
		.select("position")
		.execute();
	assert.equal(lines.length, 500);
	const crashed = first.crash();
	reading.resolve();
	await crashed;
	const second = await openTestEngine(t, { beside: first });
	second.engine.batches.enterTranslator(plainTranslator(second));
	second.clock.advance(second.dependencies.settings.leaseMs + 1);
	const drawing = Promise.withResolvers<void>();
	second.provider.script = () => ({ kind: "wait", until: drawing.promise });
	await second.engine.start();
	await waitUntil(
		async () =>
			(await second.engine.batches.get(team, "plain", id)).counts.total === 900,
	);
	await second.engine.batches.cancel(team, "plain", id);
	drawing.resolve();
	await batchEnded(second, team, id);
	assert.deepEqual(await faultsOf(second, team, id), []);
});

test("a batch that is canceled while its file is checked ends with nothing", async (t) => {
	const house = await openTestEngine(t);
	const reading = Promise.withResolvers<void>();
	const translator = plainTranslator(house);
	let read = 0;
	house.engine.batches.enterTranslator({
		...translator,
		readLine: async (context, value, occasion) => {
			if (++read > 600) await reading.promise;
			return await translator.readLine(context, value, occasion);
		},
	});
	await house.engine.start();
	const team = await house.team();
	const id = await makeBatch(house, team, numbered(800));
	await waitUntil(() => read > 600);
	await house.engine.batches.cancel(team, "plain", id);
	reading.resolve();
	const batch = await batchEnded(house, team, id);
	assert.equal(batch.status, "canceled");
	assert.deepEqual(batch.counts, { total: 0, completed: 0, failed: 0 });
	assert.deepEqual([batch.outputFileId, batch.errorFileId], [null, null]);
	assert.deepEqual(await faultsOf(house, team, id), []);
});

const RUNS = 15;

const happening = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			kind: fc.constant("work" as const),
			durationMs: fc.nat(25),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant("crash" as const),
			process: fc.nat(1),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const) }) },
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant("time passes" as const),
			durationMs: fc.constantFrom(300, 5_000, 90_000_000),
		}),
	},
);

test("after any history of deaths, faults, cancellation and expiry, lines, counts, files and credits agree", async (t) => {
	const place = await openTestPlace(t);
	const provider = createScriptedProvider({ concurrency: 5 });
	const open = async (beside?: TestEngine) => {
		const house = await openTestEngine(t, {
			...(beside ? { beside } : { place }),
			provider,
			environment: { GESSO_LEASE_MS: "200", GESSO_BATCH_LINES_AT_ONCE: "8" },
		});
		house.engine.batches.enterTranslator(plainTranslator(house));
		await house.engine.start();
		return house;
	};
	const first = await open();
	let houses: TestEngine[] = [first, await open(first)];
	const alive = (): TestEngine => houses[0] ?? first;
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 1, max: 30 }),
			fc.constantFrom(3, 10, 100),
			fc.array(happening, { minLength: 1, maxLength: 12 }),
			fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }),
			async (count, credits, history, outcomes) => {
				const begun = provider.calls.length;
				provider.script = (_, index) => {
					const outcome = outcomes[(index - begun) % outcomes.length] ?? 0;
					if (outcome === 9)
						return {
							kind: "fail",
							error: new ProviderError("content_blocked", "no"),
						};
					if (outcome === 8)
						return { kind: "fail", error: new Error("out of the blue") };
					return outcome > 4
						? { kind: "wait", until: sleep(outcome) }
						: { kind: "draw" };
				};
				const team = await alive().team(credits);
				const lines = numbered(count).map((line, index) => ({
					...line,
					count: 1 + (index % 3),
				}));
				const id = await makeBatch(alive(), team, lines);
				for (const what of history) {
					if (what.kind === "work") await sleep(what.durationMs);
					if (what.kind === "cancel")
						await alive()
							.engine.batches.cancel(team, "plain", id)
							.catch(() => {});
					if (what.kind === "time passes")
						alive().clock.advance(what.durationMs);
					if (what.kind !== "crash") continue;
					const gone = houses.splice(what.process, 1)[0];
					await gone?.crash();
					houses = [...houses, await open(alive())];
				}
				const batch = await untilEnded(alive(), team, id);
				assert.match(batch.status, /^(completed|canceled|expired)$/);
				// A generation that is drawn to its end after its batch's last look would be one.
				assert.deepEqual(await faultsOf(alive(), team, id), []);
			},
		),
		{
			numRuns: RUNS,
			endOnFailure: true,
			...(process.env.TEST_SEED && { seed: Number(process.env.TEST_SEED) }),
		},
	);
});

test("fifty thousand lines are checked without the process growing, and five hundred are drawn", async (t) => {
	const house = await openTestEngine(t);
	house.engine.batches.enterTranslator(plainTranslator(house));
	const team = await house.team(50_000);
	function many(count: number): string {
		return Array.from(
			{ length: count },
			(_, index) =>
				`{"id":"line ${index}","prompt":"number ${index} of many"}\n`,
		).join("");
	}
	const drawing = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: drawing.promise });
	const make = async (count: number) =>
		await house.engine.batches.create(team, {
			dialect: "plain",
			endpoint: "pictures",
			inputFileId: await uploadText(house, team, many(count)),
			field: "input",
			windowMs: 1_000_000,
			dialectData: {},
		});
	const large = await make(50_000);
	await house.engine.start();
	await waitUntil(
		async () =>
			(await house.engine.batches.get(team, "plain", large.id)).counts.total ===
			50_000,
	);
	await house.engine.batches.cancel(team, "plain", large.id);
	drawing.resolve();
	const canceled = await batchEnded(house, team, large.id);
	assert.equal(canceled.counts.completed + canceled.counts.failed, 50_000);
	house.provider.script = () => ({ kind: "draw" });
	const small = await make(500);
	const batch = await batchEnded(house, team, small.id);
	assert.deepEqual(batch.counts, { total: 500, completed: 500, failed: 0 });
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.equal(new Set(results.map((result) => result.id)).size, 500);
});
