/** Exact pixels in the team API: of one picture, and of every row of a batch. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPlatform } from "../../testing/platform.ts";

test("a size gives exactly these pixels, is told in the price, and excludes an aspect ratio", async (t) => {
	const { post } = await openPlatform(t);
	const drawn = await post("", { prompt: "a", size: "300x200" });
	const [{ width, height }] = drawn.body.data.data;
	assert.deepEqual([width, height], [300, 200]);
	const dear = await post("?dry_run=true", { prompt: "a", size: "2048x2048" });
	assert.equal(dear.body.data.price.credits, 2);
	for (const body of [
		{ size: "300x200", aspectRatio: "3:2" },
		{ size: "300" },
		{ size: "9x9" },
	]) {
		const refused = await post("", { prompt: "a", ...body });
		assert.equal(refused.status, 400);
		assert.equal(refused.body.field, "size");
	}
});

test("a batch keeps its size, prices it, and draws every row in it", async (t) => {
	const { ask } = await openPlatform(t);
	const asked = {
		prompt: "{{Title}}",
		size: "640x480",
		rows: [{ Title: "a" }],
	};
	const preview = await ask("POST", "/v0/batches?dry_run=true", {
		...asked,
		size: "2048x2048",
	});
	assert.equal(preview.body.data.estimate.credits, 2);
	const { body } = await ask("POST", "/v0/batches", asked);
	assert.equal(body.data.size, "640x480");
	const at = `/v0/batches/${body.data.id}`;
	await ask("POST", `${at}/start`);
	await ask("GET", `${at}/events`);
	const { rows } = (await ask("GET", `${at}/rows`)).body.data;
	const [{ width, height }] = rows[0].images;
	assert.deepEqual([width, height], [640, 480]);
	const both = await ask("POST", "/v0/batches", {
		...asked,
		aspectRatio: "4:3",
	});
	assert.equal(both.body.field, "size");
});
