/** What a team may ask for in a time, by its tier: never more, over all processes, and nothing that was not drawn is counted. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	openTestEngine,
	type TestEngine,
	type TestEngineOptions,
} from "../../testing/test-engine.ts";
import type { Principal } from "../generations/request.ts";
import { setTier } from "../teams/teams.ts";
import type { Tier } from "./config.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

async function openHouse(t: TestContext, options: TestEngineOptions = {}) {
	const house = await openTestEngine(t, options);
	const teamOf = async (tier: Tier) => {
		const team = await house.team(10_000);
		await setTier(house.dependencies.database.queries, team.teamId, tier);
		return team;
	};
	return { ...house, teamOf };
}

async function refusalOf(asking: Promise<unknown>) {
	try {
		await asking;
		return null;
	} catch (error) {
		const { code, details } = error as {
			code: string;
			details: { retryAfterMs?: number };
		};
		return { code, retryAfterMs: details.retryAfterMs };
	}
}

/** How many of so many requests at once are accepted. */
async function acceptedOf(
	houses: readonly TestEngine[],
	team: Principal,
	requests: number,
	count = 1,
): Promise<number> {
	const refusals = await Promise.all(
		Array.from({ length: requests }, (_, index) =>
			refusalOf(
				(houses[index % houses.length] as TestEngine).submit(team, { count }),
			),
		),
	);
	return refusals.filter((refusal) => refusal === null).length;
}

for (const [tier, perMinute] of [
	["free", 10],
	["pay-as-you-go", 60],
] as const) {
	test(`S2-9: an apiKey of the tier ${tier} has ${perMinute} requests a minute, over all processes and at once`, async (t) => {
		const one = await openHouse(t);
		const two = await openTestEngine(t, { beside: one });
		const team = await one.teamOf(tier);
		const houses = [one, two];
		assert.equal(await acceptedOf(houses, team, perMinute + 8), perMinute);
		one.clock.advance(MINUTE_MS - 1);
		const refusal = await refusalOf(two.submit(team));
		assert.deepEqual(refusal, { code: "rate_limited", retryAfterMs: 1 });
		one.clock.advance(1);
		assert.equal(await acceptedOf(houses, team, 1), 1);
	});
}

test("S2-9: a team of the tier free has 50 images a day, however many apiKeys it has", async (t) => {
	const house = await openHouse(t);
	const team = await house.teamOf("free");
	const withOtherKey = { ...team, apiKeyId: null };
	assert.equal(await acceptedOf([house], team, 4, 10), 4);
	house.clock.advance(MINUTE_MS);
	assert.equal(await acceptedOf([house], withOtherKey, 1, 7), 1);
	const daySpent = { code: "team_quota_exhausted" };
	assert.deepEqual(await refusalOf(house.submit(team, { count: 4 })), {
		...daySpent,
		retryAfterMs: DAY_MS - MINUTE_MS,
	});
	assert.equal(await acceptedOf([house], team, 1, 3), 1);
	house.clock.advance(DAY_MS - MINUTE_MS);
	assert.equal(await acceptedOf([house], team, 4, 10), 4);
	assert.equal(
		(await refusalOf(house.submit(team, { count: 1 })))?.code,
		"team_quota_exhausted",
	);
});

test("S2-9: a team of the tier pay-as-you-go has 1,500 images a day", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_TIER_PAY_AS_YOU_GO_REQUESTS_PER_MINUTE: "0" },
	});
	const team = await house.teamOf("pay-as-you-go");
	assert.equal(await acceptedOf([house], team, 149, 10), 149);
	assert.equal(await acceptedOf([house], team, 3, 5), 2);
	assert.equal(
		(await refusalOf(house.submit(team, { count: 1 })))?.code,
		"team_quota_exhausted",
	);
});

test("a request for more images than a day has is told that waiting does not help", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_TIER_FREE_IMAGES_PER_DAY: "3" },
	});
	const team = await house.teamOf("free");
	assert.deepEqual(await refusalOf(house.submit(team, { count: 4 })), {
		code: "team_quota_exhausted",
		retryAfterMs: undefined,
	});
	assert.equal(await acceptedOf([house], team, 1, 3), 1);
});

test("images that are not drawn are given back to the day; drawn ones are not", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_TIER_FREE_IMAGES_PER_DAY: "4" },
	});
	const team = await house.teamOf("free");
	const canceled = await house.submit(team, { count: 4 });
	await house.engine.cancelGeneration(team, canceled);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "no"),
	});
	await house.drawn(team, await house.submit(team, { count: 4 }));
	house.provider.script = () => ({ kind: "draw" });
	await house.drawn(team, await house.submit(team, { count: 3 }));
	assert.equal(
		(await refusalOf(house.submit(team, { count: 2 })))?.code,
		"team_quota_exhausted",
	);
	assert.equal(await acceptedOf([house], team, 1, 1), 1);
});

test("what is refused, comes from the cache or repeats an earlier request counts for nothing", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_TIER_FREE_REQUESTS_PER_MINUTE: "2" },
	});
	const team = await house.teamOf("free");
	const idempotency = { key: "once", requestSha256: "a" };
	await house.drawn(
		team,
		await house.submit(team, { idempotency, cacheKey: "same" }),
	);
	for (const _time of [1, 2, 3]) {
		await house.submit(team, { idempotency });
		await house.submit(team, { cacheKey: "same" });
		await assert.rejects(house.submit(team, { prompt: "" }));
	}
	assert.equal(await acceptedOf([house], team, 3), 1);
});

test("S2-10: a line of a batch takes of the day, and not of the minute", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_TIER_FREE_REQUESTS_PER_MINUTE: "1" },
	});
	const team = await house.teamOf("free");
	for (let line = 0; line < 5; line++)
		await house.submit(team, { priority: "batch", count: 10 });
	assert.equal(
		(await refusalOf(house.submit(team, { priority: "batch" })))?.code,
		"team_quota_exhausted",
	);
});

test("S2-9: without a tier nothing is limited; GESSO_TIER is for all that have none, and an enterprise has the owner's numbers", async (t) => {
	const house = await openHouse(t);
	const team = await house.team(10_000);
	assert.equal(await acceptedOf([house], team, 70), 70);
	const limited = await openTestEngine(t, {
		beside: house,
		environment: {
			GESSO_TIER: "enterprise",
			GESSO_TIER_ENTERPRISE_REQUESTS_PER_MINUTE: "5",
		},
	});
	assert.equal(await acceptedOf([limited], team, 7), 5);
	assert.equal(await acceptedOf([limited], await house.teamOf("none"), 7), 7);
});
