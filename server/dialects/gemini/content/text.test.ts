/** Answers in words, counted tokens, and pictures as Imagen's callers asked for them. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import {
	ProviderError,
	type ProviderErrorKind,
} from "../../../providers/provider.ts";
import { createManualClock } from "../../../testing/manual-clock.ts";
import {
	createScriptedProvider,
	plainPng,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	talkingModel,
} from "../../../testing/scripted-talker.ts";
import { openGemini } from "../gemini-contract.ts";

async function openHouse(t: TestContext, clock: () => number = Date.now) {
	const provider = createScriptedProvider();
	const talker = createScriptedTalker();
	const house = await openGemini(t, {
		clock,
		providers: [provider, talker],
		models: [
			scriptedModel({ id: "imagen-4.0-generate-001" }),
			talkingModel(),
			scriptedModel({ id: "both", provider: "talker", talks: true }),
		],
	});
	return { ...house, provider, talker };
}

test("a model that talks answers in words, paid once, with its instructions and numbers", async (t) => {
	const { call, talker, balance } = await openHouse(t);
	const { status, body } = await call("talker:generateContent", {
		contents: [{ parts: [{ text: "Hi" }] }],
		systemInstruction: { parts: [{ text: "be " }, { text: "brief" }] },
		generationConfig: { temperature: "0.7", max_output_tokens: 8192, seed: 3 },
	});
	assert.equal(status, 200);
	assert.deepEqual(body.candidates, [
		{
			content: { parts: [{ text: "Hello." }], role: "model" },
			finishReason: "STOP",
			index: 0,
		},
	]);
	assert.equal(body.usageMetadata.promptTokenCount, 7);
	const [talk] = talker.talks;
	assert.equal(talk?.instructions, "be \nbrief");
	assert.equal(talk?.temperature, 0.7);
	assert.equal(talk?.maxOutputTokens, 8192);
	assert.equal(talk?.seed, 3);
	assert.equal(await balance(), 999);
});

test("S2-3: TEXT alone makes a model that can do both talk; otherwise it draws", async (t) => {
	const { call, talker } = await openHouse(t);
	const contents = [{ parts: [{ text: "a fox" }] }];
	const text = await call("both:generateContent", {
		contents,
		generationConfig: { responseModalities: ["TEXT"] },
	});
	assert.deepEqual(text.body.candidates[0].content.parts, [{ text: "Hello." }]);
	assert.equal(talker.calls.length, 0);
	await call("both:generateContent", { contents });
	assert.equal(talker.calls.length, 1);
});

test("a picture of a model that only talks is refused, and left out where words will do", async (t) => {
	const { call } = await openHouse(t);
	const ask = (responseModalities: string[]) =>
		call("talker:generateContent", {
			contents: [{ parts: [{ text: "a fox" }] }],
			generationConfig: { responseModalities },
		});
	assert.equal((await ask(["IMAGE"])).status, 400);
	const { status, body } = await ask(["TEXT", "IMAGE"]);
	assert.equal(status, 200);
	assert.match(JSON.stringify(body.warnings), /talks and does not draw/);
});

test("pictures are shown to a model that talks", async (t) => {
	const { call, talker } = await openHouse(t);
	const png = await plainPng({ width: 32, height: 32 }, "rug");
	const inlineData = {
		mime_type: "image/png",
		data: png.toString("base64url"),
	};
	await call("talker:generateContent", {
		contents: [
			{ parts: [{ inline_data: inlineData }, { text: "What is it?" }] },
		],
	});
	assert.deepEqual(
		talker.talks[0]?.turns[0]?.parts.map(({ kind }) => kind),
		["image", "text"],
	);
});

test("tokens are estimated: by letters, by script, and by pictures", async (t) => {
	const { call } = await openHouse(t);
	const count = async (payload: object) =>
		(await call("talker:countTokens", payload)).body;
	const text = (value: string) => ({
		contents: [{ parts: [{ text: value }] }],
	});
	assert.deepEqual(await count(text("hello wo")), {
		totalTokens: 2,
		promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }],
	});
	assert.equal((await count(text("夕焼けの山"))).totalTokens, 5);
	assert.equal((await count(text(""))).totalTokens, 0);
	assert.deepEqual(
		await count({
			generateContentRequest: {
				model: "models/talker",
				system_instruction: { parts: [{ text: "four" }] },
				contents: [
					{ parts: [{ text: "four" }, { inline_data: { data: "AAAA" } }] },
				],
			},
		}),
		{
			totalTokens: 1_123,
			promptTokensDetails: [
				{ modality: "TEXT", tokenCount: 3 },
				{ modality: "IMAGE", tokenCount: 1_120 },
			],
		},
	);
	const nothing = await call("talker:countTokens", {});
	assert.equal(nothing.status, 400);
});

test("S2-11: whoever is to come back later is told when, whole and streamed, in words and for pictures", async (t) => {
	const clock = createManualClock();
	const house = await openHouse(t, clock.now);
	const { app, own, call, provider, talker, balance } = house;
	const fault = (kind: ProviderErrorKind, seconds: number) =>
		new ProviderError(kind, "inner", {
			retryAfterMs: seconds * 1_000,
			mayBePaid: true,
		});
	const contents = [{ parts: [{ text: "a fox" }] }];
	const waitIn = (error: {
		readonly details: readonly { readonly retryDelay?: string }[];
	}) => error.details.find(({ retryDelay }) => retryDelay)?.retryDelay;
	const refused = async (method: string, payload: object, status: number) => {
		clock.advance(60_000);
		const { body, headers, ...answer } = await call(method, payload);
		assert.equal(answer.status, status, answer.text);
		const wait = waitIn(body.error);
		assert.equal(`${headers["retry-after"]}s`, wait);
		return wait;
	};

	for (const [kind, status] of [
		["quota_exhausted", 429],
		["rate_limited", 429],
		["unavailable", 503],
	] as const) {
		provider.script = () => ({ kind: "fail", error: fault(kind, 7) });
		assert.equal(await refused(PICTURE_PATH, { contents }, status), "7s", kind);
		const asked = { instances: [{ prompt: "a fox" }] };
		assert.equal(await refused(PREDICT_PATH, asked, status), "7s", kind);
	}

	talker.say = () => {
		throw fault("rate_limited", 30);
	};
	assert.equal(
		await refused("talker:generateContent", { contents }, 429),
		"30s",
	);
	clock.advance(10_000);
	const { body } = await call("talker:streamGenerateContent", { contents });
	assert.equal(waitIn(body.error), "20s", "its gate is closed");
	const interaction = await app.server.inject({
		method: "POST",
		url: "/v1beta/interactions",
		headers: { "x-goog-api-key": own.apiKey },
		payload: { model: "talker", input: "a fox" },
	});
	assert.equal(interaction.statusCode, 429, interaction.body);
	assert.equal(interaction.headers["retry-after"], "20");
	assert.equal(talker.talks.length, 1);
	assert.equal(await balance(), 1_000);
});

/** Appendix C, as the SDK for JavaScript 2.18.0 sent it. */
const PREDICT = {
	instances: [{ prompt: "fox" }],
	parameters: {
		sampleCount: 2,
		aspectRatio: "1:1",
		personGeneration: "ALLOW_ADULT",
		includeRaiReason: true,
		outputOptions: { mimeType: "image/jpeg" },
		sampleImageSize: "2K",
	},
};
const PREDICT_PATH = "imagen-4.0-generate-001:predict";
const PICTURE_PATH = "imagen-4.0-generate-001:generateContent";

test("predict draws as many pictures as are asked for, in their format", async (t) => {
	const { call, provider, balance } = await openHouse(t);
	const { status, body, headers } = await call(PREDICT_PATH, PREDICT);
	assert.equal(status, 200);
	assert.equal(body.predictions.length, 2);
	for (const { mimeType, bytesBase64Encoded } of body.predictions) {
		assert.equal(mimeType, "image/jpeg");
		const { format, width } = await sharp(
			Buffer.from(bytesBase64Encoded, "base64"),
		).metadata();
		assert.deepEqual([format, width], ["jpeg", 2048]);
	}
	assert.equal(headers["x-gesso-ignored"], "parameters.personGeneration");
	assert.equal(provider.calls[0]?.prompt, "fox");
	assert.equal(await balance(), 1_000 - 4);
});

test("predict reads seeds and what is to be avoided, and refuses what cannot be", async (t) => {
	const { call, provider, balance } = await openHouse(t);
	await call(PREDICT_PATH, {
		instances: { prompt: "fox" },
		parameters: {
			seed: "2147483647",
			sampleCount: "2",
			negative_prompt: "cat",
		},
	});
	assert.deepEqual(
		provider.calls
			.map(({ seed, negativePrompt }) => [seed, negativePrompt])
			.sort(),
		[
			[0, "cat"],
			[2 ** 31 - 1, "cat"],
		],
	);
	const paid = await balance();
	for (const [instances, parameters] of [
		[[], {}],
		[[{ prompt: "" }], {}],
		[[{}], {}],
		[[{ prompt: "a" }, { prompt: "b" }], {}],
		[[{ prompt: "a" }], { sampleCount: 0 }],
		[[{ prompt: "a" }], { sampleCount: 1_000_000 }],
		[[{ prompt: "a" }], { sampleCount: 1_000_000, seed: 1 }],
		[[{ prompt: "a" }], { aspectRatio: "x" }],
		[[{ prompt: "a" }], { outputOptions: { mimeType: "image/gif" } }],
	]) {
		const { status } = await call(PREDICT_PATH, { instances, parameters });
		assert.equal(status, 400, JSON.stringify([instances, parameters]));
	}
	assert.equal(await balance(), paid);
});

test("S2-11: predict says in the place of a picture why there is none", async (t) => {
	const { call, provider, balance } = await openHouse(t);
	provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "inner"),
	});
	const { status, body } = await call(PREDICT_PATH, PREDICT);
	assert.equal(status, 200);
	assert.deepEqual(body.predictions, [
		{
			raiFilteredReason:
				"The provider's content policy refused the prompt or the picture. Modify the prompt.",
		},
	]);
	assert.equal(await balance(), 1_000);
	provider.script = () => ({
		kind: "fail",
		error: new ProviderError("invalid", "inner"),
	});
	assert.equal((await call(PREDICT_PATH, PREDICT)).status, 400);
});
