/** What a caller who does everything right gets (S4-1 to 19, S4-30 to 37). */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import sharp from "sharp";
import { ProviderError } from "../../providers/provider.ts";
import {
	openText2Image,
	PROMPT,
	pixelsOf,
	succeeded,
} from "./envelope-contract.ts";

test("S4-4 to S4-7, S4-12: a prompt alone gives one standard image of 1024x1024", async (t) => {
	const { ask, provider } = await openText2Image(t);
	const { request, data } = succeeded(await ask({ prompt: PROMPT }));
	assert.deepEqual(request.parameters, {
		prompt: PROMPT,
		size: "1024x1024",
		quality: "standard",
		n: 1,
	});
	assert.equal(data.prompt, PROMPT);
	assert.equal(data.images.length, 1);
	assert.deepEqual(
		provider.calls.map(({ frame }) => frame),
		[{ width: 1024, height: 1024 }],
	);
});

test("S4-15 to S4-19: the envelope tells the process, its cost and its provider", async (t) => {
	const { ask, app, customer } = await openText2Image(t);
	const { process, data } = succeeded(
		await ask({ prompt: PROMPT, n: 3, size: "64x64" }),
	);
	assert.equal(process.is_from_cache, false);
	assert.equal(process.cache_key, null);
	assert.equal(process.llm_info.total_tokens, 30);
	assert.equal(process.llm_info.total_cost, 0.03);
	assert.deepEqual(
		process.llm_info.requests.map(({ model, tokens, processor }) => ({
			model,
			tokens,
			processor,
		})),
		Array.from({ length: 3 }, () => ({
			model: "scripted",
			tokens: 10,
			processor: "ScriptedProvider",
		})),
	);
	assert.equal(data.model, "scripted");
	const span = Date.parse(process.completed) - Date.parse(process.started);
	assert.ok(Math.abs(span - process.duration) <= 2);
	const generation = await app.engine.getGeneration(
		customer.principal,
		process.id,
	);
	assert.equal(generation.dialect, "text2image");
	assert.equal(generation.prompt, PROMPT);
});

test("S4-17, S4-k: the cost is null when the provider does not say", async (t) => {
	const { ask, provider } = await openText2Image(t);
	const draw = provider.generateImages.bind(provider);
	provider.generateImages = async (call, context) => ({
		...(await draw(call, context)),
		costDollars: undefined,
		usage: undefined,
	});
	const { llm_info } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64" }),
	).process;
	assert.equal(llm_info.total_cost, null);
	assert.equal(llm_info.total_tokens, 0);
});

test("S4-11, S4-13, S4-a: the image has exactly the size asked, offered or not", async (t) => {
	const { ask } = await openText2Image(t);
	for (const size of [
		"1792x1024",
		"1024x1792",
		"256x256",
		"64x64",
		"123x457",
	]) {
		const { data } = succeeded(await ask({ prompt: PROMPT, size }));
		assert.deepEqual(await pixelsOf(data), { format: "png", size });
		assert.equal(data.size, size);
	}
});

test("S4-13: a model that draws other sizes is fitted to the size asked, and a warning says so", async (t) => {
	const { ask } = await openText2Image(t, {
		model: {
			image: {
				sizing: { kind: "frames", frames: [{ width: 300, height: 200 }] },
			},
		},
	});
	const { data } = succeeded(await ask({ prompt: PROMPT, size: "100x100" }));
	assert.deepEqual(await pixelsOf(data), { format: "png", size: "100x100" });
	assert.deepEqual(
		data.warnings?.map(({ kind, parameter }) => ({ kind, parameter })),
		[{ kind: "adjusted", parameter: "size" }],
	);
});

test("S4-32: the first image stands in data.image_base64 too", async (t) => {
	const { ask } = await openText2Image(t);
	const { data } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64", seeds: [5, 6] }),
	);
	assert.equal(data.image_base64, data.images[0]?.image_base64);
	assert.notEqual(data.image_base64, data.images[1]?.image_base64);
});

test("S4-34: image_format is the format the bytes have", async (t) => {
	for (const format of ["png", "jpeg", "webp"] as const) {
		const { ask, provider } = await openText2Image(t);
		provider.generateImages = async (call, { keepFile }) => {
			const bytes = await sharp({
				create: { ...call.frame, channels: 3, background: "teal" },
			})
				.toFormat(format)
				.toBuffer();
			const file = await keepFile(
				(async function* () {
					yield bytes;
				})(),
			);
			const image = { file, seed: call.seed, revisedPrompt: undefined };
			return {
				images: [image],
				warnings: [],
				costDollars: 0.01,
				usage: undefined,
			};
		};
		const { data } = succeeded(await ask({ prompt: PROMPT, size: "80x64" }));
		assert.equal(data.image_format, format);
		assert.deepEqual(await pixelsOf(data), { format, size: "80x64" });
	}
});

test("S4-31: the bytes are the provider's own when they have the size asked", async (t) => {
	const { ask, app, customer } = await openText2Image(t);
	const { data, process } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64" }),
	);
	const { images } = await app.engine.getGeneration(
		customer.principal,
		process.id,
	);
	assert.equal(
		createHash("sha256")
			.update(Buffer.from(data.image_base64, "base64"))
			.digest("hex"),
		images[0]?.sha256,
	);
});

test("S4-30: TEXT2IMAGE_MODEL names the model that draws, and the answer its public name", async (t) => {
	const { ask } = await openText2Image(t, {
		model: { id: "openai/dall-e-3" },
		environment: {
			GESSO_DEFAULT_MODEL: "another",
			TEXT2IMAGE_MODEL: "openai/dall-e-3",
		},
	});
	const { data, process } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64" }),
	);
	assert.equal(data.model, "openai/dall-e-3");
	assert.equal(process.llm_info.requests[0]?.model, "openai/dall-e-3");
});

test("a field that is null counts as absent", async (t) => {
	const { ask } = await openText2Image(t);
	const { request, data } = succeeded(
		await ask({
			prompt: PROMPT,
			size: null,
			quality: null,
			n: null,
			seed: null,
			seeds: null,
			useCache: null,
		}),
	);
	assert.deepEqual(request.parameters, {
		prompt: PROMPT,
		size: "1024x1024",
		quality: "standard",
		n: 1,
	});
	assert.equal(data.warnings, undefined);
});

test("unknown fields are named in a warning, and a thousand of them do not make a thousand warnings", async (t) => {
	const { ask } = await openText2Image(t);
	const body = { prompt: PROMPT, size: "64x64" };
	const { data } = succeeded(
		await ask({ ...body, sized: "1x1", toString: "x" }),
	);
	assert.deepEqual(
		data.warnings?.map(({ kind, parameter }) => ({ kind, parameter })),
		[
			{ kind: "unsupported", parameter: "sized" },
			{ kind: "unsupported", parameter: "toString" },
		],
	);
	const many = Object.fromEntries(
		Array.from({ length: 1_000 }, (_, index) => [
			`${index}-${"x".repeat(500)}`,
			1,
		]),
	);
	const answer = succeeded(await ask({ ...body, ...many }));
	assert.ok(JSON.stringify(answer.data.warnings).length < 10_000);
});

test("images that could not be drawn are told of and not charged", async (t) => {
	const { ask, provider, balance } = await openText2Image(t);
	provider.script = (call) =>
		call.seed === 2
			? { kind: "fail", error: new ProviderError("content_blocked", "no") }
			: { kind: "draw" };
	const { data } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64", seeds: [1, 2, 3] }),
	);
	assert.deepEqual(
		data.images.map(({ seed }) => seed),
		[1, 3],
	);
	assert.deepEqual(
		data.warnings?.map(({ parameter }) => parameter),
		["n"],
	);
	assert.equal(await balance(), 98);
});

test("a repetition under an Idempotency-Key gives the same images for one charge", async (t) => {
	const { ask, balance, provider } = await openText2Image(t);
	const body = { prompt: PROMPT, size: "64x64", useCache: false };
	const headers = { "idempotency-key": "once" };
	const first = succeeded(await ask(body, headers));
	const second = succeeded(await ask(body, headers));
	assert.equal(second.process.id, first.process.id);
	assert.equal(second.data.image_base64, first.data.image_base64);
	assert.equal(provider.calls.length, 1);
	assert.equal(await balance(), 99);
});

test("any Unicode prompt is drawn as it is, without the blanks around it", async (t) => {
	const { ask, provider } = await openText2Image(t);
	const prompt = 'ทะเลสาบ 🏔️ „Größe“\n<b>"&\\';
	const { data } = succeeded(
		await ask({ prompt: ` ${prompt}\n`, size: "64x64" }),
	);
	assert.equal(data.prompt, prompt);
	assert.equal(provider.calls[0]?.prompt, prompt);
});

test("S4-2, S4-3: the endpoint is described with both encodings, its fields and its envelopes", async (t) => {
	const { app } = await openText2Image(t);
	const document = (await app.server.inject("/openapi.json")).json();
	const { post } = document.paths["/api/text2image/generate"];
	assert.deepEqual(Object.keys(post.requestBody.content), [
		"application/json",
		"multipart/form-data",
		"application/x-www-form-urlencoded",
	]);
	for (const { schema } of Object.values<{
		schema: { properties: object; required: string[] };
	}>(post.requestBody.content)) {
		assert.deepEqual(Object.keys(schema.properties), [
			"prompt",
			"size",
			"quality",
			"n",
			"seed",
			"seeds",
			"useCache",
		]);
		assert.deepEqual(schema.required, ["prompt"]);
	}
	assert.deepEqual(Object.keys(post.responses), ["200", "4XX", "5XX"]);
});
