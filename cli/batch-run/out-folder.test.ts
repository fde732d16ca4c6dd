/** What the folder of a batch remembers, and whom it keeps out. */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openFolder } from "../testing/run-gesso.ts";
import { type Memory, OutFolder } from "./out-folder.ts";
import { SavedPictures } from "./saved-pictures.ts";
import { whatChanged } from "./what-changed.ts";

const signal = new AbortController().signal;
const MEMORY: Memory = {
	version: 1,
	server: "own",
	batchId: null,
	idempotencyKey: "once",
	table: { fileName: "rugs.csv", sha256: "abc" },
	options: { kind: "rugs", maxPhotos: 0 },
};
/** No process has it. */
const DEAD_PID = 2 ** 22 + 1;

test("a folder remembers its batch, and what it cannot read is no memory", async (t) => {
	const place = path.join(openFolder(t), "deep", "pictures");
	const folder = await OutFolder.open(place, signal);
	assert.equal(await folder.recall(), null);
	await folder.remember(MEMORY);
	assert.deepEqual(await folder.recall(), MEMORY);
	writeFileSync(path.join(place, ".gesso.json"), "{}");
	await assert.rejects(folder.recall(), /not what this command wrote/);
	await folder.release();
	writeFileSync(path.join(place, "file"), "");
	await assert.rejects(
		OutFolder.open(path.join(place, "file"), signal),
		/is a file/,
	);
});

test("a folder is free when whoever held it is dead, or had the number of this process", async (t) => {
	const place = openFolder(t);
	const lock = path.join(place, ".gesso", "lock");
	for (const holder of [DEAD_PID, process.pid]) {
		await (await OutFolder.open(place, signal)).release();
		writeFileSync(lock, String(holder));
		const folder = await OutFolder.open(place, signal);
		await folder.release();
		assert.ok(!existsSync(lock));
	}
});

test("a picture is known as long as its file is as it was saved, though a note broke off", async (t) => {
	const folder = openFolder(t);
	const notes = path.join(folder, "pictures.jsonl");
	const file = path.join(folder, "rug.1.png");
	writeFileSync(file, "picture");
	const saved = await SavedPictures.open(folder, notes);
	await saved.note("img_1", "rug.1.png");
	appendFileSync(notes, '\n{"image": "img_2", "fi');
	const again = await SavedPictures.open(folder, notes);
	await again.note("img_3", "rug.1.png");
	assert.equal(again.addedCount, 1);
	const last = await SavedPictures.open(folder, notes);
	for (const [image, stem, isKnown] of [
		["img_1", "rug.1", true],
		["img_3", "rug.1", true],
		["img_1", "rug.2", false],
		["img_2", "rug.1", false],
	] as const)
		assert.equal(await last.has(image, stem), isKnown, `${image} ${stem}`);
	utimesSync(file, 1, 1);
	assert.equal(await last.has("img_1", "rug.1"), false);
});

test("going on with something else than was begun is refused, naming what changed", () => {
	const { table, options } = MEMORY;
	const hold = (
		...[now, fields, server]: readonly [object?, object?, string?]
	) =>
		whatChanged(
			MEMORY,
			{ ...table, ...now },
			{ ...options, ...fields },
			server,
			"pictures",
		);
	hold();
	hold({ fileName: "renamed.csv" });
	assert.throws(() => hold({ sha256: "d" }), /rugs\.csv has changed/);
	assert.throws(
		() => hold({ sha256: "d", fileName: "other.csv" }),
		/another table, rugs\.csv/,
	);
	assert.throws(
		() => hold({}, { maxPhotos: 1, prompt: "a" }),
		/--max-photos was 0, is 1; --prompt was left out, is a/,
	);
	assert.throws(() => hold({}, {}, "http://x"), /own server, not at http/);
});
