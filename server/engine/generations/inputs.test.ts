/** Pictures that are taken in before their request is whole: within limits, only the caller's own, and gone when they are let go. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { plainPng } from "../../testing/scripted-provider.ts";
import { filesBelow } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";

const red = await plainPng({ width: 40, height: 30 }, "red");

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes.subarray(0, 20);
	yield bytes.subarray(20);
}

function stagedFiles({ place }: TestEngine): string[] {
	return filesBelow(path.join(place.dataDirectory, "staging"));
}

test("what was staged reaches the provider without being copied, and letting go of it afterwards is no error", async (t) => {
	const house = await openTestEngine(t);
	const { inputs } = house.engine;
	const source = await inputs.stage("image", piecesOf(red));
	assert.equal(stagedFiles(house).length, 1);
	const team = await house.team();
	await house.submit(team, { inputImages: [source] });
	assert.deepEqual(stagedFiles(house), []);
	await inputs.discard(source);
	await house.work(await house.claim());
	assert.equal(house.provider.calls[0]?.inputImages[0]?.sizeBytes, red.length);
});

test("what was staged and is no picture is refused by name, and gone", async (t) => {
	const house = await openTestEngine(t);
	const source = await house.engine.inputs.stage(
		"image[]",
		piecesOf(Buffer.from("this is no picture at all")),
	);
	await assert.rejects(
		house.submit(await house.team(), { inputImages: [source] }),
		{ code: "invalid_request", details: { field: "image[]" } },
	);
	await assert.rejects(house.engine.inputs.measure(source));
	assert.deepEqual(stagedFiles(house), []);
});

test("an upload over the limit is refused by name while it comes, and gone", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_MAX_REFERENCE_BYTES: "1024" },
	});
	await assert.rejects(
		house.engine.inputs.stage("mask", piecesOf(Buffer.alloc(1_025))),
		{
			code: "payload_too_large",
			details: { field: "mask", allowed: "at most 1024 bytes" },
		},
	);
	assert.deepEqual(stagedFiles(house), []);
});

test("a picture is measured from wherever it comes, and taken in once for that", async (t) => {
	const house = await openTestEngine(t);
	const { source, size } = await house.engine.inputs.measure({
		kind: "base64",
		field: "image",
		data: red.toString("base64"),
	});
	assert.deepEqual(size, { width: 40, height: 30 });
	assert.equal(stagedFiles(house).length, 1);
	await house.engine.inputs.discard(source);
	assert.deepEqual(stagedFiles(house), []);
	await assert.rejects(
		house.engine.inputs.measure({ kind: "base64", field: "a", data: "AAAA" }),
		/a cannot be used/,
	);
	assert.deepEqual(stagedFiles(house), []);
});

test("a picture of the library is drawn from by its own team alone", async (t) => {
	const house = await openTestEngine(t);
	const { inputs } = house.engine;
	const team = await house.team();
	const made = await house.drawn(team, await house.submit(team));
	const [image] = made.images;
	assert.ok(image);
	const source = await inputs.fromLibrary(team, image.id, "image");
	await house.drawn(
		team,
		await house.submit(team, { prompt: "again", inputImages: [source] }),
	);
	assert.equal(
		house.provider.calls[1]?.inputImages[0]?.sizeBytes,
		image.sizeBytes,
	);
	const stranger = await house.team();
	for (const id of [image.id, "img_nothing", "img_00000000000000000000000000"])
		await assert.rejects(inputs.fromLibrary(stranger, id, "image"), {
			code: "not_found",
		});
});
