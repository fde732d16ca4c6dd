/** Google's own client for Node makes batches here: of requests that it sends along, and of a file of them. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchJob, InlinedRequest } from "@google/genai";
import { waitUntil } from "../../../testing/wait-until.ts";
import {
	factsOf,
	MODEL,
	openJudged,
	partsOf,
	SMALL,
} from "./judged-contract.ts";

const { sdks, place, balance } = await openJudged({ after } as Pick<
	TestContext,
	"after"
>);
const here = (name: string) => path.join(place.dataDirectory, name);

const ENDED = new Set([
	"JOB_STATE_SUCCEEDED",
	"JOB_STATE_FAILED",
	"JOB_STATE_CANCELLED",
	"JOB_STATE_EXPIRED",
]);

async function ended(
	client: (typeof sdks)[number]["client"],
	job: BatchJob,
): Promise<BatchJob> {
	for (;;) {
		const now = await client.batches.get({ name: job.name ?? "" });
		if (ENDED.has(now.state ?? "")) return now;
		await sleep(50);
	}
}

const drawing = (text: string, key: string): InlinedRequest => ({
	contents: [{ role: "user", parts: [{ text }] }],
	config: { responseModalities: ["TEXT", "IMAGE"], imageConfig: SMALL },
	metadata: { key },
});

for (const { version, client } of sdks) {
	test(`S2-10 (${version}): requests that are sent along are answered in their order`, async () => {
		const before = await balance();
		const job = await client.batches.create({
			model: MODEL,
			src: [
				drawing("a lake", "k1"),
				{
					...drawing("a forest", "k2"),
					config: { imageConfig: { aspectRatio: "7:5" } },
				},
				drawing("a desert", "k3"),
			],
			config: { displayName: "inline" },
		});
		assert.match(job.name ?? "", /^batches\//);
		assert.equal(job.displayName, "inline");
		assert.equal(job.state, "JOB_STATE_PENDING");
		const done = await ended(client, job);
		assert.equal(done.state, "JOB_STATE_SUCCEEDED");
		assert.ok(done.endTime);
		const answers = done.dest?.inlinedResponses ?? [];
		const keys = answers.map(
			(each) => (each as { metadata?: { key?: string } }).metadata?.key,
		);
		assert.deepEqual(keys, ["k1", "k2", "k3"]);
		const [first, second, third] = answers;
		for (const each of [first, third]) {
			assert.ok(each?.response);
			assert.deepEqual(await partsOf(each.response), ["text", "png 512x288"]);
		}
		assert.equal(second?.error?.code, 3);
		assert.equal(before - (await balance()), 1, "half the price of two");
	});

	test(`S2-10 (${version}): a file of requests is answered in a file, listed, and deleted`, async () => {
		const input = here(`batch-${version}.jsonl`);
		const lines = ["a lake", "a forest"].map((text, index) =>
			JSON.stringify({
				key: `request-${index + 1}`,
				request: {
					contents: [{ parts: [{ text }] }],
					generation_config: {
						responseModalities: ["IMAGE"],
						imageConfig: SMALL,
					},
				},
			}),
		);
		writeFileSync(input, [lines[0], '{"key": "broken"', lines[1]].join("\n"));
		const file = await client.files.upload({
			file: input,
			config: { mimeType: "jsonl", displayName: "batch-in" },
		});
		const job = await client.batches.create({
			model: MODEL,
			src: file.name ?? "",
		});
		const done = await ended(client, job);
		assert.equal(done.state, "JOB_STATE_SUCCEEDED");
		const downloadPath = here(`results-${version}.jsonl`);
		await client.files.download({
			file: done.dest?.fileName ?? "",
			downloadPath,
		});
		// The client does not wait until the file is written.
		const text = await waitUntil(() => {
			const written = readFileSync(downloadPath, "utf8");
			return written.split("\n").length === 4 && written;
		});
		const results = text
			.trimEnd()
			.split("\n")
			.map((line) => JSON.parse(line));
		assert.deepEqual(
			results.map(({ key }) => key),
			["request-1", "2", "request-2"],
		);
		const [first, broken, last] = results;
		assert.equal(broken.error.code, 3);
		for (const { response } of [first, last]) {
			const [part] = response.candidates[0].content.parts;
			assert.equal(await factsOf(part.inlineData.data), "png 512x288");
		}
		const names: unknown[] = [];
		const pager = await client.batches.list({ config: { pageSize: 1 } });
		for await (const each of pager) names.push(each.name);
		assert.equal(names[0], job.name);
		await client.batches.cancel({ name: job.name ?? "" });
		await client.batches.delete({ name: job.name ?? "" });
		await assert.rejects(client.batches.get({ name: job.name ?? "" }), {
			status: 404,
		});
	});
}
