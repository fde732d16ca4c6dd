/** What is sent to vendors is what they read: byte for byte, and as long as it was said to be. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import multipart from "@fastify/multipart";
import fastify from "fastify";
import type { OutgoingBody } from "../../net/vendor-http.ts";
import { inputImageOf } from "../../testing/test-call.ts";
import {
	base64Of,
	dataUrlOf,
	type FormPart,
	fileBody,
	formBody,
	formFileOf,
	jsonBody,
} from "./bodies.ts";

async function bytesOf(body: OutgoingBody): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of body.open()) pieces.push(Buffer.from(piece));
	return Buffer.concat(pieces);
}

test("JSON has its pictures in place, is as long as was said, and can be sent again", async () => {
	const pictures = [0, 1, 2, 3, 1_000, 100_003].map((size) =>
		randomBytes(size),
	);
	const mediaType = "image/webp";
	const body = jsonBody({
		prompt: 'a "fox" – 🦊\n\u0000',
		plain: pictures.map((picture) => base64Of(inputImageOf(picture))),
		urls: pictures.map((picture) =>
			dataUrlOf(inputImageOf(picture, { mediaType })),
		),
		nothing: undefined,
	});
	assert.equal(body.contentType, "application/json");
	for (let time = 1; time <= 2; time++) {
		const bytes = await bytesOf(body);
		assert.equal(bytes.length, body.sizeBytes);
		const base64 = pictures.map((picture) => picture.toString("base64"));
		assert.deepEqual(JSON.parse(bytes.toString()), {
			prompt: 'a "fox" – 🦊\n\u0000',
			plain: base64,
			urls: base64.map((each) => `data:image/webp;base64,${each}`),
		});
	}
});

/** As a server that knows nothing of ours reads it. */
async function readForm(body: OutgoingBody) {
	const app = fastify({ bodyLimit: 10_000_000 });
	await app.register(multipart, {
		limits: { fileSize: 5_000_000, fieldSize: 5_000_000 },
	});
	const read: unknown[] = [];
	app.post("/", async (request) => {
		for await (const part of request.parts())
			read.push(
				part.type === "file"
					? {
							name: part.fieldname,
							fileName: part.filename,
							contentType: part.mimetype,
							bytes: await part.toBuffer(),
						}
					: { name: part.fieldname, value: part.value },
			);
		return "";
	});
	const bytes = await bytesOf(body);
	assert.equal(bytes.length, body.sizeBytes);
	const { statusCode } = await app.inject({
		method: "POST",
		url: "/",
		headers: { "content-type": body.contentType },
		payload: bytes,
	});
	await app.close();
	assert.equal(statusCode, 200);
	return read;
}

test("a form arrives as it was: text of any kind, files of any bytes, in order", async () => {
	const png = randomBytes(100_001);
	const tricky = Buffer.from("\r\n--gesso\r\n--\r\n\r\n");
	const values = [
		"",
		"plain",
		'ä "quoted" 🦊',
		"two\r\nlines\nand more\r\n",
		"--",
	];
	const parts: FormPart[] = [
		...values.map((value) => ({ name: "prompt", value })),
		{ name: "image[]", file: formFileOf(inputImageOf(png), "first") },
		{
			name: "image[]",
			file: formFileOf(inputImageOf(Buffer.alloc(0)), "empty"),
		},
		{
			name: "mask",
			file: formFileOf(
				inputImageOf(tricky, { mediaType: "image/jpeg" }),
				"mask",
			),
		},
	];
	const body = formBody(parts);
	for (let time = 1; time <= 2; time++)
		assert.deepEqual(await readForm(body), [
			...values.map((value) => ({ name: "prompt", value })),
			{
				name: "image[]",
				fileName: "first.png",
				contentType: "image/png",
				bytes: png,
			},
			{
				name: "image[]",
				fileName: "empty.png",
				contentType: "image/png",
				bytes: Buffer.alloc(0),
			},
			{
				name: "mask",
				fileName: "mask.jpeg",
				contentType: "image/jpeg",
				bytes: tricky,
			},
		]);
});

test("no two forms have the same boundary", () => {
	assert.notEqual(formBody([]).contentType, formBody([]).contentType);
});

test("a kept file is sent as it lies there, as often as need be", async (t) => {
	const directory = await mkdtemp(path.join(tmpdir(), "gesso-bodies-"));
	t.after(() => rm(directory, { recursive: true }));
	const bytes = randomBytes(200_000);
	const file = {
		path: path.join(directory, "file"),
		sha256: createHash("sha256").update(bytes).digest("hex"),
		sizeBytes: bytes.length,
	};
	await writeFile(file.path, bytes);
	const body = fileBody("application/jsonl", file);
	assert.equal(body.contentType, "application/jsonl");
	assert.equal(body.sizeBytes, bytes.length);
	for (let time = 1; time <= 2; time++)
		assert.ok((await bytesOf(body)).equals(bytes));
});
