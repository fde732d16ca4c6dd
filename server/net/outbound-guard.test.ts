/** What a fetch reaches, and that nothing inside our network is among it. */
import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { describe, it } from "node:test";
import { createOutboundFetch } from "./outbound-guard.ts";
import { pinnedConnector } from "./pinned-connector.ts";
import { LOCAL, PICTURE, PUBLIC, readAll, TestShop } from "./test-shop.ts";

describe("an outbound fetch", () => {
	const shop = new TestShop();

	describe("that is allowed", () => {
		it("gives the bytes, their type and where they were found", async () => {
			shop.answer = (_request, response) =>
				response
					.setHeader("content-type", "Image/JPEG; charset=binary")
					.end(PICTURE);
			const { bytes, contentType, finalUrl } = await shop.fetched(
				shop.url("/a.jpg#x"),
			);
			assert.deepEqual(bytes, PICTURE);
			assert.equal(contentType, "image/jpeg");
			assert.equal(finalUrl, shop.url("/a.jpg#x"));
		});

		it("says the host's own name, asks for nothing compressed and carries no identity", async () => {
			await shop.fetched(shop.url(), { acceptedTypes: ["image/*"] });
			const { host, cookie, authorization, ...headers } =
				shop.requests[0]?.headers ?? {};
			assert.equal(host, `shop.example:${shop.port}`);
			assert.equal(headers["accept-encoding"], "identity");
			assert.equal(headers.accept, "image/*");
			assert.equal(cookie ?? authorization, undefined);
		});

		it("takes a URL with blanks and letters of any language, as customers write them", async () => {
			await shop.fetched(shop.url("/rug pictures/sh26171 001.jpg?größe=a b"));
			assert.equal(
				shop.requests[0]?.url,
				"/rug%20pictures/sh26171%20001.jpg?gr%C3%B6%C3%9Fe=a%20b",
			);
			await shop.fetched(` ${shop.url("/a%20b.jpg")}\n`);
			assert.equal(shop.requests[1]?.url, "/a%20b.jpg");
		});

		it("takes an empty answer and one of no type", async () => {
			shop.answer = (_request, response) => response.end();
			const { bytes, contentType } = await shop.fetched(shop.url());
			assert.equal(bytes.length, 0);
			assert.equal(contentType, "");
		});

		it("takes an answer of just the allowed size", async () => {
			const { bytes } = await shop.fetched(shop.url(), {
				maxBytes: PICTURE.length,
			});
			assert.equal(bytes.length, PICTURE.length);
		});

		it("tries the next address when one does not answer", async () => {
			shop.names["shop.example"] = [{ address: "::1", family: 6 }, LOCAL];
			assert.equal(
				(await shop.fetched(shop.url())).bytes.length,
				PICTURE.length,
			);
		});
	});

	describe("to a place inside", () => {
		it("S1-s: is refused however the place is spelled, and nothing is sent", async () => {
			for (const host of [
				"127.0.0.1",
				"127.1",
				"2130706433",
				"0x7f000001",
				"0x7f.0.0.1",
				"0177.0.0.1",
				"017700000001",
				"１２７.0.0.1",
				"[::1]",
				"[::ffff:127.0.0.1]",
				"[::ffff:7f00:1]",
				"[64:ff9b::7f00:1]",
				"[2002:7f00:1::]",
				"0.0.0.0",
				"[::]",
			])
				await shop.refused(`http://${host}:${shop.port}/`, "forbidden_address");
			await shop.refused(
				"http://169.254.169.254/latest/meta-data/",
				"forbidden_address",
			);
			await shop.refused("http://[fd00:ec2::254]/", "forbidden_address");
			assert.deepEqual(shop.requests, []);
		});

		it("S1-s: is refused when any of the name's addresses lies inside", async () => {
			for (const address of ["10.0.0.1", "192.168.1.1", "::1", "fe80::1"]) {
				shop.names["mixed.example"] = [PUBLIC, { address, family: 4 }];
				await shop.refused("http://mixed.example/", "forbidden_address");
			}
			shop.names["nowhere.example"] = [];
			await shop.refused("http://nowhere.example/", "forbidden_address");
			shop.names["shop.example"] = [];
			await shop.refused(shop.url(), "forbidden_address");
		});

		it("is refused at another port or another name of an allowed host", async () => {
			shop.names["shop.example."] = [LOCAL];
			shop.names["sub.shop.example"] = [LOCAL];
			await shop.refused(
				`http://shop.example:${shop.port + 1}/`,
				"forbidden_address",
			);
			await shop.refused("http://shop.example/", "forbidden_address");
			await shop.refused(
				`http://sub.shop.example:${shop.port}/`,
				"forbidden_address",
			);
			await shop.refused(
				`http://shop.example.:${shop.port}/`,
				"forbidden_address",
			);
			assert.deepEqual(shop.requests, []);
		});

		it("is refused in the same words as a name that does not exist", async () => {
			shop.names["database.internal"] = [{ address: "10.1.2.3", family: 4 }];
			const inside = await shop.refused(
				"http://database.internal/",
				"forbidden_address",
			);
			const missing = await shop.refused(
				"http://missing.internal/",
				"forbidden_address",
			);
			assert.equal(inside.message, missing.message);
			assert.doesNotMatch(inside.message, /10\.|internal|ENOTFOUND/);
		});

		it("is allowed at every port when the operator named the host alone", async () => {
			const fetchGuarded = createOutboundFetch({ allowedHosts: ["127.0.0.1"] });
			const { body } = await fetchGuarded(`http://0x7f.1:${shop.port}/`, {
				maxBytes: 1_000_000,
			});
			assert.deepEqual(await readAll(body), PICTURE);
		});
	});

	describe("whose name changes its address", () => {
		/** Public at first, then inside; connections to the public address really end at the test's server. */
		function rebinding() {
			const answers = [PUBLIC, LOCAL, LOCAL];
			const connected: LookupAddress[] = [];
			const fetchGuarded = createOutboundFetch({
				allowedHosts: [],
				resolve: async (hostname) => {
					shop.lookups.push(hostname);
					return [answers.shift() ?? LOCAL];
				},
				makeConnector: (addresses, timeoutMs) => {
					connected.push(...addresses);
					return pinnedConnector([LOCAL], timeoutMs);
				},
			});
			return { fetchGuarded, connected };
		}

		it("S1-s: is connected to the address that was judged, for the name is looked up once", async () => {
			const { fetchGuarded, connected } = rebinding();
			const { body } = await fetchGuarded(
				`http://rebind.example:${shop.port}/`,
				{
					maxBytes: 1_000_000,
				},
			);
			await readAll(body);
			assert.deepEqual(shop.lookups, ["rebind.example"]);
			assert.deepEqual(connected, [PUBLIC]);
			assert.equal(
				shop.requests[0]?.headers.host,
				`rebind.example:${shop.port}`,
			);
		});

		it("is judged again at a redirect to itself", async () => {
			const { fetchGuarded, connected } = rebinding();
			shop.answer = (_request, response) =>
				response.writeHead(302, { location: "/again" }).end();
			await assert.rejects(
				fetchGuarded(`http://rebind.example:${shop.port}/`, {
					maxBytes: 1_000,
				}),
				{ kind: "forbidden_address" },
			);
			assert.deepEqual(connected, [PUBLIC]);
			assert.equal(shop.requests.length, 1);
		});
	});

	describe("of a URL that is none to fetch", () => {
		it("is refused for its scheme", async () => {
			for (const url of [
				"file:///etc/passwd",
				"data:image/png;base64,iVBORw0KGgo=",
				"ftp://shop.example/a.png",
				"gopher://shop.example/",
				"javascript:alert(1)",
				"blob:http://shop.example/x",
				"ws://shop.example/",
			])
				await shop.refused(url, "bad_url");
			assert.deepEqual(shop.lookups, []);
		});

		it("is refused for a user name, a password, a port of another service or its length", async () => {
			await shop.refused(
				`http://user:secret@shop.example:${shop.port}/`,
				"bad_url",
			);
			await shop.refused(`http://user@shop.example:${shop.port}/`, "bad_url");
			for (const bad of [0, 22, 25, 6_667, 10_080])
				await shop.refused(`http://shop.example:${bad}/`, "bad_url");
			await shop.refused(shop.url(`/${"a".repeat(10_000)}`), "bad_url");
			assert.deepEqual(shop.requests, []);
		});

		it("is refused when it cannot be understood", async () => {
			for (const url of [
				"",
				"shop.example/a.png",
				"http://",
				"http://a b/",
				"http://[::1/",
				"//shop.example/",
				"http://shop.example:99999/",
			])
				await shop.refused(url, "bad_url");
		});
	});
});
