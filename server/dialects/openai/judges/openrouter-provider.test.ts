/** OpenRouter's provider for the AI SDK draws and talks here: it asks for pictures at /v1/images, and reads those of chats. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { generateImage, generateText, streamText } from "ai";
import {
	factsOf,
	openJudged,
	openScripted,
	plainPicture,
	SMALL,
} from "./judged-contract.ts";

const SKY = "Paint a night sky";

async function openRouter(t: TestContext) {
	const house = await openJudged(t);
	const { baseURL, customer } = house;
	return {
		...house,
		router: createOpenRouter({ baseURL, apiKey: customer.apiKey }),
	};
}

test("a picture is drawn, in the shape and with the seed that are asked for", async (t) => {
	const { router, received } = await openRouter(t);
	const draw = () =>
		generateImage({
			model: router.imageModel("painter"),
			prompt: SKY,
			size: SMALL,
			seed: 7,
			maxRetries: 0,
		});
	const { image, warnings } = await draw();
	assert.equal(await factsOf(image.uint8Array), `png ${SMALL}`);
	assert.deepEqual(warnings, []);
	assert.equal((await draw()).image.base64, image.base64);
	const wide = await generateImage({
		model: router.imageModel("painter"),
		prompt: SKY,
		aspectRatio: "16:9",
		maxRetries: 0,
		providerOptions: { openrouter: { resolution: "512" } },
	});
	assert.equal(await factsOf(wide.image.uint8Array), "png 512x288");
	assert.deepEqual(received, Array(3).fill("POST /v1/images"));
});

test("X24: pictures are drawn from pictures", async (t) => {
	const { router } = await openRouter(t);
	const { image } = await generateImage({
		model: router.imageModel("painter"),
		prompt: {
			text: SKY,
			images: [await plainPicture({ r: 200, g: 0, b: 0 })],
		},
		size: SMALL,
		maxRetries: 0,
	});
	assert.equal(await factsOf(image.uint8Array), `png ${SMALL}`);
});

test("a chat answers with a picture as a file, whole and streamed", async (t) => {
	const { router } = await openRouter(t);
	const ask = {
		model: router.chat("painter", {
			extraBody: { image_config: { image_size: "512" } },
		}),
		prompt: SKY,
		maxRetries: 0,
	};
	const { files, text, usage } = await generateText(ask);
	assert.equal(files.length, 1);
	assert.equal(await factsOf(files[0]?.uint8Array), "png 512x512");
	assert.match(text, /picture/i);
	assert.ok((usage.totalTokens ?? 0) > 0);
	const streamed: string[] = [];
	for await (const part of streamText(ask).stream)
		if (part.type === "file")
			streamed.push(await factsOf(part.file.uint8Array));
	assert.deepEqual(streamed, ["png 512x512"]);
});

test("S3-5: a chat is answered in words", async (t) => {
	const { router } = await openRouter(t);
	const ask = {
		model: router.chat("painter"),
		prompt: "Who are you?",
		maxRetries: 0,
	};
	const { text, files } = await generateText(ask);
	assert.match(text, /painter/);
	assert.deepEqual(files, []);
	assert.equal(await streamText(ask).text, text);
});

test("the picture of an answer is the one that the next message changes", async (t) => {
	const { baseURL, customer, provider } = await openScripted(t);
	const router = createOpenRouter({ baseURL, apiKey: customer.apiKey });
	const model = router.chat("scripted");
	const first = await generateText({ model, prompt: "A cat", maxRetries: 0 });
	await generateText({
		model,
		maxRetries: 0,
		messages: [
			{ role: "user", content: "A cat" },
			...first.response.messages,
			{ role: "user", content: "Make it red" },
		],
	});
	assert.deepEqual(
		provider.calls.map(({ inputImages }) => inputImages.length),
		[0, 1],
	);
});
