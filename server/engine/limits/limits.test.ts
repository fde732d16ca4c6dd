/** Limits hold exactly: within any window, over all processes, whatever fails meanwhile. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { seededRandom } from "../../testing/seeded-random.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { forgetUses, type Limit, takeUse, waitMsFor } from "./limits.ts";
import { Refusals } from "./refusals.ts";

const limit: Limit = { key: "logins of a", atMost: 3, windowMs: 1_000 };

async function openHouse(t: TestContext) {
	const house = await openTestEngine(t);
	return {
		...house,
		take: (amount = 1, of = limit) => take(house, amount, of),
		look: (amount = 1) =>
			waitMsFor(
				house.dependencies.database.queries,
				limit,
				house.clock.now(),
				amount,
			),
	};
}

async function take(
	{ dependencies }: TestEngine,
	amount = 1,
	of = limit,
): Promise<number> {
	return await dependencies.database.transaction((transaction) =>
		takeUse(transaction, dependencies, of, amount),
	);
}

test("what is refused is told how long to wait, and after that it is allowed", async (t) => {
	const { clock, take, look } = await openHouse(t);
	assert.equal(await take(2), 0);
	clock.advance(400);
	assert.equal(await take(), 0);
	assert.equal(await take(), 600);
	assert.equal(await look(), 600);
	assert.equal(await look(3), 1_000, "until all of it has gone");
	clock.advance(599);
	assert.equal(await take(), 1);
	clock.advance(1);
	assert.equal(await take(2), 0);
	assert.equal(await take(), 400);
});

test("more than the whole limit is never allowed, and a limit of nothing allows nothing", async (t) => {
	const { take } = await openHouse(t);
	assert.equal(await take(4), Number.POSITIVE_INFINITY);
	const nothing = { ...limit, atMost: 0 };
	assert.equal(await take(1, nothing), Number.POSITIVE_INFINITY);
	assert.equal(await take(3), 0);
});

test("one limit's uses are not another's", async (t) => {
	const { take } = await openHouse(t);
	assert.equal(await take(3), 0);
	assert.equal(await take(3, { ...limit, key: "logins of b" }), 0);
});

test("what a transaction took that failed was not used", async (t) => {
	const house = await openHouse(t);
	const { dependencies } = house;
	const failing = dependencies.database.transaction(async (transaction) => {
		assert.equal(await takeUse(transaction, dependencies, limit, 3), 0);
		throw new Error("something else went wrong");
	});
	await assert.rejects(failing, /went wrong/);
	assert.equal(await house.take(3), 0);
});

test("many at once in several processes take the limit, and not one more", async (t) => {
	const one = await openTestEngine(t);
	const houses = [one, await openTestEngine(t, { beside: one })];
	const waits = await Promise.all(
		Array.from({ length: 60 }, (_, index) =>
			take(houses[index % 2] as TestEngine),
		),
	);
	assert.equal(waits.filter((waitMs) => waitMs === 0).length, limit.atMost);
});

test("in no window of any time is more than the limit taken, and none is refused that had room", async (t) => {
	const { clock, take } = await openHouse(t);
	const random = seededRandom(3);
	const taken: { at: number; amount: number }[] = [];
	for (let step = 0; step < 200; step++) {
		clock.advance(Math.floor(random() * 500));
		const now = clock.now();
		const amount = 1 + Math.floor(random() * 2);
		const inWindow = taken
			.filter(({ at }) => at > now - limit.windowMs)
			.reduce((sum, use) => sum + use.amount, 0);
		const isAllowed = (await take(amount)) === 0;
		assert.equal(isAllowed, inWindow + amount <= limit.atMost, `step ${step}`);
		if (isAllowed) taken.push({ at: now, amount });
	}
});

test("uses are forgotten when they count no more, and not before", async (t) => {
	const { clock, take, dependencies } = await openHouse(t);
	const rows = async () => {
		const { queries } = dependencies.database;
		const uses = await queries.selectFrom("limit_uses").selectAll().execute();
		const limits = await queries.selectFrom("limits").selectAll().execute();
		return [uses.length, limits.length];
	};
	await take(1);
	clock.advance(500);
	await take(2);
	clock.advance(499);
	await forgetUses(dependencies);
	assert.deepEqual(await rows(), [2, 1]);
	assert.equal(await take(), 1);
	clock.advance(1);
	await forgetUses(dependencies);
	assert.deepEqual(await rows(), [1, 1]);
	clock.advance(1_000);
	await forgetUses(dependencies);
	assert.deepEqual(await rows(), [0, 0]);
	assert.equal(await take(3), 0);
});

test("whoever was told to wait is told so until then; of very many the first are forgotten", () => {
	const refusals = new Refusals();
	refusals.remember("first", 1_000);
	assert.equal(refusals.waitMsFor("first", 400), 600);
	assert.equal(refusals.waitMsFor("other", 400), 0);
	for (let count = 0; count < 9_999; count++)
		refusals.remember(`${count}`, 1_000);
	refusals.remember("first", 2_000);
	refusals.remember("last", 1_000);
	assert.equal(refusals.waitMsFor("0", 400), 0);
	assert.equal(refusals.waitMsFor("1", 400), 600);
	assert.equal(refusals.waitMsFor("first", 400), 1_600);
	assert.equal(refusals.waitMsFor("first", 2_000), 0);
});
