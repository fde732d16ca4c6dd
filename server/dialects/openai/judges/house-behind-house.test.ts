/** One house draws for another: what our provider for OpenAI's API asks, our dialect of it answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toFile } from "openai";
import {
	factsOf,
	openJudged,
	openScripted,
	plainPicture,
	SMALL,
} from "./judged-contract.ts";

test("S3-10: the guide's four variables make a house draw with another, whose URL ends in /v1 or not", async (t) => {
	const behind = await openScripted(t);
	for (const url of [behind.baseURL, behind.url]) {
		const front = await openJudged(t, {
			environment: {
				IMAGE_GENERATION_ENABLED: "true",
				IMAGE_PROVIDER_ENABLED: "true",
				IMAGE_PROVIDER_URL: url,
				IMAGE_PROVIDER_API_KEY: behind.customer.apiKey,
			},
		});
		const drawn = await front.client.images.generate({
			prompt: "A cat",
			size: SMALL,
		});
		assert.equal(await factsOf(drawn.data?.[0]?.b64_json), `png ${SMALL}`);
		const edited = await front.client.images.edit({
			image: await toFile(await plainPicture({ r: 9, g: 9, b: 9 }), "a.png"),
			prompt: "A hat",
			size: SMALL,
		});
		assert.equal(await factsOf(edited.data?.[0]?.b64_json), `png ${SMALL}`);
		assert.equal(await front.balance(), 98);
	}
	assert.deepEqual(
		behind.provider.calls.map(({ prompt, inputImages }) => [
			prompt,
			inputImages.length,
		]),
		[
			["A cat", 0],
			["A hat", 1],
			["A cat", 0],
			["A hat", 1],
		],
	);
	assert.equal(await behind.balance(), 96);
});
