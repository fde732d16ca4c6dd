/** `gesso generate`, as its user runs it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openGesso } from "../../testing/run-gesso.ts";

test("a picture is saved with the bytes that were drawn, and no file is overwritten unasked", async (t) => {
	const { gesso, directory, ask, balance } = await openGesso(t);
	const file = path.join(directory, "fox.png");
	const draw = (...more: readonly string[]) =>
		gesso("generate", "a fox", "-o", "fox.png", "--seed", "7", ...more);
	const first = await draw("--resolution", "low");
	assert.equal(first.code, 0, first.stderr);
	assert.match(first.stdout, /^fox\.png {2}512x512 · .* · seed 7\n/);
	assert.match(first.stdout, /drawn by painter · 1 credit/);
	const { data } = (await (await ask("GET", "/images/library")).json()) as {
		data: { images: { id: string }[] };
	};
	const original = await ask(
		"GET",
		`/images/library/${data.images[0]?.id}/download`,
	);
	assert.deepEqual(
		readFileSync(file),
		Buffer.from(await original.arrayBuffer()),
	);
	const refused = await draw("--resolution", "low");
	assert.equal(refused.code, 2);
	assert.match(refused.stderr, /fox\.png is there already.*\n.*--force/);
	assert.equal(await balance(), 99);
	const forced = await draw("--size", "300x200", "--force");
	assert.equal(forced.code, 0, forced.stderr);
	// Where a PNG says its pixels.
	const png = readFileSync(file);
	assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [300, 200]);
});

test("several pictures are numbered, named after the prompt where no name is given, and drawn from others", async (t) => {
	const { gesso, directory } = await openGesso(t);
	const several = await gesso(
		...["generate", "A fox, in the snow!", "-o", "foxes/"],
		...["--count", "2", "--resolution", "low", "--format", "webp"],
	);
	assert.equal(several.code, 0, several.stderr);
	const names = ["a-fox-in-the-snow-1.webp", "a-fox-in-the-snow-2.webp"];
	assert.deepEqual(readdirSync(path.join(directory, "foxes")), names);
	const changed = await gesso(
		...["generate", "night", "--image", `foxes/${names[0]}`],
		...["--resolution", "low"],
	);
	assert.equal(changed.code, 0, changed.stderr);
	assert.match(changed.stdout, /! The painter cannot see/);
	assert.ok(existsSync(path.join(directory, "night.png")));
	const missing = await gesso("generate", "day", "--image", "none.png");
	assert.equal(missing.code, 2);
	assert.match(missing.stderr, /The picture none\.png cannot be read/);
});

test("the price is told without drawing, and what fails or is refused says why in a line or two", async (t) => {
	const { gesso, directory, balance } = await openGesso(t, 1);
	const quote = await gesso("generate", "a fox", "--dry-run", "--count", "3");
	assert.match(
		quote.stdout,
		/^3 pictures of 1024x1024 by painter: 3 credits, balance 1\n/,
	);
	const cases = [
		[1, /The prompt says painter-fail/, ["painter-fail"]],
		[2, /--aspect-ratio: .*must be one of/, ["a", "--aspect-ratio", "5:99"]],
		[2, /credits.*\n.*credits grant/, ["a", "--count", "2"]],
		[2, /too much.*\n.*in quotes/, ["a", "fox"]],
		[2, /What is to be drawn/, []],
		[2, /no format gif/, ["a", "--format", "gif"]],
	] as const;
	for (const [code, pattern, words] of cases) {
		const refused = await gesso("generate", ...words);
		assert.equal(refused.code, code, refused.stderr);
		assert.match(refused.stderr, pattern);
		assert.ok(refused.stderr.trimEnd().split("\n").length <= 2);
		assert.doesNotMatch(refused.stderr, /\.ts:\d/);
	}
	assert.equal(await balance(), 1);
	writeFileSync(path.join(directory, "a.png"), "");
	const existing = await gesso("generate", "a");
	assert.match(existing.stderr, /a\.png is there already/);
});
