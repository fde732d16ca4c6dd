/** JSON with pictures in it is the same text as if it had been made in one go. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Base64Of, jsonStream } from "./json-stream.ts";

/** The bytes in chunks of the sizes given, over and over. */
async function* inChunks(bytes: Buffer, sizes: readonly number[]) {
	let start = 0;
	for (let index = 0; start < bytes.length; index++) {
		const size = sizes[index % sizes.length] ?? 1;
		yield bytes.subarray(start, start + size);
		start += size;
	}
}

async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
	let text = "";
	for await (const chunk of stream) text += chunk.toString();
	return text;
}

test("pictures of any length in chunks of any length become their base64", async () => {
	for (const length of [0, 1, 2, 3, 4, 5, 1_000, 100_001]) {
		const bytes = randomBytes(length);
		const picture = new Base64Of(length, async () =>
			inChunks(bytes, [1, 2, 64, 5]),
		);
		const { stream, sizeBytes } = jsonStream({ a: [picture, "ü"], b: picture });
		const text = await textOf(stream);
		const base64 = bytes.toString("base64");
		assert.deepEqual(JSON.parse(text), { a: [base64, "ü"], b: base64 });
		assert.equal(Buffer.byteLength(text), sizeBytes);
	}
});

test("JSON without pictures is itself", async () => {
	const value = { text: 'a"b', list: [1, null] };
	assert.equal(await textOf(jsonStream(value).stream), JSON.stringify(value));
});

test("a picture that cannot be read breaks the answer off rather than completing it", async () => {
	const broken = new Base64Of(3, async () => {
		throw new Error("gone");
	});
	await assert.rejects(textOf(jsonStream({ broken }).stream), /gone/);
});
