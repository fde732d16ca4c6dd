/** Events are told as they were sent, wherever the stream was cut, with their pictures kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readLiftedEvents } from "./lifted-events.ts";
import { Lifted } from "./lifted-json.ts";
import {
	inPieces,
	isPicturePath,
	liftingErrorOf,
	pictureOf,
	TestKeeper,
} from "./lifting/test-answers.ts";

const options = {
	keep: new TestKeeper().keep,
	shouldLift: isPicturePath,
	maxTextBytes: 100_000,
};

async function read(text: string, ...pieces: number[]) {
	const events: { name: string | undefined; value: unknown }[] = [];
	for await (const { name, value } of readLiftedEvents(
		inPieces(text, ...pieces),
		options,
	))
		events.push({ name, value });
	return events;
}

test("events have their names, their data and their pictures, wherever the stream is cut", async () => {
	const picture = pictureOf(300);
	const base64 = picture.toString("base64");
	for (const end of ["\n", "\r\n", "\r"])
		for (const pieces of [[1], [13], [100_000]]) {
			const lines = [
				": a comment",
				"event: partial",
				`data: {"b64_json":"${base64}"}`,
				"",
				"data: {",
				'data: "text":"two lines"}',
				"",
				"",
				"data: [DONE]",
				"",
				'data: {"last":true}',
			];
			const events = await read(lines.join(end), ...pieces);
			const [first, ...rest] = events;
			assert.equal(first?.name, "partial");
			assert.deepEqual(withPictures(first.value), { b64_json: picture });
			assert.deepEqual(rest, [
				{ name: undefined, value: { text: "two lines" } },
				{ name: undefined, value: undefined },
				{ name: undefined, value: { last: true } },
			]);
		}
});

test("JSON that stands bare among the events is told as an event, on one line or several", async () => {
	const error = { error: { code: 503, message: "overloaded: later" } };
	for (const text of [
		`data: {"n":1}\n\n${JSON.stringify(error)}\n`,
		`data: {"n":1}\r\n\r\n${JSON.stringify(error, null, 2)}`,
		`data: {"n":1}\n${JSON.stringify(error)}\n\n`,
	])
		assert.deepEqual(await read(text, 5), [
			{ name: undefined, value: { n: 1 } },
			{ name: undefined, value: error },
		]);
});

test("lines that are no field and no JSON are passed over", async () => {
	assert.deepEqual(await read("<html>\n\nretry: 5\n\nid: 7\n\n", 3), []);
});

test("any events, with lines ended in any way and cut anywhere, are those that were sent", async () => {
	const text = fc.string({ unit: "grapheme", maxLength: 12 });
	const word = text.map((each) => each.replaceAll(/[\r\n]/g, ""));
	const event = fc.record({
		name: fc.option(word, { nil: undefined }),
		json: fc.record({ text, size: fc.option(fc.nat({ max: 300 })) }),
		/** Whether the JSON goes over several lines of data. */
		isSpread: fc.boolean(),
		noise: fc.subarray([":", ": ping", "id: 7", "retry: 9000", "unknown"]),
	});
	await fc.assert(
		fc.asyncProperty(
			fc.array(event, { maxLength: 5 }),
			fc.array(fc.constantFrom("\n", "\r\n", "\r"), { minLength: 1 }),
			fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 }),
			fc.constantFrom("", "\ufeff"),
			async (events, lineEnds, pieces, mark) => {
				const lines = events.flatMap(({ name, json, isSpread, noise }) => {
					const value = {
						text: json.text,
						...(json.size !== null && {
							b64_json: pictureOf(json.size + 1).toString("base64"),
						}),
					};
					const data = JSON.stringify(value, null, isSpread ? 1 : 0);
					return [
						...noise,
						...(name === undefined ? [] : [`event: ${name}`]),
						...data.split("\n").map((line) => `data: ${line}`),
						"",
					];
				});
				let stream = mark;
				for (const [index, line] of lines.entries()) {
					const end = lineEnds[index % lineEnds.length] ?? "";
					// A line feed would be the second half of the carriage return before it.
					const isHalf = stream.endsWith("\r") && line === "" && end === "\n";
					stream += line + (isHalf ? "\r" : end);
				}
				const found = await read(stream, ...pieces);
				assert.deepEqual(
					found.map(({ name, value }) => ({
						name,
						value: withPictures(value),
					})),
					events.map(({ name, json }) => ({
						name,
						value: {
							text: json.text,
							...(json.size !== null && { b64_json: pictureOf(json.size + 1) }),
						},
					})),
				);
			},
		),
	);
});

function withPictures(value: unknown): unknown {
	const entries = Object.entries(value as object).map(([key, each]) => [
		key,
		each instanceof Lifted ? each.kept : each,
	]);
	return Object.fromEntries(entries);
}

test("an event is told when its last line ends, not when something follows", async () => {
	for (const end of ["\n", "\r\n", "\r"]) {
		async function* body() {
			yield Buffer.from(`data: {"n":1}${end}${end}`);
			await new Promise(() => {});
		}
		const { value } = await readLiftedEvents(body(), options).next();
		assert.deepEqual(value?.value, { n: 1 });
	}
});

test("a long line that comes in many pieces is one line", async () => {
	const text = "x".repeat(50_000);
	const events = await read(`data: {"text":"${text}"}\n\n`, 10);
	assert.deepEqual(events, [{ name: undefined, value: { text } }]);
});

test("what follows the last line end counts, too", async () => {
	assert.deepEqual(await read('data: {"n":1}\n\ndata:{"n":2}'), [
		{ name: undefined, value: { n: 1 } },
		{ name: undefined, value: { n: 2 } },
	]);
});

test("a stream that breaks off in a picture is told so, after the events that were whole", async () => {
	const base64 = pictureOf(3_000).toString("base64");
	const text = `data: {"n":1}\n\ndata: {"b64_json":"${base64.slice(0, 2_000)}`;
	const events = readLiftedEvents(inPieces(text, 100), options);
	assert.deepEqual((await events.next()).value?.value, { n: 1 });
	await assert.rejects(events.next(), liftingErrorOf("truncated"));
});

test("a picture that is no base64 ends the stream", async () => {
	const text = `data: {"b64_json":"${"!".repeat(100)}"}\n\n`;
	await assert.rejects(read(text, 9), liftingErrorOf("bad_base64"));
});

test("each event may have so much text and no more, however many there are", async () => {
	const fits = `data: {"text":"${"x".repeat(60_000)}"}\n\n`;
	assert.equal((await read(fits.repeat(3), 7_000)).length, 3);
	const tooLarge = `data: {"text":"${"x".repeat(100_000)}"}\n\n`;
	await assert.rejects(
		read(fits + tooLarge, 7_000),
		liftingErrorOf("too_large"),
	);
});

test("who has seen enough lets the body go", async () => {
	let isLetGo = false;
	async function* body() {
		try {
			yield Buffer.from('data: {"n":1}\n\n');
			yield Buffer.from('data: {"n":2}\n\n');
		} finally {
			isLetGo = true;
		}
	}
	for await (const { value } of readLiftedEvents(body(), options)) {
		assert.deepEqual(value, { n: 1 });
		break;
	}
	assert.ok(isLetGo);
});
