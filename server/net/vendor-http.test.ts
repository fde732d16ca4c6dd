/** HTTP to vendors over real connections: what arrives, what is told when it does not, and that nothing stays behind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
	brotliCompressSync,
	deflateSync,
	gzipSync,
	zstdCompressSync,
} from "node:zlib";
import { waitUntil } from "../testing/wait-until.ts";
import { readAll } from "./test-shop.ts";
import {
	createVendorHttp,
	type OutgoingBody,
	VendorHttpError,
	type VendorHttpOptions,
	type VendorRequest,
} from "./vendor-http.ts";

interface Vendor {
	readonly port: number;
	readonly url: string;
	/** Connections that are open. */
	readonly sockets: Set<Socket>;
	/** How many there were. */
	readonly connections: number;
	/** All bytes that arrived. */
	received: string;
	send(
		changes?: Partial<VendorRequest>,
	): ReturnType<ReturnType<typeof createVendorHttp>["send"]>;
	fails(changes?: Partial<VendorRequest>): Promise<VendorHttpError>;
	/** Reads the answer's body. */
	breaks(changes?: Partial<VendorRequest>): Promise<VendorHttpError>;
	allClosed(): Promise<void>;
	readonly server: Server;
	readonly http: ReturnType<typeof createVendorHttp>;
}

/** @param answer told of each connection, once the request has begun to arrive. */
async function openVendor(
	t: TestContext,
	answer: (socket: Socket) => void,
	options: VendorHttpOptions = {},
): Promise<Vendor> {
	const sockets = new Set<Socket>();
	let connections = 0;
	const server = createServer((socket) => {
		connections++;
		sockets.add(socket);
		socket.on("error", () => {}).on("close", () => sockets.delete(socket));
		socket.on("data", (piece) => {
			vendor.received += piece.toString("latin1");
		});
		socket.once("data", () => answer(socket));
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	assert.ok(typeof address === "object" && address !== null);
	const http = createVendorHttp(options);
	t.after(async () => {
		await http.close();
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const url = `http://127.0.0.1:${address.port}`;
	const send = (changes: Partial<VendorRequest> = {}) =>
		http.send({ method: "GET", url, signal: neverAborts(), ...changes });
	const vendor: Vendor = {
		port: address.port,
		url,
		sockets,
		get connections() {
			return connections;
		},
		received: "",
		server,
		http,
		send,
		fails: async (changes) => await errorOf(send(changes)),
		breaks: async (changes) => {
			const { body } = await send(changes);
			return await errorOf(readAll(body));
		},
		allClosed: async () => {
			await waitUntil(() => sockets.size === 0);
		},
	};
	return vendor;
}

async function errorOf(work: Promise<unknown>): Promise<VendorHttpError> {
	const error: unknown = await work.then(
		() => assert.fail("nothing was thrown"),
		(thrown: unknown) => thrown,
	);
	assert.ok(error instanceof VendorHttpError, String(error));
	return error;
}

const neverAborts = () => new AbortController().signal;

const says =
	(...lines: string[]) =>
	(socket: Socket) =>
		void socket.write(lines.join("\r\n"));

const bodyOf = (
	...pieces: readonly (string | Uint8Array)[]
): OutgoingBody & { readonly opened: number; readonly closed: number } => {
	let opened = 0;
	let closed = 0;
	return {
		contentType: "text/plain",
		sizeBytes: pieces.reduce((sum, each) => sum + Buffer.byteLength(each), 0),
		get opened() {
			return opened;
		},
		get closed() {
			return closed;
		},
		async *open() {
			opened++;
			try {
				yield* pieces;
			} finally {
				closed++;
			}
		},
	};
};

/** More than sockets hold. */
const largeBody = () => bodyOf(...Array(400).fill(Buffer.alloc(65_536)));

describe("HTTP to a vendor", () => {
	const stray: unknown[] = [];
	const note = (error: unknown) => void stray.push(error);
	before(() => {
		process.on("uncaughtException", note);
		process.on("unhandledRejection", note);
	});
	after(async () => {
		await sleep(20);
		process.off("uncaughtException", note);
		process.off("unhandledRejection", note);
		assert.deepEqual(stray, [], "errors went astray");
	});

	describe("that goes well", () => {
		it("sends what was given and hands out what came", async (t) => {
			const vendor = await openVendor(
				t,
				says(
					"HTTP/1.1 201 Created",
					"Content-Type: Text/Plain; charset=x",
					"X-Twice: a",
					"X-Twice: b",
					"Content-Length: 5",
					"",
					"hello",
				),
			);
			const body = bodyOf("grün ", Buffer.from("und gut"), "");
			const answer = await vendor.send({
				method: "POST",
				headers: { authorization: "Bearer x" },
				body,
			});
			assert.equal(answer.status, 201);
			assert.equal(answer.contentType, "text/plain");
			assert.equal(answer.header("x-twice"), "a");
			assert.equal(answer.header("x-never"), undefined);
			assert.equal((await readAll(answer.body)).toString(), "hello");
			await vendor.allClosed();
			const [head = "", sent] = vendor.received.split("\r\n\r\n");
			assert.equal(sent, Buffer.from("grün und gut").toString("latin1"));
			for (const header of [
				"authorization: Bearer x",
				"content-length: 13",
				"content-type: text/plain",
				"accept-encoding: identity",
				"user-agent: Gesso",
			])
				assert.ok(head.split("\r\n").includes(header), `${header}: ${head}`);
			assert.equal(body.closed, 1);
		});

		it("has a connection for each request, and ends it however willing the vendor is to keep it", async (t) => {
			const vendor = await openVendor(
				t,
				says(
					"HTTP/1.1 200 OK",
					"Connection: keep-alive",
					"Content-Length: 1",
					"",
					"a",
				),
			);
			for (let count = 1; count <= 3; count++) {
				await readAll((await vendor.send()).body);
				await vendor.allClosed();
				assert.equal(vendor.connections, count);
			}
			const all = [1, 2, 3, 4].map(async () =>
				readAll((await vendor.send()).body),
			);
			await Promise.all(all);
			assert.equal(vendor.connections, 7);
			await vendor.allClosed();
		});

		it("sends a body of nothing, and ends an answer of unknown length with the connection", async (t) => {
			const vendor = await openVendor(t, (socket) =>
				socket.end("HTTP/1.1 200 OK\r\n\r\nall"),
			);
			const { body } = await vendor.send({ method: "POST", body: bodyOf() });
			assert.equal((await readAll(body)).toString(), "all");
			assert.match(vendor.received, /content-length: 0\r\n/);
		});

		it("takes from an answer what was announced, and no byte more", async (t) => {
			const vendor = await openVendor(
				t,
				says("HTTP/1.1 200 OK", "Content-Length: 3", "", "abcdefghi"),
			);
			assert.equal(
				(await readAll((await vendor.send()).body)).toString(),
				"abc",
			);
		});

		it("tells of a redirect and does not follow it", async (t) => {
			const vendor = await openVendor(
				t,
				says(
					"HTTP/1.1 307 Away",
					"Location: /there",
					"Content-Length: 0",
					"",
					"",
				),
			);
			const answer = await vendor.send();
			assert.equal(answer.status, 307);
			assert.equal(answer.header("location"), "/there");
			answer.discard();
			await vendor.allClosed();
			assert.equal(vendor.connections, 1);
		});

		it("lets an answer be slower to read than its pauses may be long", async (t) => {
			const large = Buffer.alloc(4_000_000, "x");
			const vendor = await openVendor(
				t,
				(socket) => {
					socket.write(
						`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`,
					);
					socket.write(large);
				},
				{ pauseTimeoutMs: 100 },
			);
			const { body } = await vendor.send();
			const pieces = body[Symbol.asyncIterator]();
			let sizeBytes = (await pieces.next()).value.byteLength;
			await sleep(1_500);
			for (;;) {
				const { done, value } = await pieces.next();
				if (done) break;
				sizeBytes += value.byteLength;
			}
			assert.equal(sizeBytes, large.length);
		});

		it("decodes what came compressed though nothing compressed was asked for", async (t) => {
			const text = "a picture ".repeat(10_000);
			for (const [encoding, bytes] of [
				["gzip", gzipSync(text)],
				["X-GZip", gzipSync(text)],
				["deflate", deflateSync(text)],
				["br", brotliCompressSync(text)],
				["zstd", zstdCompressSync(text)],
				["identity", Buffer.from(text)],
			] as const) {
				const vendor = await openVendor(t, (socket) => {
					socket.write(
						`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
					);
					socket.write(bytes);
				});
				const { body } = await vendor.send();
				assert.equal((await readAll(body)).toString(), text);
				await vendor.allClosed();
			}
		});
	});

	describe("that never reaches the vendor", () => {
		it("is unreachable: refused, unknown, no TLS, no handshake in time, reset at once", async (t) => {
			const refused = await openVendor(t, () => {});
			refused.server.close();
			const silent = await openVendor(t, () => {}, { connectTimeoutMs: 100 });
			const plain = await openVendor(t, says("HTTP/1.1 200 OK", "", ""));
			const hangsUp = await openVendor(t, (socket) => socket.resetAndDestroy());
			const overTls = ({ port }: Vendor) => `https://127.0.0.1:${port}/`;
			for (const [vendor, url] of [
				[refused, refused.url],
				[refused, "http://no-such-name.invalid/"],
				[silent, overTls(silent)],
				[plain, overTls(plain)],
				[hangsUp, overTls(hangsUp)],
			] as const) {
				const body = bodyOf("text");
				const error = await vendor.fails({ method: "POST", url, body });
				assert.equal(error.kind, "unreachable", `${url}: ${error.message}`);
				assert.equal(body.opened, 0, "the body was opened for nobody");
			}
			await Promise.all([silent.allClosed(), plain.allClosed()]);
		});

		it("is unsent when it cannot be sent at all", async (t) => {
			const vendor = await openVendor(t, () => {});
			const body = bodyOf("text");
			for (const changes of [
				{ url: "no url" },
				{ headers: { authorization: "Bearer line\nbreak" } },
			]) {
				const error = await vendor.fails({ method: "POST", body, ...changes });
				assert.equal(error.kind, "unsent", error.message);
				assert.ok(!error.message.includes("break"), error.message);
			}
			await vendor.http.close();
			assert.equal(
				(await vendor.fails({ method: "POST", body })).kind,
				"unsent",
			);
			assert.equal(body.opened, 0);
			assert.equal(vendor.connections, 0);
		});
	});

	describe("whose request goes out only in part", () => {
		it("is unsent when its body fails in the middle, and the reason is told", async (t) => {
			const vendor = await openVendor(t, () => {});
			const failure = new Error("the disk is gone");
			for (const fail of [
				async function* () {
					yield "abc";
					throw failure;
				},
				() => {
					throw failure;
				},
			]) {
				const body = { contentType: "text/plain", sizeBytes: 10, open: fail };
				const error = await vendor.fails({ method: "POST", body });
				assert.equal(error.kind, "unsent");
				assert.match(error.message, /the disk is gone/);
				assert.equal(error.cause, failure);
				await vendor.allClosed();
			}
		});

		it("is unsent when its body is longer or shorter than was said", async (t) => {
			const vendor = await openVendor(t, () => {});
			for (const sizeBytes of [3, 5]) {
				const body = { ...bodyOf("ab", "cd"), sizeBytes };
				const error = await vendor.fails({ method: "POST", body });
				assert.equal(error.kind, "unsent", error.message);
				await vendor.allClosed();
			}
		});

		it("is unsent when the vendor hangs up on it, and the body is let go", async (t) => {
			const vendor = await openVendor(t, (socket) => socket.resetAndDestroy());
			const body = largeBody();
			const error = await vendor.fails({ method: "POST", body });
			assert.equal(error.kind, "unsent", error.message);
			await waitUntil(() => body.closed === 1);
		});

		it("still has its answer seen, when the vendor says no without hearing it out", async (t) => {
			const no = "HTTP/1.1 413 Too Large\r\nContent-Length: 7\r\n\r\ntoo big";
			for (const answer of [
				(socket: Socket) => void socket.pause().write(no),
				(socket: Socket) => void socket.pause().end(no),
				(socket: Socket) => void socket.write(no),
			]) {
				const vendor = await openVendor(t, answer);
				const body = largeBody();
				const { status, body: said } = await vendor.send({
					method: "POST",
					body,
				});
				assert.equal(status, 413);
				assert.equal((await readAll(said)).toString(), "too big");
				await waitUntil(() => body.closed === 1);
			}
		});
	});

	describe("whose answer goes wrong", () => {
		it("is broken off when nothing, half a head or no HTTP comes", async (t) => {
			for (const said of [
				"",
				"HTTP/1.1 200 OK\r\nContent-Le",
				"good morning\r\n\r\n",
				`HTTP/1.1 200 OK\r\nX: ${"x".repeat(70_000)}\r\n\r\n`,
			]) {
				const vendor = await openVendor(t, (socket) => socket.end(said));
				const error = await vendor.fails({ method: "POST", body: bodyOf("a") });
				assert.equal(error.kind, "broken_off", error.message);
				await vendor.allClosed();
			}
		});

		it("is broken off when it ends too soon, or the connection is reset", async (t) => {
			const starts = [
				"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
			];
			for (const start of starts)
				for (const end of [
					(socket: Socket) => void socket.end(),
					(socket: Socket) => void socket.resetAndDestroy(),
				]) {
					const vendor = await openVendor(t, (socket) => {
						socket.write(start);
						setTimeout(() => end(socket), 20);
					});
					assert.equal((await vendor.breaks()).kind, "broken_off");
					await vendor.allClosed();
				}
		});

		it("is broken off when its compression is, or is one that nobody knows", async (t) => {
			const bytes = gzipSync("a picture ".repeat(1_000));
			const vendor = await openVendor(t, (socket) => {
				socket.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
				socket.end(bytes.subarray(0, -12));
			});
			assert.equal((await vendor.breaks()).kind, "broken_off");
			await vendor.allClosed();
			const strange = await openVendor(
				t,
				says("HTTP/1.1 200 OK", "Content-Encoding: gzip, br", "", "xx"),
			);
			assert.equal((await strange.fails()).kind, "broken_off");
			await strange.allClosed();
		});

		it("is silence when it pauses for too long", async (t) => {
			const vendor = await openVendor(
				t,
				says("HTTP/1.1 200 OK", "Content-Length: 10", "", "abc"),
				{ pauseTimeoutMs: 100 },
			);
			assert.equal((await vendor.breaks()).kind, "silent");
			await vendor.allClosed();
		});
	});

	describe("that the caller leaves", () => {
		const reason = new Error("the caller left");

		it("before it began has not been sent", async (t) => {
			const vendor = await openVendor(t, () => {});
			const signal = AbortSignal.abort(reason);
			await assert.rejects(vendor.send({ signal }), reason);
			assert.equal(vendor.connections, 0);
		});

		it("while it connects, sends its body, waits, or reads, ends with the caller's reason and the connection", async (t) => {
			const head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
			const gzipped = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
			const cases: [
				string,
				(socket: Socket) => void,
				Partial<VendorRequest>,
			][] = [
				["waiting", () => {}, {}],
				["reading", says(head), {}],
				["decoding", says(gzipped), {}],
				["sending", () => {}, { method: "POST", body: slowBody() }],
			];
			for (const [what, answer, changes] of cases) {
				const leaving = new AbortController();
				const vendor = await openVendor(t, (socket) => {
					answer(socket);
					setTimeout(() => leaving.abort(reason), 20);
				});
				const { signal } = leaving;
				await assert.rejects(
					async () => readAll((await vendor.send({ signal, ...changes })).body),
					reason,
					what,
				);
				await vendor.allClosed();
			}
			const leaving = new AbortController();
			const vendor = await openVendor(t, () => {});
			const connecting = vendor.send({
				url: `https://127.0.0.1:${vendor.port}/`,
				signal: leaving.signal,
			});
			setTimeout(() => leaving.abort(reason), 20);
			await assert.rejects(connecting, reason);
		});

		it("after the answer has begun, before anybody reads it, tells the reason to whoever does", async (t) => {
			const leaving = new AbortController();
			const vendor = await openVendor(
				t,
				says("HTTP/1.1 200 OK", "Content-Length: 10", "", "abc"),
			);
			const { body } = await vendor.send({ signal: leaving.signal });
			leaving.abort(reason);
			await vendor.allClosed();
			await assert.rejects(readAll(body), reason);
		});

		it("after all was read, changes nothing", async (t) => {
			const leaving = new AbortController();
			const vendor = await openVendor(
				t,
				says("HTTP/1.1 200 OK", "Content-Length: 3", "", "abc"),
			);
			const { body } = await vendor.send({ signal: leaving.signal });
			assert.equal((await readAll(body)).length, 3);
			leaving.abort(reason);
			await vendor.allClosed();
		});

		it("while waiting for more of the answer, or before having any, ends the connection", async (t) => {
			const vendor = await openVendor(
				t,
				says("HTTP/1.1 200 OK", "Content-Length: 10", "", "abc"),
			);
			for (const reads of [0, 1, 2]) {
				const { body } = await vendor.send();
				const pieces = body[Symbol.asyncIterator]();
				const read = Array.from({ length: reads }, () => pieces.next());
				const outcomes = Promise.allSettled(read);
				await read[0];
				await pieces.return?.();
				await outcomes;
				await vendor.allClosed();
			}
		});

		it("by letting the answer go, whole, half read or compressed, ends the connection", async (t) => {
			for (const encoding of ["identity", "gzip"]) {
				const vendor = await openVendor(t, (socket) => {
					socket.write(
						`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\n\r\n`,
					);
					socket.write(gzipSync("picture".repeat(10_000)));
				});
				(await vendor.send()).discard();
				await vendor.allClosed();
				for await (const piece of (await vendor.send()).body) {
					assert.ok(piece.byteLength > 0);
					break;
				}
				await vendor.allClosed();
			}
		});
	});

	it("that is closed ends what is under way", async (t) => {
		const vendor = await openVendor(
			t,
			says("HTTP/1.1 200 OK", "Content-Length: 10", "", "abc"),
		);
		const { body } = await vendor.send();
		const reading = errorOf(readAll(body));
		await vendor.http.close();
		assert.equal((await reading).kind, "broken_off");
		await vendor.allClosed();
	});

	describe("through fetch", () => {
		it("answers as fetch does", async (t) => {
			const vendor = await openVendor(
				t,
				says("HTTP/1.1 201 Created", "Content-Length: 7", "", '{"a":1}'),
			);
			const { fetch } = vendor.http;
			const body = JSON.stringify({ q: "?" });
			const response = await fetch(vendor.url, { method: "POST", body });
			assert.equal(response.status, 201);
			assert.deepEqual(await response.json(), { a: 1 });
			assert.ok(vendor.received.endsWith(body));
			await vendor.allClosed();
		});

		it("fails as fetch does, and the cause tells what the vendor can know", async (t) => {
			const refused = await openVendor(t, () => {});
			refused.server.close();
			const broken = await openVendor(t, (socket) => socket.destroy());
			for (const [vendor, kind] of [
				[refused, "unreachable"],
				[broken, "broken_off"],
			] as const) {
				const error = await vendor.http.fetch(vendor.url).then(
					() => assert.fail("it answered"),
					(thrown: unknown) => thrown,
				);
				assert.ok(error instanceof TypeError, String(error));
				assert.equal(error.message, "fetch failed");
				assert.ok(error.cause instanceof VendorHttpError, String(error.cause));
				assert.equal(error.cause.kind, kind);
			}
		});

		it("throws the signal's own reason", async (t) => {
			const reason = new Error("the caller left");
			const leaving = new AbortController();
			const vendor = await openVendor(t, () => leaving.abort(reason));
			const { signal } = leaving;
			await assert.rejects(vendor.http.fetch(vendor.url, { signal }), reason);
			await vendor.allClosed();
		});
	});
});

/** Never comes to its end. */
function slowBody(): OutgoingBody {
	return {
		contentType: "text/plain",
		sizeBytes: 10,
		async *open() {
			yield "abc";
			await sleep(60_000, undefined, { ref: false });
		},
	};
}
