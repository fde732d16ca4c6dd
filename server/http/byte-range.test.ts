/** Range headers, well and badly formed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRange } from "./byte-range.ts";

test("ranges are read as RFC 9110 has them", () => {
	const expected: [string | undefined, unknown][] = [
		["bytes=0-0", { first: 0, last: 0 }],
		["bytes=5-", { first: 5, last: 9 }],
		["bytes=5-100", { first: 5, last: 9 }],
		["bytes=-3", { first: 7, last: 9 }],
		["bytes=-100", { first: 0, last: 9 }],
		["bytes=10-", "unsatisfiable"],
		["bytes=-0", "unsatisfiable"],
		["bytes=5-2", null],
		["bytes=0-1,3-4", null],
		["lines=0-1", null],
		["bytes=-", null],
		["", null],
		[undefined, null],
	];
	for (const [header, range] of expected)
		assert.deepEqual(parseRange(header, 10), range, String(header));
});
