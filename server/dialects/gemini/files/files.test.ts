/** Files as Google's SDKs upload and read them; the requests are those that were captured of them (appendices A and B). */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import { openTestApp } from "../../../testing/test-app.ts";
import {
	type GeminiAsk,
	type GeminiHouse,
	openGemini,
} from "../gemini-contract.ts";

const png = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);
const MEBIBYTE = 1_048_576;

/** JavaScript repeats its key with every piece; Python sends the pieces without one, and what it said at the start again. */
const SDKS = {
	javascript: {
		version: "v1",
		file: { mimeType: "image/png", displayName: "My pic", sizeBytes: "70" },
		piece: {},
	},
	python: {
		version: "v1beta",
		file: { display_name: "My pic", mime_type: "image/png", size_bytes: 70 },
		piece: { key: "" },
	},
} as const;

function startHeaders(type: string, name: string, size: number) {
	return {
		"x-goog-upload-protocol": "resumable",
		"x-goog-upload-command": "start",
		"x-goog-upload-header-content-length": String(size),
		"x-goog-upload-header-content-type": type,
		"x-goog-upload-file-name": name,
	};
}

/** @returns path and query of the URL that the bytes go to. */
async function start(
	house: GeminiHouse,
	file: object,
	ask: GeminiAsk = {},
	path = "/upload/v1beta/files",
): Promise<string> {
	const answer = await house.ask(path, {
		...ask,
		headers: {
			"x-goog-upload-protocol": "resumable",
			"x-goog-upload-command": "start",
			...ask.headers,
		},
		payload: { file },
	});
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.text, "");
	assert.equal(answer.headers["x-goog-upload-status"], "active");
	const url = new URL(String(answer.headers["x-goog-upload-url"]));
	return url.pathname + url.search;
}

async function send(
	house: GeminiHouse,
	url: string,
	command: string,
	offset: number | undefined,
	bytes: Buffer,
	ask: GeminiAsk = {},
) {
	return await house.ask(url, {
		method: "POST",
		...ask,
		headers: {
			...ask.headers,
			"x-goog-upload-command": command,
			...(offset !== undefined && { "x-goog-upload-offset": String(offset) }),
		},
		payload: bytes,
	});
}

async function upload(house: GeminiHouse, bytes: Buffer, file: object = {}) {
	const url = await start(house, file);
	const answer = await send(house, url, "upload, finalize", 0, bytes);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.file;
}

async function download(house: GeminiHouse, path: string, ask?: GeminiAsk) {
	const { apiKey } = house.own;
	const response = await house.app.server.inject({
		method: "GET",
		url: path,
		headers: { "x-goog-api-key": apiKey, ...ask?.headers },
	});
	return { status: response.statusCode, bytes: response.rawPayload, response };
}

for (const [name, { version, file, piece }] of Object.entries(SDKS)) {
	test(`${name}: a picture is uploaded in one piece, read, downloaded and deleted`, async (t) => {
		const house = await openGemini(t);
		const headers = startHeaders("image/png", "in.png", 70);
		const url = await start(
			house,
			file,
			{ headers },
			`/upload/${version}/files`,
		);
		assert.match(
			url,
			new RegExp(
				`^/upload/${version}/files\\?upload_id=[\\w-]{43}&upload_protocol=resumable$`,
			),
		);
		const done = await send(house, url, "upload, finalize", 0, png, {
			...piece,
			headers,
		});
		assert.equal(done.status, 200, done.text);
		assert.equal(done.headers["x-goog-upload-status"], "final");
		const made = done.body.file;
		const { name: id, createTime, expirationTime } = made;
		const keptMs = Date.parse(expirationTime) - Date.parse(createTime);
		assert.equal(Math.round(keptMs / 3_600_000), 48);
		assert.match(id, /^files\/[a-z0-9]+$/);
		const sha256 = createHash("sha256").update(png).digest("hex");
		assert.deepEqual(made, {
			name: id,
			displayName: "My pic",
			mimeType: "image/png",
			sizeBytes: "70",
			createTime,
			updateTime: createTime,
			expirationTime,
			sha256Hash: Buffer.from(sha256).toString("base64"),
			uri: `http://localhost:80/v1beta/${id}`,
			state: "ACTIVE",
			source: "UPLOADED",
		});
		const read = await house.ask(`/${version}/${id}`);
		assert.deepEqual(read.body, made);
		for (const path of [
			`/${version}/${id}:download?alt=media`,
			`/download/${version}/${id}:download?alt=media`,
			`/gemini/${version}/${id}:download?alt=media`,
		]) {
			const { status, bytes } = await download(house, path);
			assert.equal(status, 200);
			assert.deepEqual(bytes, png);
		}
		const deleted = await house.ask(`/${version}/${id}`, {
			method: "DELETE",
			// JavaScript's SDK sends an empty object, Python's says JSON and sends nothing.
			...(name === "javascript" && { payload: {} }),
		});
		assert.deepEqual([deleted.status, deleted.body], [200, {}]);
		const gone = await house.ask(`/${version}/${id}`);
		assert.equal(gone.status, 403);
	});
}

test("a large file comes in pieces, to whichever process, and they are not JSON though they say so", async (t) => {
	const house = await openGemini(t);
	const second = await openTestApp(t, { place: house.place });
	const bytes = randomBytes(20 * MEBIBYTE);
	const url = await start(house, {
		mimeType: "image/png",
		sizeBytes: String(bytes.length),
	});
	const piece = 8 * MEBIBYTE;
	const first = await send(house, url, "upload", 0, bytes.subarray(0, piece));
	assert.equal(first.status, 200);
	assert.equal(first.text, "");
	assert.equal(first.headers["x-goog-upload-status"], "active");
	const query = await send(house, url, "query", undefined, Buffer.alloc(0), {
		key: "",
	});
	assert.equal(query.headers["x-goog-upload-size-received"], String(piece));
	const elsewhere = await second.app.server.inject({
		method: "PUT",
		url,
		headers: {
			"content-type": "application/json",
			"x-goog-upload-command": "upload",
			"x-goog-upload-offset": String(piece),
		},
		payload: bytes.subarray(piece, 2 * piece),
	});
	assert.equal(elsewhere.statusCode, 200);
	const last = await send(
		house,
		url,
		"upload, finalize",
		2 * piece,
		bytes.subarray(2 * piece),
	);
	assert.equal(last.headers["x-goog-upload-status"], "final");
	const { file } = last.body;
	assert.equal(file.sizeBytes, "20971520");
	const { bytes: kept } = await download(house, `/v1/${file.name}:download`);
	assert.ok(kept.equals(bytes));
	const part = await download(house, `/v1/${file.name}:download`, {
		headers: { range: "bytes=100-199" },
	});
	assert.equal(part.status, 206);
	assert.deepEqual(part.bytes, bytes.subarray(100, 200));
});

test("an upload is finished by a request without bytes, and an empty file is a file", async (t) => {
	const house = await openGemini(t);
	const url = await start(house, { mimeType: "text/plain" });
	await send(house, url, "upload", 0, Buffer.from("hello"));
	const nothing = Buffer.alloc(0);
	const done = await send(house, url, "finalize", undefined, nothing);
	assert.equal(done.body.file.sizeBytes, "5");
	const again = await send(house, url, "finalize", undefined, nothing);
	assert.deepEqual(
		again.body,
		done.body,
		"whoever did not hear of it asks again",
	);
	const empty = await upload(house, nothing, { mimeType: "text/plain" });
	assert.equal(empty.sizeBytes, "0");
});

test("the URL for the bytes begins as the caller reaches the server, prefix included, and holds no apiKey", async (t) => {
	const house = await openGemini(t, {
		environment: { GESSO_PUBLIC_URL: "https://pictures.example/" },
	});
	const answer = await house.ask(
		`/gemini/upload/v1beta/files?key=${house.own.apiKey}`,
		{
			key: "",
			headers: startHeaders("image/png", "in.png", 70),
			payload: { file: {} },
		},
	);
	assert.equal(answer.status, 200, answer.text);
	const url = String(answer.headers["x-goog-upload-url"]);
	assert.match(
		url,
		/^https:\/\/pictures\.example\/gemini\/upload\/v1beta\/files\?upload_id=[^&]+&upload_protocol=resumable$/,
	);
	const { pathname, search } = new URL(url);
	const done = await send(house, pathname + search, "upload, finalize", 0, png);
	assert.match(
		done.body.file.uri,
		/^https:\/\/pictures\.example\/gemini\/v1beta\/files\//,
	);
	assert.equal(done.body.file.mimeType, "image/png");
});

test("a file may be given a name, which no two have; a type that is none is made one", async (t) => {
	const house = await openGemini(t);
	const named = await upload(house, png, {
		name: "files/my-pic",
		mimeType: "jsonl",
		labels: { a: "b" },
	});
	assert.equal(named.name, "files/my-pic");
	assert.equal(named.mimeType, "application/jsonl");
	assert.equal((await house.ask("/v1beta/files/my-pic")).body.name, named.name);
	const again = await house.ask("/upload/v1beta/files", {
		headers: { "x-goog-upload-command": "start" },
		payload: { file: { name: "files/my-pic" } },
	});
	assert.equal(again.status, 400);
	assert.match(again.text, /files? my-pic already/);
	const wrong = await house.ask("/upload/v1beta/files", {
		headers: { "x-goog-upload-command": "start" },
		payload: { file: { name: "files/My Pic" } },
	});
	assert.match(wrong.text, /"field":"file.name"/);
});

test("a file comes at once, alone or after what is said of it", async (t) => {
	const house = await openGemini(t);
	const alone = await house.ask("/upload/v1beta/files?uploadType=media", {
		headers: {
			"content-type": "image/png",
			"x-goog-upload-file-name": "a.png",
		},
		payload: png,
	});
	assert.equal(alone.body.file.mimeType, "image/png");
	const bytes = Buffer.concat([randomBytes(300_000), Buffer.from("\r\n--x")]);
	const body = Buffer.concat([
		Buffer.from(
			'--xyz\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{"file":{"display_name":"Batch"}}\r\n--xyz\r\nContent-Type: application/jsonl\r\n\r\n',
		),
		bytes,
		Buffer.from("\r\n--xyz--\r\n"),
	]);
	const parts = await house.ask("/upload/v1beta/files?uploadType=multipart", {
		headers: { "content-type": 'multipart/related; boundary="xyz"' },
		payload: body,
	});
	assert.equal(parts.status, 200, parts.text);
	const { name, displayName, mimeType } = parts.body.file;
	assert.deepEqual([displayName, mimeType], ["Batch", "application/jsonl"]);
	assert.deepEqual(
		(await download(house, `/v1beta/${name}:download`)).bytes,
		bytes,
	);
	for (const broken of [body.subarray(0, -12), Buffer.from("--xyz\r\n")]) {
		const answer = await house.ask("/upload/v1beta/files", {
			headers: { "content-type": "multipart/related; boundary=xyz" },
			payload: broken,
		});
		assert.equal(answer.status, 400, answer.text);
	}
});

test("nobody begins an upload without an apiKey, goes on with one without its token, or sees another team's files", async (t) => {
	const house = await openGemini(t);
	const { name } = await upload(house, png);
	const other = await house.team();
	const key = other.apiKey;
	const asks = [
		house.ask(`/v1beta/${name}`, { key }),
		house.ask(`/v1beta/${name}:download?alt=media`, { key }),
		house.ask(`/v1beta/${name}`, { key, method: "DELETE" }),
		house.ask("/v1/files/nope"),
	];
	for (const answer of await Promise.all(asks)) {
		assert.equal(answer.status, 403);
		assert.equal(answer.body.error.status, "PERMISSION_DENIED");
		assert.match(
			answer.body.error.message,
			/^You do not have permission to access the File \S+ or it may not exist\.$/,
		);
	}
	assert.deepEqual((await house.ask("/v1beta/files", { key })).body, {
		files: [],
	});
	const headers = startHeaders("image/png", "in.png", 70);
	const anonymous = await house.ask("/upload/v1beta/files", {
		key: "",
		headers,
		payload: {},
	});
	assert.equal(anonymous.status, 403);
	const guessed = await send(
		house,
		"/upload/v1beta/files?upload_id=guessed",
		"upload, finalize",
		0,
		png,
	);
	assert.equal(guessed.status, 404);
});

test("files are listed page by page, newest first", async (t) => {
	const house = await openGemini(t);
	const names: string[] = [];
	for (let index = 0; index < 5; index++)
		names.unshift((await upload(house, Buffer.from(`${index}`))).name);
	const found: string[] = [];
	let token = "";
	do {
		const { body } = await house.ask(`/v1/files?pageSize=2&pageToken=${token}`);
		found.push(...body.files.map((file: { name: string }) => file.name));
		token = body.nextPageToken ?? "";
	} while (token !== "");
	assert.deepEqual(found, names);
	const wrong = await house.ask("/v1/files?pageToken=nothing");
	assert.equal(wrong.status, 400);
});

test("an upload that is canceled is gone; what cannot be, is refused in Google's words", async (t) => {
	const house = await openGemini(t, {
		environment: { GESSO_MAX_FILE_BYTES: "5000" },
	});
	const url = await start(house, {});
	const canceled = await send(house, url, "cancel", undefined, Buffer.alloc(0));
	assert.equal(canceled.headers["x-goog-upload-status"], "cancelled");
	assert.equal((await send(house, url, "upload", 0, png)).status, 404);
	const tooLarge = await house.ask("/upload/v1beta/files", {
		headers: startHeaders("image/png", "in.png", 5_001),
		payload: {},
	});
	assert.equal(tooLarge.body.error.status, "INVALID_ARGUMENT");
	const other = await start(house, {});
	const refused = [
		await send(house, other, "upload", 0, randomBytes(5_001)),
		await send(house, other, "upload", 7, png),
		await send(house, other, "sing", 0, png),
		await send(house, other, "upload", -1, png),
	];
	for (const { status, body } of refused) {
		assert.equal(status, 400);
		assert.equal(body.error.status, "INVALID_ARGUMENT");
	}
	await send(house, other, "upload", 0, png);
	const nowhere = await send(house, other, "upload", undefined, png);
	assert.match(nowhere.text, /x-goog-upload-offset/);
	const done = await send(house, other, "finalize", undefined, Buffer.alloc(0));
	assert.equal(done.body.file.sizeBytes, "70");
});

test("a body whose length nobody said is taken in as well", async (t) => {
	const house = await openGemini(t);
	const url = await start(house, {});
	const response = await house.app.server.inject({
		method: "POST",
		url,
		headers: {
			"x-goog-upload-command": "upload, finalize",
			"x-goog-upload-offset": "0",
			"transfer-encoding": "chunked",
		},
		payload: Readable.from([png.subarray(0, 30), png.subarray(30)]),
	});
	assert.equal(response.statusCode, 200, response.body);
	assert.equal(response.json().file.sizeBytes, "70");
});
