/** POST /v1/images/edits and /variations: forms in every spelling, OpenAI's JSON and Jan's (S3-20, X24). */
import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import type { InputImage } from "../../../providers/provider.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";
import { openTestApp } from "../../../testing/test-app.ts";
import {
	factsOf,
	filePart,
	form,
	type ImagesHouse,
	MULTIPART,
	openImages,
	parametersWarnedOf,
	part,
	refused,
	succeeded,
} from "./images-contract.ts";

const PATH = "/v1/images/edits";
const SMALL = { prompt: "wear a hat", size: "64x64" };
const red = await plainPng({ width: 120, height: 60 }, "red");
const blue = await plainPng({ width: 64, height: 64 }, "blue");
const dataUrl = (bytes: Buffer) =>
	`data:image/png;base64,${bytes.toString("base64")}`;

async function clear(width: number, height: number): Promise<Buffer> {
	return await sharp({
		create: {
			width,
			height,
			channels: 4,
			background: { r: 0, g: 0, b: 0, alpha: 0 },
		},
	})
		.png()
		.toBuffer();
}

async function bytesOf(image: InputImage | undefined): Promise<Buffer> {
	assert.ok(image);
	const pieces: Uint8Array[] = [];
	for await (const piece of await image.open()) pieces.push(piece);
	return Buffer.concat(pieces);
}

/** The pictures that the provider got in its last call. */
async function picturesIn({ provider }: ImagesHouse): Promise<Buffer[]> {
	const call = provider.calls.at(-1);
	return await Promise.all((call?.inputImages ?? []).map(bytesOf));
}

const prompt = part("prompt", SMALL.prompt);
const size = part("size", SMALL.size);
const SPELLINGS: Readonly<Record<string, readonly Buffer[]>> = {
	image: [filePart("image", red), prompt, size],
	"image[], one only": [prompt, filePart("image[]", red), size],
	"image[0], after the text": [prompt, size, filePart("image[0]", red)],
	images: [filePart("images", red, "text/plain"), prompt, size],
	"images[]": [size, filePart("images[]", red, "image/jpeg"), prompt],
};

for (const [spelling, parts] of Object.entries(SPELLINGS)) {
	test(`a form may have its picture in ${spelling}`, async (t) => {
		const house = await openImages(t);
		const answer = succeeded(await house.post(PATH, form(...parts), MULTIPART));
		assert.equal(await factsOf(answer.data[0].b64_json), "png 64x64");
		assert.deepEqual(await picturesIn(house), [red]);
		await house.assertNothingStaged();
	});
}

test("several pictures keep their order, however their fields are spelled", async (t) => {
	const house = await openImages(t);
	const clearSquare = await clear(9, 9);
	for (const [one, two, three] of [
		["image[]", "image[]", "image[]"],
		["image", "image", "image"],
		["image[0]", "image[1]", "image[2]"],
	] as const) {
		succeeded(
			await house.post(
				PATH,
				form(
					filePart(one, red),
					prompt,
					filePart(two, blue),
					size,
					filePart(three, clearSquare),
				),
				MULTIPART,
			),
		);
		assert.deepEqual(await picturesIn(house), [red, blue, clearSquare]);
	}
	succeeded(
		await house.post(
			PATH,
			form(filePart("image[1]", red), filePart("image[0]", blue), prompt, size),
			MULTIPART,
		),
	);
	assert.deepEqual(await picturesIn(house), [blue, red]);
});

test("numbers and booleans of a form are text, and its empty fields are absent", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(
			PATH,
			form(
				part("n", "2"),
				part("model", ""),
				part("stream", "false"),
				part("output_format", "webp"),
				part("output_compression", "50"),
				part("response_format", "b64_json"),
				part("user", "u"),
				filePart("image", red),
				prompt,
				size,
			),
			MULTIPART,
		),
	);
	assert.equal(answer.data.length, 2);
	assert.equal(answer.data[0].url, undefined);
	assert.equal(await factsOf(answer.data[1]?.b64_json), "webp 64x64");
});

test("an edit without a size keeps the picture's shape, at the fineness of an ordinary picture", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(PATH, form(filePart("image", red), prompt), MULTIPART),
	);
	assert.equal(answer.size, "1024x512");
});

for (const [kind, payload] of Object.entries({
	"OpenAI's, by data URL": { images: [{ image_url: dataUrl(red) }] },
	"OpenAI's, by an object with a data URL": {
		images: [{ image_url: { url: dataUrl(red) } }],
	},
	"Jan's, by base64": { image: { b64_json: red.toString("base64") } },
	"Jan's, by data URL": { image: { url: dataUrl(red) } },
	"a bare data URL": { image: dataUrl(red) },
	"a list of data URLs": { image: [dataUrl(red)] },
	"OpenRouter's": {
		input_references: [{ type: "image_url", image_url: { url: dataUrl(red) } }],
	},
})) {
	test(`JSON may name its picture as ${kind}`, async (t) => {
		const house = await openImages(t);
		succeeded(await house.post(PATH, { ...SMALL, ...payload }));
		assert.deepEqual(await picturesIn(house), [red]);
		await house.assertNothingStaged();
	});
}

test("Jan's edits have the original's size and base64 by default, and base64 comes before a URL", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(PATH, {
			prompt: "warmer",
			image: { b64_json: red.toString("base64"), url: "http://127.0.0.1/" },
			strength: 0.7,
			steps: 20,
		}),
	);
	assert.equal(answer.size, "120x64");
	assert.equal(answer.data[0].url, undefined);
	assert.equal(await factsOf(answer.data[0].b64_json), "png 120x64");
	assert.deepEqual(parametersWarnedOf(answer).sort(), ["steps", "strength"]);
});

test("an original larger than the model draws is brought down to what it draws, with a warning", async (t) => {
	const house = await openImages(t, {
		model: { creditPrices: { low: 1, standard: 1 } },
	});
	const large = await plainPng({ width: 3_000, height: 1_500 }, "large");
	const answer = succeeded(
		await house.post(PATH, {
			prompt: "warmer",
			image: { b64_json: large.toString("base64") },
		}),
	);
	assert.equal(answer.size, "1024x512");
	assert.deepEqual(parametersWarnedOf(answer), ["size"]);
});

test("a picture of one's own library is named by its id, or by the URL it was answered with", async (t) => {
	const house = await openImages(t);
	const made = succeeded(
		await house.post("/v1/images/generations", { ...SMALL, prompt: "first" }),
	);
	const [{ id, url, b64_json = "" }] = made.data;
	const original = Buffer.from(b64_json, "base64");
	for (const image of [
		{ id },
		{ url },
		{ id: id.replace("jan_", "img_") },
		url,
	]) {
		succeeded(await house.post(PATH, { ...SMALL, image }));
		assert.deepEqual(await picturesIn(house), [original]);
	}
	const stranger = await house.team(10);
	const { headers } = stranger;
	refused(
		await house.post(PATH, { ...SMALL, image: { id } }, headers),
		404,
		"image",
	);
	refused(
		await house.post(PATH, { ...SMALL, image: { url } }, headers),
		400,
		"image",
	);
	assert.equal(house.provider.calls.length, 5);
});

test("a file is named by its file_id; another team's is not found", async (t) => {
	const house = await openImages(t);
	const { files } = house.app.engine;
	const { principal } = house.customer;
	const staged = await files.stage(
		principal,
		(async function* () {
			yield red;
		})(),
	);
	const file = await files.create(principal, staged, {
		purpose: "vision",
		fileName: "red.png",
		mediaType: "image/png",
	});
	const images = [{ file_id: `file-${file.id}` }];
	succeeded(await house.post(PATH, { ...SMALL, images }));
	assert.deepEqual(await picturesIn(house), [red]);
	const stranger = await house.team(10);
	const response = await house.post(
		PATH,
		{ ...SMALL, images },
		stranger.headers,
	);
	assert.equal(response.statusCode, 404, response.body);
});

const REFUSED = [
	["no picture", {}, "image"],
	["a list without pictures", { images: [] }, "image"],
	["an object that names nothing", { image: {} }, "image"],
	["a number", { image: 7 }, "image"],
	["no base64", { image: { b64_json: "%%%" } }, "image"],
	["no picture in the base64", { images: ["aGVsbG8="] }, "images.0"],
	["an unknown id", { image: { id: "jan_x" } }, "image"],
	[
		"an address inside our network",
		{ images: [{ image_url: "http://127.0.0.1:1/a.png" }] },
		"images.0",
	],
	["a file of ours", { image: { url: "file:///etc/passwd" } }, "image"],
	["a mask that is none", { image: dataUrl(red), mask: 7 }, "mask"],
] as const;

test("an edit of what is no picture is refused by name, and nothing is drawn, charged or left behind", async (t) => {
	const house = await openImages(t, { model: { image: { mask: true } } });
	for (const [what, payload, param] of REFUSED)
		await t.test(what, async () => {
			for (const body of [
				{ ...SMALL, ...payload },
				{ prompt: "a", ...payload },
			]) {
				refused(await house.post(PATH, body), 400, param);
				assert.equal(house.provider.calls.length, 0);
				assert.equal(await house.balance(), 100);
				await house.assertNothingStaged();
			}
		});
});

test("a mask reaches a model that takes one, from a form and from JSON", async (t) => {
	const house = await openImages(t, { model: { image: { mask: true } } });
	const mask = await clear(120, 60);
	succeeded(
		await house.post(
			PATH,
			form(filePart("mask", mask), filePart("image", red), prompt, size),
			MULTIPART,
		),
	);
	assert.deepEqual(await bytesOf(house.provider.calls[0]?.mask), mask);
	succeeded(
		await house.post(PATH, {
			...SMALL,
			images: [{ image_url: dataUrl(red) }],
			mask: { image_url: dataUrl(mask) },
		}),
	);
	assert.deepEqual(await bytesOf(house.provider.calls[1]?.mask), mask);
	await house.assertNothingStaged();
});

test("a mask is refused by a model that takes none, naming both, and one of another size by its size", async (t) => {
	const house = await openImages(t);
	const body = { ...SMALL, image: dataUrl(red) };
	const mask = dataUrl(await clear(120, 60));
	const { message } = refused(
		await house.post(PATH, { ...body, mask }),
		400,
		"mask",
	);
	assert.match(message, /scripted/);
	const able = await openImages(t, { model: { image: { mask: true } } });
	refused(
		await able.post(PATH, { ...body, mask: dataUrl(await clear(5, 5)) }),
		400,
		"mask",
	);
	assert.equal(await able.balance(), 100);
});

test("more pictures than the model takes are refused by name, and none is left behind", async (t) => {
	const house = await openImages(t, {
		model: { image: { maxInputImages: 1 } },
	});
	const payload = form(
		filePart("image[]", red),
		filePart("image[]", blue),
		prompt,
	);
	refused(await house.post(PATH, payload, MULTIPART), 400, "image");
	await house.assertNothingStaged();
});

test("a form under an Idempotency-Key is drawn once; another one under the same key is a conflict", async (t) => {
	const house = await openImages(t);
	const headers = { ...MULTIPART, "idempotency-key": "once" };
	const payload = form(filePart("image", red), prompt, size);
	const answers = [];
	for (let time = 0; time < 3; time++)
		answers.push(succeeded(await house.post(PATH, payload, headers)));
	assert.equal(new Set(answers.map(({ data }) => data[0].id)).size, 1);
	assert.equal(house.provider.calls.length, 1);
	assert.equal(await house.balance(), 99);
	const other = form(filePart("image", blue), prompt, size);
	const response = await house.post(PATH, other, headers);
	assert.equal(response.statusCode, 409, response.body);
	await house.assertNothingStaged();
});

test("a variation is drawn from the picture alone, and says how", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(
			"/v1/images/variations",
			form(filePart("image", red), part("n", "2"), size),
			MULTIPART,
		),
	);
	assert.equal(answer.data.length, 2);
	assert.deepEqual(parametersWarnedOf(answer), ["image"]);
	assert.deepEqual(await picturesIn(house), [red]);
	refused(
		await house.post("/v1/images/variations", form(size), MULTIPART),
		400,
		"image",
	);
	assert.equal(await house.balance(), 98);
});

test("an edit is put down in its conversation as an edit", async (t) => {
	const house = await openImages(t);
	const { id } = await house.app.engine.conversations.create(
		house.customer.principal,
		{},
	);
	succeeded(
		await house.post(PATH, {
			...SMALL,
			image: dataUrl(red),
			conversation_id: id,
		}),
	);
	const response = await house.app.server.inject({
		url: `/v1/conversations/${id}/items`,
		headers: house.customer.headers,
	});
	const types = response.json().data.map(({ type }: { type: string }) => type);
	assert.deepEqual(types.sort(), ["image_edit_call", "message"]);
});

test("the embedded painter keeps the picture where the mask is opaque, and says what it did", async (t) => {
	const { app, team } = await openTestApp(t);
	const { headers } = await team();
	const width = 64;
	const pixels = Buffer.alloc(width * width * 4);
	for (let at = 0; at < width * width; at++)
		pixels[at * 4 + 3] = at % width < width / 2 ? 255 : 0;
	const mask = await sharp(pixels, {
		raw: { width, height: width, channels: 4 },
	})
		.png()
		.toBuffer();
	const edit = async () =>
		succeeded(
			await app.server.inject({
				method: "POST",
				url: PATH,
				headers: { ...headers, ...MULTIPART },
				payload: form(
					filePart("image", blue),
					filePart("mask", mask),
					part("prompt", "poppies in a meadow"),
					part("seed", "3"),
					size,
				),
			}),
		);
	const answer = await edit();
	assert.match(
		answer.warnings?.map(({ message }) => message).join() ?? "",
		/wherever the mask is opaque/,
	);
	const base64 = answer.data[0].b64_json ?? "";
	assert.equal((await edit()).data[0].b64_json, base64);
	const drawn = await sharp(Buffer.from(base64, "base64")).raw().toBuffer();
	const original = await sharp(blue).raw().toBuffer();
	let changed = 0;
	for (let at = 0; at < width * width; at++) {
		const isSame = drawn
			.subarray(at * 3, at * 3 + 3)
			.equals(original.subarray(at * 3, at * 3 + 3));
		if (at % width < width / 2) assert.ok(isSame, `pixel ${at} changed`);
		else if (!isSame) changed++;
	}
	assert.ok(changed > 1_000, `${changed} pixels changed`);
});
