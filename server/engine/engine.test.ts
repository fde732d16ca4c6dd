/** The engine's front door: canceling, waiting, and that no team sees or touches what is another's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "../testing/snapshot.ts";
import {
	openTestEngine,
	smallRequest,
	type TestEngine,
} from "../testing/test-engine.ts";
import { waitUntil } from "../testing/wait-until.ts";
import { EngineError, type EngineErrorCode } from "./errors.ts";
import type { Principal } from "./generations/request.ts";

function hasCode(code: EngineErrorCode) {
	return (error: unknown) =>
		error instanceof EngineError && error.code === code;
}

/** One generation with one picture, drawn and paid. */
async function drawOne(house: TestEngine, team: Principal) {
	const id = await house.submit(team);
	assert.equal(await house.work(await house.claim()), "completed");
	const { images } = await house.engine.getGeneration(team, id);
	return { id, imageId: images[0]?.id ?? "" };
}

test("what waits is canceled at once, and all of it is given back", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team, { count: 3 });
	const canceled = await house.engine.cancelGeneration(team, id);
	assert.equal(canceled.status, "canceled");
	assert.equal(canceled.credits, 0);
	assert.equal(canceled.error?.code, "canceled");
	assert.equal((await house.engine.creditSums(team)).balance, 10);
	assert.equal(await house.claim(), null);
	assert.equal(house.provider.calls.length, 0);
});

for (const isDeaf of [false, true]) {
	test(`what is being drawn by a provider that ${isDeaf ? "heeds nothing" : "heeds its signal"} is canceled soon, and what was not drawn is given back`, async (t) => {
		const house = await openTestEngine(t, {
			environment: { GESSO_LEASE_MS: "600000", GESSO_POLL_MS: "60000" },
		});
		const team = await house.team(10);
		house.provider.script = ({ seed }) =>
			seed === 1
				? { kind: "draw" }
				: { kind: "wait", until: new Promise(() => {}), isDeaf };
		const id = await house.submit(team, { count: 3, seeds: [1, 2, 3] });
		await house.engine.start();
		await waitUntil(
			async () =>
				(await house.engine.getGeneration(team, id)).images.length === 1,
		);
		const requested = await house.engine.cancelGeneration(team, id);
		assert.equal(requested.status, "active");
		const canceled = await house.engine.waitForEnd(team, id);
		assert.equal(canceled.status, "canceled");
		assert.equal(canceled.images.length, 1);
		assert.equal(canceled.credits, 1);
		assert.equal((await house.engine.creditSums(team)).balance, 9);
	});
}

test("what has ended cannot be canceled any more, and stays as it was", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const { id } = await drawOne(house, team);
	const canceled = await house.submit(team);
	await house.engine.cancelGeneration(team, canceled);
	house.clock.advance(1);
	const before = await rowsOf(house.dependencies.database);
	for (const ended of [id, canceled])
		await assert.rejects(
			house.engine.cancelGeneration(team, ended),
			hasCode("conflict"),
		);
	assert.deepEqual(await rowsOf(house.dependencies.database), before);
});

test("twenty cancellations and a worker at the same time give back once", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const team = await house.team(100);
	const ids: string[] = [];
	for (let index = 0; index < 10; index++)
		ids.push(await house.submit(team, { count: 2 }));
	await house.engine.start();
	await Promise.allSettled(
		ids.flatMap((id) => [
			house.engine.cancelGeneration(team, id),
			other.engine.cancelGeneration(team, id),
		]),
	);
	let kept = 0;
	for (const id of ids) {
		const { images, credits } = await house.ended(team, id);
		assert.equal(credits, images.length);
		kept += images.length;
	}
	assert.equal((await house.engine.creditSums(team)).balance, 100 - kept);
});

/** Everything that is asked for by its id. */
const BY_ID: Readonly<
	Record<
		string,
		(
			house: TestEngine,
			principal: Principal,
			ids: { id: string; imageId: string },
		) => Promise<unknown>
	>
> = {
	"reading a generation": ({ engine }, principal, { id }) =>
		engine.getGeneration(principal, id),
	"waiting for a generation": ({ engine }, principal, { id }) =>
		engine.waitForEnd(principal, id),
	"canceling a generation": ({ engine }, principal, { id }) =>
		engine.cancelGeneration(principal, id),
	"reading an image": ({ engine }, principal, { imageId }) =>
		engine.getImage(principal, imageId),
	"publishing an image": ({ engine }, principal, { imageId }) =>
		engine.setImagePublic(principal, imageId, true),
	"deleting an image": ({ engine }, principal, { imageId }) =>
		engine.deleteImage(principal, imageId),
};

for (const [what, ask] of Object.entries(BY_ID)) {
	test(`${what} of another team is the same as of none, and changes nothing`, async (t) => {
		const house = await openTestEngine(t);
		const [owner, stranger] = [await house.team(), await house.team()];
		const ids = await drawOne(house, owner);
		const waiting = await house.submit(owner);
		const before = await rowsOf(house.dependencies.database);
		for (const asked of [
			ids,
			{ ...ids, id: waiting },
			{ id: "gen_nothing", imageId: "img_nothing" },
			// No id at all: one of the databases cannot even look for the first.
			{ id: "gen_\0", imageId: "img_\0" },
			{ id: "", imageId: "" },
			{ id: "'; --", imageId: "'; --" },
		])
			await assert.rejects(
				ask(house, stranger, asked),
				hasCode("not_found"),
				JSON.stringify(asked),
			);
		assert.deepEqual(await rowsOf(house.dependencies.database), before);
	});
}

test("a team's library shows nothing of another team, public or not", async (t) => {
	const house = await openTestEngine(t);
	const [owner, stranger] = [await house.team(), await house.team()];
	const { imageId } = await drawOne(house, owner);
	await house.engine.setImagePublic(owner, imageId, true);
	const page = { page: 1, limit: 10 };
	assert.equal((await house.engine.listImages(owner, page)).total, 1);
	assert.equal((await house.engine.listImages(stranger, page)).total, 0);
	const searched = { ...page, search: "picture" };
	assert.equal((await house.engine.listImages(stranger, searched)).total, 0);
	assert.equal((await house.engine.listGallery(page)).total, 1);
});

test("who waits for an end in another process hears of it", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_WORKER_SLOTS: "0" },
	});
	const drawing = await openTestEngine(t, { beside: house });
	const team = await house.team();
	await house.engine.start();
	await drawing.engine.start();
	for (let round = 0; round < 5; round++) {
		const { generation } = await house.engine.generate(team, smallRequest());
		const ended = await house.engine.waitForEnd(team, generation.id);
		assert.equal(ended.status, "completed");
	}
});

test("who hangs up waits no longer, and the work goes on", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const drawn = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: drawn.promise });
	const id = await house.submit(team);
	await house.engine.start();
	const caller = new AbortController();
	const waiting = house.engine.waitForEnd(team, id, caller.signal);
	await waitUntil(() => house.provider.atOnce === 1);
	caller.abort();
	assert.equal((await waiting).status, "active");
	drawn.resolve();
	assert.equal((await house.ended(team, id)).status, "completed");
});

test("who waits too long is given the generation as it is", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_SYNC_WAIT_SECONDS: "1" },
	});
	const team = await house.team();
	const id = await house.submit(team);
	assert.equal((await house.engine.waitForEnd(team, id)).status, "queued");
});

test("who waits when the process stops is told that it stops, before and after", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const id = await house.submit(team);
	const waiting = assert.rejects(
		house.engine.waitForEnd(team, id),
		hasCode("wait_timed_out"),
	);
	await house.engine.stop(0);
	await waiting;
	await assert.rejects(
		house.engine.waitForEnd(team, id),
		hasCode("wait_timed_out"),
	);
});

test("a price is told without anything being done", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(7);
	const before = await rowsOf(house.dependencies.database);
	const quote = await house.engine.quote(
		team,
		smallRequest({ count: 3, resolution: "4k" }),
	);
	assert.equal(quote.credits, 12);
	assert.equal(quote.creditsPerImage, 4);
	assert.equal(quote.balance, 7);
	assert.deepEqual(await rowsOf(house.dependencies.database), before);
});
