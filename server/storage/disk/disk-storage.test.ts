/** A disk keeps the storage contract, across file systems and killed processes too. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	truncate,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Storage } from "../storage.ts";
import { describeStorage } from "../storage-contract.ts";
import { createDiskStorage } from "./disk-storage.ts";

// As put-until-killed.ts makes them.
const PICTURE_BYTES = 8 * 1_024 * 1_024;
const PUT_UNTIL_KILLED = fileURLToPath(
	new URL("./put-until-killed.ts", import.meta.url),
);

describeStorage("a disk", async () => {
	const directory = await mkdtemp(join(tmpdir(), "disk-storage-"));
	return {
		storage: createDiskStorage(join(directory, "made", "when", "needed")),
		dispose: () => rm(directory, { recursive: true, force: true }),
	};
});

describe("disk storage", () => {
	let directory: string;
	let storage: Storage;
	before(async () => {
		directory = await mkdtemp(join(tmpdir(), "disk-storage-"));
		storage = createDiskStorage(join(directory, "root"));
	});
	after(() => rm(directory, { recursive: true, force: true }));

	async function filesBelow(path: string): Promise<string[]> {
		const entries = await readdir(path, {
			recursive: true,
			withFileTypes: true,
		});
		return entries
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name));
	}

	async function put(key: string, text: string): Promise<void> {
		const path = join(directory, "local-file");
		await writeFile(path, text);
		await storage.put(key, { path, sizeBytes: text.length });
	}

	/** A directory on another file system, where this machine has one. */
	async function elsewhere(context: TestContext): Promise<string | null> {
		const memory = "/dev/shm";
		const devices = await Promise.all([stat(memory), stat(directory)]).catch(
			() => null,
		);
		if (devices === null || devices[0].dev === devices[1].dev) return null;
		const path = await mkdtemp(join(memory, "disk-storage-"));
		context.after(() => rm(path, { recursive: true, force: true }));
		return path;
	}

	it("lays an object down under its key and leaves nothing else", async () => {
		await put("lay/down.txt", "text");
		const root = join(directory, "root");
		const files = await filesBelow(root);
		assert.deepEqual(
			files.map((path) => relative(root, path)),
			[join("lay", "down.txt")],
		);
	});

	it("takes a file over from another file system", async (context) => {
		const other = await elsewhere(context);
		if (other === null) {
			context.skip("there is no second file system");
			return;
		}
		const path = join(other, "file");
		await writeFile(path, "from afar");
		await storage.put("afar/file", { path, sizeBytes: 9 });
		const kept = join(directory, "root", "afar", "file");
		assert.equal(await readFile(kept, "utf8"), "from afar");
		assert.deepEqual(await readdir(dirname(kept)), ["file"]);
		assert.deepEqual(await readdir(other), []);
	});

	it("repairs an object that a crash of the machine cut short", async () => {
		await put("torn/file", "whole again");
		await truncate(join(directory, "root", "torn", "file"), 3);
		await put("torn/file", "whole again");
		const object = await storage.open("torn/file");
		assert.equal(
			Buffer.concat((await object?.stream.toArray()) ?? []).toString(),
			"whole again",
		);
	});

	it("refuses a key that is a folder of another key", async () => {
		await put("folder/file", "x");
		await assert.rejects(put("folder", "y"));
		await assert.rejects(put("folder/file/below", "y"));
		const object = await storage.open("folder/file");
		assert.equal(
			Buffer.concat((await object?.stream.toArray()) ?? []).toString(),
			"x",
		);
	});

	it("prunes the folders of what is removed below a prefix", async () => {
		await put("team/one/a/b", "x");
		await storage.removeBelow("team/one/");
		assert.deepEqual(await readdir(join(directory, "root", "team")), []);
	});

	it("makes a folder again that somebody else pruned", async () => {
		await put("pruned/folder/first", "x");
		await rm(join(directory, "root", "pruned"), { recursive: true });
		await put("pruned/folder/second", "y");
		assert.equal(await storage.size("pruned/folder/second"), 1);
	});

	it("does not end the process over a stream that was forgotten", async () => {
		await put("forgotten", "x");
		const script = `
			const { createDiskStorage } = await import(process.argv[1]);
			await createDiskStorage(process.argv[2]).open("forgotten");
			for (let turn = 0; turn < 5; turn++) {
				gc();
				await new Promise((resolve) => setImmediate(resolve));
			}
			console.log("alive");`;
		const child = spawn(process.execPath, [
			"--expose-gc",
			"--input-type=module",
			"--eval",
			script,
			new URL("./disk-storage.ts", import.meta.url).href,
			join(directory, "root"),
		]);
		const output = Buffer.concat(await child.stdout.toArray()).toString();
		assert.equal(output, "alive\n");
	});

	for (const isElsewhere of [false, true]) {
		const from = isElsewhere ? "another" : "the same";
		it(`never shows a part of a file, however often the process is killed while it puts files of ${from} file system`, async (context) => {
			const other = isElsewhere ? await elsewhere(context) : directory;
			if (other === null) {
				context.skip("there is no second file system");
				return;
			}
			const root = join(directory, `killed-${from}`);
			const acknowledged: string[] = [];
			for (let round = 0; round < 4; round++)
				acknowledged.push(
					...(await putAndKill(root, join(other, "staging"), round)),
				);
			assert.ok(acknowledged.length > 0);
			const found = createDiskStorage(root);
			for (const key of acknowledged)
				assert.equal(await found.size(key), PICTURE_BYTES, key);
			for (const path of await filesBelow(root)) {
				if (path.includes("~")) continue;
				const index = Number(basename(path));
				const whole = Buffer.alloc(PICTURE_BYTES, index % 256);
				assert.ok((await readFile(path)).equals(whole), path);
			}
		});
	}
});

/** Kills the process the moment it begins to show a file in its folder. @returns the acknowledged keys. */
async function putAndKill(
	root: string,
	staging: string,
	round: number,
): Promise<string[]> {
	const folder = join(root, "pictures", String(round));
	await mkdir(folder, { recursive: true });
	const child = spawn(
		process.execPath,
		[PUT_UNTIL_KILLED, root, staging, String(round)],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	let changes = 0;
	const watcher = watch(folder, () => {
		changes++;
		if (changes > 4 + round) child.kill("SIGKILL");
	});
	const [output] = await Promise.all([
		child.stdout.toArray(),
		once(child, "close"),
	]);
	watcher.close();
	return Buffer.concat(output).toString().split("\n").slice(0, -1);
}
