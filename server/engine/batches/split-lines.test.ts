/** A file is split into the same lines however it arrives, and each can be found again where it is said to stand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Line, splitLines } from "./split-lines.ts";

async function split(
	chunks: readonly Buffer[],
	maxLineBytes = 1_000,
): Promise<Line[]> {
	const source = (async function* () {
		for (const chunk of chunks) yield chunk;
	})();
	const lines: Line[] = [];
	for await (const line of splitLines(source, maxLineBytes)) lines.push(line);
	return lines;
}

test("lines have their number and place, blank ones are passed over, and the last needs no line feed", async () => {
	const file = Buffer.from('\n{"a":1}\r\n  \t\r\nsecond\n\nlast');
	const lines = await split([file]);
	assert.deepEqual(
		lines.map(({ number, bytes }) => [number, String(bytes)]),
		[
			[2, '{"a":1}\r'],
			[4, "second"],
			[6, "last"],
		],
	);
	assert.deepEqual(await split([]), []);
	assert.deepEqual(await split([Buffer.from("\n\n \n")]), []);
});

test("a mark of the byte order is no part of the first line", async () => {
	const [first, second] = await split([Buffer.from('\ufeff{"a":1}\n\ufeffb')]);
	assert.deepEqual(
		{ ...first, bytes: String(first?.bytes) },
		{ number: 1, offset: 3, length: 7, bytes: '{"a":1}' },
	);
	assert.equal(String(second?.bytes), "\ufeffb");
});

test("a line that is too long is passed over without being held, and spoils no other", async () => {
	const file = Buffer.from(`ok\n${"x".repeat(5_000)}\n${"y".repeat(10)}`);
	const lines = await split(
		[file.subarray(0, 2_000), file.subarray(2_000)],
		10,
	);
	assert.deepEqual(
		lines.map(({ number, offset, length, bytes }) => [
			number,
			offset,
			length,
			bytes === null ? null : String(bytes),
		]),
		[
			[1, 0, 2, "ok"],
			[2, 3, 5_000, null],
			[3, 5_004, 10, "yyyyyyyyyy"],
		],
	);
});

test("wherever a file is cut into chunks, its lines are the same and stand where it is said", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.constantFrom("\n", "a", "é", " ", "\r", "\ufeff"), {
				maxLength: 40,
			}),
			fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
			async (characters, sizes) => {
				const file = Buffer.from(characters.join(""));
				const chunks: Buffer[] = [];
				for (let start = 0, turn = 0; start < file.length; turn++) {
					const size = sizes[turn % sizes.length] ?? 1;
					// A source may fill the same buffer anew: what is kept of a chunk must be a copy.
					chunks.push(Buffer.from(file.subarray(start, start + size)));
					start += size;
				}
				const source = (async function* () {
					for (const chunk of chunks) {
						yield chunk;
						chunk.fill(0x21);
					}
				})();
				const found: [number, number, string][] = [];
				for await (const line of splitLines(source, 1_000)) {
					const { number, offset, length, bytes } = line;
					assert.deepEqual(
						Buffer.from(file.subarray(offset, offset + length)),
						Buffer.from(bytes ?? []),
					);
					found.push([number, offset, String(bytes)]);
				}
				const whole = await split([file]);
				assert.deepEqual(
					found,
					whole.map(({ number, offset, bytes }) => [
						number,
						offset,
						String(bytes),
					]),
				);
			},
		),
	);
});
