/** The team API's words for rows that are drawn in batches of a provider's own, with the painter's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPlatform } from "../../testing/platform.ts";
import { waitUntil } from "../../testing/wait-until.ts";

const BATCHES = "/v0/batches";

test("the painter draws rows in a batch of its own, at half price, and the batch tells where they are", async (t) => {
	const house = await openPlatform(t, {
		withPainter: true,
		environment: { GESSO_VENDOR_BATCH_POLL_SECONDS: "1" },
	});
	const { status, body } = await house.ask("POST", BATCHES, {
		strategy: "vendor-batch",
		prompt: "A {{Title}}",
		keyColumn: "Id",
		resolution: "low",
		rows: [
			{ Id: "one", Title: "fox in the snow" },
			{ Id: "two", Title: "lake at dusk" },
			{ Id: "three", Title: "painter-fail" },
		],
	});
	assert.equal(status, 201, JSON.stringify(body));
	const path = `${BATCHES}/${body.data.id}`;
	const { data: price } = (await house.ask("GET", `${path}/estimate`)).body;
	const { expectedSeconds, atMostSeconds, credits } = price.strategies.at(-1);
	assert.deepEqual(
		[expectedSeconds, atMostSeconds, credits],
		[null, 86_400, 1],
	);
	await house.ask("POST", `${path}/start`);
	const done = await waitUntil(async () => {
		const { data } = (await house.ask("GET", path)).body;
		return data.status === "completed" && data;
	});
	assert.deepEqual([done.counts.drawn, done.counts.failed], [2, 1]);
	assert.equal(done.pausedFor, null);
	const { data } = (await house.ask("GET", `${path}/vendor-batches`)).body;
	const [batch, ...others] = data.vendorBatches;
	assert.deepEqual(others, []);
	const { provider, kind, status: stands, outcome, rows } = batch;
	assert.deepEqual(
		[provider, kind, stands, outcome, rows],
		["painter", "image", "ended", "succeeded", 3],
	);
	assert.ok(batch.vendorId.length > 0 && batch.submittedAt < batch.endedAt);
	const failed = await house.ask("GET", `${path}/rows/three`);
	assert.match(failed.body.data.error.message, /painter-fail/);
	const foreign = await house.ask("GET", `${BATCHES}/none/vendor-batches`);
	assert.equal(foreign.status, 404);
});

test("there is nothing to recover of a batch that was lost by nobody", async (t) => {
	const house = await openPlatform(t);
	const { body } = await house.ask("POST", BATCHES, {
		prompt: "A {{Title}}",
		rows: [{ Title: "fox" }],
	});
	const recovered = await house.ask(
		"POST",
		`${BATCHES}/${body.data.id}/recover`,
	);
	assert.equal(recovered.status, 409);
	assert.match(recovered.body.error, /Try them again/);
});
