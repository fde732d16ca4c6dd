/** OpenRouter draws, talks and tells what its models can do, over its true wire. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import {
	openVendorStub,
	type VendorReceived,
	type VendorReply,
	type VendorScript,
} from "../../testing/vendor-stub.ts";
import { type ChatCall, type ChatEvent, ProviderError } from "../provider.ts";
import { SECRET, testProviderContract } from "../provider-contract.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { openrouter } from "./kind.ts";

const PICTURE = Buffer.from("not much of a picture, but whole");

function open(url: string, services: ProviderServices) {
	const faults: string[] = [];
	const [instance] = openrouter.configure(
		{
			environment: { OPENROUTER_URL: `${url}/`, OPENROUTER_API_KEY: SECRET },
			entries: {},
		},
		faults,
	);
	assert.deepEqual(faults, []);
	assert.ok(instance !== undefined);
	return instance.open(services);
}

const json = (body: unknown, reply: Partial<VendorReply> = {}) => ({
	...reply,
	body: JSON.stringify(body),
});

const noModels = json({ data: [] });

function fault(status: number, error: object, headers = {}): VendorReply {
	return json({ error: { code: status, ...error } }, { status, headers });
}

testProviderContract("openrouter", {
	open,
	call: { model: "maker/model" },
	isDrawing: ({ method }) => method === "POST",
	answersInText: true,
	promptOf: ({ body }) => JSON.parse(body.toString()).prompt,
	inputImagesOf: (received) =>
		received
			.filter(({ method }) => method === "POST")
			.flatMap(({ body }) =>
				JSON.parse(body.toString()).input_references.map(
					(each: { image_url: { url: string } }) =>
						Buffer.from(each.image_url.url.split(",")[1] ?? "", "base64"),
				),
			),
	script:
		(pictures, distort) =>
		({ method }) =>
			method === "GET"
				? noModels
				: distort(
						json({
							created: 1_748_372_400,
							data: pictures.map((picture) => ({
								b64_json: picture.toString("base64"),
								media_type: "image/png",
							})),
						}),
					),
	refusals: [
		{
			what: "a wrong key",
			reply: fault(401, { message: "User not found." }),
			kind: "auth",
		},
		{
			what: "an account without credits",
			reply: fault(402, { message: "Insufficient credits" }),
			kind: "quota_exhausted",
		},
		{
			what: "money that other calls have reserved",
			reply: fault(
				402,
				{
					message: "x",
					metadata: { limit_source: "openrouter_in_flight_budget" },
				},
				{ "retry-after": "3" },
			),
			kind: "rate_limited",
			retryAfterMs: 3_000,
		},
		{
			what: "moderation",
			reply: fault(403, {
				message: "flagged",
				metadata: {
					reasons: ["violence"],
					flagged_input: "a ...",
					provider_name: "X",
				},
			}),
			kind: "content_blocked",
		},
		{
			what: "a guardrail",
			reply: fault(403, { message: "x", metadata: { patterns: ["ignore"] } }),
			kind: "content_blocked",
		},
		{
			what: "a key that may not",
			reply: fault(403, {
				message: "x",
				metadata: { error_type: "permission_denied" },
			}),
			kind: "auth",
		},
		{
			what: "a policy of the provider behind it, told by type",
			reply: fault(400, {
				message: "x",
				metadata: { error_type: "content_policy_violation" },
			}),
			kind: "content_blocked",
		},
		{
			what: "a policy of the provider behind it, told in its own words",
			reply: fault(400, {
				message: "Provider returned error",
				metadata: {
					provider_name: "OpenAI",
					raw: '{"error":{"code":"moderation_blocked","message":"no"}}',
				},
			}),
			kind: "content_blocked",
		},
		{
			what: "a parameter that the model has not",
			reply: fault(400, {
				message: "size",
				metadata: { error_type: "invalid_request" },
			}),
			kind: "invalid",
		},
		{
			what: "too many requests",
			reply: fault(429, { message: "slower" }, { "retry-after": "7" }),
			kind: "rate_limited",
			retryAfterMs: 7_000,
		},
		{
			what: "a provider that is down",
			reply: fault(502, { message: "down" }),
			kind: "unavailable",
		},
		{
			what: "an error inside of a success",
			reply: json({
				error: {
					code: 429,
					message: "x",
					metadata: { provider_name: "Azure", raw: "busy" },
				},
			}),
			kind: "rate_limited",
		},
	],
});

async function openStage(t: TestContext, script: VendorScript) {
	const stub = await openVendorStub(t);
	stub.script = script;
	const provider = open(stub.url, providerServices());
	t.after(() => provider.close());
	return { stub, provider, context: await openCallContext(t) };
}

const bodiesOf = (received: readonly VendorReceived[]) =>
	received
		.filter(({ method }) => method === "POST")
		.map(({ path, body }) => ({ path, body: JSON.parse(body.toString()) }));

const drawn = json({
	data: [{ b64_json: PICTURE.toString("base64"), media_type: "image/png" }],
	usage: {
		prompt_tokens: 12,
		completion_tokens: 4_175,
		total_tokens: 4_187,
		cost: 0.04,
	},
});

test("openrouter: without a key it says what to set", () => {
	const [instance] = openrouter.configure({ environment: {}, entries: {} }, []);
	assert.ok(instance !== undefined);
	const { readiness } = instance.open(providerServices());
	assert.deepEqual(readiness, {
		status: "not_configured",
		detail: "OPENROUTER_API_KEY is not set",
	});
});

test("openrouter: everything that was asked is in the request, and nothing else", async (t) => {
	const { stub, provider, context } = await openStage(t, ({ method }) =>
		method === "GET" ? noModels : drawn,
	);
	await provider.generateImages(imageCall({ model: "maker/plain" }), context);
	await provider.generateImages(
		imageCall({
			model: "maker/rich",
			count: 3,
			frame: { width: 2752, height: 1536, aspectRatio: "16:9", tier: "2K" },
			seed: 0,
			quality: "high",
			background: "transparent",
			inputImages: [
				inputImageOf(Buffer.from("abc"), { mediaType: "image/webp" }),
			],
		}),
		context,
	);
	assert.deepEqual(bodiesOf(stub.received), [
		{
			path: "/images",
			body: { model: "maker/plain", prompt: "a red fox", size: "1024x1024" },
		},
		{
			path: "/images",
			body: {
				model: "maker/rich",
				prompt: "a red fox",
				n: 3,
				aspect_ratio: "16:9",
				resolution: "2K",
				seed: 0,
				quality: "high",
				background: "transparent",
				input_references: [
					{
						type: "image_url",
						image_url: { url: "data:image/webp;base64,YWJj" },
					},
				],
			},
		},
	]);
	assert.equal(stub.received[0]?.headers.authorization, `Bearer ${SECRET}`);
});

test("openrouter: what was counted and what it cost is told", async (t) => {
	const { provider, context } = await openStage(t, ({ method }) =>
		method === "GET" ? noModels : drawn,
	);
	const result = await provider.generateImages(imageCall(), context);
	assert.equal(result.costDollars, 0.04);
	assert.deepEqual(result.usage, {
		inputTextTokens: 12,
		inputImageTokens: 0,
		outputTextTokens: 0,
		outputImageTokens: 4_175,
	});
});

test("openrouter: with a key of the owner's own, what the provider asks is part of the cost", async (t) => {
	const { provider, context } = await openStage(t, ({ method }) =>
		method === "GET"
			? noModels
			: json({
					data: [{ b64_json: "AAAA" }],
					usage: {
						prompt_tokens: 1,
						completion_tokens: 1,
						cost: 0.25,
						is_byok: true,
						cost_details: { upstream_inference_cost: 0.5 },
					},
				}),
	);
	const { costDollars } = await provider.generateImages(imageCall(), context);
	assert.equal(costDollars, 0.75);
});

test("openrouter: a picture that is named by URL is fetched", async (t) => {
	const { provider, context, stub } = await openStage(t, ({ method, path }) => {
		if (path === "/picture")
			return { headers: { "content-type": "image/png" }, body: PICTURE };
		return method === "GET"
			? noModels
			: json({ data: [{ url: `${stub.url}/picture` }] });
	});
	const { images } = await provider.generateImages(imageCall(), context);
	assert.ok(images[0] !== undefined);
	assert.deepEqual(bytesOf(images[0].file), PICTURE);
});

test("openrouter: fewer pictures than asked are taken as they are", async (t) => {
	const { provider, context } = await openStage(t, ({ method }) =>
		method === "GET" ? noModels : drawn,
	);
	const { images } = await provider.generateImages(
		imageCall({ count: 4 }),
		context,
	);
	assert.equal(images.length, 1);
});

test("openrouter: an answer without a picture is an error that is not tried again", async (t) => {
	const { provider, context } = await openStage(t, ({ method }) =>
		method === "GET" ? noModels : json({ data: [] }),
	);
	await assert.rejects(
		provider.generateImages(imageCall(), context),
		(error: ProviderError) =>
			error.kind === "unavailable" && !error.isRetryable,
	);
});

const IMAGE_MODELS = {
	data: [
		{
			id: "maker/pixels",
			supported_parameters: {
				size: { type: "enum", values: ["1024x1024", "1536x1024"] },
				n: { type: "range", min: 1, max: 40 },
				quality: { type: "enum", values: ["auto", "low", "high", "max"] },
				background: { type: "enum", values: ["auto", "transparent"] },
				input_references: { type: "range", min: 0, max: 16 },
				wings: { type: "invented", feathers: true },
			},
			supports_streaming: true,
		},
		{
			id: "maker/ratios",
			supported_parameters: {
				resolution: { type: "enum", values: ["1K", "2K", "9K"] },
				aspect_ratio: { type: "enum", values: ["1:1", "16:9", "auto"] },
				seed: { type: "boolean" },
			},
		},
		{ id: "maker/mute", supported_parameters: {} },
		{ nonsense: true },
	],
};

const ALL_MODELS = {
	data: [
		{ id: "maker/pixels", architecture: { output_modalities: ["image"] } },
		{ id: "maker/words", architecture: { output_modalities: ["text"] } },
		{
			id: "maker/talker",
			architecture: {
				input_modalities: ["text", "image"],
				output_modalities: ["image", "text"],
			},
		},
		{ id: "maker/dumb", architecture: { output_modalities: ["image"] } },
	],
};

const discovering =
	(reply: VendorReply): VendorScript =>
	({ method, path }) => {
		if (method === "POST") return reply;
		return json(path === "/images/models" ? IMAGE_MODELS : ALL_MODELS);
	};

test("openrouter: what its models can do is told in our words", async (t) => {
	const { provider } = await openStage(t, discovering(drawn));
	const models = await provider.listModels?.(new AbortController().signal);
	const byId = new Map(models?.map(({ id, image }) => [id, image]));
	assert.deepEqual(
		[...byId.keys()],
		[
			"maker/pixels",
			"maker/ratios",
			"maker/mute",
			"maker/words",
			"maker/talker",
			"maker/dumb",
		],
	);
	assert.deepEqual(byId.get("maker/pixels"), {
		sizing: {
			kind: "frames",
			frames: [
				{ width: 1024, height: 1024 },
				{ width: 1536, height: 1024 },
			],
		},
		countPerCall: 10,
		maxInputImages: 16,
		mask: false,
		seed: "ignored",
		negativePrompt: "folded",
		qualities: ["low", "high"],
		backgrounds: ["transparent"],
		partialImages: 3,
	});
	const ratios = byId.get("maker/ratios");
	assert.equal(ratios?.seed, "honoured");
	assert.equal(ratios?.countPerCall, 1);
	assert.equal(ratios?.maxInputImages, 0);
	assert.deepEqual(ratios?.sizing, {
		kind: "frames",
		frames: [
			{ width: 1024, height: 1024, aspectRatio: "1:1", tier: "1K" },
			{ width: 1360, height: 768, aspectRatio: "16:9", tier: "1K" },
			{ width: 2048, height: 2048, aspectRatio: "1:1", tier: "2K" },
			{ width: 2736, height: 1536, aspectRatio: "16:9", tier: "2K" },
		],
	});
	assert.equal(byId.get("maker/mute")?.sizing, undefined);
	assert.equal(byId.get("maker/words"), undefined);
	assert.equal(byId.get("maker/talker")?.maxInputImages, 3);
	assert.equal(byId.get("maker/dumb")?.maxInputImages, 0);
});

test("openrouter: a model that takes no shape is told none", async (t) => {
	const { stub, provider, context } = await openStage(t, discovering(drawn));
	await provider.generateImages(imageCall({ model: "maker/mute" }), context);
	assert.deepEqual(bodiesOf(stub.received)[0]?.body, {
		model: "maker/mute",
		prompt: "a red fox",
	});
});

test("openrouter: a model that draws in chats only is drawn with in a chat, and discovery is asked once", async (t) => {
	const completion = json({
		choices: [
			{
				message: {
					role: "assistant",
					content: "Here it is.",
					images: [
						{
							type: "image_url",
							image_url: {
								url: `data:image/png;base64,${PICTURE.toString("base64")}`,
							},
						},
					],
				},
				finish_reason: "stop",
			},
		],
		usage: {
			prompt_tokens: 9,
			completion_tokens: 1_300,
			completion_tokens_details: { image_tokens: 1_290 },
			cost: 0.039,
		},
	});
	const { stub, provider, context } = await openStage(
		t,
		discovering(completion),
	);
	const call = imageCall({
		model: "maker/talker",
		frame: { width: 1344, height: 768, aspectRatio: "16:9", tier: "1K" },
		inputImages: [inputImageOf(Buffer.from("abc"))],
	});
	const { images, usage, costDollars } = await provider.generateImages(
		call,
		context,
	);
	await provider.generateImages({ ...call, model: "maker/dumb" }, context);
	assert.ok(images[0] !== undefined);
	assert.deepEqual(bytesOf(images[0].file), PICTURE);
	assert.equal(costDollars, 0.039);
	assert.equal(usage?.outputImageTokens, 1_290);
	assert.equal(usage?.outputTextTokens, 10);
	const [first, second] = bodiesOf(stub.received);
	assert.deepEqual(first, {
		path: "/chat/completions",
		body: {
			model: "maker/talker",
			messages: [
				{
					role: "user",
					content: [
						{ type: "text", text: "a red fox" },
						{
							type: "image_url",
							image_url: { url: "data:image/png;base64,YWJj" },
						},
					],
				},
			],
			modalities: ["image", "text"],
			image_config: { aspect_ratio: "16:9", image_size: "1K" },
		},
	});
	assert.deepEqual(second?.body.modalities, ["image"]);
	assert.equal(
		stub.received.filter(({ method }) => method === "GET").length,
		2,
	);
});

test("openrouter: a model is drawn with although what it can do cannot be had", async (t) => {
	const { stub, provider, context } = await openStage(t, ({ method }) =>
		method === "GET" ? { status: 404, body: "{}" } : drawn,
	);
	await provider.generateImages(imageCall(), context);
	await provider.generateImages(imageCall(), context);
	assert.equal(
		stub.received.filter(({ method }) => method === "GET").length,
		1,
	);
	assert.equal(bodiesOf(stub.received).length, 2);
});

for (const [what, choice] of [
	["a filter", { finish_reason: "content_filter" }],
	[
		"Google's filter",
		{ finish_reason: "stop", native_finish_reason: "IMAGE_SAFETY" },
	],
	[
		"a typed error",
		{
			finish_reason: "error",
			error: { code: 400, metadata: { error_type: "refusal" } },
		},
	],
] as const)
	test(`openrouter: a drawing in a chat that ${what} ended is told as blocked`, async (t) => {
		const { provider, context } = await openStage(
			t,
			discovering(json({ choices: [{ message: { content: "" }, ...choice }] })),
		);
		await assert.rejects(
			provider.generateImages(imageCall({ model: "maker/talker" }), context),
			(error: ProviderError) => error.kind === "content_blocked",
		);
	});

const b64 = (text: string) => Buffer.from(text).toString("base64");

test("openrouter: unfinished pictures are told on the way, as many as were asked for", async (t) => {
	const partial = (index: number) => ({
		type: "image_generation.partial_image",
		partial_image_index: index,
		b64_json: b64(`half ${index}`),
	});
	const { stub, provider, context } = await openStage(
		t,
		discovering({
			...stream(partial(0), partial(1), partial(2), {
				type: "image_generation.completed",
				b64_json: b64("whole"),
				usage: { prompt_tokens: 1, completion_tokens: 2, cost: 0.011 },
			}),
			dripBytes: 13,
		}),
	);
	const { images, costDollars } = await provider.generateImages(
		imageCall({ model: "maker/pixels", partialImages: 2 }),
		context,
	);
	assert.deepEqual(context.partialImages.map(String), ["half 0", "half 1"]);
	assert.deepEqual(
		images.map(({ file }) => String(bytesOf(file))),
		["whole"],
	);
	assert.equal(costDollars, 0.011);
	assert.equal(bodiesOf(stub.received)[0]?.body.stream, true);
});

test("openrouter: a provider behind it that does not stream answers in one piece", async (t) => {
	const { provider, context } = await openStage(t, discovering(drawn));
	const { images } = await provider.generateImages(
		imageCall({ model: "maker/pixels", partialImages: 2 }),
		context,
	);
	assert.deepEqual(
		images.map(({ file }) => bytesOf(file)),
		[PICTURE],
	);
	assert.deepEqual(context.partialImages, []);
});

test("openrouter: a stream of pictures that fails is told by its error, and unpaid", async (t) => {
	const { provider, context } = await openStage(
		t,
		discovering(
			stream({
				type: "error",
				error: { message: "no", code: "moderation_blocked" },
			}),
		),
	);
	await assert.rejects(
		provider.generateImages(imageCall({ partialImages: 1 }), context),
		({ kind, mayBePaid }: ProviderError) =>
			kind === "content_blocked" && !mayBePaid,
	);
});

/* ---- Talk ---- */

function chatCall(changes: Partial<ChatCall> = {}): ChatCall {
	return {
		model: "maker/talker",
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

function stream(...pieces: readonly unknown[]): VendorReply {
	return {
		headers: { "content-type": "text/event-stream" },
		body: [
			": OPENROUTER PROCESSING\n\n",
			...pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`),
			"data: [DONE]\n\n",
		].join(""),
	};
}

const delta = (said: object, rest: object = {}) => ({
	choices: [{ index: 0, delta: said, ...rest }],
});

const END = delta({ content: "" }, { finish_reason: "stop" });

async function talk(
	t: TestContext,
	reply: VendorReply,
	call: ChatCall = chatCall(),
) {
	const stage = await openStage(t, () => reply);
	const events: ChatEvent[] = [];
	const outcome = (async () => {
		for await (const event of stage.provider.chat?.(call, stage.context) ?? [])
			events.push(event);
	})();
	return { ...stage, events, outcome };
}

test("openrouter: an answer streams, text and pictures in their order, with what it cost", async (t) => {
	const url = `data:image/png;base64,${PICTURE.toString("base64")}`;
	const picture = {
		images: [{ index: 0, type: "image_url", image_url: { url } }],
	};
	const { events, outcome } = await talk(t, {
		...stream(
			delta({ role: "assistant", content: "A fox" }),
			delta({ content: " – ภาพ:" }),
			delta({ content: "", ...picture }),
			delta({ ...picture }, { finish_reason: "length" }),
			{
				choices: [],
				usage: { prompt_tokens: 5, completion_tokens: 7, cost: 0.001 },
			},
		),
		dripBytes: 11,
	});
	await outcome;
	assert.deepEqual(
		events.map((event) => (event.kind === "text" ? event.text : event.kind)),
		["A fox", " – ภาพ:", "image", "end"],
	);
	const image = events[2];
	assert.ok(image?.kind === "image");
	assert.deepEqual(bytesOf(image.image.file), PICTURE);
	const end = events[3];
	assert.ok(end?.kind === "end");
	assert.equal(end.reason, "length");
	assert.equal(end.costDollars, 0.001);
	assert.equal(end.usage?.outputTextTokens, 7);
});

test("openrouter: a conversation is told as it went, and signatures go back to whom they came from", async (t) => {
	const thought = { type: "reasoning.encrypted", data: "c2lnbmVk", index: 0 };
	const first = await talk(
		t,
		stream(
			delta({
				content: "Done.",
				reasoning_details: [thought, { type: "reasoning.text" }],
			}),
			END,
		),
	);
	await first.outcome;
	const signed = first.events.find(
		(event) => event.kind === "text" && event.signature !== undefined,
	);
	assert.ok(signed?.kind === "text");
	const answer = (signedBy: string) =>
		({
			role: "assistant",
			signedBy,
			parts: [
				{ kind: "text", text: "Done." },
				{ kind: "image", image: inputImageOf(Buffer.from("abc")) },
				{ kind: "text", text: "", signature: signed.signature },
			],
		}) as const;
	const { stub, outcome } = await talk(
		t,
		stream(END),
		chatCall({
			instructions: "Be short.",
			turns: [
				{ role: "user", parts: [{ kind: "text", text: "draw" }] },
				answer("openrouter"),
				answer("somebody else"),
				{ role: "user", parts: [{ kind: "text", text: "again" }] },
			],
			modalities: ["image", "text"],
			frame: { aspectRatio: "1:1", tier: undefined },
			seed: 4,
			temperature: 0,
			maxOutputTokens: 10,
		}),
	);
	await outcome;
	const said = {
		role: "assistant",
		content: "Done.",
		images: [
			{ type: "image_url", image_url: { url: "data:image/png;base64,YWJj" } },
		],
	};
	assert.deepEqual(bodiesOf(stub.received)[0]?.body, {
		model: "maker/talker",
		stream: true,
		messages: [
			{ role: "system", content: "Be short." },
			{ role: "user", content: [{ type: "text", text: "draw" }] },
			{ ...said, reasoning_details: [thought] },
			said,
			{ role: "user", content: [{ type: "text", text: "again" }] },
		],
		modalities: ["image", "text"],
		image_config: { aspect_ratio: "1:1" },
		seed: 4,
		temperature: 0,
		max_tokens: 10,
	});
});

for (const [what, pieces, kind, mayBePaid] of [
	[
		"an error in the middle",
		[
			delta({ content: "A" }),
			{
				error: {
					code: 503,
					message: "x",
					metadata: { error_type: "provider_overloaded" },
				},
				...delta({ content: "" }, { finish_reason: "error" }),
			},
		],
		"unavailable",
		true,
	],
	[
		"an error before anything was said",
		[{ error: { code: 429, message: "x" }, choices: [] }],
		"rate_limited",
		false,
	],
	["a stream that just ends", [delta({ content: "A" })], "unavailable", true],
	[
		"a policy",
		[delta({ content: "A" }), delta({}, { finish_reason: "content_filter" })],
		"content_blocked",
		true,
	],
] as const)
	test(`openrouter: ${what} ends a conversation as ${kind}`, async (t) => {
		const { outcome } = await talk(t, stream(...pieces));
		await assert.rejects(outcome, (error: unknown) => {
			assert.ok(error instanceof ProviderError, String(error));
			assert.equal(error.kind, kind);
			assert.equal(error.mayBePaid, mayBePaid);
			return true;
		});
	});

test("openrouter: a free model's quota says until when to wait", async (t) => {
	const { provider, context } = await openStage(t, ({ method }) =>
		method === "GET"
			? noModels
			: fault(429, {
					message: "Rate limit exceeded: free-models-per-day",
					metadata: {
						headers: { "X-RateLimit-Reset": String(Date.now() + 60_000) },
					},
				}),
	);
	await assert.rejects(
		provider.generateImages(imageCall(), context),
		({ kind, retryAfterMs = 0 }: ProviderError) =>
			kind === "rate_limited" && retryAfterMs > 0 && retryAfterMs <= 60_000,
	);
});
