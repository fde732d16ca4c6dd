/** Whoever watches a generation sees its unfinished pictures, whichever process draws, and its end; and nothing of them stays. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { plainPng, scriptedModel } from "../../testing/scripted-provider.ts";
import { filesBelow } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import type { GenerationEvent } from "../engine.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import type { Principal } from "./request.ts";

const HOUR_MS = 60 * 60 * 1000;
const models = [scriptedModel({ image: { partialImages: 2 } })];
const pictures = [
	await plainPng({ width: 8, height: 8 }, "one"),
	await plainPng({ width: 16, height: 16 }, "two"),
];

async function bytesOf(event: GenerationEvent | undefined): Promise<Buffer> {
	assert.ok(event?.kind === "partial");
	const pieces: Uint8Array[] = [];
	for await (const piece of await event.image.open()) pieces.push(piece);
	return Buffer.concat(pieces);
}

async function seen(
	{ engine }: TestEngine,
	team: Principal,
	id: string,
	signal = new AbortController().signal,
): Promise<GenerationEvent[]> {
	const events: GenerationEvent[] = [];
	for await (const event of engine.watchGeneration(team, id, signal))
		events.push(event);
	return events;
}

test("unfinished pictures drawn by another process reach whoever watches, byte for byte and before the end", async (t) => {
	const house = await openTestEngine(t, { models });
	const drawing = await openTestEngine(t, { models, beside: house });
	house.provider.script = () => ({ kind: "show", pictures });
	const team = await house.team();
	const id = await house.submit(team, { partialImages: 2, count: 2 });
	const watching = seen(house, team, id);
	await drawing.work(await drawing.claim({ freeSlots: 1 }));
	await drawing.dependencies.database.announce({
		kind: "ended",
		generationId: id,
	});
	const events = await watching;
	assert.deepEqual(
		events.map((event) =>
			event.kind === "partial"
				? `${event.image.position}.${event.image.index}`
				: event.generation.status,
		),
		["0.0", "0.1", "1.0", "1.1", "completed"],
	);
	assert.deepEqual(await bytesOf(events[0]), pictures[0]);
	assert.deepEqual(await bytesOf(events[3]), pictures[1]);
	assert.equal(house.provider.calls[0]?.partialImages, 2);
});

test("whoever begins to watch later is shown what there was until then", async (t) => {
	const house = await openTestEngine(t, { models });
	house.provider.script = () => ({ kind: "show", pictures });
	const team = await house.team();
	const id = await house.submit(team, { partialImages: 1 });
	await house.work(await house.claim());
	const events = await seen(house, team, id);
	assert.deepEqual(
		events.map(({ kind }) => kind),
		["partial", "partial", "ended"],
	);
});

test("unfinished pictures are collected an hour later, and the picture is not", async (t) => {
	const house = await openTestEngine(t, { models });
	house.provider.script = () => ({ kind: "show", pictures });
	const team = await house.team();
	const id = await house.submit(team, { partialImages: 2 });
	await house.work(await house.claim());
	const kept = () =>
		filesBelow(path.join(house.place.dataDirectory, "storage")).length;
	assert.equal(kept(), 3);
	assert.equal(
		filesBelow(path.join(house.place.dataDirectory, "staging")).length,
		0,
	);
	house.clock.advance(HOUR_MS + 1);
	await collectUnreferenced(house.dependencies);
	assert.equal(kept(), 1);
	const [image] = (await house.engine.getGeneration(team, id)).images;
	assert.ok(image && (await house.engine.openVariant(image, "original")));
});

test("nothing is kept of unfinished pictures that nobody asked for", async (t) => {
	const house = await openTestEngine(t, { models });
	house.provider.script = () => ({ kind: "show", pictures });
	const team = await house.team();
	const id = await house.submit(team);
	await house.work(await house.claim());
	assert.equal(
		filesBelow(path.join(house.place.dataDirectory, "storage")).length,
		1,
	);
	const events = await seen(house, team, id);
	assert.deepEqual(
		events.map(({ kind }) => kind),
		["ended"],
	);
});

test("more than the model shows is told in a warning, and more than three are refused", async (t) => {
	const house = await openTestEngine(t, { models });
	const team = await house.team();
	const id = await house.submit(team, { partialImages: 3 });
	const { warnings } = await house.drawn(team, id);
	assert.match(warnings[0]?.message ?? "", /at most 2 unfinished pictures/);
	assert.equal(house.provider.calls[0]?.partialImages, 2);
	for (const partialImages of [-1, 4, 0.5])
		await assert.rejects(house.submit(team, { partialImages }), /0 to 3/);
});

test("whoever leaves is told nothing more, and the work goes on", async (t) => {
	const house = await openTestEngine(t, { models });
	const team = await house.team();
	const id = await house.submit(team);
	const leaving = new AbortController();
	const watching = seen(house, team, id, leaving.signal);
	leaving.abort();
	assert.deepEqual(await watching, []);
	assert.equal(await house.work(await house.claim()), "completed");
});

test("another team's generation is not found", async (t) => {
	const house = await openTestEngine(t, { models });
	const id = await house.submit(await house.team());
	await assert.rejects(seen(house, await house.team(), id), /no generation/);
});
