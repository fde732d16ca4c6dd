/** How options are read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./nearest.ts";
import { readOptions } from "./options.ts";

const OPTIONS = {
	out: { kind: "text", value: "FOLDER", short: "o", meaning: "" },
	count: { kind: "number", value: "N", meaning: "" },
	photo: { kind: "list", value: "COLUMN", meaning: "" },
	yes: { kind: "flag", short: "y", meaning: "" },
} as const;

test("options are read as they are declared, wherever they stand, and what is left are operands", () => {
	const words = ["a", "-o", "x", "--photo=1", "b", "--photo", "2", "-y"];
	const { values, operands } = readOptions(
		[...words, "--count", "3", "--", "--out"],
		OPTIONS,
	);
	assert.deepEqual(values, {
		out: "x",
		count: 3,
		photo: ["1", "2"],
		yes: true,
	});
	assert.deepEqual(operands, ["a", "b", "--out"]);
	assert.deepEqual(readOptions([], OPTIONS).values, {
		out: undefined,
		count: undefined,
		photo: [],
		yes: false,
	});
});

test("a value that is missing, empty, too much or no number is named", () => {
	const cases = [
		[["--out"], /--out needs a value: --out FOLDER/],
		[["--out", "--yes"], /--out needs a value/],
		[["--out", " "], /empty value/],
		[["--out", "a", "--out", "b"], /stands twice/],
		[["--yes=no"], /takes no value/],
		[["--count", "two"], /whole number/],
		[["--count", "-1"], /whole number/],
		[["--coutn", "1"], /There is no option --coutn/],
	] as const;
	for (const [words, pattern] of cases)
		assert.throws(() => readOptions(words, OPTIONS), pattern);
	assert.equal(readOptions(["--out=-x"], OPTIONS).values.out, "-x");
});

test("the nearest word is found by its letters or by one of its parts, and nothing far off", () => {
	const names = ["kind", "aspect-ratio", "resolution"];
	assert.equal(nearest("knid", names), "kind");
	assert.equal(nearest("aspectratio", names), "aspect-ratio");
	assert.equal(nearest("ratio", names), "aspect-ratio");
	assert.equal(nearest("photograph", names), null);
});
