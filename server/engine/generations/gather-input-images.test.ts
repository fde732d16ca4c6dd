/** Reference pictures: kept as they came and shown to the provider, or refused by name with nothing left behind. */
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import type { InputImage } from "../../providers/provider.ts";
import { plainPng, scriptedModel } from "../../testing/scripted-provider.ts";
import { filesBelow, rowsOf } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import type { InputImageSource } from "./request.ts";

const red = await plainPng({ width: 40, height: 30 }, "red");
const blue = await plainPng({ width: 20, height: 50 }, "blue");

function base64(bytes: Buffer, field = "image.0"): InputImageSource {
	return { kind: "base64", field, data: bytes.toString("base64") };
}

/** A shop window on this machine. @returns its `host:port`. */
async function openShop(t: TestContext, answer: RequestListener) {
	const server = createServer(answer);
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bytesOf(image: InputImage | undefined): Promise<Buffer> {
	assert.ok(image);
	const chunks: Uint8Array[] = [];
	for await (const chunk of await image.open()) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function keptFiles({ place }: TestEngine): string[] {
	return ["storage", "staging"].flatMap((folder) =>
		filesBelow(path.join(place.dataDirectory, folder)),
	);
}

test("references by base64 and by URL reach the provider in order, byte for byte", async (t) => {
	const host = await openShop(t, (_, response) => {
		response.setHeader("content-type", "application/octet-stream");
		response.end(blue);
	});
	const house = await openTestEngine(t, { allowedHosts: [host] });
	const team = await house.team();
	await house.submit(team, {
		inputImages: [
			base64(red),
			{ kind: "url", field: "image.1", url: `http://${host}/blue.png` },
		],
	});
	assert.deepEqual(
		filesBelow(path.join(house.place.dataDirectory, "staging")),
		[],
	);
	assert.equal(await house.work(await house.claim()), "completed");
	const [first, second] = house.provider.calls[0]?.inputImages ?? [];
	assert.ok(red.equals(await bytesOf(first)));
	assert.ok(blue.equals(await bytesOf(second)));
	assert.ok(blue.equals(await bytesOf(second)), "it can be opened again");
	assert.deepEqual(
		[second?.mediaType, second?.width, second?.height, second?.sizeBytes],
		["image/png", 20, 50, blue.length],
	);
});

const SPELLINGS: Readonly<Record<string, (bytes: Buffer) => string>> = {
	plain: (bytes) => bytes.toString("base64"),
	"a data URL": (bytes) => `data:image/png;base64,${bytes.toString("base64")}`,
	"for URLs, without padding": (bytes) => bytes.toString("base64url"),
	"broken into lines": (bytes) =>
		bytes.toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
};

for (const [spelling, spell] of Object.entries(SPELLINGS)) {
	test(`base64 may be ${spelling}`, async (t) => {
		const house = await openTestEngine(t);
		await house.submit(await house.team(), {
			inputImages: [{ kind: "base64", field: "image", data: spell(red) }],
		});
		await house.work(await house.claim());
		const [image] = house.provider.calls[0]?.inputImages ?? [];
		assert.ok(red.equals(await bytesOf(image)));
	});
}

test("the same reference again and again is kept once", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	for (let index = 0; index < 3; index++)
		await house.submit(team, { inputImages: [base64(red), base64(red)] });
	assert.equal(keptFiles(house).length, 1);
	while (await house.claim());
	const { generation_inputs } = await rowsOf(house.dependencies.database, [
		"generation_inputs",
	]);
	assert.equal(generation_inputs?.length, 6);
});

test("a repeated request with references is one generation and leaves no files behind", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const request = {
		idempotency: { key: "once", requestSha256: "a" },
		inputImages: [base64(red)],
	};
	const ids = await Promise.all(
		Array.from({ length: 8 }, () => house.submit(team, request)),
	);
	assert.equal(new Set(ids).size, 1);
	assert.equal(keptFiles(house).length, 1);
	assert.equal(await house.work(await house.claim()), "completed");
});

/** What comes of `/` at a shop that is no good. */
const BAD_SHOPS: Readonly<Record<string, RequestListener>> = {
	"has nothing": (_, response) => {
		response.statusCode = 404;
		response.end(red);
	},
	"has no picture": (_, response) => response.end("<html>"),
	"breaks off": (_, response) => {
		response.setHeader("content-length", red.length);
		response.write(red.subarray(0, 50), () => response.destroy());
	},
	"sends half a picture": (_, response) => response.end(red.subarray(0, 60)),
	"sends more than is allowed": (_, response) =>
		response.end(Buffer.alloc(5_000)),
	"never stops sending": (_, response) => {
		const more = () => {
			while (!response.destroyed && response.write(Buffer.alloc(65_536)));
		};
		response.on("drain", more);
		more();
	},
};

async function assertRefused(
	house: TestEngine,
	bad: InputImageSource,
	code: EngineErrorCode,
): Promise<void> {
	const team = await house.team();
	const before = await rowsOf(house.dependencies.database);
	const good = base64(blue, "image.0");
	await assert.rejects(
		house.submit(team, { inputImages: [good, bad] }),
		(error) => {
			assert.ok(error instanceof EngineError, String(error));
			assert.equal(error.code, code);
			assert.equal(error.details.field, "image.1");
			assert.match(error.message, /image\.1/);
			return true;
		},
	);
	assert.deepEqual(await rowsOf(house.dependencies.database), before);
	assert.deepEqual(keptFiles(house), []);
}

function codeOf(fault: string): EngineErrorCode {
	return /more (bytes|than)|never/.test(fault)
		? "payload_too_large"
		: "invalid_request";
}

const LIMITS = {
	GESSO_MAX_REFERENCE_BYTES: "4096",
	GESSO_MAX_REFERENCE_PIXELS: "1200",
};

for (const [fault, answer] of Object.entries(BAD_SHOPS)) {
	test(`S1-s: a reference whose shop ${fault} is refused by name, and nothing is charged or kept`, async (t) => {
		const host = await openShop(t, answer);
		const house = await openTestEngine(t, {
			allowedHosts: [host],
			environment: LIMITS,
		});
		await assertRefused(
			house,
			{ kind: "url", field: "image.1", url: `http://${host}/` },
			codeOf(fault),
		);
	});
}

for (const [what, source] of Object.entries({
	"an address inside our network": {
		kind: "url",
		url: "http://127.0.0.1:1/secret.png",
	},
	"no URL": { kind: "url", url: "picture.png" },
	"a file of ours": { kind: "url", url: "file:///etc/passwd" },
	nothing: { kind: "base64", data: "" },
	"no base64": { kind: "base64", data: "%%%%" },
	"no picture": { kind: "base64", data: "aGVsbG8gd29ybGQ=" },
	"a vector drawing, which could reach for other files": {
		kind: "base64",
		data: Buffer.from(
			'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
		).toString("base64"),
	},
	"half a picture": {
		kind: "base64",
		data: red.subarray(0, red.length - 20).toString("base64"),
	},
	"more pixels than allowed": {
		kind: "base64",
		data: (await plainPng({ width: 40, height: 31 }, "")).toString("base64"),
	},
	"more bytes than allowed": {
		kind: "base64",
		data: Buffer.alloc(5_000).toString("base64"),
	},
} as const)) {
	test(`a reference that is ${what} is refused by name, and nothing is charged or kept`, async (t) => {
		const house = await openTestEngine(t, { environment: LIMITS });
		await assertRefused(house, { ...source, field: "image.1" }, codeOf(what));
	});
}

test("references that storage cannot take are charged to nobody and left lying nowhere", async (t) => {
	const house = await openTestEngine(t);
	const { storage } = house.dependencies;
	const team = await house.team(10);
	const { put } = storage;
	storage.put = async (key, file) => {
		if (file.sizeBytes === blue.length) throw new Error("ENOSPC");
		await put.call(storage, key, file);
	};
	await assert.rejects(
		house.submit(team, { inputImages: [base64(red), base64(blue)] }),
		/ENOSPC/,
	);
	assert.equal((await house.engine.creditSums(team)).balance, 10);
	assert.equal(await house.claim(), null);
	const staging = path.join(house.place.dataDirectory, "staging");
	assert.deepEqual(filesBelow(staging), []);
});

test("S1-i, S2-e: more references than the model takes are refused before any is fetched", async (t) => {
	let visits = 0;
	const host = await openShop(t, (_, response) => {
		visits++;
		response.end(red);
	});
	const house = await openTestEngine(t, {
		allowedHosts: [host],
		models: [scriptedModel({ image: { maxInputImages: 1 } })],
	});
	const source = {
		kind: "url",
		field: "image",
		url: `http://${host}/`,
	} as const;
	await assert.rejects(
		house.submit(await house.team(), { inputImages: [source, source] }),
		/at most 1 reference/,
	);
	assert.equal(visits, 0);
});

const TRANSPARENT = await sharp({
	create: {
		width: 20,
		height: 10,
		channels: 4,
		background: { r: 0, g: 0, b: 0, alpha: 0 },
	},
})
	.png()
	.toBuffer();

async function opaque(width: number, height: number): Promise<Buffer> {
	return await plainPng({ width, height }, "opaque");
}

test("a mask reaches the provider byte for byte, beside the references and not among them", async (t) => {
	const house = await openTestEngine(t, {
		models: [scriptedModel({ image: { mask: true } })],
	});
	const team = await house.team();
	const id = await house.submit(team, {
		inputImages: [
			base64(await opaque(20, 10), "images.0"),
			base64(await opaque(5, 5), "images.1"),
		],
		mask: base64(TRANSPARENT, "mask"),
	});
	await house.drawn(team, id);
	const [call] = house.provider.calls;
	assert.deepEqual(
		call?.inputImages.map(({ width }) => width),
		[20, 5],
	);
	const bytes: Uint8Array[] = [];
	for await (const piece of (await call?.mask?.open()) ?? []) bytes.push(piece);
	assert.deepEqual(Buffer.concat(bytes), TRANSPARENT);
});

for (const [what, mask, words] of [
	[
		"of another size than the picture",
		TRANSPARENT,
		/mask has 20x10 pixels; it must have those of the first input image, 8x8/,
	],
	[
		"in which nothing can be transparent",
		await opaque(8, 8),
		/mask has no transparency/,
	],
] as const) {
	test(`a mask ${what} is refused, and nothing is charged or kept`, async (t) => {
		const house = await openTestEngine(t, {
			models: [scriptedModel({ image: { mask: true } })],
		});
		const team = await house.team(10);
		await assert.rejects(
			house.submit(team, {
				inputImages: [base64(await opaque(8, 8), "image")],
				mask: base64(mask, "mask"),
			}),
			words,
		);
		assert.equal((await house.engine.creditSums(team)).balance, 10);
		const staging = path.join(house.place.dataDirectory, "staging");
		assert.deepEqual(filesBelow(staging), []);
	});
}
