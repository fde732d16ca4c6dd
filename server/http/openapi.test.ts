/** The API's description and its reading room, which asks for nothing that is not on this server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestApp } from "../testing/test-app.ts";

test("the reading room at /docs reads the description of this server, with scripts of this server", async (t) => {
	const { app } = await openTestApp(t);
	const ask = (url: string) => app.server.inject(url);

	const moved = await ask("/docs");
	assert.equal(moved.statusCode, 301);
	assert.equal(moved.headers.location, "/docs/");
	const page = await ask("/docs/");
	assert.equal(page.statusCode, 200);
	assert.match(String(page.headers["content-type"]), /^text\/html/);
	assert.match(page.body, /"url": ?"\/openapi\.json"/);
	const scripts = [...page.body.matchAll(/<script[^>]* src="([^"]*)"/g)];
	assert.deepEqual(
		scripts.map(([, source]) => source),
		["js/scalar.js"],
	);
	const script = await ask("/docs/js/scalar.js");
	assert.equal(script.statusCode, 200);
	assert.match(String(script.headers["content-type"]), /javascript/);
	assert.match(script.body, /createApiReference/);
	const { openapi, paths } = (await ask("/openapi.json")).json();
	assert.equal(openapi, "3.1.0");
	assert.ok(paths["/v0/images/generations"].post);
	assert.equal(paths["/docs/"], undefined, "the room describes not itself");
});
