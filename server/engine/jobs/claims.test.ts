/** Who may work on a generation, for how long, and what happens when he dies or sleeps. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../../providers/provider.ts";
import { createScriptedProvider } from "../../testing/scripted-provider.ts";
import { rowsOf } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { work } from "../generations/generate.ts";
import type { Principal } from "../generations/request.ts";
import {
	type Claim,
	cancel,
	endClaimed,
	findAbandoned,
	handBack,
	LostClaimError,
	renewLeases,
	takeOver,
	tryLater,
} from "./job-states.ts";

/** What a generation, its pictures and its price are kept in. */
const BOOKS = ["generations", "images", "ledger_entries", "teams"] as const;

async function claimed(house: TestEngine): Promise<Claim> {
	const claim = await house.claim();
	assert.ok(claim, "there was nothing to claim");
	return claim;
}

/** Lets a lease run out and takes the generation away from its holder. */
async function takeOverAll(house: TestEngine): Promise<void> {
	house.clock.advance(house.dependencies.settings.leaseMs + 1);
	for (const abandoned of await findAbandoned(house.dependencies))
		await takeOver(house.dependencies, abandoned);
}

test("a generation is handed out once, however many ask at the same time", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const team = await house.team();
	for (let index = 0; index < 10; index++) await house.submit(team);
	const claims = await Promise.all(
		Array.from({ length: 30 }, (_, index) =>
			(index % 2 ? house : other).claim(),
		),
	);
	const ids = claims.flatMap((claim) => claim?.generationId ?? []);
	assert.equal(ids.length, 10);
	assert.equal(new Set(ids).size, 10);
});

test("however many ask at the same time, no more slots are handed out than the provider has", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const team = await house.team(1_000);
	for (let round = 0; round < 5; round++) {
		for (let index = 0; index < 8; index++)
			await house.submit(team, { count: 1 + (index % 3) });
		const claims = await Promise.all(
			Array.from({ length: 16 }, (_, index) =>
				(index % 2 ? house : other).claim({ concurrency: 7 }),
			),
		);
		const held = claims.filter((claim) => claim !== null);
		assert.equal(
			held.reduce((sum, { slots }) => sum + slots, 0),
			7,
		);
		for (const claim of held)
			await endClaimed(house.dependencies, claim, {
				status: "failed",
				error: { code: "internal", message: "given up" },
			});
	}
});

test("a provider's limit holds over two processes, counting every slot of large generations", async (t) => {
	const provider = createScriptedProvider({ concurrency: 5 });
	const first = await openTestEngine(t, { provider });
	const second = await openTestEngine(t, { beside: first });
	const allBusy = Promise.withResolvers<void>();
	provider.script = () => {
		if (provider.calls.length === 5) allBusy.resolve();
		// The first ones wait for each other: unless all five slots are given out, none ever ends.
		const until = provider.calls.length <= 5 ? allBusy.promise : sleep(3);
		return { kind: "wait", until };
	};
	const team = await first.team(1_000);
	const ids = [];
	for (let index = 0; index < 24; index++)
		ids.push(await first.submit(team, { count: 1 + (index % 4) }));
	await Promise.all([first.engine.start(), second.engine.start()]);
	for (const id of ids)
		assert.equal((await first.ended(team, id)).status, "completed");
	assert.equal(provider.mostAtOnce, 5);
	assert.equal(provider.calls.length, 60);
});

test("a worker takes no more than its own slots, whatever the provider would bear", async (t) => {
	const provider = createScriptedProvider({ concurrency: 50 });
	const house = await openTestEngine(t, {
		provider,
		environment: { GESSO_WORKER_SLOTS: "3" },
	});
	const allBusy = Promise.withResolvers<void>();
	provider.script = () => {
		if (provider.calls.length === 3) allBusy.resolve();
		// As above.
		const until = provider.calls.length <= 3 ? allBusy.promise : sleep(3);
		return { kind: "wait", until };
	};
	const team = await house.team();
	const ids = [];
	for (let index = 0; index < 8; index++)
		ids.push(await house.submit(team, { count: 2 }));
	await house.engine.start();
	for (const id of ids) await house.ended(team, id);
	assert.equal(provider.mostAtOnce, 3);
});

test("a process without slots draws nothing", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_WORKER_SLOTS: "0" },
	});
	const drawing = await openTestEngine(t, { beside: house });
	const team = await house.team();
	const id = await house.submit(team);
	await house.engine.start();
	await sleep(100);
	assert.equal(house.provider.calls.length, 0);
	await drawing.engine.start();
	assert.equal((await house.ended(team, id)).status, "completed");
});

test("who draws for longer than a lease keeps it, by giving signs of life", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_LEASE_MS: "300" },
	});
	const other = await openTestEngine(t, { beside: house });
	const drawn = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: drawn.promise });
	const team = await house.team();
	const id = await house.submit(team);
	await house.engine.start();
	await waitUntil(async () => house.provider.calls.length === 1);
	for (let beat = 0; beat < 4; beat++) {
		house.clock.advance(200);
		await waitUntil(
			async () =>
				(await house.row(id)).lease_expires_at === house.clock.now() + 300,
		);
		assert.deepEqual(await findAbandoned(other.dependencies), []);
	}
	drawn.resolve();
	assert.equal((await house.ended(team, id)).status, "completed");
	assert.equal((await house.row(id)).takeovers, 0);
	assert.equal(house.provider.calls.length, 1);
});

test("a lease that is renewed late, but before anybody noticed, is still good", async (t) => {
	const house = await openTestEngine(t);
	await house.submit(await house.team());
	const claim = await claimed(house);
	house.clock.advance(house.dependencies.settings.leaseMs + 1);
	const [abandoned] = await findAbandoned(house.dependencies);
	assert.ok(abandoned);
	const renewed = await renewLeases(house.dependencies, [claim], 15_000);
	assert.deepEqual(renewed, { lost: [], canceled: [] });
	await takeOver(house.dependencies, abandoned);
	assert.equal(await house.work(claim), "completed");
});

test("a holder who lost his claim is told so", async (t) => {
	const house = await openTestEngine(t);
	await house.submit(await house.team());
	const claim = await claimed(house);
	await takeOverAll(house);
	const { lost } = await renewLeases(house.dependencies, [claim], 15_000);
	assert.deepEqual(lost, [claim]);
});

test("the work of a process that died goes on in another one when the lease is over, not before", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const id = await house.submit(team, { count: 2 });
	await claimed(house);
	assert.equal(await house.claim(), null);
	house.clock.advance(house.dependencies.settings.leaseMs);
	assert.deepEqual(await findAbandoned(house.dependencies), []);
	house.clock.advance(1);
	const survivor = await openTestEngine(t, { beside: house });
	await survivor.engine.start();
	const generation = await house.ended(team, id);
	assert.equal(generation.status, "completed");
	assert.equal(generation.images.length, 2);
	assert.equal((await house.row(id)).takeovers, 1);
	assert.equal((await house.row(id)).failed_attempts, 0);
});

test("who takes over draws only what is missing, with the same seeds", async (t) => {
	const house = await openTestEngine(t);
	const { provider } = house;
	const team = await house.team();
	const id = await house.submit(team, { count: 3, seeds: [70, 80, 90] });
	provider.script = ({ seed }) =>
		seed === 70
			? { kind: "draw" }
			: { kind: "wait", until: new Promise(() => {}) };
	const dying = new AbortController();
	const broken = work(house.dependencies, await claimed(house), dying.signal);
	await waitUntil(
		async () =>
			(await house.engine.getGeneration(team, id)).images.length === 1,
	);
	await takeOverAll(house);
	provider.script = () => ({ kind: "draw" });
	assert.equal(await house.work(await claimed(house)), "completed");
	dying.abort(new Error("the process is dead"));
	await assert.rejects(broken, LostClaimError);
	const { images } = await house.engine.getGeneration(team, id);
	assert.deepEqual(
		images.map(({ position, seed }) => [position, seed]),
		[
			[0, 70],
			[1, 80],
			[2, 90],
		],
	);
	assert.deepEqual(
		provider.calls.map(({ seed }) => seed).sort(),
		[70, 80, 80, 90, 90],
	);
});

/** What may have become of a generation while its first holder slept. */
const MEANWHILE: Readonly<
	Record<string, (house: TestEngine, team: Principal) => Promise<unknown>>
> = {
	"waits again": async () => {},
	"is somebody else's": async (house) => await house.claim(),
	"was completed by somebody else": async (house) =>
		await house.work(await house.claim()),
	"failed at somebody else's": async (house) => {
		house.provider.script = () => ({
			kind: "fail",
			error: new ProviderError("invalid", "no"),
		});
		assert.equal(await house.work(await house.claim()), "failed");
	},
	"was canceled": async (house, team) => {
		const [generation] = await house.dependencies.database.queries
			.selectFrom("generations")
			.select("id")
			.execute();
		await cancel(house.dependencies, team.teamId, generation?.id ?? "");
	},
};

for (const [state, happen] of Object.entries(MEANWHILE)) {
	test(`a holder who slept through his lease changes nothing when the generation ${state}`, async (t) => {
		const house = await openTestEngine(t);
		const { provider, dependencies } = house;
		const team = await house.team();
		await house.submit(team, { count: 2 });
		const awake = Promise.withResolvers<void>();
		provider.script = () => ({ kind: "wait", until: awake.promise });
		const claim = await claimed(house);
		const asleep = work(dependencies, claim, new AbortController().signal);
		await waitUntil(async () => provider.atOnce === 2);
		await takeOverAll(house);
		provider.script = () => ({ kind: "draw" });
		await happen(house, team);
		const before = await rowsOf(dependencies.database, BOOKS);
		awake.resolve();
		await assert.rejects(asleep, LostClaimError);
		for (const write of [
			() => tryLater(dependencies, claim, { dueAt: 0, failedAttempts: 1 }),
			() =>
				endClaimed(dependencies, claim, { status: "completed", error: null }),
			() => endClaimed(dependencies, claim, { status: "failed", error: null }),
		])
			await assert.rejects(write(), LostClaimError);
		await handBack(dependencies, claim);
		await renewLeases(dependencies, [claim], 15_000);
		assert.deepEqual(await rowsOf(dependencies.database, BOOKS), before);
	});
}
