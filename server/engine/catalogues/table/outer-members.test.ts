/** What stands at the outside of a line is seen from its beginning, wherever that ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { outerMembers } from "./outer-members.ts";

const seen = (text: string) => [...outerMembers(Buffer.from(text))];

test("members with more in them are seen as soon as they begin", () => {
	const line =
		'{"a\\"{": "x{", "n": 1.5, "t": true, "é": [ {"in": {}} ], "b": {"c": {"d": "e"}}, "f": null}';
	assert.deepEqual(seen(line), [
		["é", "list"],
		["b", "object"],
	]);
	assert.deepEqual(seen(line.slice(0, line.indexOf('"c"'))), [
		["é", "list"],
		["b", "object"],
	]);
	assert.deepEqual(seen('{"request":{"contents":[{"parts":[{"inline'), [
		["request", "object"],
	]);
});

test("a text in which a member seems to begin is none, however it is cut", () => {
	const line = '{"text": "\\\\\\"request\\": {", "more": "{[\\"';
	for (let end = 0; end <= line.length; end++)
		assert.deepEqual(seen(line.slice(0, end)), []);
});

test("what is no object has none", () => {
	for (const text of ["", "[]", '[{"a": {}}]', '"a"', "SKU,Title", "{a: {}}"])
		assert.deepEqual(seen(text), [], text);
});
