/** Answers that are long in coming: what is sent until they are there, and what becomes of those that fail meanwhile. */
import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import { EngineError } from "../engine/errors.ts";
import { Base64Of } from "../net/json-stream.ts";
import { waitUntil } from "../testing/wait-until.ts";
import { createHttpServer } from "./http-server.ts";
import { sendWhenThere } from "./send-when-there.ts";

/** A server with one answer, which the test gives. */
async function openServer(t: TestContext, keepAliveMs = 5) {
	const server = createHttpServer({
		log: pino({ level: "silent" }),
		maxBodyBytes: 1_000,
		trustedProxies: [],
	});
	const answer = Promise.withResolvers<object | undefined>();
	// A test may have it fail before anybody asks.
	answer.promise.catch(() => {});
	const house = { ...answer, isHandled: false };
	server.get("/", async (_request, reply) => {
		await sendWhenThere(reply, answer.promise, {
			keepAliveMs,
			contentType: "application/json",
			errorBody: ({ code }) => ({ error: code }),
		});
		house.isHandled = true;
		return reply;
	});
	await server.listen({ host: "127.0.0.1", port: 0 });
	t.after(() => server.close());
	const { port } = server.server.address() as AddressInfo;
	return Object.assign(house, {
		server,
		url: `http://127.0.0.1:${port}`,
		port,
	});
}

/** Asks, and counts what comes. */
function listen(port: number, version: "1.0" | "1.1" = "1.1") {
	const socket = net.connect(port, "127.0.0.1");
	const heard = { socket, text: "", fault: undefined as Error | undefined };
	socket.on("data", (bytes) => {
		heard.text += bytes;
	});
	socket.on("error", (fault) => {
		heard.fault = fault;
	});
	socket.write(`GET / HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`);
	return heard;
}

/** The chunks of an answer, the empty one that ends it included. */
function chunksOf(text: string): string[] {
	const [, ...body] = text.split("\r\n\r\n");
	return body
		.join("\r\n\r\n")
		.split(/[0-9a-f]+\r\n/)
		.slice(1)
		.map((chunk) => chunk.slice(0, -2));
}

test("until the answer is there a sign of life is sent again and again, and it is still JSON", async (t) => {
	const { port, resolve } = await openServer(t);
	const heard = listen(port);
	await waitUntil(async () => chunksOf(heard.text).length >= 8);
	assert.match(heard.text, /^HTTP\/1\.1 200 /);
	assert.match(heard.text, /x-accel-buffering: no\r\n/);
	assert.match(heard.text, /content-type: application\/json/);
	assert.doesNotMatch(heard.text, /content-length/i);
	const picture = Buffer.from("no picture");
	resolve({
		data: new Base64Of(picture.length, async () =>
			(async function* () {
				yield picture;
			})(),
		),
	});
	await once(heard.socket, "close");
	const chunks = chunksOf(heard.text);
	assert.equal(chunks.at(-1), "", "the answer has its end");
	assert.deepEqual(chunks.slice(0, 8), Array(8).fill("\n"));
	assert.deepEqual(JSON.parse(chunks.join("")), {
		data: picture.toString("base64"),
	});
});

test("an answer that is there in time is sent as any other", async (t) => {
	const { url, resolve } = await openServer(t, 60_000);
	resolve({ a: 1 });
	const response = await fetch(url);
	assert.equal(response.headers.get("content-length"), "7");
	assert.equal(response.headers.get("x-accel-buffering"), null);
	assert.equal(await response.text(), '{"a":1}');
});

test("what fails before the first sign of life has a status of its own", async (t) => {
	const { url, reject } = await openServer(t, 60_000);
	reject(new EngineError("not_found", "No."));
	assert.equal((await fetch(url)).status, 404);
});

test("what fails later is told in the body, and no client can take that for the answer", async (t) => {
	const { url, port, reject } = await openServer(t);
	const response = await fetch(url);
	assert.equal(response.status, 200);
	const [heard, old] = [listen(port), listen(port, "1.0")];
	await waitUntil(async () =>
		[heard, old].every(({ text }) => /\r\n\r\n.*\n$/s.test(text)),
	);
	reject(new EngineError("provider_failed", "No."));
	await assert.rejects(response.text());
	await Promise.all(
		[heard, old].map(({ socket }) => socket.closed || once(socket, "close")),
	);
	const last = chunksOf(heard.text).at(-1) ?? "";
	assert.deepEqual(JSON.parse(last), { error: "provider_failed" });
	assert.match(old.text, /\{"error":"provider_failed"\}$/);
	assert.equal((old.fault as NodeJS.ErrnoException).code, "ECONNRESET");
});

test("of what goes on being drawn the answer ends well, so that nobody asks for it again", async (t) => {
	const { url, reject } = await openServer(t);
	const response = await fetch(url);
	reject(new EngineError("wait_timed_out", "Not yet."));
	assert.deepEqual(await response.json(), { error: "wait_timed_out" });
});

test("a caller who leaves meanwhile is not waited for, and the handler is over when the answer is", async (t) => {
	const house = await openServer(t);
	const leaving = new AbortController();
	const response = await fetch(house.url, { signal: leaving.signal });
	const gone = waitUntil(
		async () =>
			await new Promise<boolean>((resolve) =>
				house.server.server.getConnections((_fault, count) =>
					resolve(count === 0),
				),
			),
	);
	leaving.abort();
	await assert.rejects(response.text());
	await gone;
	assert.equal(house.isHandled, false);
	house.resolve(undefined);
	await waitUntil(async () => house.isHandled);
});
