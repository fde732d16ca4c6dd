/** The Vercel AI SDK draws and talks here, through its providers for OpenAI and for servers that are compatible with it (S3-1). */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
	APICallError,
	generateImage,
	generateText,
	type LanguageModel,
	type ModelMessage,
	streamText,
} from "ai";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import {
	download,
	factsOf,
	type JudgedHouse,
	openJudged,
	openScripted,
	plainPicture,
	SMALL,
} from "./judged-contract.ts";

const SKY = "Paint a night sky";

/** Drawn by the painter, who stands in for OpenAI's models. */
async function openSdk(t: TestContext) {
	const house = await openJudged(t);
	return { ...house, ...providersFor(house) };
}

function providersFor({ baseURL, customer: { apiKey } }: JudgedHouse) {
	return {
		openai: createOpenAI({ baseURL, apiKey }),
		compatible: createOpenAICompatible({ name: "gesso", baseURL, apiKey }),
	};
}

test("the provider for OpenAI draws with a model whose base64 it does not ask for", async (t) => {
	const { openai, received } = await openSdk(t);
	const { images, warnings } = await generateImage({
		model: openai.image("gpt-image-2"),
		prompt: SKY,
		size: SMALL,
		n: 2,
		maxRetries: 0,
		providerOptions: {
			openai: { quality: "high", background: "auto", outputFormat: "webp" },
		},
	});
	assert.equal(images.length, 2);
	for (const { uint8Array, mediaType } of images) {
		assert.equal(await factsOf(uint8Array), `webp ${SMALL}`);
		assert.equal(mediaType, "image/webp");
	}
	assert.deepEqual(warnings, []);
	assert.deepEqual(received, ["POST /v1/images/generations"]);
});

test("the provider for OpenAI draws with models it does not know, one picture a request", async (t) => {
	const { openai, received } = await openSdk(t);
	const { images } = await generateImage({
		model: openai.image("painter"),
		prompt: SKY,
		size: SMALL,
		n: 3,
		maxRetries: 0,
	});
	for (const { base64 } of images)
		assert.equal(await factsOf(base64), `png ${SMALL}`);
	assert.equal(new Set(images.map(({ base64 }) => base64)).size, 3);
	assert.equal(received.length, 3);
});

test("X24: pictures and a mask are sent along by either provider", async (t) => {
	const { openai, compatible, received } = await openSdk(t);
	const red = await plainPicture({ r: 200, g: 0, b: 0 });
	const blue = await plainPicture({ r: 0, g: 0, b: 200 });
	const mask = await plainPicture({ r: 0, g: 0, b: 0, alpha: 0 });
	for (const model of [
		openai.image("gpt-image-2"),
		openai.image("painter"),
		compatible.imageModel("painter"),
	]) {
		const { image } = await generateImage({
			model,
			prompt: { text: SKY, images: [red, blue], mask },
			size: SMALL,
			maxRetries: 0,
		});
		assert.equal(await factsOf(image.uint8Array), `png ${SMALL}`);
	}
	assert.deepEqual(received, Array(3).fill("POST /v1/images/edits"));
});

test("the provider for compatible servers draws, and passes on what only this server knows", async (t) => {
	const { compatible, received } = await openSdk(t);
	const draw = async (options: Record<string, string | number> = {}) =>
		await generateImage({
			model: compatible.imageModel("painter"),
			prompt: SKY,
			size: SMALL,
			n: 2,
			maxRetries: 0,
			providerOptions: { gesso: { seed: 7, ...options } },
		});
	const { images } = await draw();
	assert.equal(await factsOf(images[0]?.uint8Array), `png ${SMALL}`);
	const again = await draw({ response_format: "url" });
	assert.deepEqual(again.images[0]?.uint8Array, images[0]?.uint8Array);
	assert.ok(
		received.some((path) => path.startsWith("GET /images/jan_")),
		"the second ones were downloaded, of this server's own address",
	);
});

test("S3-5: text is generated and streamed by chats, by responses, and by the provider for compatible servers", async (t) => {
	const { openai, compatible, received } = await openSdk(t);
	const texts = new Set<string>();
	for (const model of [
		openai.chat("painter"),
		openai("painter"),
		compatible("painter"),
		compatible.chatModel("painter"),
	]) {
		const ask = {
			model,
			system: "Be brief.",
			prompt: "Who are you?",
			maxRetries: 0,
		};
		const { text, usage, finishReason } = await generateText(ask);
		assert.equal(finishReason, "stop");
		assert.ok((usage.totalTokens ?? 0) > 0);
		texts.add(text);
		texts.add(await streamText(ask).text);
	}
	const [text, ...others] = texts;
	assert.match(text ?? "", /painter/);
	assert.deepEqual(others, [], "all of them got the same words");
	assert.deepEqual(
		new Set(received),
		new Set(["POST /v1/chat/completions", "POST /v1/responses"]),
	);
});

test("a picture in a message is drawn from, and a chat's picture is linked to in its words", async (t) => {
	const house = await openScripted(t);
	const { provider } = house;
	const { openai, compatible } = providersFor(house);
	const image = await plainPicture({ r: 200, g: 0, b: 0 });
	const draw = async (model: LanguageModel) => {
		const { text } = await generateText({
			model,
			maxRetries: 0,
			messages: [
				{
					role: "user",
					content: [
						{ type: "text", text: "a sea in these colours" },
						{ type: "file", data: image, mediaType: "image/png" },
					],
				},
			],
		});
		return text;
	};
	for (const model of [openai.chat("scripted"), compatible("scripted")]) {
		const [, link] = /!\[image\]\(([^)]+)\)/.exec(await draw(model)) ?? [];
		assert.equal(await factsOf(await download(link)), "png 1024x1024");
	}
	assert.match(await draw(openai("scripted")), /picture/i);
	for (const { inputImages } of provider.calls)
		assert.deepEqual(
			inputImages.map(({ sizeBytes }) => sizeBytes),
			[image.length],
		);
	assert.equal(provider.calls.length, 3);
});

test("the tool of responses draws for the AI SDK, whole and streamed", async (t) => {
	const { openai } = await openSdk(t);
	const ask = {
		model: openai("painter"),
		prompt: SKY,
		maxRetries: 0,
		tools: {
			image_generation: openai.tools.imageGeneration({ size: SMALL as "auto" }),
		},
	};
	const { staticToolResults } = await generateText(ask);
	const [drawn] = staticToolResults;
	assert.equal(await factsOf(drawn?.output.result), `png ${SMALL}`);
	const streamed: string[] = [];
	for await (const part of streamText(ask).stream)
		if (part.type === "tool-result" && !part.dynamic)
			streamed.push(await factsOf(part.output.result));
	assert.deepEqual(streamed, [`png ${SMALL}`]);
});

test("a dialogue of several turns goes on from the answers of before, as the AI SDK refers to them or sends them", async (t) => {
	const { openai } = await openSdk(t);
	const imageTool = openai.tools.imageGeneration({ size: SMALL as "auto" });
	for (const store of [undefined, false]) {
		const messages: ModelMessage[] = [];
		const say = async (content: string) => {
			messages.push({ role: "user", content });
			const answer = await generateText({
				model: openai("painter"),
				messages,
				tools: { image_generation: imageTool },
				maxRetries: 0,
				...(store === false && { providerOptions: { openai: { store } } }),
			});
			messages.push(...answer.response.messages);
			return answer;
		};
		assert.match((await say("Who are you?")).text, /painter/);
		assert.match((await say("And who am I?")).text, /painter/);
		// The AI SDK itself keeps pictures back that the server does not store.
		if (store === false) continue;
		const pictures: string[] = [];
		for (const words of [SKY, "Make it red", "Make it snow"]) {
			const [drawn] = (await say(words)).staticToolResults;
			const picture = drawn?.output.result ?? "";
			assert.equal(await factsOf(picture), `png ${SMALL}`);
			pictures.push(picture);
		}
		assert.equal(new Set(pictures).size, 3);
	}
});

test("a response's unfinished pictures are results on the way, and the next one goes on by its id", async (t) => {
	const { openai } = await openSdk(t);
	const ask = (prompt: string, previousResponseId?: string) =>
		streamText({
			model: openai("painter"),
			prompt,
			maxRetries: 0,
			tools: {
				image_generation: openai.tools.imageGeneration({
					size: "256x192" as "auto",
					partialImages: 2,
				}),
			},
			...(previousResponseId !== undefined && {
				providerOptions: { openai: { previousResponseId } },
			}),
		});
	const first = ask(SKY);
	const shown: string[] = [];
	for await (const part of first.stream)
		if (part.type === "tool-result" && !part.dynamic)
			shown.push(await factsOf(part.output.result));
	assert.deepEqual(shown, ["png 43x32", "png 64x48", "png 256x192"]);
	const { id } = await first.response;
	const second = ask("Make it red", id);
	const changed = (await second.staticToolResults).at(-1);
	assert.equal(await factsOf(changed?.output.result), "png 256x192");
});

test("S3-28 to S3-32: an error is told in words, with its status, and is tried again only where that helps", async (t) => {
	const off = await openScripted(t, { IMAGE_GENERATION_ENABLED: "false" });
	const on = await openScripted(t);
	const nobody = await openJudged(t, {
		providers: [createScriptedProvider()],
		models: [scriptedModel({ provider: "nobody" })],
	});
	const draw = async (
		{ baseURL }: { baseURL: string },
		apiKey: string,
		size = SMALL,
	) => {
		const model = createOpenAI({ baseURL, apiKey }).image("scripted");
		return await generateImage({
			model,
			prompt: SKY,
			size: size as "1x1",
			maxRetries: 0,
		}).then(
			() => assert.fail("it was drawn"),
			(error: unknown) => {
				assert.ok(APICallError.isInstance(error), String(error));
				assert.ok(error.responseHeaders?.["x-request-id"]);
				return [error.statusCode, error.message, error.isRetryable] as const;
			},
		);
	};
	const [bad, words, isRetryable] = await draw(on, on.customer.apiKey, "9x9");
	assert.deepEqual([bad, isRetryable], [400, false]);
	assert.match(words, /size "9x9"/);
	const [unknown] = await draw(on, "sk-nobody");
	assert.equal(unknown, 401);
	const [missing] = await draw(nobody, nobody.customer.apiKey);
	assert.equal(missing, 404);
	const [disabled] = await draw(off, off.customer.apiKey);
	assert.equal(disabled, 501);
});

test("S3-32: a client that tries a 501 again loses no time with it", async (t) => {
	const house = await openScripted(t, { IMAGE_GENERATION_ENABLED: "false" });
	const { baseURL, customer } = house;
	const model = createOpenAI({ baseURL, apiKey: customer.apiKey }).image("x");
	await assert.rejects(generateImage({ model, prompt: SKY, size: SMALL }));
	assert.equal(house.received.length, 3);
});
