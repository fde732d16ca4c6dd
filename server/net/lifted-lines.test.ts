/** A file of results is read line by line, and whatever is wrong with one line is that line's own trouble. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { Lifted } from "./lifted-json.ts";
import { type LiftedLine, readLiftedLines } from "./lifted-lines.ts";
import {
	inPieces,
	isPicturePath,
	pictureOf,
	TestKeeper,
} from "./lifting/test-answers.ts";

const BASE64 = pictureOf(2_000).toString("base64");

async function read(
	text: string,
	{ pieces = [7], maxTextBytes = 100_000 } = {},
) {
	const keeper = new TestKeeper();
	const lines: LiftedLine[] = [];
	const options = {
		keep: keeper.keep,
		shouldLift: isPicturePath,
		maxTextBytes,
	};
	for await (const line of readLiftedLines(inPieces(text, ...pieces), options))
		lines.push(line);
	return { lines, kept: keeper.kept };
}

const numbersOf = (lines: readonly LiftedLine[]) =>
	lines.map(({ kind, number }) => `${number} ${kind}`);

test("each line is a document of its own, its picture in its place, cut anywhere", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 }),
			fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
			fc.constantFrom("\n", "\r\n", "\n\n  \n"),
			fc.boolean(),
			async (sizes, pieces, lineEnd, endsWithLineEnd) => {
				const pictures = sizes.map((size, index) =>
					pictureOf(size + 8, index + 1),
				);
				const text = pictures
					.map((picture, index) =>
						JSON.stringify({ index, b64_json: picture.toString("base64") }),
					)
					.join(lineEnd);
				const { lines } = await read(text + (endsWithLineEnd ? lineEnd : ""), {
					pieces,
				});
				const found = lines.map((line) => {
					assert.ok(line.kind === "json");
					const { index, b64_json } = line.value as Record<string, unknown>;
					assert.ok(b64_json instanceof Lifted);
					return { index, picture: b64_json.kept };
				});
				assert.deepEqual(
					found,
					pictures.map((picture, index) => ({ index, picture })),
				);
			},
		),
	);
});

test("a line that breaks off in the middle of a picture does not take the next one with it", async () => {
	const text = `{"key":"a","b64_json":"${BASE64.slice(0, 999)}\n{"key":"b","b64_json":"${BASE64}"}\n`;
	for (const pieces of [[1], [64], [100_000]]) {
		const { lines, kept } = await read(text, { pieces });
		assert.deepEqual(numbersOf(lines), ["1 broken", "2 json"]);
		assert.deepEqual(kept, [pictureOf(2_000)]);
	}
});

test("what is no JSON, no base64 or too long is told with how it begins and ends", async () => {
	const lines = [
		'{"key":"ok"}',
		"<html>Bad gateway</html>",
		`{"key":"c","b64_json":"${BASE64}!${BASE64}"}`,
		`{"text":"${"x".repeat(5_000)}","key":"d"}`,
		"",
		'{"key":"e"} {"key":"f"}',
		'{"key":"last"',
	];
	const { lines: found } = await read(lines.join("\n"), {
		maxTextBytes: 2_000,
	});
	assert.deepEqual(numbersOf(found), [
		"1 json",
		"2 broken",
		"3 broken",
		"4 broken",
		"6 broken",
		"7 broken",
	]);
	const broken = found.filter((line) => line.kind === "broken");
	assert.deepEqual(
		broken.map(({ reason }) => reason.kind),
		["malformed", "bad_base64", "too_large", "malformed", "truncated"],
	);
	assert.ok(broken[1]?.start.startsWith('{"key":"c"'));
	assert.ok(broken[2]?.end.endsWith('x","key":"d"}'));
	for (const { start, end } of broken)
		assert.ok(start.length <= 512 && end.length <= 512);
});

test("a file with nothing in it has no lines", async () => {
	for (const text of ["", "\n", " \r\n\n"])
		assert.deepEqual((await read(text)).lines, []);
});

test("a body that breaks is no line's fault", async () => {
	async function* breaking() {
		yield Buffer.from('{"key":"a"}\n{"key":');
		throw new Error("the line went dead");
	}
	const found: LiftedLine[] = [];
	const options = {
		keep: new TestKeeper().keep,
		shouldLift: isPicturePath,
		maxTextBytes: 100,
	};
	await assert.rejects(async () => {
		for await (const line of readLiftedLines(breaking(), options))
			found.push(line);
	}, /the line went dead/);
	assert.deepEqual(numbersOf(found), ["1 json"]);
});

test("what cannot be kept ends the reading, and lets the body go", async () => {
	const body = Readable.from(
		inPieces(`{"b64_json":"${BASE64}"}\n{"key":"b"}\n`, 100),
	);
	const options = {
		keep: async () => {
			throw new Error("the disk is full");
		},
		shouldLift: isPicturePath,
		maxTextBytes: 100,
	};
	await assert.rejects(
		readLiftedLines(body, options).next(),
		/the disk is full/,
	);
	assert.ok(body.destroyed);
});

test("who has seen enough lets the body go", async () => {
	const body = Readable.from(inPieces('{"key":"a"}\n{"key":"b"}\n', 4));
	const options = {
		keep: new TestKeeper().keep,
		shouldLift: isPicturePath,
		maxTextBytes: 100,
	};
	for await (const line of readLiftedLines(body, options)) {
		assert.equal(line.number, 1);
		break;
	}
	assert.ok(body.destroyed);
});
