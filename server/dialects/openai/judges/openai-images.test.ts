/** OpenAI's own client for Node draws, edits and varies pictures here (S3-1). */
import assert from "node:assert/strict";
import { createReadStream, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { toFile } from "openai";
import sharp from "sharp";
import { waitUntil } from "../../../testing/wait-until.ts";
import {
	download,
	factsOf,
	openJudged,
	openScripted,
	plainPicture,
	SMALL,
} from "./judged-contract.ts";

test("S3-1, S3-6: a picture is drawn from a prompt alone, in the size of the seed", async (t) => {
	const { client, balance } = await openScripted(t);
	const before = Math.floor(Date.now() / 1000);
	const answer = await client.images.generate({ prompt: "A cat" });
	const [picture] = answer.data ?? [];
	assert.equal(await factsOf(picture?.b64_json), "png 1024x1024");
	assert.ok(answer.created >= before);
	assert.match(String(answer._request_id), /^[\w-]{8,}$/);
	assert.equal(await balance(), 99);
});

test("S3-25: the answer has a URL, base64, or both when nobody says", async (t) => {
	const { client } = await openJudged(t);
	const draw = async (response_format?: "url" | "b64_json") => {
		const { data } = await client.images.generate({
			prompt: "A night sky",
			size: SMALL,
			n: 2,
			...(response_format && { response_format }),
			...{ seed: 7 },
		});
		assert.equal(data?.length, 2);
		return data[0] ?? {};
	};
	const [link, bytes, both] = [
		await draw("url"),
		await draw("b64_json"),
		await draw(),
	];
	assert.equal(link.b64_json, undefined);
	assert.equal(bytes.url, undefined);
	const shown = await download(link.url);
	assert.equal(await factsOf(shown), `png ${SMALL}`);
	assert.equal(shown.toString("base64"), bytes.b64_json);
	assert.equal(both.b64_json, bytes.b64_json);
	assert.deepEqual(await download(both.url), shown);
});

test("S3-22: everything that the client has a name for can be said at once", async (t) => {
	const { client } = await openJudged(t);
	const answer = await client.images.generate({
		model: "gpt-image-2",
		prompt: "A cat",
		n: 1,
		size: SMALL,
		quality: "high",
		background: "auto",
		moderation: "low",
		output_format: "webp",
		output_compression: 80,
		style: "vivid",
		response_format: "b64_json",
		user: "u1",
		safety_identifier: "s1",
		stream: null,
		partial_images: null,
	});
	assert.equal(await factsOf(answer.data?.[0]?.b64_json), `webp ${SMALL}`);
	assert.equal(answer.output_format, "webp");
	assert.equal(answer.size, SMALL);
});

test("a stream shows the picture as it comes into being, and then the picture", async (t) => {
	const { client, balance } = await openJudged(t);
	const stream = await client.images.generate({
		prompt: "A night sky",
		size: "256x256",
		stream: true,
		partial_images: 2,
	});
	const seen: string[] = [];
	for await (const event of stream) {
		assert.match(await factsOf(event.b64_json), /^png \d+x\d+$/);
		const { type } = event;
		seen.push(
			type === "image_generation.partial_image"
				? `${type} ${event.partial_image_index}`
				: `${type} ${await factsOf(event.b64_json)}`,
		);
	}
	assert.deepEqual(seen, [
		"image_generation.partial_image 0",
		"image_generation.partial_image 1",
		"image_generation.completed png 256x256",
	]);
	assert.equal(await balance(), 99);
});

test("whoever leaves a stream has paid for the picture, and finds it in the library", async (t) => {
	const { client, app, customer, balance } = await openJudged(t);
	const stream = await client.images.generate({
		prompt: "A night sky",
		size: "256x256",
		stream: true,
		partial_images: 1,
	});
	for await (const _event of stream) break;
	await waitUntil(async () => {
		const page = { page: 1, limit: 10 };
		const library = await app.engine.listImages(customer.principal, page);
		return library.total === 1;
	});
	assert.equal(await balance(), 99);
});

test("a stream of several pictures ends with each of them", async (t) => {
	const { client } = await openScripted(t);
	const stream = await client.images.generate({
		prompt: "A cat",
		size: SMALL,
		n: 3,
		stream: true,
	});
	const types: string[] = [];
	for await (const { type } of stream) types.push(type);
	assert.deepEqual(types, Array(3).fill("image_generation.completed"));
});

test("X24: a file from the disk is edited, of its own accord in its own shape", async (t) => {
	const { client, place } = await openScripted(t);
	const file = path.join(place.dataDirectory, "room.png");
	writeFileSync(file, await plainPicture({ r: 200, g: 40, b: 40 }));
	const answer = await client.images.edit({
		image: createReadStream(file),
		prompt: "a hat",
		size: SMALL,
	});
	assert.equal(await factsOf(answer.data?.[0]?.b64_json), `png ${SMALL}`);
	const shaped = await client.images.edit({
		image: createReadStream(file),
		prompt: "a hat",
	});
	assert.equal(shaped.size, "1024x768");
});

test("X24: only what is transparent in a mask is drawn anew", async (t) => {
	const { client } = await openJudged(t);
	const red = { r: 200, g: 40, b: 40 };
	const half = { width: 64, height: 96 };
	const hole = await plainPicture({ r: 0, g: 0, b: 0 }, half);
	const mask = await sharp(await plainPicture({ r: 0, g: 0, b: 0 }))
		.composite([{ input: hole, left: 0, top: 0, blend: "dest-out" }])
		.png()
		.toBuffer();
	const { data } = await client.images.edit({
		image: await toFile(await plainPicture(red), "room.png"),
		mask: await toFile(mask, "mask.png", { type: "image/png" }),
		prompt: "a mountain lake at sunset",
		size: SMALL,
		n: 1,
		input_fidelity: "high",
		output_format: "png",
	});
	const drawn = Buffer.from(data?.[0]?.b64_json ?? "", "base64");
	const rangesFrom = async (left: number) => {
		const part = await sharp(drawn)
			.extract({ left, top: 0, width: 60, height: 96 })
			.removeAlpha()
			.toBuffer();
		const { channels } = await sharp(part).stats();
		return channels.map(({ min, max }) => [min, max]);
	};
	assert.deepEqual(await rangesFrom(68), [
		[200, 200],
		[40, 40],
		[40, 40],
	]);
	const anew = await rangesFrom(0);
	assert.ok(anew.some(([min = 0, max = 0]) => max - min > 20));
});

test("S3-20, S3-22, X24: buffers, Files and several pictures reach the model as they are", async (t) => {
	const { client, provider } = await openScripted(t);
	const red = await plainPicture({ r: 200, g: 0, b: 0 });
	const blue = await plainPicture({ r: 0, g: 0, b: 200 });
	const ways = [
		await toFile(red, "red.png"),
		new File([new Uint8Array(red)], "red.bin"),
		[await toFile(red), await toFile(blue)],
		[new File([new Uint8Array(red)], "red.png", { type: "image/png" })],
	];
	for (const image of ways) {
		const { data } = await client.images.edit({
			image,
			prompt: "a hat",
			...(Array.isArray(image) && { model: "scripted" }),
			size: "64x64",
			response_format: "b64_json",
			output_compression: 100,
		});
		assert.equal(await factsOf(data?.[0]?.b64_json), "png 64x64");
	}
	assert.deepEqual(
		provider.calls.map(({ inputImages }) =>
			inputImages.map(({ sizeBytes }) => sizeBytes),
		),
		[[red.length], [red.length], [red.length, blue.length], [red.length]],
	);
});

test("an edit streams as a generation does, under its own names", async (t) => {
	const { client } = await openJudged(t);
	const stream = await client.images.edit({
		image: await toFile(await plainPicture({ r: 9, g: 9, b: 90 }), "a.png"),
		prompt: "a mountain lake",
		size: "256x256",
		stream: true,
		partial_images: 1,
	});
	const types: string[] = [];
	for await (const { type, b64_json } of stream) {
		assert.match(await factsOf(b64_json), /^png/);
		types.push(type);
	}
	assert.deepEqual(types, ["image_edit.partial_image", "image_edit.completed"]);
});

test("variations are drawn of a picture, though OpenAI's own server has given them up", async (t) => {
	const { client } = await openScripted(t);
	const { data } = await client.images.createVariation({
		image: await toFile(await plainPicture({ r: 9, g: 90, b: 9 }), "a.png"),
		n: 2,
		size: "256x256",
		response_format: "url",
		user: "u1",
	});
	assert.equal(data?.length, 2);
	assert.equal(await factsOf(await download(data[0]?.url)), "png 256x256");
});

test("an answer that is long in coming, and kept alive meanwhile, is read as any other", async (t) => {
	const { client } = await openJudged(t, { keepAliveMs: 1 });
	const drawn = await client.images
		.generate({ prompt: "A cat", size: SMALL })
		.withResponse();
	assert.equal(await factsOf(drawn.data.data?.[0]?.b64_json), `png ${SMALL}`);
	const said = await client.chat.completions
		.create({
			model: "painter",
			messages: [{ role: "user", content: "Draw a cat" }],
		})
		.withResponse();
	assert.match(said.data.choices[0]?.message.content ?? "", /Here is your/);
	const answered = await client.responses
		.create({ model: "painter", input: "Draw a cat" })
		.withResponse();
	assert.equal(answered.data.status, "completed");
	for (const { response } of [drawn, said, answered])
		assert.equal(
			response.headers.get("x-accel-buffering"),
			"no",
			"it was late",
		);
});
