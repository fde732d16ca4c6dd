/** Base64 in pieces is decoded as it would be in one. */
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { Base64Decoder } from "./base64-decoder.ts";
import { LiftingError } from "./lifting-error.ts";

function decode(pieces: readonly string[]): Buffer {
	const decoder = new Base64Decoder();
	const target = Buffer.alloc(10_000);
	let used = 0;
	for (const piece of pieces) used += decoder.decode(piece, target, used);
	used += decoder.end(target, used);
	return target.subarray(0, used);
}

function cut(text: string, lengths: readonly number[]): string[] {
	const pieces: string[] = [];
	let from = 0;
	for (let turn = 0; from < text.length; turn++) {
		const length = lengths[turn % lengths.length] ?? 1;
		pieces.push(text.slice(from, from + length));
		from += length;
	}
	return pieces;
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

it("gives back any bytes, wherever it is cut", () => {
	fc.assert(
		fc.property(
			fc.uint8Array({ maxLength: 100 }),
			fc.constantFrom("base64" as const, "base64url" as const),
			lengths,
			(bytes, alphabet, pieceLengths) => {
				const text = Buffer.from(bytes).toString(alphabet);
				assert.deepEqual(decode(cut(text, pieceLengths)), Buffer.from(bytes));
			},
		),
	);
});

it("judges any text the same, wherever it is cut", () => {
	const letters = fc.string({
		unit: fc.constantFrom("A", "b", "/", "-", "=", " ", "!", "é", "\n"),
		maxLength: 12,
	});
	const outcome = (pieces: readonly string[]) => {
		try {
			return decode(pieces).toString("hex");
		} catch (error) {
			assert.ok(error instanceof LiftingError);
			return error.kind;
		}
	};
	const isBase64 = /^(([\w/+-]{4})*([\w/+-]{2}(==)?|[\w/+-]{3}=?)?)$/;
	fc.assert(
		fc.property(letters, lengths, (text, pieceLengths) => {
			const bare = text.replaceAll(" ", "");
			const expected = isBase64.test(bare)
				? Buffer.from(bare, "base64").toString("hex")
				: "bad_base64";
			assert.equal(outcome([text]), expected);
			assert.equal(outcome(cut(text, pieceLengths)), expected);
		}),
		{ numRuns: 1_000 },
	);
});
