/** How a fetch ends when it takes too long, fails, or is wanted no more. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, it } from "node:test";
import { createOutboundFetch, OutboundError } from "./outbound-guard.ts";
import { TestShop } from "./test-shop.ts";

describe("an outbound fetch", () => {
	const shop = new TestShop();

	describe("that takes too long", () => {
		const limits = { timeoutMs: 100 };

		it("ends when the server never answers", async () => {
			shop.answer = () => {};
			await shop.refused(shop.url(), "timeout", limits);
		});

		it("ends when the answer comes drop by drop, however steadily", async () => {
			let timer: NodeJS.Timeout | undefined;
			shop.answer = (_request, response) => {
				timer = setInterval(() => response.write("x"), 10);
				response.on("close", () => clearInterval(timer));
			};
			await shop.refused(shop.url(), "timeout", limits);
		});

		it("ends when redirects come drop by drop", async () => {
			shop.answer = (_request, response) => {
				setTimeout(() => response.writeHead(302, { location: "/" }).end(), 30);
			};
			await shop.refused(shop.url(), "timeout", {
				...limits,
				maxRedirects: 1_000,
			});
		});

		it("ends when the name is never found", async () => {
			const fetchGuarded = createOutboundFetch({
				allowedHosts: [],
				resolve: () => new Promise(() => {}),
			});
			await assert.rejects(
				fetchGuarded("http://slow.example/", { maxBytes: 1, ...limits }),
				{ kind: "timeout" },
			);
		});

		it("takes the house's own time when the caller names none", async () => {
			shop.answer = () => {};
			const fetchGuarded = createOutboundFetch({
				allowedHosts: ["127.0.0.1"],
				timeoutMs: 50,
			});
			await assert.rejects(
				fetchGuarded(`http://127.0.0.1:${shop.port}/`, { maxBytes: 1 }),
				{ kind: "timeout", message: /0\.05 seconds/ },
			);
		});
	});

	describe("that fails", () => {
		it("is unreachable when nobody listens", async () => {
			const free = createTcpServer().listen(0, "127.0.0.1");
			await once(free, "listening");
			const freePort = (free.address() as AddressInfo).port;
			free.close();
			await once(free, "close");
			const fetchGuarded = createOutboundFetch({ allowedHosts: ["127.0.0.1"] });
			await assert.rejects(
				fetchGuarded(`http://127.0.0.1:${freePort}/`, { maxBytes: 1 }),
				(error) =>
					error instanceof OutboundError &&
					error.kind === "unreachable" &&
					!error.message.includes("127"),
			);
		});

		it("is unreachable when the name service is ill, which may pass", async () => {
			const fetchGuarded = createOutboundFetch({
				allowedHosts: [],
				resolve: () =>
					Promise.reject(
						Object.assign(new Error("again"), { code: "EAI_AGAIN" }),
					),
			});
			await assert.rejects(
				fetchGuarded("http://shop.example/", { maxBytes: 1 }),
				{ kind: "unreachable" },
			);
		});

		it("does not begin with a host to allow that is none", () => {
			assert.throws(
				() => createOutboundFetch({ allowedHosts: ["http://minio:9000"] }),
				TypeError,
			);
		});
	});

	describe("that nobody wants any more", () => {
		it("tells the caller's own reason, before and during the answer", async () => {
			const early = AbortSignal.abort(new Error("never mind"));
			await assert.rejects(
				shop.fetched(shop.url(), { signal: early }),
				/never mind/,
			);
			assert.deepEqual(shop.requests, []);

			const controller = new AbortController();
			shop.answer = (_request, response) => {
				response.write("begun");
				setTimeout(() => controller.abort(new Error("left")), 10);
			};
			await assert.rejects(
				shop.fetched(shop.url(), { signal: controller.signal }),
				/left/,
			);
		});

		/** Begins an answer that never ends, and tells when the server lost its connection. */
		async function beginEndless(timeoutMs: number) {
			let closed: Promise<unknown> = Promise.resolve();
			shop.answer = (_request, response) => {
				closed = once(response, "close");
				response.write("begun");
			};
			const fetchGuarded = createOutboundFetch({ allowedHosts: ["127.0.0.1"] });
			const { body } = await fetchGuarded(`http://127.0.0.1:${shop.port}/`, {
				maxBytes: 1_000_000,
				timeoutMs,
			});
			return { iterator: body[Symbol.asyncIterator](), closed };
		}

		it("lets go of the connection when the reader leaves before, between and while it waits for bytes", async () => {
			const before = await beginEndless(20_000);
			await before.iterator.return?.();
			await before.closed;

			const between = await beginEndless(20_000);
			await between.iterator.next();
			await between.iterator.return?.();
			await between.closed;

			const waiting = await beginEndless(20_000);
			await waiting.iterator.next();
			const pending = assert.rejects(waiting.iterator.next(), OutboundError);
			await waiting.iterator.return?.();
			await waiting.closed;
			await pending;
		});

		it("lets go of the connection when the time is up and nobody read", async () => {
			const { iterator, closed } = await beginEndless(100);
			await closed;
			await assert.rejects(iterator.next(), { kind: "timeout" });
		});
	});
});
