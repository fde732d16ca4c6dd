/** The files of a team: what it hands in it gets back, within its limits, and nobody else does. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import type { Principal } from "../generations/request.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import { safeFileName, safeMediaType } from "./file-names.ts";
import { forgetExpiredFiles } from "./forget-files.ts";
import type { FileFacts } from "./keep-file.ts";

const AN_HOUR_MS = 60 * 60 * 1000;

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
	for (let start = 0; start < bytes.length; start += 1_000)
		yield bytes.subarray(start, start + 1_000);
}

async function keep(
	{ engine }: TestEngine,
	principal: Principal,
	bytes: Buffer,
	facts: Partial<FileFacts> = {},
) {
	const staged = await engine.files.stage(principal, inPieces(bytes));
	return await engine.files.create(principal, staged, {
		purpose: "user_data",
		fileName: "notes.txt",
		mediaType: "text/plain",
		...facts,
	});
}

async function read(
	{ engine }: TestEngine,
	principal: Principal,
	id: string,
	range?: { first: number; last: number },
): Promise<Buffer> {
	const { stream } = await engine.files.open(principal, id, range);
	return Buffer.concat(await stream.toArray());
}

const refused = (code: string) => ({ name: "EngineError", code });

test("a file is given back byte for byte, whole or a range of it, with what was said of it", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const bytes = randomBytes(10_500);
	const file = await keep(house, team, bytes, {
		purpose: "batch",
		fileName: "ภาพ.jsonl",
		mediaType: "Application/JSONL; charset=utf-8",
	});
	assert.match(file.id, /^[0-9a-z]{24}$/);
	assert.deepEqual(await house.engine.files.get(team, file.id), file);
	assert.deepEqual(
		{ ...file, id: "" },
		{
			id: "",
			purpose: "batch",
			fileName: "ภาพ.jsonl",
			ownName: null,
			displayName: null,
			mediaType: "application/jsonl",
			sizeBytes: 10_500,
			sha256: createHash("sha256").update(bytes).digest("hex"),
			source: "uploaded",
			createdAt: house.clock.now(),
			expiresAt: null,
		},
	);
	assert.deepEqual(await read(house, team, file.id), bytes);
	assert.deepEqual(
		await read(house, team, file.id, { first: 100, last: 199 }),
		bytes.subarray(100, 200),
	);
});

test("another team's file is not there, for whatever is asked of it", async (t) => {
	const house = await openTestEngine(t);
	const [owner, other] = [await house.team(), await house.team()];
	const { id } = await keep(house, owner, Buffer.from("secret"));
	const { files } = house.engine;
	await assert.rejects(files.get(other, id), refused("not_found"));
	await assert.rejects(files.open(other, id), refused("not_found"));
	await assert.rejects(files.delete(other, id), refused("not_found"));
	await assert.rejects(
		files.inputImage(other, id, "image"),
		refused("not_found"),
	);
	await assert.rejects(
		files.list(other, { limit: 10, order: "desc", after: id }),
		refused("invalid_request"),
	);
	assert.deepEqual(await files.list(other, { limit: 10, order: "desc" }), {
		files: [],
		hasMore: false,
	});
	for (const hostile of [
		"",
		"\0",
		"../../etc/passwd",
		`${id}x`,
		"é".repeat(24),
	])
		await assert.rejects(files.get(owner, hostile), refused("not_found"));
});

test("files are listed page by page in either order, of one purpose or of all, also those of one moment", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const made = [];
	for (let index = 0; index < 7; index++) {
		if (index % 3 === 0) house.clock.advance(1);
		made.push(
			await keep(house, team, Buffer.from(`file ${index}`), {
				purpose: index % 2 === 0 ? "batch" : "vision",
			}),
		);
	}
	for (const order of ["asc", "desc"] as const) {
		for (const purpose of [undefined, "batch", "vision", "nothing"]) {
			const found: string[] = [];
			for (let after: string | undefined; ; ) {
				const page = await house.engine.files.list(team, {
					limit: 2,
					order,
					after,
					purpose,
				});
				found.push(...page.files.map(({ id }) => id));
				if (!page.hasMore) break;
				after = found.at(-1);
			}
			const expected: string[] = made
				.filter((file) => purpose === undefined || file.purpose === purpose)
				.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
				.map(({ id }) => id);
			if (order === "desc") expected.reverse();
			assert.deepEqual(found, expected);
		}
	}
});

test("a deleted file is gone at once, its bytes an hour later unless another file has the same", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const { files } = house.engine;
	const one = await keep(house, team, Buffer.from("the same"));
	const two = await keep(house, team, Buffer.from("the same"));
	await files.delete(team, one.id);
	await assert.rejects(files.get(team, one.id), refused("not_found"));
	await assert.rejects(files.delete(team, one.id), refused("not_found"));
	house.clock.advance(AN_HOUR_MS + 1);
	assert.equal(await collectUnreferenced(house.dependencies), 0);
	assert.equal((await read(house, team, two.id)).toString(), "the same");
	await files.delete(team, two.id);
	house.clock.advance(AN_HOUR_MS + 1);
	assert.equal(await collectUnreferenced(house.dependencies), 1);
	const key = `files/${team.teamId}/${one.sha256}`;
	assert.equal(await house.dependencies.storage.open(key), null);
});

test("a file whose time is over is gone, and is cleaned up", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const { id } = await keep(house, team, Buffer.from("a"), { keptMs: 5_000 });
	const staying = await keep(house, team, Buffer.from("b"));
	assert.equal(await forgetExpiredFiles(house.dependencies), 0);
	house.clock.advance(5_000);
	await assert.rejects(house.engine.files.get(team, id), refused("not_found"));
	const { files } = await house.engine.files.list(team, {
		limit: 10,
		order: "asc",
	});
	assert.deepEqual(files, [staying]);
	assert.equal(await forgetExpiredFiles(house.dependencies), 1);
	house.clock.advance(AN_HOUR_MS + 1);
	assert.equal(await collectUnreferenced(house.dependencies), 1);
});

test("a file larger than allowed is refused while it arrives", async (t) => {
	const house = await openTestEngine(t, {
		environment: { GESSO_MAX_FILE_BYTES: "5000" },
	});
	const team = await house.team();
	await keep(house, team, randomBytes(5_000));
	let given = 0;
	async function* endless(): AsyncGenerator<Uint8Array> {
		for (;;) {
			given++;
			yield Buffer.alloc(1_000);
		}
	}
	await assert.rejects(
		house.engine.files.stage(team, endless()),
		refused("payload_too_large"),
	);
	assert.equal(given, 6);
});

test("all files of a team together stay within its limit, however many come at once; a guest has less", async (t) => {
	const house = await openTestEngine(t, {
		environment: {
			GESSO_MAX_FILES_BYTES_PER_TEAM: "3000",
			GESSO_MAX_FILES_BYTES_PER_GUEST: "1000",
		},
	});
	const team = await house.team();
	const other = await openTestEngine(t, {
		beside: house,
		environment: { GESSO_MAX_FILES_BYTES_PER_TEAM: "3000" },
	});
	const outcomes = await Promise.allSettled(
		Array.from({ length: 10 }, (_, index) =>
			keep(index % 2 === 0 ? house : other, team, randomBytes(1_000)),
		),
	);
	const kept = outcomes.filter(({ status }) => status === "fulfilled");
	assert.equal(kept.length, 3);
	await assert.rejects(
		keep(house, team, Buffer.from("1")),
		refused("payload_too_large"),
	);
	const guest: Principal = { ...(await house.team()), kind: "guest" };
	await keep(house, guest, randomBytes(1_000));
	await assert.rejects(
		keep(house, guest, Buffer.from("1")),
		refused("payload_too_large"),
	);
});

test("a file's name and type are made harmless, and stay what they were where they can", () => {
	const names = [
		["cat.png", "cat.png"],
		["../../etc/passwd", "passwd"],
		["C:\\pictures\\cat.png", "cat.png"],
		["a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"],
		["\u202egnp.exe", "gnp.exe"],
		["รูป แมว.jpg", "รูป แมว.jpg"],
		["..", "fallback"],
		["", "fallback"],
		["\ud800", "\ufffd"],
	] as const;
	for (const [name, safe] of names)
		assert.equal(safeFileName(name, "fallback"), safe);
	const long = safeFileName(`${"x".repeat(1_000)}.jsonl`, "");
	assert.equal(long.length, 255);
	assert.match(long, /\.jsonl$/);
	assert.equal(safeMediaType("IMAGE/PNG"), "image/png");
	assert.equal(safeMediaType("text/html\r\nx: y"), "application/octet-stream");
	assert.equal(safeMediaType(""), "application/octet-stream");
});
