/** What a team is charged, given and given back; and that no crowd of requests can spend what is not there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { EngineError } from "../errors.ts";
import { balanceOf, charge, creditSums, grant, refund } from "./ledger.ts";

async function chargeAlone(
	{ dependencies }: TestEngine,
	entry: { teamId: string; credits: number; generationId: string },
): Promise<void> {
	await dependencies.database.transaction((transaction) =>
		charge(transaction, dependencies, entry),
	);
}

async function entriesOf({ dependencies }: TestEngine, teamId: string) {
	return await dependencies.database.queries
		.selectFrom("ledger_entries")
		.select(["kind", "credits", "generation_id", "note"])
		.where("team_id", "=", teamId)
		.orderBy("id")
		.execute();
}

function isTooFew(error: unknown): boolean {
	return error instanceof EngineError && error.code === "insufficient_credits";
}

test("grants, charges and refunds each leave an entry, and the balance is their sum", async (t) => {
	const house = await openTestEngine(t);
	const { dependencies, clock } = house;
	const { database } = dependencies;
	const { teamId } = await house.team(50);
	clock.advance(1);
	await database.transaction((transaction) =>
		grant(transaction, dependencies, { teamId, credits: 25, note: "a gift" }),
	);
	clock.advance(1);
	await chargeAlone(house, { teamId, credits: 40, generationId: "gen_a" });
	clock.advance(1);
	await database.transaction((transaction) =>
		refund(transaction, dependencies, {
			teamId,
			credits: 15,
			generationId: "gen_a",
			note: "3 of 8 images not drawn",
		}),
	);
	assert.deepEqual(await entriesOf(house, teamId), [
		{ kind: "grant", credits: 50, generation_id: null, note: "first credits" },
		{ kind: "grant", credits: 25, generation_id: null, note: "a gift" },
		{ kind: "charge", credits: -40, generation_id: "gen_a", note: "" },
		{
			kind: "refund",
			credits: 15,
			generation_id: "gen_a",
			note: "3 of 8 images not drawn",
		},
	]);
	assert.deepEqual(await creditSums(database.queries, teamId), {
		balance: 50,
		granted: 75,
		charged: 40,
		refunded: 15,
		adjusted: 0,
	});
});

test("the last credit can be spent, and not one more", async (t) => {
	const house = await openTestEngine(t);
	const { queries } = house.dependencies.database;
	const { teamId } = await house.team(3);
	await chargeAlone(house, { teamId, credits: 3, generationId: "gen_a" });
	assert.equal(await balanceOf(queries, teamId), 0);
	const refused = chargeAlone(house, {
		teamId,
		credits: 1,
		generationId: "gen_b",
	});
	await assert.rejects(refused, isTooFew);
	await assert.rejects(refused, /costs 1 credits and the team has 0/);
	assert.equal((await entriesOf(house, teamId)).length, 2);
});

test("fifty charges at once never take more than the balance, and every refused one takes nothing", async (t) => {
	const house = await openTestEngine(t);
	const { queries } = house.dependencies.database;
	const { teamId } = await house.team(100);
	const prices = Array.from({ length: 50 }, (_, index) => 1 + (index % 7));
	const outcomes = await Promise.allSettled(
		prices.map((credits, index) =>
			chargeAlone(house, { teamId, credits, generationId: `gen_${index}` }),
		),
	);
	let paid = 0;
	for (const [index, outcome] of outcomes.entries()) {
		if (outcome.status === "fulfilled") paid += prices[index] ?? 0;
		else assert.ok(isTooFew(outcome.reason), String(outcome.reason));
	}
	const balance = await balanceOf(queries, teamId);
	assert.equal(balance, 100 - paid);
	assert.ok(balance >= 0 && balance < 7, `${balance} credits were left unused`);
	const charges = (await entriesOf(house, teamId)).filter(
		({ kind }) => kind === "charge",
	);
	assert.equal(
		charges.length,
		outcomes.filter(({ status }) => status === "fulfilled").length,
	);
});

test("charges and refunds of many teams at once keep every team's account by itself", async (t) => {
	const house = await openTestEngine(t);
	const { dependencies } = house;
	const teams = await Promise.all(
		Array.from({ length: 5 }, () => house.team(10)),
	);
	await Promise.all(
		teams.flatMap(({ teamId }, team) =>
			Array.from({ length: 8 }, async (_, index) => {
				const entry = {
					teamId,
					credits: 1,
					generationId: `gen_${team}_${index}`,
				};
				await chargeAlone(house, entry);
				if (index > team) return;
				await dependencies.database.transaction((transaction) =>
					refund(transaction, dependencies, { ...entry, note: "" }),
				);
			}),
		),
	);
	for (const [team, { teamId }] of teams.entries()) {
		const sums = await creditSums(dependencies.database.queries, teamId);
		assert.equal(sums.charged, 8);
		assert.equal(sums.refunded, team + 1);
		assert.equal(sums.balance, 10 - 8 + team + 1);
	}
});

test("S1-m: a generation cannot be charged twice, nor refunded twice", async (t) => {
	const house = await openTestEngine(t);
	const { dependencies } = house;
	const { teamId } = await house.team(100);
	const entry = { teamId, credits: 10, generationId: "gen_a" };
	const refundAlone = () =>
		dependencies.database.transaction((transaction) =>
			refund(transaction, dependencies, { ...entry, note: "" }),
		);
	await chargeAlone(house, entry);
	await assert.rejects(chargeAlone(house, entry), /unique/i);
	assert.equal(await balanceOf(dependencies.database.queries, teamId), 90);
	await refundAlone();
	await assert.rejects(refundAlone(), /unique/i);
	assert.equal(await balanceOf(dependencies.database.queries, teamId), 100);
});

test("a generation that cannot be enqueued is not charged, and its Idempotency-Key is still free", async (t) => {
	const house = await openTestEngine(t);
	const { queries } = house.dependencies.database;
	const principal = await house.team(5);
	const idempotency = { key: "once", requestSha256: "a" };
	await assert.rejects(
		// No such apiKey: the database refuses the generation's row, which is written after the charge.
		house.submit({ ...principal, apiKeyId: "key_nobody" }, { idempotency }),
		/foreign key/i,
	);
	assert.equal(await balanceOf(queries, principal.teamId), 5);
	assert.deepEqual(
		(await entriesOf(house, principal.teamId)).map(({ kind }) => kind),
		["grant"],
	);
	const { generations } = await queries
		.selectFrom("generations")
		.select((eb) => eb.fn.countAll().as("generations"))
		.executeTakeFirstOrThrow();
	assert.equal(Number(generations), 0);

	await house.submit(principal, { idempotency });
	assert.equal(await balanceOf(queries, principal.teamId), 4);
});
