/** A body is read from its beginning, however much of it was looked at. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { peekBody } from "./peeked-body.ts";

const MARK = Buffer.from("\uFEFF");

async function* piecesOf(...pieces: readonly (string | Uint8Array)[]) {
	for (const piece of pieces) yield Buffer.from(piece as string);
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
	const pieces: Uint8Array[] = [];
	for await (const piece of body) pieces.push(piece);
	return Buffer.concat(pieces).toString();
}

for (const [what, pieces, letter] of [
	["JSON", ['{"a":', "1}"], "{"],
	["JSON after blanks of its own", ["\n", " \r\n", ' {"a":1}'], "{"],
	["JSON after a byte order mark", ["\uFEFF", '{"a":1}'], "{"],
	[
		"JSON after a mark that was cut",
		[MARK.subarray(0, 2), MARK.subarray(2), "{}"],
		"{",
	],
	["events", ["data: {}", "\n\n"], "d"],
	["nothing", [], ""],
	["blanks", ["\n\n"], ""],
] as const) {
	test(`how ${what} begins is told, and nothing of it is lost`, async () => {
		const { firstLetter, body } = await peekBody(piecesOf(...pieces));
		assert.equal(firstLetter, letter);
		const whole = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
		assert.equal(await textOf(body), whole.toString());
	});
}

test("a body is not read further than it takes to tell how it begins", async () => {
	let given = 0;
	async function* pieces() {
		for (const text of ["\n", "{", "1"]) {
			given++;
			yield Buffer.from(text);
		}
	}
	await peekBody(pieces());
	assert.equal(given, 2);
});

test("whoever leaves a body that was looked at lets it go", async () => {
	let isLeft = false;
	async function* pieces() {
		try {
			yield Buffer.from("{");
			yield Buffer.from("}");
		} finally {
			isLeft = true;
		}
	}
	const { body } = await peekBody(pieces());
	for await (const _ of body) break;
	assert.ok(isLeft);
});
