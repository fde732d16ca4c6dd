/** What every storage must do, as one suite that each implementation runs on itself. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { access, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ByteRange, LocalFile, Storage } from "./storage.ts";

const MEBIBYTE = 1_024 * 1_024;
const BIG_OBJECT_BYTES = 64 * MEBIBYTE;

const REFUSED_KEYS = [
	"",
	"/",
	"/etc/passwd",
	"..",
	"../outside.png",
	"a/../../outside.png",
	"a/./b.png",
	"a//b.png",
	"a/",
	"a\\..\\b.png",
	"a b.png",
	"ä.png",
	"a\0.png",
	"a.png\n",
	"a~b.png",
	"%2e%2e/b.png",
	`${"a".repeat(201)}.png`,
	"a/".repeat(600),
];

export interface StorageUnderTest {
	readonly storage: Storage;
	/** Throws away all that it keeps. */
	dispose(): Promise<void>;
}

/** @param create makes an empty storage; called once. */
export function describeStorage(
	name: string,
	create: () => Promise<StorageUnderTest>,
): void {
	describe(`${name} as a storage`, () => {
		let place: StorageUnderTest;
		let storage: Storage;
		let directory: string;
		before(async () => {
			place = await create();
			storage = place.storage;
			directory = await mkdtemp(join(tmpdir(), "storage-contract-"));
		});
		after(async () => {
			await place.dispose();
			await rm(directory, { recursive: true, force: true });
		});

		async function localFile(bytes: string | Uint8Array): Promise<LocalFile> {
			const path = join(directory, randomUUID());
			await writeFile(path, bytes);
			return { path, sizeBytes: Buffer.byteLength(bytes) };
		}

		async function put(key: string, bytes: string | Uint8Array): Promise<void> {
			await storage.put(key, await localFile(bytes));
		}

		async function read(
			key: string,
			range?: ByteRange,
		): Promise<string | null> {
			const object = await storage.open(key, range);
			if (object === null) return null;
			return Buffer.concat(await object.stream.toArray()).toString();
		}

		it("gives back the bytes it was given and takes the file over", async () => {
			const file = await localFile("a picture");
			await storage.put("generated/team1/picture.png", file);
			assert.equal(await read("generated/team1/picture.png"), "a picture");
			assert.equal(await storage.size("generated/team1/picture.png"), 9);
			await assert.rejects(access(file.path), { code: "ENOENT" });
		});

		it("keeps an empty object", async () => {
			await put("empty.txt", "");
			assert.equal(await storage.size("empty.txt"), 0);
			assert.equal(await read("empty.txt"), "");
		});

		it("knows nothing of a key it was never given, nor of the folder of one", async () => {
			await put("folder/object.txt", "there");
			for (const key of ["missing", "folder", "folder/object.txt/below"]) {
				assert.equal(await storage.open(key), null, key);
				assert.equal(await storage.size(key), null, key);
			}
		});

		it("changes nothing when the same bytes are put again", async () => {
			await put("twice.txt", "the same");
			const file = await localFile("the same");
			await storage.put("twice.txt", file);
			assert.equal(await read("twice.txt"), "the same");
			await assert.rejects(access(file.path), { code: "ENOENT" });
		});

		it("replaces an object that was torn", async () => {
			await put("torn.txt", "half of");
			await put("torn.txt", "half of it was missing");
			assert.equal(await read("torn.txt"), "half of it was missing");
		});

		it("refuses a file that has not the size it is said to have", async () => {
			const file = await localFile("short");
			await assert.rejects(
				storage.put("lie.txt", { ...file, sizeBytes: 100 }),
				Error,
			);
			assert.equal(await storage.size("lie.txt"), null);
			await access(file.path);
		});

		it("refuses a file that is not there", async () => {
			const file = { path: join(directory, "no-such-file"), sizeBytes: 1 };
			await assert.rejects(storage.put("nothing.txt", file), {
				code: "ENOENT",
			});
		});

		it("gives a part of an object, and its whole size", async () => {
			await put("range.txt", "0123456789");
			assert.equal(await read("range.txt", { first: 2, last: 4 }), "234");
			assert.equal(await read("range.txt", { first: 0, last: 0 }), "0");
			assert.equal(await read("range.txt", { first: 9, last: 9 }), "9");
			assert.equal(await read("range.txt", { first: 7, last: 999 }), "789");
			const part = await storage.open("range.txt", { first: 1, last: 2 });
			assert.equal(part?.sizeBytes, 10);
			part?.stream.destroy();
		});

		it("refuses a range that has no byte of the object", async () => {
			await put("range.txt", "0123456789");
			await put("range-of-nothing.txt", "");
			for (const [key, first, last] of [
				["range.txt", 10, 12],
				["range.txt", 5, 4],
				["range.txt", -1, 4],
				["range-of-nothing.txt", 0, 0],
			] as const)
				await assert.rejects(storage.open(key, { first, last }), RangeError);
		});

		it("forgets a key, and does not mind forgetting it twice", async () => {
			await put("removed.txt", "soon gone");
			await storage.remove("removed.txt");
			await storage.remove("removed.txt");
			await storage.remove("folder");
			assert.equal(await storage.open("removed.txt"), null);
			await put("removed.txt", "back again");
			assert.equal(await read("removed.txt"), "back again");
		});

		it("lets a reader finish when the object is removed meanwhile", async () => {
			const bytes = Buffer.alloc(MEBIBYTE, "x");
			await put("read-while-removed.bin", bytes);
			const object = await storage.open("read-while-removed.bin");
			assert.ok(object);
			const chunks = object.stream[Symbol.asyncIterator]();
			let count = (await chunks.next()).value.length;
			await storage.remove("read-while-removed.bin");
			for await (const chunk of { [Symbol.asyncIterator]: () => chunks })
				count += chunk.length;
			assert.equal(count, MEBIBYTE);
		});

		it("bears a reader who goes away early", async () => {
			await put("abandoned.bin", Buffer.alloc(MEBIBYTE));
			const unread = await storage.open("abandoned.bin");
			unread?.stream.destroy();
			const halfRead = await storage.open("abandoned.bin");
			assert.ok(halfRead);
			for await (const _ of halfRead.stream) break;
			assert.equal(halfRead.stream.destroyed, true);
		});

		it("forgets all that lies below a prefix and nothing beside it", async () => {
			for (const key of ["t/1/a", "t/1/b/c", "t/10/a", "t/1.txt"])
				await put(key, key);
			await storage.removeBelow("t/1/");
			assert.equal(await storage.size("t/1/a"), null);
			assert.equal(await storage.size("t/1/b/c"), null);
			assert.equal(await read("t/10/a"), "t/10/a");
			assert.equal(await read("t/1.txt"), "t/1.txt");
			await storage.removeBelow("t/1/");
			await put("t/1/a", "new");
			assert.equal(await read("t/1/a"), "new");
		});

		for (const key of REFUSED_KEYS) {
			it(`refuses the key ${JSON.stringify(key).slice(0, 40)}`, async () => {
				const file = await localFile("x");
				await assert.rejects(storage.put(key, file), TypeError);
				await assert.rejects(storage.open(key), TypeError);
				await assert.rejects(storage.size(key), TypeError);
				await assert.rejects(storage.remove(key), TypeError);
				await assert.rejects(storage.removeBelow(`${key}/`), TypeError);
				await access(file.path);
			});
		}

		it("refuses a prefix that does not end in a slash", async () => {
			await put("prefix/object", "kept");
			for (const prefix of ["prefix", "", "/"])
				await assert.rejects(storage.removeBelow(prefix), TypeError);
			assert.equal(await read("prefix/object"), "kept");
		});

		it("takes many puts of one key at once", async () => {
			const files = await Promise.all(
				Array.from({ length: 16 }, () => localFile("the same picture")),
			);
			await Promise.all(files.map((file) => storage.put("crowd/one", file)));
			assert.equal(await read("crowd/one"), "the same picture");
			for (const { path } of files)
				await assert.rejects(access(path), { code: "ENOENT" });
		});

		it("takes puts of many keys in one new folder at once", async () => {
			const keys = Array.from(
				{ length: 16 },
				(_, index) => `crowd/new/folder/${index}`,
			);
			await Promise.all(keys.map((key) => put(key, key)));
			for (const key of keys) assert.equal(await read(key), key);
		});

		it("keeps and gives a big object without holding it in memory", async () => {
			const { file, sha256 } = await bigFile(join(directory, "big"));
			const start = liveBufferBytes();
			await storage.put("big.bin", file);
			const object = await storage.open("big.bin");
			assert.ok(object);
			const hash = createHash("sha256");
			let most = 0;
			let sinceLook = 0;
			for await (const chunk of object.stream) {
				hash.update(chunk);
				sinceLook += chunk.length;
				if (sinceLook < 8 * MEBIBYTE) continue;
				sinceLook = 0;
				// Gives a source that heeds no one the time to run ahead.
				for (let turn = 0; turn < 20; turn++) await setImmediate();
				most = Math.max(most, liveBufferBytes() - start);
			}
			assert.equal(hash.digest("hex"), sha256);
			assert.ok(most < BIG_OBJECT_BYTES / 4, `${most} bytes were held`);
		});
	});
}

async function bigFile(
	path: string,
): Promise<{ file: LocalFile; sha256: string }> {
	const hash = createHash("sha256");
	const handle = await open(path, "wx");
	try {
		for (let index = 0; index < BIG_OBJECT_BYTES / MEBIBYTE; index++) {
			const chunk = Buffer.alloc(MEBIBYTE, index + 1);
			hash.update(chunk);
			await handle.writeFile(chunk);
		}
	} finally {
		await handle.close();
	}
	const file = { path, sizeBytes: BIG_OBJECT_BYTES };
	return { file, sha256: hash.digest("hex") };
}

/** Bytes of the buffers that somebody still holds. */
function liveBufferBytes(): number {
	setFlagsFromString("--expose-gc");
	const collectGarbage: () => void = runInNewContext("gc");
	collectGarbage();
	return process.memoryUsage().arrayBuffers;
}
