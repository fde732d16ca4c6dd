/** OpenAI's own client for Node keeps files here, and has whole files of requests worked on. */
import assert from "node:assert/strict";
import { createReadStream, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { toFile } from "openai";
import { ProviderError } from "../../../providers/provider.ts";
import { waitUntil } from "../../../testing/wait-until.ts";
import {
	download,
	factsOf,
	type JudgedHouse,
	openJudged,
	openScripted,
	plainPicture,
	SMALL,
} from "./judged-contract.ts";

const GENERATIONS = "/v1/images/generations" as const;
const CHAT = "/v1/chat/completions" as const;

/** Of a chat, as OpenRouter's clients read it; OpenAI's types know none. */
interface Picture {
	readonly image_url: { readonly url: string };
}

async function upload(client: OpenAI, lines: readonly object[]) {
	const text = lines
		.map((line) => `${JSON.stringify({ method: "POST", ...line })}\n`)
		.join("");
	return await client.files.create({
		file: await toFile(Buffer.from(text), "requests.jsonl"),
		purpose: "batch",
	});
}

async function ended(client: OpenAI, id: string): Promise<OpenAI.Batch> {
	return await waitUntil(async () => {
		await sleep(20);
		const batch = await client.batches.retrieve(id);
		const isEnded = /^(completed|failed|cancelled|expired)$/;
		return isEnded.test(batch.status) && batch;
	});
}

interface Line<Answer> {
	readonly custom_id: string;
	readonly response: {
		readonly status_code: number;
		readonly body: Answer & { error?: { code: string; param: string } };
	} | null;
	readonly error: { readonly code: string } | null;
}

async function linesOf<Answer = OpenAI.ImagesResponse>(
	{ client }: JudgedHouse,
	fileId: string | null | undefined,
): Promise<Line<Answer>[]> {
	assert.ok(fileId, "there is no file");
	const content = await client.files.content(fileId);
	return (await content.text())
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

test("a file is uploaded from the disk, found, read and deleted", async (t) => {
	const { client, place } = await openScripted(t);
	const onDisk = path.join(place.dataDirectory, "requests.jsonl");
	writeFileSync(onDisk, '{"a":1}\n');
	const file = await client.files.create({
		file: createReadStream(onDisk),
		purpose: "batch",
		expires_after: { anchor: "created_at", seconds: 3_600 },
	});
	assert.equal(file.filename, "requests.jsonl");
	assert.equal(file.bytes, 8);
	assert.equal(file.expires_at, file.created_at + 3_600);
	for (let index = 0; index < 3; index++)
		await client.files.create({
			file: await toFile(Buffer.from(`${index}`), `${index}.png`),
			purpose: "vision",
		});
	const found: string[] = [];
	for await (const { filename } of client.files.list({ limit: 2 }))
		found.push(filename);
	assert.deepEqual(found.sort(), ["0.png", "1.png", "2.png", "requests.jsonl"]);
	const vision = await client.files.list({ purpose: "vision" });
	assert.equal(vision.data.length, 3);
	assert.deepEqual(await client.files.retrieve(file.id), file);
	const content = await client.files.content(file.id);
	assert.equal(await content.text(), '{"a":1}\n');
	assert.equal((await client.files.delete(file.id)).deleted, true);
	await assert.rejects(client.files.retrieve(file.id), OpenAI.NotFoundError);
});

test("a batch of pictures is worked on to its end; what failed stands in a file of its own", async (t) => {
	const house = await openScripted(t);
	const { client, provider } = house;
	provider.script = ({ prompt }) =>
		prompt === "a secret"
			? { kind: "fail", error: new ProviderError("content_blocked", "no") }
			: { kind: "draw" };
	const body = { prompt: "A cat", size: SMALL };
	const input = await upload(client, [
		{ custom_id: "both", url: GENERATIONS, body },
		{
			custom_id: "link",
			url: GENERATIONS,
			body: { ...body, n: 2, response_format: "url" },
		},
		{
			custom_id: "bad",
			url: GENERATIONS,
			body: { ...body, prompt: "a secret" },
		},
	]);
	const begun = await client.batches.create({
		input_file_id: input.id,
		endpoint: GENERATIONS,
		completion_window: "24h",
		metadata: { shop: "rugs" },
	});
	assert.equal(begun.status, "validating");
	const batch = await ended(client, begun.id);
	assert.equal(batch.status, "completed");
	assert.deepEqual(batch.request_counts, { total: 3, completed: 2, failed: 1 });
	assert.deepEqual(batch.metadata, { shop: "rugs" });
	const results = new Map(
		(await linesOf(house, batch.output_file_id)).map((line) => [
			line.custom_id,
			line.response,
		]),
	);
	assert.equal(results.size, 2);
	const both = results.get("both")?.body.data?.[0];
	assert.equal(await factsOf(both?.b64_json), `png ${SMALL}`);
	const links = results.get("link")?.body.data ?? [];
	assert.equal(links.length, 2);
	assert.equal(await factsOf(await download(links[0]?.url)), `png ${SMALL}`);
	const [bad, ...others] = await linesOf(house, batch.error_file_id);
	assert.equal(others.length, 0);
	assert.equal(bad?.custom_id, "bad");
	assert.equal(bad.response?.status_code, 400);
	assert.equal(bad.response.body.error?.code, "content_policy_violation");
	const listed: string[] = [];
	for await (const { id } of client.batches.list({ limit: 1 })) listed.push(id);
	assert.deepEqual(listed, [begun.id]);
});

test("a batch of edits takes pictures from uploaded files", async (t) => {
	const house = await openJudged(t);
	const { client } = house;
	const picture = await client.files.create({
		file: await toFile(await plainPicture({ r: 9, g: 9, b: 200 }), "a.png"),
		purpose: "vision",
	});
	const input = await upload(client, [
		{
			custom_id: "edit",
			url: "/v1/images/edits",
			body: {
				prompt: "a sea at night",
				size: SMALL,
				images: [{ file_id: picture.id }],
			},
		},
	]);
	const { id } = await client.batches.create({
		input_file_id: input.id,
		endpoint: "/v1/images/edits",
		completion_window: "24h",
	});
	const batch = await ended(client, id);
	assert.deepEqual(batch.request_counts, { total: 1, completed: 1, failed: 0 });
	const [line] = await linesOf(house, batch.output_file_id);
	const drawn = line?.response?.body.data?.[0]?.b64_json;
	assert.equal(await factsOf(drawn), `png ${SMALL}`);
});

test("a batch of chats is answered in words and with a picture, and a chat that cannot be answered is an error of its own", async (t) => {
	const house = await openJudged(t);
	const { client } = house;
	const chat = (custom_id: string, content: string, more: object = {}) => ({
		custom_id,
		url: CHAT,
		body: { model: "painter", messages: [{ role: "user", content }], ...more },
	});
	const input = await upload(client, [
		chat("words", "Hello!"),
		chat("picture", "Paint a mountain lake at sunset", {
			image_config: { image_size: "512" },
		}),
		chat("wrong", "Hello!", { temperature: 3 }),
	]);
	const { id } = await client.batches.create({
		input_file_id: input.id,
		endpoint: CHAT,
		completion_window: "24h",
		output_expires_after: { anchor: "created_at", seconds: 7_200 },
	});
	const batch = await ended(client, id);
	assert.equal(batch.status, "completed");
	assert.deepEqual(batch.request_counts, { total: 3, completed: 2, failed: 1 });
	const [words, picture] = await linesOf<
		OpenAI.ChatCompletion & { choices: { message: { images?: Picture[] } }[] }
	>(house, batch.output_file_id);
	assert.equal(words?.custom_id, "words");
	assert.equal(words.response?.status_code, 200);
	assert.equal(words.response.body.object, "chat.completion");
	const [said] = words.response.body.choices;
	assert.match(said?.message.content ?? "", /no language model/);
	const drawn = picture?.response?.body.choices[0]?.message;
	assert.match(drawn?.content ?? "", /!\[image\]\(http/);
	const facts = await factsOf(drawn?.images?.[0]?.image_url.url);
	assert.equal(facts, "png 512x512");
	const [wrong] = await linesOf(house, batch.error_file_id);
	assert.equal(wrong?.response?.status_code, 400);
	assert.equal(wrong.response.body.error?.param, "temperature");
	const file = await client.files.retrieve(batch.output_file_id ?? "");
	assert.equal(file.expires_at, file.created_at + 7_200);
});

test("a batch is cancelled, and a file with a fault in it fails, naming line and field", async (t) => {
	const house = await openScripted(t);
	const { client, provider } = house;
	const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
	provider.script = () => ({ kind: "wait", until });
	const lines = Array.from({ length: 3 }, (_, index) => ({
		custom_id: `r${index}`,
		url: GENERATIONS,
		body: { prompt: "A cat", size: SMALL },
	}));
	const { id } = await client.batches.create({
		input_file_id: (await upload(client, lines)).id,
		endpoint: GENERATIONS,
		completion_window: "24h",
	});
	await waitUntil(() => provider.atOnce > 0);
	const cancelling = await client.batches.cancel(id);
	assert.match(cancelling.status, /^cancel/);
	goOn();
	assert.equal((await ended(client, id)).status, "cancelled");

	const nonsense = await upload(client, [
		...lines,
		{ custom_id: "r0", url: GENERATIONS, body: { prompt: "A" } },
		{ custom_id: "chat", url: CHAT, body: { messages: [] } },
	]);
	const failing = await client.batches.create({
		input_file_id: nonsense.id,
		endpoint: GENERATIONS,
		completion_window: "24h",
	});
	const failed = await ended(client, failing.id);
	assert.equal(failed.status, "failed");
	assert.deepEqual(
		failed.errors?.data?.map(({ line, code, param }) => [line, code, param]),
		[
			[4, "duplicate_custom_id", null],
			[5, "mismatched_url", "url"],
		],
	);
});
