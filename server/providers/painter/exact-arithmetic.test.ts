/** Guards the promise that pixels are the same on every machine: no source of the painter may use functions whose last bit may differ. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

/** Exact by the standard, to the last bit, on every engine. */
const EXACT = new Set([
	"PI",
	"SQRT1_2",
	"SQRT2",
	"abs",
	"ceil",
	"floor",
	"imul",
	"max",
	"min",
	"round",
	"sign",
	"sqrt",
	"trunc",
]);

function faultsIn(source: string): string[] {
	return source.split("\n").flatMap((line, index) => {
		const code = line.replace(/\/\/.*|^\s*\*.*|\/\*.*/u, "");
		const functions = [...code.matchAll(/\bMath\s*\.\s*(\w+)/gu)]
			.map(([, name = ""]) => name)
			.filter((name) => !EXACT.has(name));
		const faults = functions.map((name) => `Math.${name}`);
		// A power of whole literals is exact; one of numbers that are worked out is not.
		const powers = code.replace(/\b\d+ \*\* \d+\b/gu, "");
		if (/\*\*/u.test(powers)) faults.push("the ** operator");
		if (/\bMath\s*\[|=\s*Math\b(?!\s*\.)/u.test(code))
			faults.push("Math by another name");
		return faults.map((fault) => `line ${index + 1}: ${fault}`);
	});
}

test("the painter's sources use exact arithmetic only, so that its pixels are the same on every machine", () => {
	const folder = new URL("./", import.meta.url);
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
	const faults = files
		.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
		.flatMap((file) =>
			faultsIn(readFileSync(new URL(file, folder), "utf8")).map(
				(fault) => `${file} ${fault}`,
			),
		);
	assert.deepEqual(faults, []);
});

test("the guard finds inexact functions, and leaves exact ones and comments alone", () => {
	assert.deepEqual(faultsIn("const a = Math.sin(x);\nconst b = x ** 2;"), [
		"line 1: Math.sin",
		"line 2: the ** operator",
	]);
	assert.deepEqual(faultsIn("const { pow } = Math;"), [
		"line 1: Math by another name",
	]);
	assert.deepEqual(
		faultsIn(
			"// Math.exp would differ\nMath.sqrt(2 ** 31);\n/** a ** b\n * a ** b",
		),
		[],
	);
});
