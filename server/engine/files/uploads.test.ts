/** Files that come in pieces: whole in the end, whichever process each piece reaches and wherever the line breaks. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import type { Principal } from "../generations/request.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import { type AnnouncedFile, forgetExpiredUploads } from "./upload-states.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const announced: AnnouncedFile = {
	purpose: "user_data",
	fileName: "in.png",
	mediaType: "image/png",
	ownNameField: "file.name",
};

async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
	for (let start = 0; start < bytes.length; start += 700)
		yield bytes.subarray(start, start + 700);
}

async function* brokenAfter(bytes: Buffer): AsyncGenerator<Uint8Array> {
	yield* inChunks(bytes);
	throw new Error("the line broke");
}

const add = (
	{ engine }: TestEngine,
	token: string,
	offset: number,
	bytes: Buffer,
	isLast = false,
) =>
	engine.files.uploads.add(token, { offset, bytes: inChunks(bytes), isLast });

async function read(
	{ engine }: TestEngine,
	principal: Principal,
	id: string,
): Promise<Buffer> {
	const { stream } = await engine.files.open(principal, id);
	return Buffer.concat(await stream.toArray());
}

const refused = (code: string) => ({ name: "EngineError", code });

test("a file whose pieces reach several processes, one of which dies, is whole", async (t) => {
	const one = await openTestEngine(t);
	const two = await openTestEngine(t, { beside: one });
	const team = await one.team();
	const bytes = randomBytes(10_000);
	const token = await one.engine.files.uploads.start(team, {
		...announced,
		displayName: "A / picture",
		sizeBytes: bytes.length,
	});
	const first = await add(one, token, 0, bytes.subarray(0, 4_000));
	assert.deepEqual(first, { receivedBytes: 4_000, file: null });
	await one.crash();
	const second = await add(two, token, 4_000, bytes.subarray(4_000, 8_000));
	assert.equal(second.receivedBytes, 8_000);
	const three = await openTestEngine(t, { beside: two });
	const { file } = await add(three, token, 8_000, bytes.subarray(8_000), true);
	assert.ok(file);
	assert.equal(file.displayName, "A / picture");
	assert.equal(file.fileName, "in.png");
	assert.deepEqual(await read(two, team, file.id), bytes);
});

test("a file that comes in one piece, and an empty one, need no second", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	for (const bytes of [randomBytes(3_000), Buffer.alloc(0)]) {
		const token = await house.engine.files.uploads.start(team, announced);
		const { file } = await add(house, token, 0, bytes, true);
		assert.deepEqual(await read(house, team, file?.id ?? ""), bytes);
	}
});

test("what came before the line broke stays, and a client may go on from there or send the piece again", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const { uploads } = house.engine.files;
	const bytes = randomBytes(9_000);
	for (const goesOnAt of [0, 2_000, 5_000]) {
		const token = await uploads.start(team, announced);
		const broken = brokenAfter(bytes.subarray(0, 5_000));
		await assert.rejects(
			uploads.add(token, { offset: 0, bytes: broken, isLast: true }),
			/the line broke/,
		);
		assert.deepEqual(await uploads.get(token), {
			receivedBytes: 5_000,
			file: null,
		});
		const { file } = await add(
			house,
			token,
			goesOnAt,
			bytes.subarray(goesOnAt),
			true,
		);
		assert.deepEqual(await read(house, team, file?.id ?? ""), bytes);
	}
});

test("a piece that is sent twice is taken once, and the last one answers with the same file", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const bytes = randomBytes(6_000);
	const token = await house.engine.files.uploads.start(team, announced);
	for (const _time of [1, 2])
		assert.equal(
			(await add(house, token, 0, bytes.subarray(0, 3_000))).receivedBytes,
			3_000,
		);
	const last = () => add(house, token, 3_000, bytes.subarray(3_000), true);
	const [once, twice] = [await last(), await last()];
	assert.deepEqual(once, twice);
	assert.deepEqual(await house.engine.files.uploads.get(token), once);
	const { files } = await house.engine.files.list(team, {
		limit: 10,
		order: "asc",
	});
	assert.equal(files.length, 1);
});

test("two requests that add at once to one upload do not mix", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const team = await house.team();
	const bytes = randomBytes(6_000);
	const token = await house.engine.files.uploads.start(team, announced);
	const outcomes = await Promise.allSettled(
		[house, other, house, other].map((each) =>
			add(each, token, 0, bytes, true),
		),
	);
	for (const outcome of outcomes) {
		if (outcome.status === "rejected")
			assert.equal(outcome.reason.code, "conflict");
	}
	const { file } = await house.engine.files.uploads.get(token);
	assert.deepEqual(await read(house, team, file?.id ?? ""), bytes);
	const { files } = await house.engine.files.list(team, {
		limit: 10,
		order: "asc",
	});
	assert.equal(files.length, 1);
});

test("a gap, more bytes than announced, and fewer, are refused, and the upload can go on", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const bytes = randomBytes(4_000);
	const token = await house.engine.files.uploads.start(team, {
		...announced,
		sizeBytes: 4_000,
	});
	const invalid = refused("invalid_request");
	await assert.rejects(add(house, token, 1, bytes), invalid);
	await assert.rejects(add(house, token, 0, randomBytes(4_001), true), invalid);
	await assert.rejects(
		add(house, token, 0, bytes.subarray(0, 3_999), true),
		invalid,
	);
	const { file } = await add(house, token, 0, bytes, true);
	assert.deepEqual(await read(house, team, file?.id ?? ""), bytes);
});

test("what is on its way counts as what is there, and is not counted twice when it has become a file", async (t) => {
	const house = await openTestEngine(t, {
		environment: {
			GESSO_MAX_FILES_BYTES_PER_TEAM: "5000",
			GESSO_MAX_FILE_BYTES: "4000",
		},
	});
	const team = await house.team();
	const { uploads } = house.engine.files;
	const start = (sizeBytes?: number) =>
		uploads.start(team, { ...announced, sizeBytes });
	const tooLarge = refused("payload_too_large");
	await assert.rejects(start(4_001), tooLarge);
	const [one, two] = [await start(), await start()];
	await add(house, one, 0, randomBytes(2_000));
	await assert.rejects(add(house, one, 2_000, randomBytes(2_001)), tooLarge);
	await add(house, one, 2_000, randomBytes(2_000), true);
	await assert.rejects(add(house, two, 0, randomBytes(1_001)), tooLarge);
	await assert.rejects(start(1_001), tooLarge);
	await add(house, two, 0, randomBytes(900));
	await uploads.cancel(two);
	await add(house, await start(1_000), 0, randomBytes(1_000), true);
});

test("an upload that is canceled, or whose time is over, is gone with its bytes; a whole file stays", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const { uploads } = house.engine.files;
	const [canceled, late, whole] = await Promise.all(
		[1, 2, 3].map(() =>
			uploads.start(team, { ...announced, keptMs: 9 * DAY_MS }),
		),
	);
	assert.ok(canceled && late && whole);
	await add(house, canceled, 0, randomBytes(1_000));
	await uploads.cancel(canceled);
	await assert.rejects(uploads.get(canceled), refused("not_found"));
	await add(house, late, 0, randomBytes(1_000));
	const bytes = randomBytes(1_000);
	const { file } = await add(house, whole, 0, bytes, true);
	house.clock.advance(2 * DAY_MS);
	await assert.rejects(
		add(house, late, 1_000, randomBytes(1)),
		refused("not_found"),
	);
	assert.equal(await forgetExpiredUploads(house.dependencies), 2);
	house.clock.advance(DAY_MS);
	// The two parts of the uploads.
	assert.equal(await collectUnreferenced(house.dependencies), 2);
	assert.deepEqual(await read(house, team, file?.id ?? ""), bytes);
	await assert.rejects(uploads.get("anything"), refused("not_found"));
});

test("a file is found by the name its team gave it, which no two have at a time", async (t) => {
	const house = await openTestEngine(t);
	const [team, other] = [await house.team(), await house.team()];
	const { files } = house.engine;
	const start = (principal: Principal, ownName: string) =>
		files.uploads.start(principal, { ...announced, ownName, keptMs: DAY_MS });
	const [first, second] = [
		await start(team, "my-pic"),
		await start(team, "my-pic"),
	];
	const { file } = await add(house, first, 0, Buffer.from("one"), true);
	assert.deepEqual(await files.get(team, "my-pic"), file);
	assert.equal((await read(house, team, "my-pic")).toString(), "one");
	const taken = refused("conflict");
	await assert.rejects(add(house, second, 0, Buffer.from("two"), true), taken);
	await assert.rejects(start(team, "my-pic"), taken);
	await assert.rejects(files.get(other, "my-pic"), refused("not_found"));
	await add(house, await start(other, "my-pic"), 0, Buffer.from("x"), true);
	await files.delete(team, "my-pic");
	await add(house, second, 0, Buffer.from("two"), true);
	house.clock.advance(DAY_MS);
	await add(house, await start(team, "my-pic"), 0, Buffer.from("three"), true);
	assert.equal((await read(house, team, "my-pic")).toString(), "three");
	for (const name of ["", "My-Pic", "-a", "a-", "a_b", "x".repeat(41), "é"])
		await assert.rejects(start(team, name), refused("invalid_request"));
});
