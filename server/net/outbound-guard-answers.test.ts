/** What a fetch does with an answer that nobody should keep. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { createOutboundFetch, OutboundError } from "./outbound-guard.ts";
import { readAll, TestShop } from "./test-shop.ts";

describe("an outbound fetch with an answer that is not wanted", () => {
	const shop = new TestShop();

	it("is refused by its status", async () => {
		for (const status of [304, 400, 401, 404, 500, 503]) {
			shop.answer = (_request, response) =>
				response.writeHead(status).end("no");
			const error = await shop.refused(shop.url(), "bad_status");
			assert.match(error.message, new RegExp(String(status)));
		}
	});

	it("S1-s: is refused by its type", async () => {
		const image = { acceptedTypes: ["image/*"] };
		await shop.fetched(shop.url(), image);
		await shop.fetched(shop.url(), {
			acceptedTypes: ["image/png", "image/jpeg"],
		});
		await shop.refused(shop.url(), "bad_type", {
			acceptedTypes: ["image/png"],
		});
		for (const type of ["text/html", "imagery/png", "image", ""]) {
			shop.answer = (_request, response) =>
				response.setHeader("content-type", type).end("<html>");
			await shop.refused(shop.url(), "bad_type", image);
		}
	});

	it("is refused when it is compressed, for a little may become a lot", async () => {
		const packed = gzipSync(Buffer.alloc(50_000_000));
		for (const encoding of [
			"gzip",
			"br",
			"zstd",
			"deflate",
			"identity, gzip",
		]) {
			shop.answer = (_request, response) =>
				response.setHeader("content-encoding", encoding).end(packed);
			await shop.refused(shop.url(), "bad_type");
		}
	});

	it("S1-s: is refused by the size it declares, before any of it is read", async () => {
		shop.answer = (_request, response) => {
			response.setHeader("content-length", 2_000_000);
			response.flushHeaders();
		};
		await shop.refused(shop.url(), "too_large");
	});

	it("is cut off when it never ends, and the connection with it", async () => {
		let isClosed: Promise<unknown> | undefined;
		shop.answer = (_request, response) => {
			isClosed = once(response, "close");
			const chunk = Buffer.alloc(65_536);
			const more = () => {
				while (!response.destroyed && response.write(chunk));
			};
			response.on("drain", more);
			more();
		};
		await shop.refused(shop.url(), "too_large");
		await isClosed;
	});

	/** Fetches from a server that says just this, HTTP or not, and hangs up. */
	async function fetchRaw(text: string) {
		const server = createTcpServer((socket) => {
			socket.on("error", () => {});
			socket.once("data", () => socket.end(text));
		});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		try {
			const fetchGuarded = createOutboundFetch({
				allowedHosts: ["127.0.0.1"],
			});
			const url = `http://127.0.0.1:${port}/`;
			const { body } = await fetchGuarded(url, { maxBytes: 1_000_000 });
			return (await readAll(body)).toString();
		} finally {
			server.close();
		}
	}

	it("is refused when it is no HTTP, breaks off, or has headers without end", async () => {
		for (const text of [
			"",
			"SSH-2.0-OpenSSH_9.2\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
			"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\n123456789",
			`HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`,
		])
			await assert.rejects(
				fetchRaw(text),
				(error) =>
					error instanceof OutboundError && error.kind === "unreachable",
				text.slice(0, 60),
			);
	});

	it("has no more bytes than it declared, whatever the server sends after them", async () => {
		const declared = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
		assert.equal(await fetchRaw(`${declared}12345`), "12345");
		const excess = await fetchRaw(`${declared}1234567890`).catch(
			(error) => error.kind,
		);
		assert.ok(excess === "12345" || excess === "unreachable", excess);
	});

	it("may end with the connection when it declares no size", async () => {
		const text = "HTTP/1.0 200 OK\r\n\r\nto the end";
		assert.equal(await fetchRaw(text), "to the end");
	});
});
