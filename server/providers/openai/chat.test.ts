/** Conversations go on word by word, pictures in both directions, whichever way the server answers. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { plainPng } from "../../testing/scripted-provider.ts";
import {
	bytesOf,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import { openVendorStub, type VendorReply } from "../../testing/vendor-stub.ts";
import type { ChatCall, ChatEvent } from "../provider.ts";
import { chatFields } from "./chat-request.ts";
import { OPENAI_URL, openAiOptions } from "./options.ts";
import { eventStream, serverAt } from "./test-instance.ts";

const PICTURE = await plainPng({ width: 48, height: 32 }, "one");
const BASE64 = PICTURE.toString("base64");
const DATA_URL = `data:image/png;base64,${BASE64}`;
const INPUT = Buffer.from("\x89PNG in", "latin1");

function chatCall(changes: Partial<ChatCall> = {}): ChatCall {
	return {
		model: "gpt-6",
		instructions: undefined,
		turns: [{ role: "user", parts: [{ kind: "text", text: "hello" }] }],
		modalities: ["text"],
		frame: undefined,
		seed: undefined,
		temperature: undefined,
		maxOutputTokens: undefined,
		...changes,
	};
}

async function talk(
	t: TestContext,
	reply: VendorReply,
	changes: Partial<ChatCall> = {},
) {
	const stub = await openVendorStub(t);
	stub.script = () => reply;
	const provider = serverAt(`${stub.url}/v1`).open(providerServices());
	t.after(() => provider.close());
	const context = await openCallContext(t);
	const events: ChatEvent[] = [];
	const talking = (async () => {
		const answer = provider.chat?.(chatCall(changes), context) ?? [];
		for await (const event of answer) events.push(event);
	})();
	return {
		talking,
		events,
		asked: (): Record<string, unknown> =>
			JSON.parse(stub.received[0]?.body.toString() ?? ""),
		path: () => stub.received[0]?.path,
	};
}

const chunk = (delta: object, finish_reason: string | null = null) => ({
	id: "chatcmpl-1",
	object: "chat.completion.chunk",
	choices: [{ index: 0, delta, finish_reason }],
	usage: null,
});

const USAGE_CHUNK = {
	object: "chat.completion.chunk",
	choices: [],
	usage: {
		prompt_tokens: 12,
		completion_tokens: 1_300,
		total_tokens: 1_312,
		prompt_tokens_details: { image_tokens: 4 },
		completion_tokens_details: { image_tokens: 1_290, reasoning_tokens: 3 },
		cost: 0.05,
	},
};

function stream(...events: readonly object[]): VendorReply {
	const { headers, body } = eventStream(...events);
	return { headers, body: `: ping\n\n${body}data: [DONE]\n\n` };
}

const DONE = stream(chunk({ content: "hi" }), chunk({}, "stop"));

test("text comes as it is said, and at the end what it cost", async (t) => {
	const { talking, events, path } = await talk(
		t,
		stream(
			chunk({ role: "assistant", content: "" }),
			chunk({ content: "Hel" }),
			chunk({ content: "lo" }),
			chunk({}, "stop"),
			USAGE_CHUNK,
		),
	);
	await talking;
	assert.equal(path(), "/v1/chat/completions");
	assert.deepEqual(events, [
		{ kind: "text", text: "Hel" },
		{ kind: "text", text: "lo" },
		{
			kind: "end",
			reason: "stop",
			warnings: [],
			usage: {
				inputTextTokens: 8,
				inputImageTokens: 4,
				outputTextTokens: 10,
				outputImageTokens: 1_290,
			},
			costDollars: 0.05,
		},
	]);
});

test("a request for text has what was asked and nothing else", async (t) => {
	const { talking, asked } = await talk(t, DONE);
	await talking;
	assert.deepEqual(asked(), {
		model: "gpt-6",
		messages: [{ role: "user", content: "hello" }],
		stream: true,
		stream_options: { include_usage: true },
	});
});

test("a request has all that was asked", async (t) => {
	const { talking, asked } = await talk(t, DONE, {
		instructions: "Be brief.",
		turns: [
			{ role: "user", parts: [{ kind: "text", text: "a fox" }] },
			{
				role: "assistant",
				parts: [
					{ kind: "text", text: "Here." },
					{ kind: "image", image: inputImageOf(INPUT) },
				],
			},
			{ role: "user", parts: [{ kind: "text", text: "in snow" }] },
		],
		modalities: ["text", "image"],
		frame: { aspectRatio: "16:9", tier: "2K" },
		seed: 5,
		temperature: 0.5,
		maxOutputTokens: 100,
	});
	await talking;
	const url = `data:image/png;base64,${INPUT.toString("base64")}`;
	assert.deepEqual(asked(), {
		model: "gpt-6",
		messages: [
			{ role: "system", content: "Be brief." },
			{ role: "user", content: "a fox" },
			{ role: "assistant", content: "Here." },
			{
				role: "user",
				content: [
					{ type: "image_url", image_url: { url } },
					{ type: "text", text: "in snow" },
				],
			},
		],
		modalities: ["text", "image"],
		image_config: { aspect_ratio: "16:9", image_size: "2K" },
		seed: 5,
		temperature: 0.5,
		max_tokens: 100,
		stream: true,
		stream_options: { include_usage: true },
	});
});

test("a picture that the assistant drew last is still shown", async (t) => {
	const { talking, asked } = await talk(t, DONE, {
		turns: [
			{
				role: "assistant",
				parts: [{ kind: "image", image: inputImageOf(INPUT) }],
			},
		],
	});
	await talking;
	const messages = asked().messages as { role: string }[];
	assert.deepEqual(
		messages.map(({ role }) => role),
		["user"],
	);
});

for (const [what, delta] of [
	[
		"OpenRouter's way",
		{ images: [{ index: 0, type: "image_url", image_url: { url: DATA_URL } }] },
	],
	[
		"vLLM's way",
		{
			content: [
				{ type: "text", text: "Here." },
				{ type: "image_url", image_url: { url: DATA_URL } },
			],
		},
	],
] as const) {
	test(`a picture in the answer is kept byte for byte, ${what}`, async (t) => {
		const { talking, events } = await talk(
			t,
			stream(chunk(delta), chunk({}, "stop")),
		);
		await talking;
		const pictures = events.flatMap((event) =>
			event.kind === "image" ? [bytesOf(event.image.file)] : [],
		);
		assert.deepEqual(pictures, [PICTURE]);
		assert.equal(events.at(-1)?.kind, "end");
	});
}

test("a server that answers at once and whole is understood", async (t) => {
	const { talking, events } = await talk(t, {
		body: JSON.stringify({
			object: "chat.completion",
			choices: [
				{
					index: 0,
					message: {
						role: "assistant",
						content: "Here.",
						images: [{ type: "image_url", image_url: { url: DATA_URL } }],
					},
					finish_reason: "length",
				},
			],
			usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
		}),
	});
	await talking;
	assert.deepEqual(
		events.map(({ kind }) => kind),
		["text", "image", "end"],
	);
	const end = events.at(-1);
	assert.ok(end?.kind === "end");
	assert.equal(end.reason, "length");
	assert.equal(end.usage?.outputTextTokens, 4);
});

test("a refusal is what was said", async (t) => {
	const { talking, events } = await talk(
		t,
		stream(chunk({ refusal: "I cannot." }), chunk({}, "stop")),
	);
	await talking;
	assert.deepEqual(events[0], { kind: "text", text: "I cannot." });
});

test("an answer that a filter ended is blocked", async (t) => {
	const { talking } = await talk(t, stream(chunk({}, "content_filter")));
	await assert.rejects(talking, { kind: "content_blocked" });
});

test("an answer that stops in the middle is unavailable, and may be paid", async (t) => {
	const counting = { ...chunk({ content: "lo" }), usage: { prompt_tokens: 1 } };
	const { talking, events } = await talk(
		t,
		eventStream(chunk({ content: "Hel" }), counting),
	);
	await assert.rejects(talking, { kind: "unavailable", mayBePaid: true });
	assert.equal(events.length, 2);
});

test("an error in the middle is what it says, and may be paid", async (t) => {
	const { talking } = await talk(
		t,
		stream(chunk({ content: "Hel" }), {
			error: { message: "no", type: "rate_limit_error", code: null },
		}),
	);
	await assert.rejects(talking, { kind: "rate_limited", mayBePaid: true });
});

test("nobody is asked twice: a conversation that breaks off may be paid", async (t) => {
	const { talking } = await talk(t, { ...DONE, breakAfterBytes: 20 });
	await assert.rejects(talking, { kind: "unavailable", mayBePaid: true });
});

test("OpenAI itself is asked in its newer word for the answer's length", () => {
	const options = openAiOptions.parse({ url: OPENAI_URL });
	const fields = chatFields(chatCall({ maxOutputTokens: 9 }), options, true);
	assert.equal(fields.max_completion_tokens, 9);
	assert.equal(fields.max_tokens, undefined);
});
