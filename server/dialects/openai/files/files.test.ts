/** Files under /v1/files, as OpenAI's SDKs use it: a form in any order, lists, bytes, and nothing of anybody else. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { createManualClock } from "../../../testing/manual-clock.ts";
import { filesBelow } from "../../../testing/snapshot.ts";
import { openTestApp, type TestAppOptions } from "../../../testing/test-app.ts";
import { formOf, type Part } from "../../../testing/test-form.ts";
import { waitUntil } from "../../../testing/wait-until.ts";

type Test = Parameters<typeof openTestApp>[0];

async function openHouse(t: Test, options: TestAppOptions = {}) {
	const { app, team, place } = await openTestApp(t, options);
	const own = await team();
	const ask = async (
		method: "GET" | "POST" | "DELETE" | "HEAD",
		url: string,
		headers: Readonly<Record<string, string>> = own.headers,
	) => {
		const answer = await app.server.inject({ method, url, headers });
		return {
			status: answer.statusCode,
			headers: answer.headers,
			bytes: answer.rawPayload,
			json: () => answer.json(),
		};
	};
	const upload = async (parts: readonly Part[], headers = own.headers) => {
		const answer = await app.server.inject({
			method: "POST",
			url: "/v1/files",
			...formOf(parts, headers),
		});
		return { status: answer.statusCode, body: answer.json() };
	};
	const staged = () => filesBelow(path.join(place.dataDirectory, "staging"));
	return { app, team, own, ask, upload, staged };
}

const file = (bytes: string | Buffer, fileName = "notes.jsonl"): Part => ({
	name: "file",
	fileName,
	value: bytes,
});
const purpose = (value = "user_data"): Part => ({ name: "purpose", value });

test("a file is uploaded, listed, read and deleted, whichever field of the form comes first", async (t) => {
	const { ask, upload, staged } = await openHouse(t, {
		clock: createManualClock().now,
	});
	const bytes = randomBytes(300_000);
	for (const parts of [
		[purpose("batch"), file(bytes)],
		[file(bytes), purpose("batch")],
	]) {
		const { status, body } = await upload(parts);
		assert.equal(status, 200);
		assert.match(body.id, /^file-[0-9a-z]{24}$/);
		assert.deepEqual(body, {
			id: body.id,
			object: "file",
			bytes: 300_000,
			created_at: body.created_at,
			expires_at: body.created_at + 30 * 24 * 60 * 60,
			filename: "notes.jsonl",
			purpose: "batch",
			status: "processed",
		});
		assert.deepEqual((await ask("GET", `/v1/files/${body.id}`)).json(), body);
		const content = await ask("GET", `/v1/files/${body.id}/content`);
		assert.deepEqual(content.bytes, bytes);
		// Not as JSON, which a client would read as one document.
		assert.equal(content.headers["content-type"], "application/octet-stream");
		assert.equal(content.headers["content-length"], "300000");
		const gone = await ask("DELETE", `/v1/files/${body.id}`);
		assert.deepEqual(gone.json(), {
			id: body.id,
			object: "file",
			deleted: true,
		});
		assert.equal((await ask("GET", `/v1/files/${body.id}`)).status, 404);
	}
	assert.deepEqual(staged(), []);
});

test("a range of a file is sent, and one beyond its end is refused", async (t) => {
	const { ask, upload, own } = await openHouse(t);
	const { body } = await upload([file("0123456789"), purpose()]);
	const at = (range: string) =>
		ask("GET", `/v1/files/${body.id}/content`, { ...own.headers, range });
	const part = await at("bytes=2-4");
	assert.equal(part.status, 206);
	assert.equal(String(part.bytes), "234");
	assert.equal(part.headers["content-range"], "bytes 2-4/10");
	assert.equal((await at("bytes=10-")).status, 416);
	const head = await ask("HEAD", `/v1/files/${body.id}/content`);
	assert.equal(head.headers["content-length"], "10");
});

test("a name that would do harm in a header or as a path does none", async (t) => {
	const { ask, upload } = await openHouse(t);
	const { body } = await upload([
		file("<script>alert(1)</script>", "../../ภาพ\u202e; x=y.html"),
		purpose(),
	]);
	assert.equal(body.filename, "ภาพ; x=y.html");
	const { headers } = await ask("GET", `/v1/files/${body.id}/content`);
	assert.equal(headers["content-type"], "application/octet-stream");
	assert.equal(headers["x-content-type-options"], "nosniff");
	assert.equal(
		headers["content-disposition"],
		`attachment; filename="____ x_y.html"; filename*=UTF-8''${encodeURIComponent("ภาพ; x=y.html")}`,
	);
});

test("files are listed page by page as the SDKs ask for them", async (t) => {
	const { ask, upload } = await openHouse(t);
	const ids: string[] = [];
	for (let index = 0; index < 5; index++) {
		const { body } = await upload([
			file(`${index}`),
			purpose(index === 0 ? "batch" : "vision"),
		]);
		ids.unshift(body.id);
	}
	const first = (await ask("GET", "/v1/files?limit=2&order=desc")).json();
	assert.equal(first.object, "list");
	assert.equal(first.has_more, true);
	assert.equal(first.last_id, first.data[1].id);
	const rest = (await ask("GET", `/v1/files?after=${first.last_id}`)).json();
	assert.equal(rest.has_more, false);
	const listed = [...first.data, ...rest.data].map(({ id }) => id);
	assert.deepEqual(listed.toSorted(), ids.toSorted());
	const batch = (await ask("GET", "/v1/files?purpose=batch")).json();
	assert.deepEqual(
		batch.data.map(({ id }: { id: string }) => id),
		[ids.at(-1)],
	);
	const unknown = await ask("GET", "/v1/files?after=file-nobody");
	assert.equal(unknown.status, 400);
	assert.equal(unknown.json().error.param, "after");
});

test("another team's files are not there", async (t) => {
	const { ask, upload, team } = await openHouse(t);
	const { body } = await upload([file("secret"), purpose()]);
	const { headers } = await team();
	for (const [method, url] of [
		["GET", `/v1/files/${body.id}`],
		["GET", `/v1/files/${body.id}/content`],
		["DELETE", `/v1/files/${body.id}`],
	] as const) {
		const answer = await ask(method, url, headers);
		assert.equal(answer.status, 404);
		assert.equal(answer.json().error.type, "invalid_request_error");
	}
	assert.deepEqual((await ask("GET", "/v1/files", headers)).json().data, []);
	assert.equal((await ask("GET", "/v1/files", {})).status, 401);
});

test("a form that is not right is refused, says what is wrong, and leaves nothing behind", async (t) => {
	const { upload, staged } = await openHouse(t, {
		environment: { GESSO_MAX_FILE_BYTES: "2000" },
	});
	const expiry = (anchor: string, seconds: string): Part[] => [
		{ name: "expires_after[anchor]", value: anchor },
		{ name: "expires_after[seconds]", value: seconds },
	];
	const wrong: [string, number, string | null, Part[]][] = [
		["no file", 400, "file", [purpose()]],
		["no purpose", 400, "purpose", [file("a")]],
		["an unknown purpose", 400, "purpose", [file("a"), purpose("fun")]],
		[
			"a file in another field",
			400,
			"mask",
			[{ ...file("a"), name: "mask" }, purpose()],
		],
		["a purpose twice", 400, "purpose", [purpose(), file("a"), purpose()]],
		["two files", 413, null, [file("a"), file("b"), purpose()]],
		["too large", 413, "file", [file(randomBytes(2_001)), purpose()]],
		[
			"a strange anchor",
			400,
			"expires_after.anchor",
			[file("a"), purpose(), ...expiry("now", "3600")],
		],
		[
			"too short a time",
			400,
			"expires_after.seconds",
			[file("a"), purpose(), ...expiry("created_at", "59")],
		],
	];
	for (const [what, status, param, parts] of wrong) {
		const { status: told, body } = await upload(parts);
		assert.equal(told, status, what);
		assert.equal(body.error.param, param, what);
	}
	const right = await upload([
		...expiry("created_at", "3600"),
		file(randomBytes(2_000)),
		purpose("batch"),
	]);
	assert.equal(right.body.expires_at, right.body.created_at + 3_600);
	// Some is thrown away after the answer.
	await waitUntil(async () => staged().length === 0);
});

test("a caller who hangs up in the middle of a file leaves nothing behind", async (t) => {
	const { app, own, staged } = await openHouse(t);
	const address = await app.server.listen({ port: 0, host: "127.0.0.1" });
	const { payload, headers } = formOf(
		[file(randomBytes(500_000)), purpose()],
		own.headers,
	);
	const socket = connect(Number(new URL(address).port), "127.0.0.1");
	const head = Object.entries({ ...headers, "content-length": payload.length })
		.map(([name, value]) => `${name}: ${value}\r\n`)
		.join("");
	socket.write(`POST /v1/files HTTP/1.1\r\nhost: x\r\n${head}\r\n`);
	socket.write(payload.subarray(0, 300_000));
	await waitUntil(() => staged().length === 1);
	socket.destroy();
	await waitUntil(() => staged().length === 0);
});
