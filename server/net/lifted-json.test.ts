/** Whatever a vendor's answer looks like, its pictures are kept as they come, and the rest is what JSON says it is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Lifted, liftJson } from "./lifted-json.ts";
import {
	inPieces,
	isPicturePath,
	liftingErrorOf,
	pictureOf,
	TestKeeper,
} from "./lifting/test-answers.ts";

const PICTURE = pictureOf(1_000);
const BASE64 = PICTURE.toString("base64");

async function lift(
	answer: string | Uint8Array,
	{ pieces = [7], maxTextBytes = 100_000 } = {},
) {
	const keeper = new TestKeeper();
	const { value, lifted } = await liftJson(inPieces(answer, ...pieces), {
		keep: keeper.keep,
		shouldLift: isPicturePath,
		maxTextBytes,
	});
	return { value: withPictures(value), lifted, ...keeper };
}

/** The value with the bytes of each picture in its place. */
function withPictures(value: unknown): unknown {
	if (value instanceof Lifted) return value.kept;
	if (Array.isArray(value)) return value.map(withPictures);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, each]) => [key, withPictures(each)]),
	);
}

describe("any JSON with any pictures, cut anywhere", () => {
	const escaped = (text: string) => {
		const units = Array.from(text.split(""), (unit) =>
			unit.charCodeAt(0).toString(16).padStart(4, "0"),
		);
		return `"${units.map((unit) => `\\u${unit}`).join("")}"`;
	};
	const quoted = fc
		.tuple(
			fc.string({ unit: "binary" }),
			fc.constantFrom(JSON.stringify, escaped),
		)
		.map(([text, quote]) => quote(text));
	const otherKey = quoted.filter(
		(text) => !["b64", "pictures"].includes(JSON.parse(text)),
	);
	const picture = fc
		.tuple(
			fc.uint8Array({ maxLength: 300 }),
			fc.constantFrom(
				(base64: string) => base64,
				(base64: string) => base64.replaceAll("/", "\\/"),
				(base64: string) => base64.replaceAll("+", "\\u002B"),
				(base64: string) => base64.replaceAll("=", ""),
				(base64: string) => base64.replaceAll("+", "-").replaceAll("/", "_"),
				(base64: string) => base64.replaceAll(/.{1,20}/g, "$&\\r\\n"),
				(base64: string) => ` ${base64.replaceAll("A", " A ")}  `,
				(base64: string) => `data:image/png;base64,${base64}`,
			),
		)
		.map(([bytes, form]) => `"${form(Buffer.from(bytes).toString("base64"))}"`);
	const list = (blank: string, items: readonly string[]) =>
		`[${blank}${items.join(`${blank},${blank}`)}${blank}]`;
	const blanks = fc.constantFrom("", " ", "\r\n\t");
	const { json } = fc.letrec<{ json: string }>((tie) => ({
		json: fc.oneof(
			{ maxDepth: 4 },
			quoted,
			fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
			fc.constantFrom("true", "false", "null", "-0", "1E+2", "[]", "{}"),
			fc.tuple(blanks, fc.array(tie("json"))).map(([b, each]) => list(b, each)),
			fc
				.tuple(
					blanks,
					fc.array(
						fc.oneof(
							fc.tuple(otherKey, tie("json")),
							fc.tuple(fc.constant('"__proto__"'), tie("json")),
							fc.tuple(
								fc.constantFrom('"b64"', '"b\\u00364"'),
								fc.oneof(picture, fc.constantFrom("null", '""', "1")),
							),
							fc.tuple(
								fc.constant('"pictures"'),
								fc.array(picture).map((each) => list("", each)),
							),
						),
					),
				)
				.map(
					([blank, members]) =>
						`{${blank}${members.map((member) => member.join(`${blank}:${blank}`)).join(`,${blank}`)}${blank}}`,
				),
		),
	}));
	const isLifted = (path: readonly (string | number)[]) =>
		path.at(-1) === "b64" || path.at(-2) === "pictures";

	/** What is to come of it: parsed whole, and each picture decoded, if there is one. */
	function expected(value: unknown, path: (string | number)[] = []): unknown {
		if (typeof value === "string") {
			const base64 = value.replace(/^data:[^,]*,/, "").replaceAll(/\s/g, "");
			return isLifted(path) && base64 !== ""
				? Buffer.from(base64, "base64")
				: value;
		}
		if (Array.isArray(value))
			return value.map((each, index) => expected(each, [...path, index]));
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, each]) => [
				key,
				expected(each, [...path, key]),
			]),
		);
	}

	it("comes out as if it had been parsed whole", async () => {
		await fc.assert(
			fc.asyncProperty(
				json,
				fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
				async (text, pieces) => {
					const keeper = new TestKeeper();
					const { value, lifted } = await liftJson(inPieces(text, ...pieces), {
						keep: keeper.keep,
						shouldLift: isLifted,
						maxTextBytes: 1_000_000,
					});
					assert.deepEqual(withPictures(value), expected(JSON.parse(text)));
					assert.deepEqual(lifted, keeper.kept);
				},
			),
			{ numRuns: 300 },
		);
	});

	it("is refused wherever it breaks off, and nothing half is kept", async () => {
		await fc.assert(
			fc.asyncProperty(json, fc.nat(), async (text, cut) => {
				const whole = Buffer.from(`[${text}]`);
				const keeper = new TestKeeper();
				const before = whole.subarray(0, cut % whole.length);
				await assert.rejects(
					liftJson(inPieces(before, 11), {
						keep: keeper.keep,
						shouldLift: isLifted,
						maxTextBytes: 1_000_000,
					}),
					liftingErrorOf("truncated"),
				);
				assert.ok(keeper.failures.every(liftingErrorOf("truncated")));
			}),
			{ numRuns: 200 },
		);
	});
});

describe("a picture in an answer", () => {
	const ANSWER = `\uFEFF{ "created" : 1,\n"data":[{"b64_json" :\t"${BASE64.slice(0, 100)}",\r\n"revised_prompt":"Füchse 🦊 im \\"b64_json\\": \\"AAAA\\""},{"b64\\u005fjson":"${BASE64.slice(0, 200)}"}],"usage":{}}`;
	const VALUE = {
		created: 1,
		data: [
			{
				b64_json: PICTURE.subarray(0, 75),
				revised_prompt: 'Füchse 🦊 im "b64_json": "AAAA"',
			},
			{ b64_json: PICTURE.subarray(0, 150) },
		],
		usage: {},
	};

	it("is found when the answer is cut in two at any byte", async () => {
		const { length } = Buffer.from(ANSWER);
		for (let cut = 1; cut < length; cut++)
			assert.deepEqual(
				(await lift(ANSWER, { pieces: [cut, length] })).value,
				VALUE,
				`cut at ${cut}`,
			);
	});

	it("is found when every byte comes alone", async () => {
		assert.deepEqual((await lift(ANSWER, { pieces: [1] })).value, VALUE);
	});

	it("is found when everything comes at once", async () => {
		const { value, lifted } = await lift(ANSWER, { pieces: [100_000] });
		assert.deepEqual(value, VALUE);
		assert.deepEqual(lifted, [
			PICTURE.subarray(0, 75),
			PICTURE.subarray(0, 150),
		]);
	});

	it("may be large, and come in one piece or in many", async () => {
		const large = pictureOf(1_000_001);
		for (const length of [4_000_000, 65_535, 999]) {
			const { kept } = await lift(
				`{"b64_json":"${large.toString("base64")}"}`,
				{ pieces: [length] },
			);
			assert.equal(kept.length, 1);
			assert.ok(kept[0]?.equals(large), `in pieces of ${length}`);
		}
	});

	it("knows its place among the others", async () => {
		const { value } = await liftJson(
			inPieces(`[{"b64_json":"AAAA"},{"b64_json":"AAAA"}]`),
			{
				keep: new TestKeeper().keep,
				shouldLift: isPicturePath,
				maxTextBytes: 1_000,
			},
		);
		assert.deepEqual(
			(value as { b64_json: Lifted<Buffer> }[]).map(
				({ b64_json }) => b64_json.index,
			),
			[0, 1],
		);
	});

	it("under a name that comes twice is kept twice, and the last one counts", async () => {
		const { value, kept } = await lift(`{"b64_json":"QUFB","b64_json":"QkJC"}`);
		assert.deepEqual(value, { b64_json: Buffer.from("BBB") });
		assert.deepEqual(kept, [Buffer.from("AAA"), Buffer.from("BBB")]);
	});

	it("is asked for once, by its path", async () => {
		const asked: string[] = [];
		await liftJson(
			inPieces(
				'{"a":[[],"x",{"b":["y",7,"z"],"\\u0063":"w"},"v"],"d":{},"e":"u","a":["t"]}',
				1,
			),
			{
				keep: new TestKeeper().keep,
				shouldLift: (path) => {
					asked.push(path.join("."));
					return false;
				},
				maxTextBytes: 1_000,
			},
		);
		assert.deepEqual(asked, [
			"a.1",
			"a.2.b.0",
			"a.2.b.2",
			"a.2.c",
			"a.3",
			"e",
			"a.0",
		]);
	});

	it("may have an escape anywhere, and leaves none to what follows it", async () => {
		const string = "A".repeat(80);
		for (let at = 0; at < string.length; at++) {
			const escaped = `${string.slice(0, at)}\\/${string.slice(at + 1)}`;
			const { value } = await lift(`{"b64_json":"${escaped}","":7}`);
			const bytes = Buffer.from(escaped.replace("\\", ""), "base64");
			assert.deepEqual(value, { b64_json: bytes, "": 7 });
		}
	});

	it("may be the whole answer", async () => {
		const keeper = new TestKeeper();
		await liftJson(inPieces(` "${BASE64}" `, 3), {
			keep: keeper.keep,
			shouldLift: (path) => path.length === 0,
			maxTextBytes: 100,
		});
		assert.deepEqual(keeper.kept, [PICTURE]);
	});

	it("that is none, but a URL, empty, a number or nothing, stays as it is", async () => {
		for (const stays of [
			"https://shop.example/a.png",
			`HTTP://shop.example/${"long/".repeat(50)}a.png?a="quoted"\\`,
			"",
			"  \n ",
			"data:image/png;base64,",
			null,
			7,
			{ b64: [] },
		]) {
			const answer = { b64_json: stays };
			const { value, kept } = await lift(JSON.stringify(answer));
			assert.deepEqual(value, answer);
			assert.deepEqual(kept, []);
		}
	});
});

describe("base64 in an answer", () => {
	const lifted = async (string: string, length: number) =>
		(await lift(`{"b64_json":"${string}"}`, { pieces: [length] })).kept[0];

	it("is read in every way in which vendors write it", async () => {
		const bytes = Buffer.from(
			"fb ff fe fb ff fe fb ff".replaceAll(" ", ""),
			"hex",
		);
		for (const string of [
			"+//++//++/8=",
			"+//++//++/8",
			"-__--__--_8=",
			"-__--__--_8",
			"+\\/\\/++\\/\\/++\\/8=",
			"\\u002b\\u002F/\\u002b+//++/8\\u003D",
			"+//+\\n+//+\\r\\n+/8=\\n",
			"  +//+ +//\\u0009+ \\t+/\\f8 = ",
			"data:image/png;base64,+//++//++/8=",
			"data:image\\/png;base64,+//++//++/8=",
			"DATA:;BASE64, +//++//++/8=",
			`data:image/png;name=${"x".repeat(150)};base64,+//++//++/8=`,
		])
			for (const length of [1, 2, 3, 5, 64, 1_000])
				assert.deepEqual(
					await lifted(string, length),
					bytes,
					`${string} in pieces of ${length}`,
				);
	});

	it("that is none is refused, and whoever keeps it is told", async () => {
		for (const string of [
			"A",
			"AAAAA",
			"AA=A",
			"AA==AAAA",
			"AAA==",
			"AAAA=",
			"A===",
			"====",
			"AA=",
			"AAAA!AAA",
			"AAAAé",
			"AAAA\\u0141AAA",
			"AAAA\\u00e9AAA",
			'AAAA\\"AAAA',
			"AAAA\\\\/AAA",
			"AAAA\\bAAA",
			"AAAA\\u00zzAAA",
			"AAAA\\u002",
			"AAAA\nAAAA",
			"AAAA\u0000AAA",
			"ftp://shop.example/a.png",
			"data:image/png,AAAA",
			"data:image/png;base64;AAAA",
			`data:image/png;name=${"x".repeat(300)};base64,AAAA`,
			`data:${"x".repeat(10_000)}`,
			`${BASE64}${BASE64}`,
		])
			for (const length of [1, 5, 64, 100_000]) {
				const keeper = new TestKeeper();
				await assert.rejects(
					liftJson(inPieces(`{"b64_json":"${string}"}`, length), {
						keep: keeper.keep,
						shouldLift: isPicturePath,
						maxTextBytes: 1_000,
					}),
					liftingErrorOf("bad_base64"),
					`${string} in pieces of ${length}`,
				);
				assert.equal(keeper.failures.length, 1);
				assert.deepEqual(keeper.kept, []);
			}
	});
});

describe("an answer that is wrong", () => {
	it("with something behind it is refused", async () => {
		for (const tail of ["x", "{}", ",", "]", '"', "\u0000"])
			await assert.rejects(
				lift(`{"b64_json":"AAAA"} ${tail}`),
				liftingErrorOf("malformed"),
			);
	});

	it("that is no JSON is refused, and nothing of it is told", async () => {
		for (const answer of [
			"<html>secret</html>",
			"{'secret':1}",
			"{secret:1}",
			'{"a" 1}',
			'{"a":1,}',
			"[1,]",
			"[1}",
			'{"a":1]',
			"[1 2]",
			"nul",
			"01",
			"[+1]",
			'["\u0007"]',
			'["\\x"]',
			'{"\\x":1}',
		])
			await assert.rejects(lift(answer), (error: Error) => {
				assert.ok(liftingErrorOf("malformed")(error), `${answer}: ${error}`);
				assert.doesNotMatch(error.message, /secret/);
				return true;
			});
	});

	it("that is empty or a byte order mark alone is refused", async () => {
		for (const answer of ["", " ", "\uFEFF", Buffer.from([0xef, 0xbb])])
			await assert.rejects(lift(answer, { pieces: [1] }), /answer/);
	});

	it("that is nested too deep is refused", async () => {
		const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
		await lift(nested(200));
		await assert.rejects(lift(nested(201)), liftingErrorOf("too_deep"));
		await assert.rejects(
			lift('{"a":'.repeat(1_000_000), { pieces: [65_536] }),
			liftingErrorOf("too_deep"),
		);
	});

	it("with too much text beside its pictures is refused as soon as there is too much", async () => {
		let read = 0;
		async function* endless(start: string, more: string) {
			yield Buffer.from(start);
			for (;;) {
				read += more.length;
				yield Buffer.from(more);
			}
		}
		for (const [start, more] of [
			['{"revised_prompt":"', "a".repeat(100)],
			['{"', "a".repeat(100)],
			["", " ".repeat(100)],
			["[", "1,".repeat(50)],
			["1", "1".repeat(100)],
			["[", '{"b64_json":"AAAA"},'],
			['{"b64_json":"http:', "a".repeat(100)],
			['"done"', "\n".repeat(100)],
		] as const) {
			read = 0;
			await assert.rejects(
				liftJson(endless(start, more), {
					keep: new TestKeeper().keep,
					shouldLift: isPicturePath,
					maxTextBytes: 2_000,
				}),
				liftingErrorOf("too_large"),
			);
			assert.ok(read <= 2_200, `${start}: ${read} bytes were read`);
		}
	});

	it("is not too large for its pictures", async () => {
		const { kept } = await lift(`{"b64_json":"${BASE64}"}`, {
			maxTextBytes: 100,
		});
		assert.deepEqual(kept, [PICTURE]);
	});
});
