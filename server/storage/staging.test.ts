/** Staged files are whole, hashed and swept up after, whatever becomes of their source. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { getEventListeners } from "node:events";
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	utimes,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, beforeEach, describe, it } from "node:test";
import type { KeptFile } from "../providers/provider.ts";
import { createStaging, type Staging, StagingLimitError } from "./staging.ts";

// So large that a write takes longer than a look at the file.
const CHUNK_BYTES = 4 * 1_024 * 1_024;

describe("staging", () => {
	let base: string;
	let directory: string;
	let staging: Staging;
	before(async () => {
		base = await mkdtemp(join(tmpdir(), "staging-test-"));
	});
	beforeEach(async () => {
		directory = await mkdtemp(join(base, "place-"));
		staging = await createStaging(directory);
	});
	after(() => rm(base, { recursive: true, force: true }));

	/** All files below the staging directory. */
	async function files(): Promise<string[]> {
		const entries = await readdir(directory, {
			recursive: true,
			withFileTypes: true,
		});
		return entries
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name));
	}

	async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
		for (const part of parts) yield Buffer.from(part);
	}

	it("writes the bytes to a file and tells their hash and size", async () => {
		const file: KeptFile = await staging.stage(chunks("one ", "", "two"));
		assert.equal(await readFile(file.path, "utf8"), "one two");
		assert.equal(file.sizeBytes, 7);
		const hash = createHash("sha256").update("one two");
		assert.equal(file.sha256, hash.digest("hex"));
	});

	it("takes an empty file", async () => {
		const file = await staging.stage(chunks());
		assert.equal(file.sizeBytes, 0);
		assert.equal((await stat(file.path)).size, 0);
	});

	it("has written each chunk before it asks for the next, even one that is used again", async () => {
		async function* reused(): AsyncGenerator<Uint8Array> {
			const buffer = Buffer.alloc(CHUNK_BYTES);
			for (let index = 0; index < 4; index++) {
				yield buffer.fill(index);
				const [path] = await files();
				assert.ok(path);
				assert.equal((await stat(path)).size, (index + 1) * buffer.length);
			}
		}
		const file = await staging.stage(reused());
		const bytes = await readFile(file.path);
		for (let index = 0; index < 4; index++)
			assert.equal(bytes[(index + 1) * CHUNK_BYTES - 1], index);
	});

	it("allows just as many bytes as the limit says", async () => {
		const file = await staging.stage(chunks("12", "34"), { maxBytes: 4 });
		assert.equal(file.sizeBytes, 4);
	});

	it("stops at the limit, ends the source and leaves no file", async () => {
		let isEnded = false;
		async function* endless(): AsyncGenerator<Uint8Array> {
			try {
				for (;;) yield Buffer.alloc(1_000);
			} finally {
				isEnded = true;
			}
		}
		await assert.rejects(
			staging.stage(endless(), { maxBytes: 2_500 }),
			(error) => error instanceof StagingLimitError && error.maxBytes === 2_500,
		);
		assert.equal(isEnded, true);
		assert.deepEqual(await files(), []);
	});

	it("leaves no file when the source fails", async () => {
		async function* failing(): AsyncGenerator<Uint8Array> {
			yield Buffer.from("begun");
			throw new Error("the line broke");
		}
		await assert.rejects(staging.stage(failing()), /the line broke/);
		assert.deepEqual(await files(), []);
	});

	it("refuses text, which has no bytes yet", async () => {
		const stream = new PassThrough({ encoding: "utf8" }).end("text");
		await assert.rejects(staging.stage(stream), TypeError);
		assert.equal(stream.destroyed, true);
		assert.deepEqual(await files(), []);
	});

	it("ends at once when aborted, even if the source is silent for ever", async () => {
		const silent = new PassThrough();
		silent.write("begun");
		const controller = new AbortController();
		const staged = staging.stage(silent, { signal: controller.signal });
		controller.abort(new Error("the caller left"));
		await assert.rejects(staged, /the caller left/);
		assert.equal(silent.destroyed, true);
		assert.deepEqual(await files(), []);
	});

	it("does not begin when it is aborted already, and still ends the source", async () => {
		const source = new PassThrough();
		const signal = AbortSignal.abort(new Error("too late"));
		await assert.rejects(staging.stage(source, { signal }), /too late/);
		assert.equal(source.destroyed, true);
		assert.deepEqual(await files(), []);
	});

	it("leaves nothing on the caller's signal once it is done", async () => {
		const controller = new AbortController();
		const file = await staging.stage(chunks("kept"), {
			signal: controller.signal,
		});
		assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
		controller.abort();
		assert.equal(await readFile(file.path, "utf8"), "kept");
	});

	it("discards a file, also one that was taken away", async () => {
		const file = await staging.stage(chunks("unwanted"));
		await staging.discard(file);
		await staging.discard(file);
		assert.deepEqual(await files(), []);
	});

	it("stages many files at once without mixing them up", async () => {
		const staged = await Promise.all(
			Array.from({ length: 32 }, (_, index) =>
				staging.stage(chunks(`file `, `${index}`)),
			),
		);
		for (const [index, { path }] of staged.entries())
			assert.equal(await readFile(path, "utf8"), `file ${index}`);
	});

	it("closes with all its files, ending what is under way, and takes no more", async () => {
		await staging.stage(chunks("left"));
		const silent = new PassThrough();
		const underWay = staging.stage(silent);
		const ended = assert.rejects(underWay, /closed/);
		await staging.close();
		await ended;
		assert.deepEqual(await readdir(directory), []);
		await assert.rejects(staging.stage(chunks("late")), /closed/);
		await staging.close();
	});

	it("leaves the files of other processes alone when it closes", async () => {
		const other = await createStaging(directory);
		const file = await other.stage(chunks("another's"));
		await staging.close();
		assert.equal(await readFile(file.path, "utf8"), "another's");
	});

	it("sweeps what processes left behind a day ago, and nothing else", async () => {
		const dead = "staging-1-00000000-0000-4000-8000-000000000001";
		const alive = "staging-2-00000000-0000-4000-8000-000000000002";
		const yesterday = Date.now() / 1_000 - 25 * 60 * 60;
		for (const name of [dead, alive, "holidays"]) {
			await mkdir(join(directory, name));
			await writeFile(join(directory, name, "file"), "x");
		}
		for (const name of [dead, "holidays"])
			await utimes(join(directory, name), yesterday, yesterday);
		await staging.close();
		const next = await createStaging(directory);
		const names = await readdir(directory);
		assert.equal(names.includes(dead), false);
		assert.equal(names.includes(alive), true);
		assert.equal(names.includes("holidays"), true);
		await next.close();
	});

	it("goes on after another process took it for dead", async () => {
		await rm(directory, { recursive: true });
		const file = await staging.stage(chunks("still alive"));
		assert.equal(await readFile(file.path, "utf8"), "still alive");
	});
});
