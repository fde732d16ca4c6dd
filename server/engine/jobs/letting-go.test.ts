/** How a generation goes on when its holder stops, fails, or hears that it is canceled. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../../providers/provider.ts";
import { passingFault } from "../../testing/scripted-provider.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { balanceOf } from "../credits/ledger.ts";
import {
	type Claim,
	cancel,
	handBack,
	takeOver,
	tryLater,
} from "./job-states.ts";
import { Worker } from "./worker.ts";

test("a generation that brings down six processes is given up, and its credits are given back", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team, { count: 3 });
	let deaths = 0;
	for (let process = 0; process < 7; process++) {
		// It claims and then never gives a sign of life again, as far as the database can tell.
		const worker = new Worker(house.dependencies, async () => {
			deaths++;
			return null;
		});
		await worker.start();
		await worker.stop(0);
		house.clock.advance(house.dependencies.settings.leaseMs + 1);
	}
	assert.equal(deaths, 6);
	const generation = await house.engine.getGeneration(team, id);
	assert.equal(generation.status, "failed");
	assert.equal(generation.error?.code, "internal");
	assert.equal(generation.credits, 0);
	assert.equal(
		await balanceOf(house.dependencies.database.queries, team.teamId),
		10,
	);
});

test("a process that stops hands back what it cannot finish, and that counts as no attempt", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const id = await house.submit(team, { count: 2 });
	house.provider.script = ({ seed }, index) =>
		seed === undefined || index > 1
			? { kind: "draw" }
			: { kind: "wait", until: new Promise(() => {}) };
	await house.engine.start();
	await waitUntil(async () => house.provider.atOnce === 2);
	await house.engine.stop(0);
	const row = await house.row(id);
	assert.equal(row.status, "queued");
	assert.equal(row.claim_token, null);
	assert.equal(row.slots, 0);
	assert.equal(row.failed_attempts, 0);
	assert.equal(row.takeovers, 0);
	const next = await openTestEngine(t, { beside: house });
	await next.engine.start();
	assert.equal((await house.ended(team, id)).status, "completed");
});

test("a process that stops lets running work finish while it may, and takes no more", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_WORKER_SLOTS: "1" },
	});
	const team = await house.team();
	const drawn = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: drawn.promise });
	const running = await house.submit(team);
	await house.engine.start();
	await waitUntil(async () => house.provider.atOnce === 1);
	const waiting = await house.submit(team);
	const stopped = house.engine.stop(60_000);
	drawn.resolve();
	await stopped;
	assert.equal((await house.row(running)).status, "completed");
	assert.equal((await house.row(waiting)).status, "queued");
	assert.equal(house.provider.calls.length, 1);
});

test("a fault that may pass is tried again, each time after about twice as long, and the fourth ends it", async (t) => {
	for (const [chance, delays] of [
		[0, [500, 1_000, 2_000]],
		[0.999, [1_499, 2_998, 5_996]],
	] as const) {
		const house = await openTestEngine(t, { random: () => chance });
		house.provider.script = () => ({ kind: "fail", error: passingFault() });
		const team = await house.team(10);
		const id = await house.submit(team);
		for (const delayMs of delays) {
			assert.equal(await house.work(await house.claim()), null);
			const row = await house.row(id);
			assert.equal(row.status, "queued");
			assert.equal(row.due_at - house.clock.now(), delayMs);
			house.clock.advance(delayMs - 1);
			assert.equal(await house.claim(), null, "it was due too early");
			house.clock.advance(1);
		}
		assert.equal(await house.work(await house.claim()), "failed");
		assert.equal(house.provider.calls.length, 4);
		const generation = await house.engine.getGeneration(team, id);
		assert.equal(generation.error?.code, "provider_failed");
		assert.equal(generation.credits, 0);
	}
});

test("a vendor that says when to come back is not asked before", async (t) => {
	const house = await openTestEngine(t);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("rate_limited", "slow down", {
			retryAfterMs: 90_000,
		}),
	});
	const id = await house.submit(await house.team());
	assert.equal(await house.work(await house.claim()), null);
	assert.equal((await house.row(id)).due_at - house.clock.now(), 90_000);
});

for (const kind of [
	"invalid",
	"content_blocked",
	"quota_exhausted",
	"auth",
	"not_configured",
] as const) {
	test(`a fault that will not pass (${kind}) ends the generation at once`, async (t) => {
		const house = await openTestEngine(t);
		house.provider.script = () => ({
			kind: "fail",
			error: new ProviderError(kind, "for the log", {
				publicMessage: "for the caller",
			}),
		});
		const team = await house.team(10);
		const id = await house.submit(team, { count: 2 });
		assert.equal(await house.work(await house.claim()), "failed");
		const generation = await house.engine.getGeneration(team, id);
		assert.equal(generation.error?.message, "for the caller");
		assert.equal(generation.credits, 0);
		assert.equal(house.provider.calls.length, 2);
	});
}

/** Every way in which a holder lets go of a generation unfinished. */
const LETTING_GO: Readonly<
	Record<string, (house: TestEngine, claim: Claim) => Promise<void>>
> = {
	"hands it back": ({ dependencies }, claim) => handBack(dependencies, claim),
	"would try it again later": ({ dependencies, clock }, claim) =>
		tryLater(dependencies, claim, {
			dueAt: clock.now() + 60_000,
			failedAttempts: 1,
		}),
	"dies just as it is taken over": async (house, claim) => {
		// Found before the cancellation came, as it may happen between two statements.
		await takeOver(house.dependencies, {
			claim,
			takeovers: 0,
			isCancelRequested: false,
		});
	},
};

for (const [how, letGo] of Object.entries(LETTING_GO)) {
	test(`a generation that is canceled while its holder ${how} ends canceled and is not drawn`, async (t) => {
		const house = await openTestEngine(t);
		const team = await house.team(10);
		const id = await house.submit(team, { count: 4 });
		const claim = await house.claim();
		assert.ok(claim);
		assert.equal(
			await cancel(house.dependencies, team.teamId, id),
			"requested",
		);
		house.clock.advance(house.dependencies.settings.leaseMs + 1);
		await letGo(house, claim);
		const generation = await house.engine.getGeneration(team, id);
		assert.equal(generation.status, "canceled");
		assert.equal(generation.error?.code, "canceled");
		assert.equal(generation.credits, 0);
		assert.equal(await house.claim(), null);
	});
}

test("what is canceled in the moment it is claimed costs the next in line no turn", async (t) => {
	const house = await openTestEngine(t);
	const { database } = house.dependencies;
	const team = await house.team();
	const first = await house.submit(team);
	house.clock.advance(1);
	const second = await house.submit(team);
	const holding = Promise.withResolvers<void>();
	const canceling = Promise.withResolvers<void>();
	const cancellation = database.transaction(async (transaction) => {
		await transaction
			.updateTable("generations")
			.set({ status: "canceled", ended_at: house.clock.now() })
			.where("id", "=", first)
			.execute();
		canceling.resolve();
		await holding.promise;
	});
	await canceling.promise;
	const claim = house.claim();
	// Long enough for the claim to run into the row that the cancellation holds.
	await sleep(100);
	holding.resolve();
	await cancellation;
	assert.equal((await claim)?.generationId, second);
});

test("work is claimed as it comes, without waiting for the next regular look", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_POLL_MS: "60000" },
	});
	const team = await house.team(1_000);
	await house.engine.start();
	for (let round = 0; round < 60; round++) {
		const { generation } = await house.engine.generate(team, {
			dialect: "platform",
			prompt: `picture ${round}`,
			count: 1,
			size: { width: 64, height: 64 },
		});
		const finished = await house.engine.waitForEnd(team, generation.id);
		assert.equal(finished.status, "completed");
	}
});
