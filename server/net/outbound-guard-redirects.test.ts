/** Where a fetch lets itself be sent. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { TestShop } from "./test-shop.ts";

describe("an outbound fetch that is redirected", () => {
	const shop = new TestShop();

	function redirect(location: string, status = 302): void {
		shop.answer = (request, response) => {
			if (request.url === "/end") response.end("there");
			else response.writeHead(status, { location }).end("not this");
		};
	}

	it("follows, wherever on the way", async () => {
		for (const status of [301, 302, 303, 307, 308]) {
			redirect("/end", status);
			const { bytes, finalUrl } = await shop.fetched(shop.url("/start"));
			assert.equal(bytes.toString(), "there");
			assert.equal(finalUrl, shop.url("/end"));
		}
		redirect(`//shop.example:${shop.port}/end`);
		assert.equal(
			(await shop.fetched(shop.url("/start"))).finalUrl,
			shop.url("/end"),
		);
	});

	it("follows to a URL with blanks and letters of any language", async () => {
		shop.answer = (request, response) => {
			if (request.url?.startsWith("/gr")) response.end("there");
			else
				response
					.writeHead(302, {
						location: Buffer.from("/größe a.jpg").toString("latin1"),
					})
					.end();
		};
		await shop.fetched(shop.url());
		assert.equal(shop.requests[1]?.url, "/gr%C3%B6%C3%9Fe%20a.jpg");
	});

	it("S1-s: is refused on the way inside", async () => {
		shop.names["inside.example"] = [{ address: "10.0.0.1", family: 4 }];
		for (const location of [
			`http://127.0.0.1:${shop.port}/end`,
			`http://[::1]:${shop.port}/end`,
			"http://169.254.169.254/",
			"http://inside.example/",
			"https://inside.example/",
		]) {
			redirect(location);
			const error = await shop.refused(shop.url("/start"), "forbidden_address");
			assert.doesNotMatch(error.message, /127|inside\.example|169/);
		}
		for (const location of [
			"file:///etc/passwd",
			`http://user:secret@shop.example:${shop.port}/end`,
			"http://shop.example:25/",
		]) {
			redirect(location);
			await shop.refused(shop.url("/start"), "bad_url");
		}
		assert.ok(shop.requests.every(({ url }) => url === "/start"));
	});

	it("gives up after so many redirects, in a circle or not", async () => {
		redirect("/start");
		await shop.refused(shop.url("/start"), "too_many_redirects");
		assert.equal(shop.requests.length, 6);
		redirect("/end");
		await shop.refused(shop.url("/start"), "too_many_redirects", {
			maxRedirects: 0,
		});
		await shop.fetched(shop.url("/start"), { maxRedirects: 1 });
	});

	it("lets go of an answer that redirects and never ends", async () => {
		let closed: Promise<unknown> | undefined;
		shop.answer = (request, response) => {
			if (request.url === "/end") {
				response.end("there");
				return;
			}
			closed = once(response, "close");
			response.writeHead(302, { location: "/end" }).write("and then");
		};
		await shop.fetched(shop.url("/start"));
		await closed;
	});

	it("needs to be told where to", async () => {
		shop.answer = (_request, response) => response.writeHead(302).end();
		await shop.refused(shop.url(), "bad_status");
	});
});
