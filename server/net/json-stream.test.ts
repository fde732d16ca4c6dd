/** JSON with pictures in it is the same text as if it had been made in one go. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Base64Of, jsonPieces, jsonStream } from "./json-stream.ts";

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

test("a prefix stands before the base64, and counts", async () => {
	const bytes = randomBytes(1_000);
	const prefix = "data:image/png;base64,";
	const url = new Base64Of(1_000, async () => inChunks(bytes, [7]), prefix);
	const { stream, sizeBytes } = jsonStream({ url, text: prefix });
	const text = await textOf(stream);
	assert.deepEqual(JSON.parse(text), {
		url: prefix + bytes.toString("base64"),
		text: prefix,
	});
	assert.equal(Buffer.byteLength(text), sizeBytes);
});

test("chunks may be filled anew as soon as the next one is asked for", async () => {
	const bytes = randomBytes(1_000);
	const picture = new Base64Of(bytes.length, async () =>
		(async function* () {
			const chunk = new Uint8Array(200).subarray(50, 150);
			for (let start = 0; start < bytes.length; start += chunk.length) {
				bytes.copy(chunk, 0, start);
				yield chunk;
				chunk.fill(0);
			}
		})(),
	);
	assert.equal(
		JSON.parse(await textOf(jsonStream({ picture }).stream)).picture,
		bytes.toString("base64"),
	);
});

test("the same JSON can be sent twice, and opens its pictures each time", async () => {
	let opened = 0;
	const picture = new Base64Of(3, async () => {
		opened++;
		return inChunks(Buffer.from("abc"), [2]);
	});
	const { open } = jsonPieces({ picture });
	assert.equal(opened, 0);
	const texts = [await textOf(open()), await textOf(open())];
	assert.deepEqual(texts, ['{"picture":"YWJj"}', '{"picture":"YWJj"}']);
	assert.equal(opened, 2);
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
