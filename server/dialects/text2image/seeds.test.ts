/** Pictures that can be drawn again (S4-8, S4-9, S4-33, S4-37). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	openText2Image,
	PROMPT,
	pixelsOf,
	succeeded,
} from "./envelope-contract.ts";

test("S4-13, S4-33: four previews with seeds are four images, each with its seed", async (t) => {
	const { ask, provider } = await openText2Image(t);
	const { data, request } = succeeded(
		await ask({
			prompt: PROMPT,
			size: "256x256",
			quality: "standard",
			n: 4,
			seeds: [101, 102, 103, 104],
			useCache: false,
		}),
	);
	assert.deepEqual(
		data.images.map(({ seed }) => seed),
		[101, 102, 103, 104],
	);
	assert.equal(data.seed, 101);
	assert.deepEqual(request.parameters.seeds, [101, 102, 103, 104]);
	for (const image of data.images)
		assert.deepEqual(await pixelsOf(image), { format: "png", size: "256x256" });
	assert.equal(new Set(data.images.map((image) => image.image_base64)).size, 4);
	assert.equal(provider.calls.length, 4);
});

test("S4-8, S4-37: a seed gives the same image again, and counts on for more images", async (t) => {
	const { ask } = await openText2Image(t);
	const drawn = async (body: object) =>
		succeeded(
			await ask({ prompt: PROMPT, size: "64x64", useCache: false, ...body }),
		).data;
	const three = await drawn({ seed: 7, n: 3 });
	assert.deepEqual(
		three.images.map(({ seed }) => seed),
		[7, 8, 9],
	);
	assert.equal(three.seed, 7);
	const alone = await drawn({ seed: 8 });
	assert.equal(alone.image_base64, three.images[1]?.image_base64);
});

test("S4-8: after the largest seed comes 0", async (t) => {
	const { ask } = await openText2Image(t);
	const { data } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64", seed: 2 ** 31 - 1, n: 2 }),
	);
	assert.deepEqual(
		data.images.map(({ seed }) => seed),
		[2 ** 31 - 1, 0],
	);
});

test("S4-33, S4-c: without a seed the top is null, and each image tells the seed it was drawn with", async (t) => {
	const { ask } = await openText2Image(t);
	const { data } = succeeded(await ask({ prompt: PROMPT, size: "64x64" }));
	assert.equal(data.seed, null);
	const seed = data.images[0]?.seed;
	assert.ok(typeof seed === "number");
	const again = succeeded(
		await ask({ prompt: PROMPT, size: "64x64", seed, useCache: false }),
	).data;
	assert.equal(again.image_base64, data.image_base64);
});

test("S4-33: a chosen preview is drawn again larger by its seed", async (t) => {
	const { ask } = await openText2Image(t);
	const { data } = succeeded(
		await ask({ prompt: PROMPT, size: "1024x1024", quality: "hd", seed: 103 }),
	);
	assert.equal(data.seed, 103);
	assert.equal((await pixelsOf(data)).size, "1024x1024");
});

test("S4-9: seeds may be text, a JSON array or numbers with commas; n is then their number", async (t) => {
	const { ask } = await openText2Image(t);
	for (const seeds of ["[1,2,3]", "1,2,3", " 1, 2 ,3 ", [1, 2, 3]]) {
		const { data, request } = succeeded(
			await ask({ prompt: PROMPT, size: "64x64", seeds }),
		);
		assert.deepEqual(
			data.images.map(({ seed }) => seed),
			[1, 2, 3],
		);
		assert.equal(request.parameters.n, 3);
	}
});

test("S4-9, S4-e: seeds win over seed", async (t) => {
	const { ask } = await openText2Image(t);
	const { data } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64", seed: 5, seeds: [9] }),
	);
	assert.equal(data.seed, 9);
});

test("S4-37, S4-j: a model without seeds echoes the seed and says that it is not honoured", async (t) => {
	const { ask, provider } = await openText2Image(t, {
		model: { image: { seed: "ignored" } },
	});
	const draw = provider.generateImages.bind(provider);
	provider.generateImages = async (call, context) => {
		const result = await draw(call, context);
		return {
			...result,
			images: result.images.map((image) => ({ ...image, seed: undefined })),
		};
	};
	const { data } = succeeded(
		await ask({ prompt: PROMPT, size: "64x64", seed: 42 }),
	);
	assert.equal(data.seed, 42);
	assert.equal(data.images[0]?.seed, 42);
	assert.deepEqual(
		data.warnings?.map(({ parameter }) => parameter),
		["seed"],
	);
});
