/** Whose generation is next: nobody waits long because somebody else asked for much. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import type { Principal } from "../generations/request.ts";
import { cancel, endClaimed, tryLater } from "./job-states.ts";

async function submitMany(
	house: TestEngine,
	principal: Principal,
	count: number,
	priority: "interactive" | "batch" = "interactive",
): Promise<string[]> {
	const ids: string[] = [];
	for (let index = 0; index < count; index++) {
		house.clock.advance(1);
		ids.push(await house.submit(principal, { priority }));
	}
	return ids;
}

/** Claims up to `count` generations, one after the other. @returns their ids in the order of the claims. */
async function claimMany(house: TestEngine, count: number): Promise<string[]> {
	const ids: string[] = [];
	for (let index = 0; index < count; index++) {
		const claim = await house.claim();
		if (claim === null) break;
		ids.push(claim.generationId);
	}
	return ids;
}

test("one generation of a team is next, though another team has 200 waiting", async (t) => {
	const house = await openTestEngine(t);
	const [big, small] = [await house.team(1_000), await house.team()];
	await submitMany(house, big, 200);
	await claimMany(house, 5);
	const [only] = await submitMany(house, small, 1);
	const next = await claimMany(house, 2);
	assert.ok(next.includes(only ?? ""), "it was not among the next two");
});

test("three teams take turns, however many each has waiting", async (t) => {
	const house = await openTestEngine(t);
	const teams: Set<string>[] = [];
	for (const count of [7, 4, 4]) {
		const team = await house.team();
		teams.push(new Set(await submitMany(house, team, count)));
	}
	const turns = (await claimMany(house, 15)).map((id) =>
		teams.findIndex((ids) => ids.has(id)),
	);
	for (const round of [0, 1, 2, 3])
		assert.deepEqual(turns.slice(3 * round, 3 * round + 3).sort(), [0, 1, 2]);
	assert.deepEqual(turns.slice(12), [0, 0, 0]);
});

test("a team that was away has not saved up turns", async (t) => {
	const house = await openTestEngine(t);
	const [steady, returning] = [await house.team(), await house.team()];
	const waiting = new Set(await submitMany(house, steady, 20));
	await claimMany(house, 10);
	await submitMany(house, returning, 5);
	const turns = (await claimMany(house, 8)).map((id) => waiting.has(id));
	assert.equal(turns.filter((isSteady) => isSteady).length, 4);
});

test("a team's generations are drawn in the order they were asked for", async (t) => {
	const house = await openTestEngine(t);
	const asked = await submitMany(house, await house.team(), 8);
	assert.deepEqual(await claimMany(house, 8), asked);
});

test("interactive work goes before batch work, of every team", async (t) => {
	const house = await openTestEngine(t);
	const [batching, other] = [await house.team(), await house.team()];
	const batch = await submitMany(house, batching, 3, "batch");
	const first = await submitMany(house, other, 2);
	const second = await submitMany(house, batching, 2);
	const order = await claimMany(house, 7);
	assert.deepEqual(new Set(order.slice(0, 4)), new Set([...first, ...second]));
	assert.deepEqual(order.slice(4), batch);
});

test("a generation that waits to be tried again holds up nobody, and comes back before younger ones", async (t) => {
	const house = await openTestEngine(t);
	const [retried, younger, youngest] = await submitMany(
		house,
		await house.team(),
		3,
	);
	const claim = await house.claim();
	assert.ok(claim);
	await tryLater(house.dependencies, claim, {
		dueAt: house.clock.now() + 5_000,
		failedAttempts: 1,
	});
	assert.deepEqual(await claimMany(house, 1), [younger]);
	house.clock.advance(5_000);
	assert.deepEqual(await claimMany(house, 2), [retried, youngest]);
});

test("a team whose turn came to nothing, because it canceled, does not hold up the others", async (t) => {
	const house = await openTestEngine(t);
	const [fickle, other] = [await house.team(), await house.team()];
	const canceled = await submitMany(house, fickle, 3);
	const [wanted] = await submitMany(house, other, 1);
	for (const id of canceled)
		await cancel(house.dependencies, fickle.teamId, id);
	assert.deepEqual(await claimMany(house, 5), [wanted]);
});

test("a large generation does not take every slot", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	await house.submit(team, { count: 10 });
	await house.submit(team, { count: 10 });
	const slots = { concurrency: 7, freeSlots: 100 };
	assert.equal((await house.claim(slots))?.slots, 4);
	assert.equal((await house.claim(slots))?.slots, 3);
	await house.submit(team);
	assert.equal(await house.claim(slots), null);
});

test("a slot is free again when its generation ended", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const slots = { concurrency: 1, freeSlots: 1 };
	await submitMany(house, team, 2);
	const first = await house.claim(slots);
	assert.ok(first);
	assert.equal(await house.claim(slots), null);
	await endClaimed(house.dependencies, first, {
		status: "failed",
		error: { code: "internal", message: "given up" },
	});
	assert.ok(await house.claim(slots));
});

test("who finds that no slot is free has locked and written nothing", async (t) => {
	const house = await openTestEngine(t);
	const turn = async () =>
		await house.dependencies.database.queries
			.selectFrom("provider_gates")
			.select("turn")
			.where("provider", "=", house.provider.name)
			.executeTakeFirstOrThrow();
	await submitMany(house, await house.team(), 2);
	const slots = { concurrency: 1, freeSlots: 5 };
	assert.ok(await house.claim(slots));
	const before = await turn();
	assert.equal(await house.claim(slots), null);
	assert.deepEqual(await turn(), before);
});

test("one provider's long queue does not hold up another provider's work", async (t) => {
	const busy = createScriptedProvider({ name: "busy" });
	const idle = createScriptedProvider({ name: "idle" });
	const house = await openTestEngine(t, {
		provider: busy,
		otherProviders: [idle],
		environment: { GESSO_WORKER_SLOTS: "1" },
		models: ["busy", "idle"].map((name) =>
			scriptedModel({ id: name, provider: name }),
		),
	});
	const order: string[] = [];
	for (const provider of [busy, idle])
		provider.script = () => {
			order.push(provider.name);
			return { kind: "draw" };
		};
	const team = await house.team();
	for (let index = 0; index < 10; index++)
		await house.submit(team, { model: "busy" });
	await house.submit(team, { model: "idle" });
	await house.engine.start();
	while (order.length < 11) await sleep(5);
	const turn = 1 + order.indexOf("idle");
	assert.ok(turn <= 2, `it was number ${turn} of ${order.length}`);
});
