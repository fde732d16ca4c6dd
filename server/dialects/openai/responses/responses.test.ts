/** The part of the Responses API that there is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../../providers/provider.ts";
import { openOpenAiHouse } from "../../../testing/openai-house.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";

const PATH = "/v1/responses";
const TOOL = { type: "image_generation", size: "64x64" };

test("a message is answered with what every client of responses needs", async (t) => {
	const { ask, balance } = await openOpenAiHouse(t);
	const answer = await ask("POST", PATH, { model: "talker", input: "Hi" });
	assert.equal(answer.status, 200, answer.text);
	const { body } = answer;
	assert.match(body.id, /^resp_/);
	assert.equal(body.status, "completed");
	const [message] = body.output;
	assert.deepEqual(message.content, [
		{ type: "output_text", text: "Hello.", annotations: [] },
	]);
	assert.deepEqual([body.usage.input_tokens, body.usage.output_tokens], [7, 2]);
	assert.equal(await balance(), 99);
});

test("the tool has a picture drawn when it is demanded, in the format asked for", async (t) => {
	const { ask, provider } = await openOpenAiHouse(t);
	const answer = await ask("POST", PATH, {
		model: "talker",
		input: "a cat",
		tools: [{ ...TOOL, output_format: "webp", moderation: "low" }],
		tool_choice: { type: "image_generation" },
	});
	assert.equal(answer.status, 200, answer.text.slice(0, 300));
	const [call, message] = answer.body.output;
	assert.equal(call.type, "image_generation_call");
	assert.equal(call.status, "completed");
	assert.match(call.result, /^UklGR/);
	assert.equal(call.output_format, "webp");
	assert.equal(call.size, "64x64");
	assert.equal(message.type, "message");
	assert.equal(provider.calls[0]?.prompt, "a cat");
	assert.deepEqual(
		answer.body.warnings.map((each: { parameter: string }) => each.parameter),
		["tools.image_generation.moderation"],
	);
});

test("a conversation remembers all that was sent, and the next response changes the picture", async (t) => {
	const { ask, provider } = await openOpenAiHouse(t);
	const { body: conversation } = await ask("POST", "/v1/conversations", {});
	const draw = {
		model: "scripted",
		tools: [TOOL],
		conversation: conversation.id,
	};
	await ask("POST", PATH, { ...draw, input: "a house" });
	await ask("POST", PATH, { ...draw, input: "Make it snow" });
	assert.equal(provider.calls[1]?.inputImages.length, 1);
	await ask("POST", PATH, {
		...draw,
		tools: [{ ...TOOL, action: "generate" }],
		input: "a dog",
	});
	assert.equal(provider.calls[2]?.inputImages.length, 0);
	await ask("POST", PATH, {
		model: "talker",
		conversation: { id: conversation.id },
		input: [
			{ role: "user", content: [{ type: "input_text", text: "One" }] },
			{ type: "reasoning", summary: [] },
			{ type: "message", role: "user", content: "Two" },
		],
	});
	const { body } = await ask(
		"GET",
		`/v1/conversations/${conversation.id}/items?order=asc`,
	);
	assert.deepEqual(
		body.data.map(({ type }: { type: string }) => type),
		[
			"message",
			"image_generation_call",
			"message",
			"image_edit_call",
			"message",
			"image_generation_call",
			"message",
			"message",
			"message",
		],
	);
});

test("an earlier call's picture may be sent back as the base64 it came in", async (t) => {
	const { ask, provider } = await openOpenAiHouse(t);
	const draw = { model: "scripted", tools: [TOOL] };
	const { body } = await ask("POST", PATH, { ...draw, input: "a house" });
	const answer = await ask("POST", PATH, {
		...draw,
		input: [body.output[0], { role: "user", content: "Make it snow" }],
	});
	assert.equal(answer.status, 200, answer.text.slice(0, 300));
	assert.equal(provider.calls[1]?.inputImages.length, 1);
});

test("a picture is seen unfinished in a stream that asks for it", async (t) => {
	const { ask, provider } = await openOpenAiHouse(t);
	const pictures = [
		await plainPng({ width: 8, height: 8 }, "one"),
		await plainPng({ width: 16, height: 16 }, "two"),
	];
	provider.script = () => ({ kind: "show", pictures });
	const draw = {
		model: "scripted",
		input: "a cat",
		tools: [{ ...TOOL, partial_images: 2 }],
	};
	const { events } = await ask("POST", PATH, { ...draw, stream: true });
	assert.equal(provider.calls[0]?.partialImages, 2);
	const unfinished = events.filter(({ type }) => /partial_image$/.test(type));
	assert.deepEqual(
		unfinished.map((event) => [
			event.type,
			event.partial_image_index,
			event.partial_image_b64,
			event.output_index,
		]),
		pictures.map((picture, index) => [
			"response.image_generation_call.partial_image",
			index,
			picture.toString("base64"),
			0,
		]),
	);
	const done = events.find(({ type }) => type === "response.output_item.done");
	assert.equal(unfinished[0].item_id, done.item.id);
	assert.deepEqual(
		events.map((event) => event.sequence_number),
		events.map((_, index) => index),
	);
	assert.deepEqual(
		events.slice(0, 7).map(({ type }) => type.replace(/.*\./, "")),
		[
			"created",
			"in_progress",
			"added",
			"in_progress",
			"generating",
			"partial_image",
			"partial_image",
		],
	);
	// There is no place for them in one body.
	const whole = await ask("POST", PATH, draw);
	assert.equal(provider.calls[1]?.partialImages ?? 0, 0);
	assert.equal(whole.body.warnings, undefined);
});

test("the events of a response come in order, and the last has all of it", async (t) => {
	const { ask, talker } = await openOpenAiHouse(t);
	const drawn = await ask("POST", PATH, {
		model: "scripted",
		input: "a cat",
		tools: [TOOL],
		stream: true,
	});
	assert.deepEqual(
		drawn.events.map(({ type }) => type),
		[
			"response.created",
			"response.in_progress",
			"response.output_item.added",
			"response.image_generation_call.in_progress",
			"response.image_generation_call.generating",
			"response.image_generation_call.completed",
			"response.output_item.done",
			"response.output_item.added",
			"response.content_part.added",
			"response.output_text.delta",
			"response.output_text.done",
			"response.content_part.done",
			"response.output_item.done",
			"response.completed",
		],
	);
	assert.deepEqual(
		drawn.events.map((event) => event.sequence_number),
		drawn.events.map((_, index) => index),
	);
	assert.match(drawn.events[6].item.result, /^iVBOR/);
	assert.equal(drawn.events.at(-1).response.output.length, 2);
	assert.match(drawn.text, /^event: response\.created\n/);

	const said = await ask("POST", PATH, {
		model: "talker",
		input: "Hi",
		stream: true,
	});
	const deltas = said.events.filter(({ type }) => /delta$/.test(type));
	assert.deepEqual(
		deltas.map(({ delta }) => delta),
		["Hel", "lo."],
	);
	assert.equal(said.events.at(-1).response.output[0].content[0].text, "Hello.");

	talker.say = async function* () {
		yield { kind: "text", text: "Half" };
		throw new ProviderError("unavailable", "vendor: key 99");
	};
	const broken = await ask("POST", PATH, {
		model: "talker",
		input: "Hi",
		stream: true,
	});
	assert.equal(broken.events.at(-1).type, "error");
	assert.doesNotMatch(broken.text, /key 99/);
});

test("what responses cannot do here is refused by name", async (t) => {
	const { ask, balance } = await openOpenAiHouse(t);
	const body = { model: "talker", input: "Hi" };
	for (const [changes, status, param] of [
		[{ input: undefined }, 400, "input"],
		[{ input: [] }, 400, "input"],
		[{ input: "" }, 400, "messages"],
		[{ previous_response_id: "resp_1" }, 404, "previous_response_id"],
		[{ metadata: { "": "x" } }, 400, "metadata"],
		[{ tools: [{ ...TOOL, partial_images: 4 }] }, 400, "partial_images"],
		[{ background: true }, 400, "background"],
		[{ tools: [{ ...TOOL, size: "big" }] }, 400, "size"],
		[{ model: "unknown" }, 404, "model"],
		[
			{ model: "scripted", tools: [{ ...TOOL, quality: "high" }] },
			400,
			"quality",
		],
	] as const) {
		const answer = await ask("POST", PATH, { ...body, ...changes });
		assert.equal(answer.status, status, answer.text);
		assert.equal(answer.body.error.param, param, answer.text);
	}
	assert.equal((await ask("GET", `${PATH}/resp_1`)).status, 404);
	assert.equal(await balance(), 100);
});
