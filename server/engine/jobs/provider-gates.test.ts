/** How a vendor that is out of order, or asked too often, is left in peace, the same for all processes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	createScriptedProvider,
	passingFault,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import type { Principal } from "../generations/request.ts";
import {
	closedGates,
	noteFault,
	noteSuccess,
	takePermit,
} from "./provider-gates.ts";

async function isClosed({ dependencies }: TestEngine): Promise<boolean> {
	return (await closedGates(dependencies, ["scripted"])).size > 0;
}

/** So many faults in a row, as if as many calls had failed. */
async function fail(house: TestEngine, times: number): Promise<void> {
	for (let time = 0; time < times; time++)
		await noteFault(house.dependencies, "scripted", passingFault());
}

test("five calls in a row that find the vendor out of order close its gate for all processes, and nothing is claimed meanwhile", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	await house.submit(await house.team());
	await fail(house, 2);
	await fail(other, 2);
	assert.equal(await isClosed(house), false);
	await fail(house, 1);
	assert.equal(await isClosed(other), true);
	assert.equal(await other.claim(), null);
	house.clock.advance(15_000);
	assert.equal(await isClosed(house), false);
	assert.ok(await house.claim());
});

test("after a closing one call alone tries the vendor; its success opens the gate, its failure closes it for twice as long", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	for (let index = 0; index < 3; index++) await house.submit(team);
	await fail(house, 5);
	house.clock.advance(15_000);
	const trial = await house.claim();
	assert.ok(trial);
	assert.equal(await house.claim(), null, "a second one tried too");
	house.provider.script = () => ({ kind: "fail", error: passingFault() });
	assert.equal(await house.work(trial), null);
	house.clock.advance(29_000);
	assert.equal(await house.claim(), null);
	house.clock.advance(1_000);
	house.provider.script = () => ({ kind: "draw" });
	assert.equal(await house.work(await house.claim()), "completed");
	assert.ok(await house.claim());
	assert.ok(await house.claim(), "the gate is wide open again");
});

test("a success between faults starts the count anew", async (t) => {
	const house = await openTestEngine(t);
	for (let round = 0; round < 4; round++) {
		await fail(house, 4);
		await noteSuccess(house.dependencies, "scripted");
	}
	assert.equal(await isClosed(house), false);
});

for (const [what, fault] of [
	["a refused prompt", new ProviderError("content_blocked", "no")],
	["a refused parameter", new ProviderError("invalid", "no")],
	[
		"a useless answer, which an odd prompt may cause",
		new ProviderError("unavailable", "no picture", { mayBePaid: true }),
	],
] as const) {
	test(`${what} shows that the vendor is there, so no caller can close the gate for the others`, async (t) => {
		const house = await openTestEngine(t);
		await fail(house, 4);
		for (let time = 0; time < 9; time++)
			await noteFault(house.dependencies, "scripted", fault);
		await fail(house, 4);
		assert.equal(await isClosed(house), false);
	});
}

test("a vendor that says when to come back is asked by nobody before", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	await house.submit(team);
	await house.submit(team);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("rate_limited", "slow down", {
			retryAfterMs: 20_000,
		}),
	});
	assert.equal(await house.work(await house.claim()), null);
	assert.equal(await house.claim(), null, "the other one was not held back");
	house.clock.advance(20_000);
	assert.ok(await house.claim());
});

test("an embedded provider has no vendor that could be out of order", async (t) => {
	const provider = createScriptedProvider({ isEmbedded: true });
	const house = await openTestEngine(t, { provider });
	provider.script = () => ({ kind: "fail", error: passingFault() });
	const team = await house.team();
	for (let index = 0; index < 3; index++)
		await house.drawn(team, await house.submit(team));
	assert.equal(await isClosed(house), false);
});

test("within any minute no more pictures are begun than allowed, however many processes ask at once", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const limit = 7;
	const givenAt: number[] = [];
	for (let step = 0; step < 30; step++) {
		const permits = await Promise.all(
			[1, 2, 1].map(async (images, index) => {
				const { dependencies } = index % 2 ? other : house;
				const { waitMs } = await takePermit(
					dependencies,
					"scripted",
					images,
					limit,
				);
				return { images, waitMs };
			}),
		);
		for (const { images, waitMs } of permits)
			if (waitMs === 0)
				for (let image = 0; image < images; image++)
					givenAt.push(house.clock.now());
			else assert.ok(waitMs > 0 && waitMs <= 60_000);
		house.clock.advance(7_000);
	}
	for (const [index, at] of givenAt.entries()) {
		const inItsMinute = givenAt.filter(
			(other, place) => place <= index && other > at - 60_000,
		);
		assert.ok(inItsMinute.length <= limit, `${inItsMinute.length} in a minute`);
	}
	// Three minutes and a half of seven each, not of fewer.
	assert.ok(givenAt.length >= 21, `only ${givenAt.length} in all`);
});

test("the wait that is told is exactly long enough", async (t) => {
	const house = await openTestEngine(t);
	const take = async (images: number) =>
		(await takePermit(house.dependencies, "scripted", images, 10)).waitMs;
	assert.equal(await take(6), 0);
	house.clock.advance(10_000);
	assert.equal(await take(4), 0);
	assert.equal(await take(1), 50_000);
	assert.equal(await take(7), 60_000);
	house.clock.advance(49_999);
	assert.equal(await take(1), 1);
	house.clock.advance(1);
	assert.equal(await take(6), 0);
});

async function drawnAtOnce(
	house: TestEngine,
	team: Principal,
	count: number,
): Promise<number> {
	await house.submit(team, { count });
	const before = house.provider.calls.length;
	await house.work(await house.claim());
	return house.provider.calls.length - before;
}

test("a generation larger than what may be begun draws as much as it may, waits without holding a slot, and counts no failed attempt", async (t) => {
	const provider = createScriptedProvider({ imagesPerMinute: 3 });
	const house = await openTestEngine(t, { provider });
	const team = await house.team();
	assert.equal(await drawnAtOnce(house, team, 5), 3);
	assert.equal(await house.claim(), null);
	house.clock.advance(60_000);
	assert.equal(await house.work(await house.claim()), "completed");
	assert.equal(provider.calls.length, 5);
	const rows = await house.dependencies.database.queries
		.selectFrom("generations")
		.select(["failed_attempts", "slots"])
		.execute();
	assert.deepEqual(rows, [{ failed_attempts: 0, slots: 0 }]);
});

test("no call asks for more pictures than may ever be begun at once", async (t) => {
	const provider = createScriptedProvider({ imagesPerMinute: 3 });
	const house = await openTestEngine(t, {
		provider,
		models: [scriptedModel({ image: { seed: "ignored", countPerCall: 10 } })],
	});
	const team = await house.team();
	const id = await house.submit(team, { count: 8 });
	assert.equal((await house.drawn(team, id)).images.length, 8);
	// Calls of one generation are made side by side, in any order.
	assert.deepEqual(provider.calls.map(({ count }) => count).sort(), [2, 3, 3]);
});
