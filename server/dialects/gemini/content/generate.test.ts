/** Pictures by generateContent: the requests of Google's SDKs as they were captured, and what comes back. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { ProviderError } from "../../../providers/provider.ts";
import {
	createScriptedProvider,
	plainPng,
	type ScriptedModelChanges,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import { openGemini, pictureOf } from "../gemini-contract.ts";

const MODEL = "gemini-nano-banana-2.1";

async function openHouse(
	t: TestContext,
	changes: ScriptedModelChanges = {},
	environment: Readonly<Record<string, string>> = {},
) {
	const provider = createScriptedProvider();
	const house = await openGemini(t, {
		providers: [provider],
		models: [scriptedModel({ id: MODEL, ...changes })],
		environment,
	});
	return {
		...house,
		provider,
		generate: (payload: object) =>
			house.call(`${MODEL}:generateContent`, payload),
	};
}

/** What the SDK for JavaScript 3.1.0 sends: appendix A, #1. */
const FROM_JAVASCRIPT = {
	contents: [{ parts: [{ text: "a red fox" }], role: "user" }],
	systemInstruction: { parts: [{ text: "be brief" }], role: "user" },
	safetySettings: [
		{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" },
	],
	tools: [{ googleSearch: {} }],
	labels: { a: "b" },
	generationConfig: {
		temperature: 1,
		candidateCount: 1,
		seed: 7,
		responseModalities: ["TEXT", "IMAGE"],
		thinkingConfig: { thinkingLevel: "HIGH", includeThoughts: true },
		imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
	},
};
/** And Python's 2.25.0, in its own mix of spellings: appendix B, #1. */
const FROM_PYTHON = {
	...FROM_JAVASCRIPT,
	generationConfig: {
		candidateCount: 1,
		seed: 7,
		responseModalities: ["TEXT", "IMAGE"],
		thinkingConfig: { include_thoughts: true, thinking_level: "HIGH" },
		imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
	},
};
/** As somebody writes it by hand, in the other spelling throughout. */
const BY_HAND = {
	contents: { parts: { text: "a red fox" } },
	system_instruction: { parts: { text: "be brief" } },
	generation_config: {
		candidate_count: "1",
		seed: "7",
		response_modalities: ["Text", "MODALITY_IMAGE"],
		image_config: { aspect_ratio: "16:9", image_size: "2k" },
	},
};

for (const [name, payload] of Object.entries({
	FROM_JAVASCRIPT,
	FROM_PYTHON,
	BY_HAND,
}))
	test(`S2-6: ${name}: a picture is drawn as asked, and comes with words, tokens and a signature`, async (t) => {
		const { generate, provider, balance } = await openHouse(t);
		const answer = await generate(payload);
		assert.equal(answer.status, 200, answer.text.slice(0, 500));
		const [call] = provider.calls;
		assert.equal(call?.prompt, "be brief\na red fox");
		assert.deepEqual(
			{ frame: call?.frame, seed: call?.seed },
			{ frame: { width: 2048, height: 1152 }, seed: 7 },
		);
		const { candidates, usageMetadata, modelVersion, responseId } = answer.body;
		assert.equal(candidates.length, 1);
		assert.equal(candidates[0].content.role, "model");
		assert.equal(candidates[0].finishReason, "STOP");
		assert.equal(candidates[0].index, 0);
		assert.deepEqual(candidates[0].content.parts[0], {
			text: "Here is your picture.",
		});
		const { bytes, mimeType, signature } = pictureOf(answer);
		assert.equal(mimeType, "image/png");
		const { width, height } = await sharp(bytes).metadata();
		assert.deepEqual([width, height], [2048, 1152]);
		assert.match(signature, /^[A-Za-z0-9+/]+=*$/);
		assert.deepEqual(usageMetadata, {
			promptTokenCount: 2,
			candidatesTokenCount: 8,
			totalTokenCount: 10,
			promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }],
			candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 8 }],
		});
		assert.equal(modelVersion, MODEL);
		assert.match(responseId, /^\w+$/);
		assert.equal(await balance(), 998, "2K costs two");
	});

test("what has no effect is told in a header and in warnings, and nothing of it is refused", async (t) => {
	const { generate } = await openHouse(t);
	const answer = await generate({ ...FROM_JAVASCRIPT, bogus: 1 });
	assert.equal(
		answer.headers["x-gesso-ignored"],
		"safetySettings, tools, labels, generationConfig.thinkingConfig, bogus",
	);
	assert.deepEqual(
		answer.body.warnings.map(
			({ parameter }: { parameter: string }) => parameter,
		),
		["systemInstruction", "temperature"],
	);
});

test("S2-3, S2-c: IMAGE alone gives a picture alone; both are the default", async (t) => {
	const { generate } = await openHouse(t);
	const kinds = async (responseModalities: unknown) => {
		const { body } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { responseModalities },
		});
		return body.candidates[0].content.parts.map((part: object) =>
			Object.keys(part).join(),
		);
	};
	const picture = "inlineData,thoughtSignature";
	assert.deepEqual(await kinds(["IMAGE"]), [picture]);
	assert.deepEqual(await kinds("image"), [picture]);
	for (const both of [
		["TEXT", "IMAGE"],
		["IMAGE", "TEXT"],
		undefined,
		[],
		["MODALITY_UNSPECIFIED"],
	])
		assert.deepEqual(await kinds(both), ["text", picture], String(both));
});

test("a modality that nobody here has is refused, and TEXT alone of a model that only draws", async (t) => {
	const { generate, provider } = await openHouse(t);
	for (const responseModalities of [["AUDIO"], ["IMAGE", "VIDEO"], ["TEXT"]]) {
		const { status, body } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { responseModalities },
		});
		assert.equal(status, 400, responseModalities.join());
		assert.equal(body.error.status, "INVALID_ARGUMENT");
	}
	assert.equal(provider.calls.length, 0);
});

test("S2-4: the aspect ratio is read from every place and in every spelling, the documented place first", async (t) => {
	const { generate, provider } = await openHouse(t);
	const image = (value: object) => ({
		generationConfig: { imageConfig: value },
	});
	const wide = { width: 1024, height: 576 };
	const tall = { width: 576, height: 1024 };
	for (const [rest, frame] of [
		[image({ aspectRatio: "16:9" }), wide],
		[image({ aspectRatio: "9:16" }), tall],
		[image({ aspectRatio: "16x9" }), wide],
		[image({ aspectRatio: "16/9" }), wide],
		[image({ aspectRatio: "ASPECT_RATIO_SIXTEEN_BY_NINE" }), wide],
		[image({ aspectRatio: "ASPECT_RATIO_NINE_BY_SIXTEEN" }), tall],
		[image({ aspectRatio: "ASPECT_RATIO_16_9" }), wide],
		[image({ aspect_ratio: "21:9" }), { width: 1024, height: 439 }],
		[
			image({ aspectRatio: "ASPECT_RATIO_TWENTY_ONE_BY_NINE" }),
			{ width: 1024, height: 439 },
		],
		[image({ aspectRatio: "4:3" }), { width: 1024, height: 768 }],
		[image({ aspectRatio: "3:4" }), { width: 768, height: 1024 }],
		[image({ aspectRatio: "1:1" }), { width: 1024, height: 1024 }],
		[image({ aspectRatio: "auto" }), { width: 1024, height: 1024 }],
		[
			{
				generationConfig: {
					responseFormat: { image: { aspectRatio: "16:9" } },
				},
			},
			wide,
		],
		[{ generation_config: { aspect_ratio: "16:9" } }, wide],
		[{ imageConfig: { aspectRatio: "16:9" } }, wide],
		[{ aspectRatio: "16:9" }, wide],
		[{ config: { aspect_ratio: "16:9" } }, wide],
		[{ config: { image_config: { aspect_ratio: "16:9" } } }, wide],
		[
			{
				config: { aspect_ratio: "1:1", imageConfig: { aspectRatio: "1:1" } },
				aspectRatio: "1:1",
				generationConfig: {
					aspectRatio: "1:1",
					responseFormat: { image: { aspectRatio: "1:1" } },
					imageConfig: { aspectRatio: "16:9" },
				},
			},
			wide,
		],
	] as const) {
		const answer = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			...rest,
		});
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
		assert.deepEqual(provider.calls.at(-1)?.frame, frame, JSON.stringify(rest));
	}
	const drawn = provider.calls.length;
	for (const aspectRatio of ["17:3", "0:0", "wide", "16:9:1", "__proto__", 5]) {
		const { status, body } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { imageConfig: { aspectRatio } },
		});
		assert.equal(status, 400, String(aspectRatio));
		const [, { fieldViolations }] = body.error.details;
		assert.equal(
			fieldViolations[0].field,
			"generation_config.image_config.aspect_ratio",
		);
	}
	assert.equal(provider.calls.length, drawn);
});

test("S2-5: an image size is drawn where the model has it", async (t) => {
	const { generate, provider } = await openHouse(t);
	for (const [imageSize, edge] of [
		["512", 512],
		[512, 512],
		["512px", 512],
		["0.5K", 512],
		["IMAGE_SIZE_FIVE_TWELVE", 512],
		["1K", 1024],
		["1k", 1024],
		["IMAGE_SIZE_ONE_K", 1024],
		["2K", 2048],
		["IMAGE_SIZE_TWO_K", 2048],
		["", 1024],
	] as const) {
		const { status } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { imageConfig: { imageSize } },
		});
		assert.equal(status, 200, String(imageSize));
		assert.equal(provider.calls.at(-1)?.frame.width, edge, String(imageSize));
	}
	for (const imageSize of ["3K", "huge", "constructor", -1]) {
		const { status, body } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { imageConfig: { imageSize } },
		});
		assert.equal(status, 400, String(imageSize));
		assert.match(body.error.message, /512, 1K, 2K and 4K/);
	}
});

test("S2-5, S2-a: 2K of gemini-2.5-flash-image is refused with the advice to ask another model", async (t) => {
	const { call, balance } = await openGemini(t);
	const contents = [{ parts: [{ text: "a fox" }] }];
	const generationConfig = { imageConfig: { imageSize: "2K" } };
	const { status, body } = await call(
		"gemini-2.5-flash-image:generateContent",
		{ contents, generationConfig },
	);
	assert.equal(status, 400);
	assert.equal(body.error.status, "INVALID_ARGUMENT");
	assert.match(
		body.error.message,
		/does not draw at image size 2K; it has 512, 1K/,
	);
	assert.match(body.error.message, /gemini-3-pro-image/);
	assert.equal(await balance(), 1_000);
});

test("S2-1, S2-e: gemini-2.5-flash-image takes three reference pictures, and not four", async (t) => {
	const { call } = await openGemini(t);
	const data = (await plainPng({ width: 64, height: 64 }, "a")).toString(
		"base64",
	);
	const ask = (count: number) =>
		call("gemini-2.5-flash-image:generateContent", {
			contents: [
				{
					parts: [
						...Array.from({ length: count }, () => ({ inlineData: { data } })),
						{ text: "a lake" },
					],
				},
			],
			generationConfig: { imageConfig: { imageSize: "512" } },
		});
	assert.equal((await ask(3)).status, 200);
	const { status, body } = await ask(4);
	assert.equal(status, 400);
	assert.match(body.error.message, /at most 3 reference images/);
});

test("S2-7: a picture is edited in its own shape, in either alphabet, padded or not, with any spelling around it", async (t) => {
	const { generate, provider } = await openHouse(t);
	const png = await plainPng({ width: 320, height: 180 }, "input");
	const standard = png.toString("base64");
	for (const part of [
		{ inlineData: { mimeType: "image/png", data: standard } },
		{
			inline_data: { mime_type: "image/png", data: png.toString("base64url") },
		},
		{
			inlineData: { data: standard.replace(/=+$/, ""), mime_type: "image/png" },
		},
		{ inlineData: { data: `data:image/png;base64,${standard}` } },
		{ inlineData: { mimeType: "application/octet-stream", data: standard } },
	]) {
		const { status, text } = await generate({
			contents: [{ parts: [part, { text: "Remove the background" }] }],
			generationConfig: { responseModalities: ["IMAGE"] },
		});
		assert.equal(status, 200, text.slice(0, 300));
		const call = provider.calls.at(-1);
		assert.equal(call?.prompt, "Remove the background");
		assert.equal(call?.inputImages.length, 1);
		assert.equal(call?.inputImages[0]?.width, 320);
		assert.deepEqual(call?.frame, { width: 1024, height: 576 });
	}
});

test("what is no picture is refused by name, and nothing is charged", async (t) => {
	const { generate, provider, balance } = await openHouse(t);
	for (const part of [
		{ inlineData: { mimeType: "image/png", data: "bm8gcGljdHVyZQ==" } },
		{ inlineData: { mimeType: "image/png", data: "***" } },
		{ inlineData: { mimeType: "image/png", data: "" } },
		{ inlineData: { mimeType: "audio/wav", data: "AAAA" } },
		{ inlineData: { mimeType: "image/png" } },
		{ inlineData: "AAAA" },
		{ fileData: { fileUri: "gs://bucket/a.png" } },
		{ fileData: { fileUri: "http://127.0.0.1:1/a.png" } },
		{ fileData: {} },
	]) {
		const { status, body } = await generate({
			contents: [{ parts: [{ text: "edit" }, part] }],
		});
		assert.equal(status, 400, JSON.stringify(part));
		assert.equal(body.error.status, "INVALID_ARGUMENT");
		assert.match(JSON.stringify(body.error.details), /contents\.0\.parts\.1/);
	}
	assert.equal(provider.calls.length, 0);
	assert.equal(await balance(), 1_000);
});

test("a file of the team's is an input picture, by its name or its uri on any host; another's is a 403", async (t) => {
	const { generate, provider, app, own, team } = await openHouse(t);
	const upload = async (principal: typeof own.principal) => {
		const png = await plainPng({ width: 64, height: 64 }, "file");
		const staged = await app.engine.files.stage(
			principal,
			(async function* () {
				yield png;
			})(),
		);
		return await app.engine.files.create(principal, staged, {
			purpose: "user_data",
			fileName: "in.png",
			mediaType: "image/png",
		});
	};
	const { id } = await upload(own.principal);
	const ask = (fileUri: string) =>
		generate({
			contents: [
				{
					parts: [
						{ text: "edit" },
						{ fileData: { file_uri: fileUri, mime_type: "image/png" } },
					],
				},
			],
		});
	for (const uri of [
		`files/${id}`,
		`http://127.0.0.1:8899/v1beta/files/${id}`,
		`https://generativelanguage.googleapis.com/v1beta/files/${id}`,
	]) {
		assert.equal((await ask(uri)).status, 200, uri);
		assert.equal(provider.calls.at(-1)?.inputImages.length, 1);
	}
	const others = await upload((await team()).principal);
	for (const uri of [`files/${others.id}`, "files/nothing"]) {
		const { status, body } = await ask(uri);
		assert.equal(status, 403, uri);
		assert.equal(body.error.status, "PERMISSION_DENIED");
		assert.match(body.error.message, /permission to access the File/);
	}
});

test("a seed of 64 bits, or a negative one, means the same picture every time", async (t) => {
	const { generate, provider } = await openHouse(t);
	for (const [seed, drawn] of [
		[7, 7],
		["7", 7],
		[-1, 2 ** 31 - 1],
		["9223372036854775807", 2 ** 31 - 1],
		[-(2 ** 31), 0],
	] as const) {
		const { status } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { seed },
		});
		assert.equal(status, 200, String(seed));
		assert.equal(provider.calls.at(-1)?.seed, drawn, String(seed));
	}
	for (const seed of [1.5, "x", [], "1e5"]) {
		const { status } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { seed },
		});
		assert.equal(status, 400, String(seed));
	}
});

test("only one candidate is drawn, and cached contents are not kept here", async (t) => {
	const { generate, provider } = await openHouse(t);
	const contents = [{ parts: [{ text: "x" }] }];
	for (const rest of [
		{ generationConfig: { candidateCount: 2 } },
		{ generationConfig: { candidateCount: -1 } },
		{ cachedContent: "cachedContents/abc" },
	]) {
		const { status, body } = await generate({ contents, ...rest });
		assert.equal(status, 400, JSON.stringify(rest));
		assert.equal(body.error.status, "INVALID_ARGUMENT");
	}
	assert.equal(provider.calls.length, 0);
});

test("a picture comes in the format that is asked for", async (t) => {
	const { generate } = await openHouse(t);
	for (const [imageConfig, mimeType] of [
		[{ outputMimeType: "image/jpeg" }, "image/jpeg"],
		[
			{ output_mime_type: "image/webp", outputCompressionQuality: 50 },
			"image/webp",
		],
		[{ imageOutputOptions: { mimeType: "image/jpeg" } }, "image/jpeg"],
		[{ outputMimeType: "image/png" }, "image/png"],
	] as const) {
		const answer = await generate({
			contents: [{ parts: [{ text: "x" }] }],
			generationConfig: { imageConfig },
		});
		const picture = pictureOf(answer);
		assert.equal(picture.mimeType, mimeType);
		const { format } = await sharp(picture.bytes).metadata();
		assert.equal(`image/${format}`, mimeType);
	}
	const { status } = await generate({
		contents: [{ parts: [{ text: "x" }] }],
		generationConfig: { imageConfig: { outputMimeType: "image/gif" } },
	});
	assert.equal(status, 400);
});

test("S2-11: refused content is an answer without candidates, refunded", async (t) => {
	const { generate, provider, balance } = await openHouse(t);
	provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "policy 17b"),
	});
	const { status, body } = await generate({
		contents: [{ parts: [{ text: "abcdefgh" }] }],
	});
	assert.equal(status, 200);
	assert.equal(body.candidates, undefined);
	assert.equal(body.promptFeedback.blockReason, "SAFETY");
	assert.match(body.promptFeedback.blockReasonMessage, /Modify the prompt/);
	assert.doesNotMatch(JSON.stringify(body), /17b/);
	assert.equal(body.usageMetadata.totalTokenCount, 2);
	assert.equal(await balance(), 1_000);
});

test("S2-11: the other three faults are told apart, each with its advice, in status and reason", async (t) => {
	for (const [kind, code, status, reason, advice] of [
		[
			"quota_exhausted",
			429,
			"RESOURCE_EXHAUSTED",
			"RESOURCE_EXHAUSTED",
			/Wait/,
		],
		["rate_limited", 429, "RESOURCE_EXHAUSTED", "RATE_LIMITED", /slowly/],
		["invalid", 400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", /documentation/],
	] as const) {
		const { generate, provider, balance } = await openHouse(t);
		provider.script = () => ({
			kind: "fail",
			// What may be paid is not tried again, which would take a while.
			error: new ProviderError(kind, "inner words", { mayBePaid: true }),
		});
		const { status: http, body } = await generate({
			contents: [{ parts: [{ text: "x" }] }],
		});
		assert.equal(http, code, kind);
		assert.equal(body.error.status, status);
		assert.match(body.error.message, advice);
		assert.doesNotMatch(JSON.stringify(body), /inner words/);
		assert.equal(body.error.details[0].reason, reason);
		assert.match(body.error.details[0].metadata.generationId, /^gen_/);
		assert.equal(await balance(), 1_000);
	}
});

test("what cannot be paid is an exhausted resource, which SDKs do not try again by themselves", async (t) => {
	const { call, team } = await openHouse(t);
	const poor = await team(0);
	const { status, body } = await call(
		`${MODEL}:generateContent`,
		{ contents: [{ parts: [{ text: "x" }] }] },
		{ key: poor.apiKey },
	);
	assert.equal(status, 429);
	assert.equal(body.error.status, "RESOURCE_EXHAUSTED");
	assert.match(body.error.message, /credits/);
	assert.ok(
		!body.error.details.some((each: object) =>
			JSON.stringify(each).includes("RetryInfo"),
		),
	);
});

test("whoever does not wait long enough is told so; the picture is drawn and paid all the same", async (t) => {
	const { call, provider, app, own, balance } = await openHouse(t);
	const goOn = Promise.withResolvers<void>();
	provider.script = () => ({ kind: "wait", until: goOn.promise });
	const { status, body } = await call(
		`${MODEL}:generateContent`,
		{ contents: [{ parts: [{ text: "x" }] }] },
		{ headers: { "x-server-timeout": "0.2" } },
	);
	assert.equal(status, 504);
	assert.equal(body.error.status, "DEADLINE_EXCEEDED");
	goOn.resolve();
	for (;;) {
		const { total } = await app.engine.listImages(own.principal, {
			page: 1,
			limit: 1,
		});
		if (total === 1) break;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	assert.equal(await balance(), 999);
});

test("an Idempotency-Key makes a repeated request one picture, whatever stands in the query", async (t) => {
	const { ask, provider } = await openHouse(t);
	const headers = { "idempotency-key": "once" };
	const payload = { contents: [{ parts: [{ text: "x" }] }] };
	const url = `/v1beta/models/${MODEL}:generateContent`;
	const first = await ask(url, { headers, payload });
	const second = await ask(`${url}?prettyPrint=false`, { headers, payload });
	assert.equal(provider.calls.length, 1);
	assert.equal(pictureOf(first).signature, pictureOf(second).signature);
	const other = { contents: [{ parts: [{ text: "y" }] }] };
	const conflict = await ask(url, { headers, payload: other });
	assert.equal(conflict.status, 400);
	assert.equal(conflict.body.error.status, "FAILED_PRECONDITION");
});

test("S2-13: prompts of every language are drawn as they are written", async (t) => {
	const { generate, provider } = await openHouse(t);
	for (const text of [
		"夕焼けの山",
		"고양이",
		"ภาพถ่ายรองเท้าวิ่ง",
		"Müßiggang 🎨",
	]) {
		await generate({ contents: [{ parts: [{ text }] }] });
		assert.equal(provider.calls.at(-1)?.prompt, text);
	}
});

test("S2-12: a picture says nothing of a watermark that it has not, and there is no switch for one", async (t) => {
	const { generate } = await openHouse(t);
	const answer = await generate({
		contents: [{ parts: [{ text: "x" }] }],
		generationConfig: { imageConfig: { addWatermark: false } },
	});
	assert.match(String(answer.headers["x-gesso-ignored"]), /addWatermark/);
	assert.doesNotMatch(answer.text, /synthid/i);
});
