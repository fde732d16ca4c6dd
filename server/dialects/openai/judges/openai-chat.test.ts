/** OpenAI's own client for Node talks here, in chats, responses and conversations, and pictures go in and come out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import {
	download,
	factsOf,
	openJudged,
	openScripted,
	plainPicture,
	SMALL,
} from "./judged-contract.ts";

const SKY = "Paint a night sky";
const SMALLEST = { image_config: { image_size: "512" } };

/** As OpenRouter's answers have them; the client's own types know no pictures. */
interface Pictures {
	readonly images?: readonly { readonly image_url: { readonly url: string } }[];
}

test("S3-5: a chat is answered in words, whole or as they come", async (t) => {
	const { client } = await openJudged(t);
	const messages = [{ role: "user" as const, content: "Hello! Who are you?" }];
	const whole = await client.chat.completions.create({
		model: "painter",
		messages,
		stream: false,
		max_tokens: 1_000,
	});
	const [choice] = whole.choices;
	assert.equal(choice?.message.role, "assistant");
	assert.equal(choice?.finish_reason, "stop");
	assert.match(whole.id, /^chatcmpl-/);
	assert.ok((whole.usage?.total_tokens ?? 0) > 0);

	const stream = await client.chat.completions.create({
		model: "painter",
		messages,
		stream: true,
		stream_options: { include_usage: true },
	});
	let text = "";
	let tokens = 0;
	for await (const { choices, usage } of stream) {
		text += choices[0]?.delta.content ?? "";
		tokens += usage?.total_tokens ?? 0;
	}
	assert.equal(text, choice?.message.content);
	assert.ok(tokens > 0);

	const { content } = (
		await client.chat.completions
			.stream({ model: "painter", messages })
			.finalChatCompletion()
	).choices[0]?.message ?? { content: null };
	assert.equal(content, text);
});

test("a chat is answered with a picture, whole or as it comes, and its words have a link to it", async (t) => {
	const { client } = await openScripted(t);
	const ask = {
		model: "scripted",
		messages: [{ role: "user" as const, content: SKY }],
		...SMALLEST,
	};
	const { choices } = await client.chat.completions.create(ask);
	const message = choices[0]?.message as (typeof choices)[0]["message"] &
		Pictures;
	const [picture] = message.images ?? [];
	const bytes = picture?.image_url.url ?? "";
	assert.ok(bytes.startsWith("data:image/png;base64,"));
	assert.equal(await factsOf(bytes), "png 512x512");
	const [, link] = /!\[image\]\(([^)]+)\)/.exec(message.content ?? "") ?? [];
	assert.equal(await factsOf(await download(link)), "png 512x512");

	const stream = await client.chat.completions.create({ ...ask, stream: true });
	const streamed: string[] = [];
	for await (const chunk of stream) {
		const delta = (chunk.choices[0]?.delta ?? {}) as Pictures;
		for (const { image_url } of delta.images ?? [])
			streamed.push(image_url.url);
	}
	assert.equal(streamed.length, 1);
	assert.equal(await factsOf(streamed[0]), "png 512x512");
});

test("a picture that is sent along is what the answer is drawn from, and so is the last answer's", async (t) => {
	const { client, provider } = await openScripted(t);
	const red = await plainPicture({ r: 250, g: 0, b: 0 });
	const url = `data:image/png;base64,${red.toString("base64")}`;
	const { choices } = await client.chat.completions.create({
		model: "scripted",
		...SMALLEST,
		messages: [
			{
				role: "user",
				content: [
					{ type: "text", text: "A sea in these colours" },
					{ type: "image_url", image_url: { url, detail: "low" } },
				],
			},
		],
	});
	const answered = choices[0]?.message;
	assert.ok(answered);
	const { images = [] } = answered as Pictures;
	const drawn = Buffer.from(
		images[0]?.image_url.url.split(",")[1] ?? "",
		"base64",
	);
	assert.equal(await factsOf(drawn), "png 512x512");
	await client.chat.completions.create({
		model: "scripted",
		...SMALLEST,
		messages: [
			{ role: "user", content: "A sea" },
			answered,
			{ role: "user", content: "Now at night" },
		],
	});
	assert.deepEqual(
		provider.calls.map(({ inputImages }) =>
			inputImages.map(({ sizeBytes }) => sizeBytes),
		),
		[[red.length], [drawn.length]],
	);
});

test("S3-4, S3-7, S3-8, S3-9, S3-17, S3-18, S3-19: a conversation is begun, remembers a chat and a picture, and is deleted", async (t) => {
	const { client } = await openJudged(t);
	const { id, metadata } = await client.conversations.create({
		metadata: { topic: "skies" },
		items: [{ type: "message", role: "user", content: "Hello" }],
	});
	assert.match(id, /^conv_[0-9a-z]{16}$/);
	assert.deepEqual(metadata, { topic: "skies" });
	await client.chat.completions.create({
		model: "painter",
		messages: [{ role: "user", content: "Who are you?" }],
		...{ conversation: { id } },
	});
	await client.images.generate({
		prompt: SKY,
		size: SMALL,
		response_format: "url",
		...{ conversation_id: id, store: true },
	});
	const seen: string[] = [];
	for await (const item of client.conversations.items.list(id, {
		order: "asc",
		limit: 2,
		include: ["message.input_image.image_url"],
	})) {
		if (item.type === "message")
			seen.push(
				`${item.role}: ${item.content.map((part) => ("text" in part ? part.text.slice(0, 12) : part.type)).join()}`,
			);
		else {
			seen.push(item.type);
			assert.equal(item.type, "image_generation_call");
			assert.equal(item.status, "completed");
			const { content } = item as unknown as {
				content: { image?: { url: string } }[];
			};
			const shown = await download(content.at(-1)?.image?.url);
			assert.equal(await factsOf(shown), `png ${SMALL}`);
		}
	}
	assert.deepEqual(seen, [
		"user: Hello",
		"user: Who are you?",
		"assistant: I am the pai",
		`user: ${SKY.slice(0, 12)}`,
		"image_generation_call",
	]);
	const updated = await client.conversations.update(id, {
		metadata: { topic: "seas" },
	});
	assert.deepEqual(updated.metadata, { topic: "seas" });
	assert.equal((await client.conversations.retrieve(id)).id, id);
	assert.equal((await client.conversations.delete(id)).deleted, true);
	await assert.rejects(client.conversations.retrieve(id), OpenAI.NotFoundError);
});

test("items are added, read and deleted one by one", async (t) => {
	const { client } = await openJudged(t);
	const { id } = await client.conversations.create();
	const image = (await plainPicture({ r: 1, g: 2, b: 3 })).toString("base64");
	const added = await client.conversations.items.create(id, {
		items: [
			{
				type: "message",
				role: "user",
				content: [
					{ type: "input_text", text: "Look" },
					{
						type: "input_image",
						image_url: `data:image/png;base64,${image}`,
						detail: "auto",
					},
				],
			},
			{ type: "message", role: "assistant", content: "I see" },
		],
	});
	assert.equal(added.data.length, 2);
	const [look] = added.data;
	assert.match(look?.id ?? "", /^msg_[0-9a-z]{16}$/);
	const read = await client.conversations.items.retrieve(look?.id ?? "", {
		conversation_id: id,
	});
	assert.ok(read.type === "message");
	const [, picture] = read.content;
	assert.ok(picture?.type === "input_image" && picture.image_url);
	assert.equal(
		await factsOf(await download(picture.image_url)),
		`png ${SMALL}`,
	);
	const left = await client.conversations.items.delete(look?.id ?? "", {
		conversation_id: id,
	});
	assert.equal(left.id, id);
	const { data } = await client.conversations.items.list(id);
	assert.equal(data.length, 1);
});

test("a response is a message, or a picture when the tool is there to draw one", async (t) => {
	const { client } = await openJudged(t);
	const said = await client.responses.create({
		model: "painter",
		input: "Who are you?",
		instructions: "Be brief.",
	});
	assert.equal(said.status, "completed");
	assert.match(said.output_text, /painter/);
	const drawn = await client.responses.create({
		model: "painter",
		input: [{ role: "user", content: [{ type: "input_text", text: SKY }] }],
		tools: [{ type: "image_generation", size: SMALL, output_format: "webp" }],
		tool_choice: { type: "image_generation" },
	});
	const call = drawn.output.find(
		({ type }) => type === "image_generation_call",
	);
	assert.ok(call?.type === "image_generation_call");
	assert.equal(await factsOf(call.result), `webp ${SMALL}`);
	assert.ok((drawn.usage?.total_tokens ?? 0) > 0);
});

test("a response streams in OpenAI's order of events, and a conversation goes on with it", async (t) => {
	const { client } = await openJudged(t);
	const { id } = await client.conversations.create({});
	const ask = {
		model: "painter",
		conversation: id,
		tools: [{ type: "image_generation" as const, size: SMALL }],
	};
	const stream = client.responses.stream({ ...ask, input: SKY });
	const types = new Set<string>();
	for await (const { type } of stream) types.add(type);
	for (const type of [
		"response.created",
		"response.image_generation_call.generating",
		"response.output_text.delta",
		"response.completed",
	])
		assert.ok(types.has(type), type);
	const { output, output_text } = await stream.finalResponse();
	assert.deepEqual(
		output.map(({ type }) => type),
		["image_generation_call", "message"],
	);
	assert.notEqual(output_text, "");
	await client.responses.create({ ...ask, input: "Make it red" });
	const { data } = await client.conversations.items.list(id);
	assert.ok(
		data.some(({ type }) => String(type) === "image_edit_call"),
		"the second picture was made from the first",
	);
});

test("a response is gone on from by its id, retrieved with what it was asked, and deleted", async (t) => {
	const { client, provider, balance } = await openScripted(t);
	const tools = [{ type: "image_generation" as const, size: SMALL }];
	const ask = { model: "scripted", tools };
	const image = (await plainPicture({ r: 250, g: 0, b: 0 })).toString("base64");
	const house = await client.responses.create({
		...ask,
		input: [
			{
				role: "user",
				content: [
					{ type: "input_text", text: "a house in these colours" },
					{
						type: "input_image",
						image_url: `data:image/png;base64,${image}`,
						detail: "auto",
					},
				],
			},
		],
	});
	const snowy = await client.responses.create(
		{ ...ask, input: "Make it snow", previous_response_id: house.id },
		{ headers: { "idempotency-key": "snow" } },
	);
	const again = await client.responses.create(
		{ ...ask, input: "Make it snow", previous_response_id: house.id },
		{ headers: { "idempotency-key": "snow" } },
	);
	assert.equal(again.id, snowy.id);
	assert.equal(snowy.previous_response_id, house.id);
	const [call] = house.output;
	assert.ok(call?.type === "image_generation_call" && call.result);
	assert.deepEqual(
		provider.calls.map(({ inputImages }) =>
			inputImages.map(({ sizeBytes }) => sizeBytes),
		),
		[
			[Buffer.byteLength(image, "base64")],
			[Buffer.byteLength(call.result, "base64")],
		],
	);
	const read = await client.responses.retrieve(house.id);
	assert.equal(read.output_text, house.output_text);
	const [found] = read.output;
	assert.ok(found?.type === "image_generation_call");
	assert.equal(found.result, call.result);
	const asked = [];
	for await (const item of client.responses.inputItems.list(house.id))
		asked.push(item);
	const [item] = asked;
	assert.ok(item?.type === "message");
	const [text, picture] = item.content;
	assert.ok(text?.type === "input_text" && picture?.type === "input_image");
	assert.equal(text.text, "a house in these colours");
	assert.equal(
		await factsOf(await download(picture.image_url ?? undefined)),
		`png ${SMALL}`,
	);
	const types: string[] = [];
	const stream = await client.responses.retrieve(house.id, { stream: true });
	for await (const { type } of stream) types.push(type);
	assert.equal(types.at(-1), "response.completed");
	const before = await balance();
	await client.responses.delete(house.id);
	await assert.rejects(
		client.responses.retrieve(house.id),
		OpenAI.NotFoundError,
	);
	await assert.rejects(
		client.responses.create({
			...ask,
			input: "x",
			previous_response_id: house.id,
		}),
		OpenAI.NotFoundError,
	);
	assert.equal(await balance(), before);
});

test("a response streams its unfinished pictures", async (t) => {
	const { client } = await openJudged(t);
	const stream = client.responses.stream({
		model: "painter",
		input: SKY,
		tools: [{ type: "image_generation", size: "256x192", partial_images: 2 }],
	});
	const seen: string[] = [];
	for await (const event of stream)
		if (event.type === "response.image_generation_call.partial_image")
			seen.push(
				`${event.partial_image_index} ${await factsOf(event.partial_image_b64)}`,
			);
	assert.deepEqual(seen, ["0 png 43x32", "1 png 64x48"]);
	const { output } = await stream.finalResponse();
	assert.ok(output[0]?.type === "image_generation_call");
	assert.equal(await factsOf(output[0].result), "png 256x192");
});
