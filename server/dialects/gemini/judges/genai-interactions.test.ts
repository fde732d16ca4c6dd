/** Google's newest client for Node asks in interactions: turn by turn, as a stream, and in the background. */
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { factsOf, MODEL, openJudged, plainPicture } from "./judged-contract.ts";

const { sdks } = await openJudged({ after } as Pick<TestContext, "after">);
const [{ client }] = sdks;
const { interactions } = client;

const WIDE = {
	type: "image",
	aspect_ratio: "16:9",
	mime_type: "image/jpeg",
} as const;

/** The client's types know no picture of ours before it is asked for. */
// biome-ignore lint/suspicious/noExplicitAny: the client derives fields that its types hide
type Told = any;

test("a picture is drawn, found by the client, and changed in the next turn", async () => {
	const first: Told = await interactions.create({
		model: MODEL,
		input: "a mountain lake",
		response_modalities: ["image"],
		response_format: WIDE,
	});
	assert.equal(first.status, "completed");
	assert.match(await factsOf(first.output_image.data), /^jpeg \d+x\d+$/);
	assert.ok(first.usage.total_tokens > 0);
	const red = await plainPicture({ r: 200, g: 0, b: 0 });
	const second: Told = await interactions.create({
		model: MODEL,
		previous_interaction_id: first.id,
		input: [
			{ type: "text", text: "add snow" },
			{ type: "image", data: red.toString("base64"), mime_type: "image/png" },
		],
		store: true,
	});
	assert.equal(second.previous_interaction_id, first.id);
	assert.equal(typeof second.output_text, "string");
	const read: Told = await interactions.get(first.id);
	assert.equal(read.output_image.data, first.output_image.data);
	await interactions.delete(first.id);
	await assert.rejects(interactions.get(first.id), { status: 404 });
});

test("a stream tells what comes, and ends", async () => {
	const stream = await interactions.create({
		model: MODEL,
		input: "a red fox in the woods",
		stream: true,
	});
	const types: string[] = [];
	let picture = "";
	for await (const event of stream as AsyncIterable<Told>) {
		types.push(event.delta?.type ?? event.event_type);
		if (event.delta?.type === "image") picture = event.delta.data;
	}
	assert.deepEqual(types, [
		"interaction.created",
		"step.start",
		"text",
		"image",
		"step.stop",
		"interaction.completed",
	]);
	assert.match(await factsOf(picture), /^png /);
});

test("what is asked in the background is read when it is done, and canceled without harm", async () => {
	const begun: Told = await interactions.create({
		model: MODEL,
		input: "a desert",
		background: true,
	});
	assert.equal(begun.status, "in_progress");
	let now: Told = begun;
	while (now.status === "in_progress") {
		await sleep(50);
		now = await interactions.get(begun.id);
	}
	assert.equal(now.status, "completed");
	const canceled: Told = await interactions.cancel(begun.id);
	assert.equal(canceled.status, "completed");
});

test("what is wrong is thrown at once, and not tried again", async () => {
	const startedAt = Date.now();
	await assert.rejects(
		interactions.create({
			model: MODEL,
			input: "x",
			response_format: { ...WIDE, aspect_ratio: "7:5" as "1:1" },
		}),
		{ name: "BadRequestError", status: 400 },
	);
	await assert.rejects(interactions.get("v1_nothing"), { status: 404 });
	assert.ok(Date.now() - startedAt < 30_000);
});
