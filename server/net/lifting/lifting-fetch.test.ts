/** An SDK that is given the lifting fetch sees the vendor's answer, only smaller; the pictures are elsewhere. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { LiftingOptions } from "./lifter.ts";
import { createLiftingFetch } from "./lifting-fetch.ts";
import {
	inPieces,
	isPicturePath,
	liftingErrorOf,
	pictureOf,
	TestKeeper,
} from "./test-answers.ts";

const LARGE = pictureOf(3_000_000);
const SMALL = pictureOf(300, 2);
const base64 = (picture: Buffer) => picture.toString("base64");

interface ImagesAnswer {
	created: number;
	data: { b64_json: string; revised_prompt?: string }[];
}

let url: string;
let answer: RequestListener = () => {};
const server = createServer((request, response) => answer(request, response));
before(async () => {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
after(() => {
	server.closeAllConnections();
	server.close();
});

function lifting(
	options: Partial<LiftingOptions<Buffer>> = {},
	fetchAnswer = globalThis.fetch,
) {
	const keeper = new TestKeeper();
	const { fetch, lifted } = createLiftingFetch(fetchAnswer, {
		keep: keeper.keep,
		shouldLift: isPicturePath,
		maxTextBytes: 10_000,
		...options,
	});
	return { keeper, fetch, lifted };
}

function answerWith(body: string | Buffer, headers: Record<string, string>) {
	answer = (_request, response) => response.writeHead(200, headers).end(body);
}

describe("an answer in JSON", () => {
	const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" };
	const ANSWER = JSON.stringify({
		created: 1,
		data: [
			{ b64_json: base64(LARGE), revised_prompt: "Füchse" },
			{ b64_json: base64(SMALL) },
		],
	});

	it("comes with a token in each picture's place, by which it is found", async () => {
		answer = (_request, response) => {
			response.writeHead(201, { ...JSON_HEADERS, "x-request-id": "r1" });
			for (let from = 0; from < ANSWER.length; from += 100_001)
				response.write(ANSWER.slice(from, from + 100_001));
			response.end();
		};
		const { fetch, lifted } = lifting();
		const response = await fetch(url, { method: "POST", body: "{}" });
		assert.equal(response.status, 201);
		assert.equal(response.statusText, "Created");
		assert.equal(response.headers.get("x-request-id"), "r1");
		const text = await response.text();
		assert.ok(text.length < 1_000);
		const { created, data } = JSON.parse(text) as ImagesAnswer;
		assert.equal(created, 1);
		assert.equal(data[0]?.revised_prompt, "Füchse");
		const found = data.map(({ b64_json }) => lifted.find(b64_json));
		assert.deepEqual(
			found.map((each) => each?.index),
			[0, 1],
		);
		assert.ok(found[0]?.kept.equals(LARGE));
		assert.ok(found[1]?.kept.equals(SMALL));
		assert.deepEqual(lifted.all(), found);
	});

	it("has tokens that are base64 and begin as the picture does, and nothing else is one", async () => {
		answerWith(ANSWER, JSON_HEADERS);
		const { fetch, lifted } = lifting();
		const { data } = (await (await fetch(url)).json()) as ImagesAnswer;
		const token = data[0]?.b64_json ?? "";
		assert.equal(Buffer.from(token, "base64").toString("base64"), token);
		assert.ok(token.startsWith(base64(LARGE).slice(0, 32)));
		assert.notEqual(token, data[1]?.b64_json);
		for (const other of ["", "AAAA", token.slice(1), base64(LARGE)])
			assert.equal(lifted.find(other), undefined);
	});

	it("keeps the header of a data URL", async () => {
		const dataUrl = `data:image\\/webp;base64,${base64(SMALL)}`;
		answerWith(`{"images":[{"url":"${dataUrl}"}]}`, JSON_HEADERS);
		const { fetch, lifted } = lifting({
			shouldLift: (path) => path.at(-1) === "url",
		});
		const { images } = (await (await fetch(url)).json()) as {
			images: [{ url: string }];
		};
		assert.match(images[0].url, /^data:image\/webp;base64,iVBORw0KGgo/);
		assert.ok(lifted.find(images[0].url)?.kept.equals(SMALL));
		const [, token = ""] = images[0].url.split(",");
		assert.ok(lifted.find(token)?.kept.equals(SMALL));
	});

	it("may come compressed", async () => {
		answerWith(gzipSync(ANSWER), {
			...JSON_HEADERS,
			"content-encoding": "gzip",
		});
		const { fetch, keeper } = lifting();
		const response = await fetch(url);
		assert.equal(response.headers.get("content-encoding"), null);
		assert.equal(response.headers.get("content-length"), null);
		await response.json();
		assert.ok(keeper.kept[0]?.equals(LARGE));
	});

	it("that is broken or an error's is passed on, for the SDK to complain of", async () => {
		for (const body of [
			"<html>Bad gateway</html>",
			'{"error":"quota"} trailing',
			'{"data":[',
			"[".repeat(300),
			"",
		]) {
			answerWith(body, JSON_HEADERS);
			assert.equal(await (await lifting().fetch(url)).text(), body);
		}
		answer = (_request, response) => {
			response.writeHead(429, { "content-type": "application/problem+json" });
			response.end('{"title":"Too many"}');
		};
		const response = await lifting().fetch(url);
		assert.equal(response.status, 429);
		assert.deepEqual(await response.json(), { title: "Too many" });
	});

	it("whose picture is broken fails, and so does one with too much text", async () => {
		answerWith(ANSWER.replace("A", "!"), JSON_HEADERS);
		const { fetch, keeper } = lifting();
		const broken = await fetch(url);
		await assert.rejects(broken.json(), liftingErrorOf("bad_base64"));
		assert.equal(keeper.failures.length, 1);
		for (const body of [`"${"a".repeat(10_000)}"`, `<${"a".repeat(10_000)}`]) {
			answerWith(body, JSON_HEADERS);
			const large = await lifting().fetch(url);
			await assert.rejects(large.text(), liftingErrorOf("too_large"));
		}
	});

	it("is let go, and its picture too, when the SDK leaves or aborts", async () => {
		type Reader = ReadableStreamDefaultReader<Uint8Array>;
		const endings: ((stop: AbortController, reader: Reader) => unknown)[] = [
			(stop) => stop.abort(),
			(_stop, reader) => reader.cancel(),
		];
		for (const end of endings) {
			const hasClosed = Promise.withResolvers<void>();
			const hasBegun = Promise.withResolvers<void>();
			const hasFailed = Promise.withResolvers<unknown>();
			answer = (_request, response) => {
				response.writeHead(200, JSON_HEADERS).write(ANSWER.slice(0, 200_000));
				response.on("close", hasClosed.resolve);
			};
			const { fetch } = lifting({
				keep: async (bytes) => {
					hasBegun.resolve();
					try {
						for await (const _chunk of bytes);
					} catch (error) {
						hasFailed.resolve(error);
					}
					return SMALL;
				},
			});
			const stop = new AbortController();
			const { body } = await fetch(url, { signal: stop.signal });
			assert.ok(body);
			const reader = body.getReader();
			reader.read().catch(() => {});
			await hasBegun.promise;
			await end(stop, reader);
			assert.ok((await hasFailed.promise) instanceof Error);
			await hasClosed.promise;
		}
	});
});

describe("a stream of events", () => {
	const HEADERS = { "content-type": "text/event-stream; charset=utf-8" };
	const EVENTS = [
		": ping",
		"",
		"event: image_generation.partial_image",
		`data: {"b64_json":"${base64(SMALL)}","partial_image_index":0}`,
		"id: 7",
		"",
		`data:{"prompt":"\\"b64_json\\": \\"AAAA\\"",`,
		`data:  "b64_json" : "${base64(LARGE)}" }`,
		"",
		'data: no JSON: {"b64_json":"AAAA"}',
		`data: {"b64_json":"AAAA"}`,
		"",
		'data: {"b64_json":',
		"",
		'data: {"open":"',
		'data: {"b64_json":"AAAA"}',
		"",
		"dat: x",
		"data",
		"database: {}",
		'retry: {"b64_json":"AAAA"}',
		"",
		"",
		"data: [DONE]",
		"",
		"",
	];

	it("comes with the same lines, and tokens in the pictures' places", async () => {
		for (const [ending, pieceLength] of [
			["\n", 5_000_000],
			["\r\n", 5_000],
			["\r", 65_536],
			["\r\n", 1],
		] as const) {
			// Four million pieces of one byte would only take longer.
			const events = EVENTS.filter(
				(line) => pieceLength > 1 || line.length < 1_000,
			);
			const { fetch, lifted } = lifting({}, async () => {
				const body = inPieces(events.join(ending), pieceLength);
				return new Response(ReadableStream.from(body), { headers: HEADERS });
			});
			const text = await (await fetch(url)).text();
			const whole = text.replaceAll(
				/(?<="b64_json" ?: ?")iVBOR[^"]*/g,
				(token) => base64(lifted.find(token)?.kept ?? Buffer.alloc(0)),
			);
			assert.ok(whole === events.join(ending));
			assert.ok(text.length < 2_000);
			assert.equal(lifted.all().length, pieceLength > 1 ? 2 : 1);
		}
	});

	it("is read event by event, as the vendor sends them", async () => {
		const { promise: goOn, resolve: proceed } = Promise.withResolvers<void>();
		answer = async (_request, response) => {
			response.writeHead(200, HEADERS);
			response.write(`data: {"b64_json":"${base64(SMALL)}"}\n\n`);
			await goOn;
			response.end(`data: {"b64_json":"${base64(LARGE)}"}\n\ndata: [DONE]\n\n`);
		};
		const { fetch, keeper } = lifting();
		const { body } = await fetch(url);
		let text = "";
		for await (const chunk of body ?? []) {
			text += Buffer.from(chunk).toString();
			if (text.endsWith("\n\n")) proceed();
		}
		assert.equal(text.split("\n\n").length, 4);
		assert.deepEqual(
			keeper.kept.map(({ length }) => length),
			[SMALL.length, LARGE.length],
		);
	});

	it("may go on for ever, but not within one event", async () => {
		const event = `data: {"text":"${"a".repeat(4_000)}"}\r\n\r\n`;
		answerWith(event.repeat(50), HEADERS);
		const { fetch } = lifting({ maxTextBytes: 5_000 });
		assert.equal(await (await fetch(url)).text(), event.repeat(50));
		for (const endless of [
			": ping\n",
			"data: x\n",
			`data: [${"1,".repeat(10)}\n`,
			"a",
		]) {
			answerWith(endless.repeat(6_000), HEADERS);
			const response = await fetch(url);
			await assert.rejects(response.text(), liftingErrorOf("too_large"));
		}
	});

	it("is let go when it fails", async () => {
		for (const type of ["text/event-stream", "application/json"]) {
			let isCancelled = false;
			const { fetch } = lifting({}, async () => {
				const body = new ReadableStream<Uint8Array>({
					pull: (controller) => controller.enqueue(Buffer.alloc(999, "a")),
					cancel: () => {
						isCancelled = true;
					},
				});
				return new Response(body, { headers: { "content-type": type } });
			});
			await assert.rejects(
				(await fetch(url)).text(),
				liftingErrorOf("too_large"),
			);
			assert.ok(isCancelled, type);
		}
	});

	it("fails when a picture breaks off or goes over the end of a line", async () => {
		for (const [end, kind] of [
			["", "truncated"],
			["\n\ndata: {}\n\n", "bad_base64"],
			['\ndata: AAAA"}\n\n', "bad_base64"],
		] as const) {
			answerWith(`data: {"b64_json":"${base64(SMALL)}${end}`, HEADERS);
			const response = await lifting().fetch(url);
			await assert.rejects(response.text(), liftingErrorOf(kind));
		}
	});
});

describe("an answer that is a picture", () => {
	it("comes as a token's bytes, by which it is found, whatever its pieces and its type", async () => {
		for (const type of [
			"image/png",
			"image/svg+xml; charset=utf-8",
			"application/octet-stream",
			"binary/octet-stream",
		])
			for (const pieceLength of [7, 65_536, LARGE.length]) {
				const picture = pieceLength === 7 ? SMALL : LARGE;
				const { fetch, lifted } = lifting({}, async () => {
					const body = ReadableStream.from(inPieces(picture, pieceLength));
					return new Response(body, { headers: { "content-type": type } });
				});
				const response = await fetch(url);
				assert.equal(response.headers.get("content-type"), type);
				const token = new Uint8Array(await response.arrayBuffer());
				assert.ok(token.length < 100);
				assert.ok(
					Buffer.from(token).subarray(0, 24).equals(picture.subarray(0, 24)),
				);
				assert.ok(lifted.find(token)?.kept.equals(picture));
				const text = Buffer.from(token).toString("base64");
				assert.equal(lifted.find(text), lifted.find(token));
				assert.equal(lifted.find(token.subarray(1)), undefined);
			}
	});

	it("may come without a type, begin as text does, or be shorter than what tells its type", async () => {
		for (const picture of [
			Buffer.from("\uFEFF<svg/>"),
			Buffer.from([0x89]),
			Buffer.alloc(0),
		]) {
			answer = (_request, response) => response.writeHead(200).end(picture);
			const { fetch, lifted } = lifting();
			const token = new Uint8Array(await (await fetch(url)).arrayBuffer());
			assert.ok(lifted.find(token)?.kept.equals(picture));
		}
	});

	it("is read as the SDK reads it, and let go with it", async () => {
		const hasClosed = Promise.withResolvers<void>();
		answer = (_request, response) => {
			response.writeHead(200, { "content-type": "image/png" }).write(SMALL);
			response.on("close", hasClosed.resolve);
		};
		const { fetch, keeper } = lifting();
		const response = await fetch(url);
		assert.equal(keeper.kept.length, 0);
		const reader = response.body?.getReader();
		reader?.read().catch(() => {});
		await reader?.cancel();
		await hasClosed.promise;
	});

	it("that breaks off fails, also when its keeper does not mind", async () => {
		answer = (_request, response) => {
			response.writeHead(200, {
				"content-type": "image/png",
				"content-length": "5000",
			});
			response.write(SMALL, () => response.destroy());
		};
		const { fetch, lifted } = lifting({
			keep: async (bytes) => {
				try {
					for await (const _chunk of bytes);
				} catch {}
				return SMALL;
			},
		});
		await assert.rejects((await fetch(url)).arrayBuffer());
		assert.equal(lifted.all().length, 0);
	});

	it("is none when the status says that there is none", async () => {
		answer = (_request, response) =>
			response.writeHead(404, { "content-type": "image/png" }).end(SMALL);
		const { fetch, keeper } = lifting();
		const response = await fetch(url);
		assert.ok(Buffer.from(await response.arrayBuffer()).equals(SMALL));
		assert.equal(keeper.kept.length, 0);
	});
});

describe("any other answer", () => {
	it("is passed on as it is, but not without end", async () => {
		const page = "<html><h1>Bad gateway</h1></html>";
		answerWith(page, { "content-type": "text/html" });
		assert.equal(await (await lifting().fetch(url)).text(), page);
		answerWith("a".repeat(20_000), { "content-type": "text/html" });
		const endless = await lifting().fetch(url);
		await assert.rejects(endless.text(), liftingErrorOf("too_large"));
		answer = (_request, response) => response.writeHead(204).end();
		assert.equal((await lifting().fetch(url)).status, 204);
	});

	it("is lifted from when it turns out to be JSON", async () => {
		answerWith(`{"data":[{"b64_json":"${base64(SMALL)}"}]}`, {
			"content-type": "text/plain",
		});
		const { fetch, lifted } = lifting();
		const { data } = (await (await fetch(url)).json()) as ImagesAnswer;
		assert.ok(lifted.find(data[0]?.b64_json ?? "")?.kept.equals(SMALL));
	});

	it("that never comes is the SDK's own error", async () => {
		answer = (request) => request.socket.destroy();
		await assert.rejects(lifting().fetch(url), TypeError);
	});
});
