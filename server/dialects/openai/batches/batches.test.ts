/** Batches under /v1/batches, as OpenAI's SDKs use it: a file of requests goes in, files of answers and errors come out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../../../providers/provider.ts";
import {
	type OpenAiHouse,
	openOpenAiHouse,
} from "../../../testing/openai-house.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";
import { saying } from "../../../testing/scripted-talker.ts";
import { formOf } from "../../../testing/test-form.ts";
import { waitUntil } from "../../../testing/wait-until.ts";

const GENERATIONS = "/v1/images/generations";
const EDITS = "/v1/images/edits";
const CHAT = "/v1/chat/completions";

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
type Body = any;

function line(customId: string, body: object, url = GENERATIONS): string {
	return JSON.stringify({ custom_id: customId, method: "POST", url, body });
}

async function upload(
	{ app, own }: OpenAiHouse,
	bytes: string | Buffer,
	purpose = "batch",
	headers: Readonly<Record<string, string>> = own.headers,
): Promise<string> {
	const parts = [
		{ name: "purpose", value: purpose },
		{ name: "file", fileName: "requests.jsonl", value: bytes },
	];
	const answer = await app.server.inject({
		method: "POST",
		url: "/v1/files",
		...formOf(parts, headers),
	});
	return answer.json().id;
}

async function make(
	house: OpenAiHouse,
	lines: readonly string[],
	changes: object = {},
): Promise<Body> {
	const { status, body } = await house.ask("POST", "/v1/batches", {
		input_file_id: await upload(house, `${lines.join("\n")}\n`),
		endpoint: GENERATIONS,
		completion_window: "24h",
		...changes,
	});
	assert.equal(status, 200, JSON.stringify(body));
	return body;
}

async function ended(house: OpenAiHouse, id: string): Promise<Body> {
	return await waitUntil(async () => {
		await sleep(10);
		const { body } = await house.ask("GET", `/v1/batches/${id}`);
		return /^(completed|failed|cancelled|expired)$/.test(body.status) && body;
	});
}

async function linesIn(
	house: OpenAiHouse,
	fileId: string | null,
): Promise<Body[]> {
	if (fileId === null) return [];
	const { text } = await house.ask("GET", `/v1/files/${fileId}/content`);
	return text
		.trimEnd()
		.split("\n")
		.map((each) => JSON.parse(each));
}

test("a batch answers every line as the endpoint itself would, for half the credits", async (t) => {
	const house = await openOpenAiHouse(t);
	const begun = await make(
		house,
		[
			line("r1", { prompt: "one", size: "64x64" }),
			line("r2", { prompt: "two", size: "64x96", n: 2 }),
			line("r3", { prompt: "three", size: "64x64", response_format: "url" }),
			line("r4", { prompt: "four", size: "64x64", output_format: "webp" }),
		],
		{ metadata: { shop: "rugs" } },
	);
	assert.match(begun.id, /^batch_[0-9a-z]{26}$/);
	assert.equal(begun.status, "validating");
	assert.equal(begun.expires_at - begun.created_at, 24 * 60 * 60);
	const batch = await ended(house, begun.id);
	assert.deepEqual(batch, {
		id: begun.id,
		object: "batch",
		endpoint: GENERATIONS,
		errors: null,
		input_file_id: begun.input_file_id,
		completion_window: "24h",
		status: "completed",
		output_file_id: batch.output_file_id,
		error_file_id: null,
		created_at: begun.created_at,
		in_progress_at: batch.in_progress_at,
		expires_at: begun.expires_at,
		finalizing_at: batch.finalizing_at,
		completed_at: batch.completed_at,
		failed_at: null,
		expired_at: null,
		cancelling_at: null,
		cancelled_at: null,
		request_counts: { total: 4, completed: 4, failed: 0 },
		metadata: { shop: "rugs" },
	});
	for (const name of ["in_progress_at", "finalizing_at", "completed_at"])
		assert.ok(Number.isInteger(Reflect.get(batch, name)), name);
	assert.equal(await house.balance(), 98);

	const results = await linesIn(house, batch.output_file_id);
	assert.deepEqual(
		results.map(({ custom_id }) => custom_id),
		["r1", "r2", "r3", "r4"],
	);
	for (const { id, response, error } of results) {
		assert.match(id, /^batch_req_/);
		assert.equal(error, null);
		assert.equal(response.status_code, 200);
		assert.match(response.request_id, /^req_/);
		assert.ok(Number.isInteger(response.body.created));
	}
	const [one, two, three, four] = results.map(({ response }) => response.body);
	const png = Buffer.from(one.data[0].b64_json, "base64");
	assert.equal(png.subarray(1, 4).toString(), "PNG");
	assert.equal(one.data[0].url, undefined);
	assert.equal(two.data.length, 2);
	assert.equal(two.size, "64x96");
	assert.equal(three.data[0].b64_json, undefined);
	const url = new URL(three.data[0].url);
	const days =
		(Number(url.searchParams.get("exp")) * 1000 - Date.now()) / 864e5;
	assert.ok(days > 29, "the URL lives as long as the file");
	const shown = await house.app.server.inject({
		url: url.pathname + url.search,
	});
	assert.equal(shown.statusCode, 200);
	const webp = Buffer.from(four.data[0].b64_json, "base64");
	assert.equal(webp.subarray(8, 12).toString(), "WEBP");
	const file = (await house.ask("GET", `/v1/files/${batch.output_file_id}`))
		.body;
	assert.equal(file.purpose, "batch_output");
});

test("edits take uploaded files, data URLs and pictures of the library", async (t) => {
	const house = await openOpenAiHouse(t);
	const picture = await plainPng({ width: 96, height: 64 }, "input");
	const fileId = await upload(house, picture, "vision");
	const drawn = await house.ask("POST", GENERATIONS, {
		prompt: "first",
		size: "64x64",
	});
	const dataUrl = `data:image/png;base64,${picture.toString("base64")}`;
	const edit = (customId: string, images: object[], more: object = {}) =>
		line(customId, { prompt: "change it", images, ...more }, EDITS);
	const { id } = await make(
		house,
		[
			edit("file", [{ file_id: fileId }], { size: "64x64" }),
			edit("data", [{ image_url: dataUrl }]),
			edit("library", [{ file_id: drawn.body.data[0].id }], { size: "64x64" }),
			edit("broken", [{ image_url: "data:image/png;base64,bm8=" }]),
		],
		{ endpoint: EDITS },
	);
	const batch = await ended(house, id);
	assert.deepEqual(batch.request_counts, { total: 4, completed: 3, failed: 1 });
	const results = await linesIn(house, batch.output_file_id);
	assert.deepEqual(
		results.map(({ custom_id, response }) => [custom_id, response.body.size]),
		[
			["file", "64x64"],
			// In the shape of the picture that is changed.
			["data", "1024x683"],
			["library", "64x64"],
		],
	);
	const [error] = await linesIn(house, batch.error_file_id);
	assert.equal(error.custom_id, "broken");
	assert.equal(error.response.status_code, 400);
	assert.equal(error.response.body.error.param, "images.0");
	for (const call of house.provider.calls.slice(1))
		assert.equal(call.inputImages.length, 1);
});

test("another team's file cannot be drawn from, and is as good as none", async (t) => {
	const house = await openOpenAiHouse(t);
	const other = await house.team();
	const picture = await plainPng({ width: 64, height: 64 }, "secret");
	const foreign = await upload(house, picture, "vision", other.headers);
	const drawn = (customId: string, fileId: string) =>
		line(customId, { prompt: "x", images: [{ file_id: fileId }] }, EDITS);
	const { id } = await make(
		house,
		[drawn("foreign", foreign), drawn("none", "file-0")],
		{ endpoint: EDITS },
	);
	const batch = await ended(house, id);
	assert.deepEqual(batch.request_counts, { total: 2, completed: 0, failed: 2 });
	assert.equal(batch.output_file_id, null);
	const errors = await linesIn(house, batch.error_file_id);
	for (const { response } of errors) {
		assert.equal(response.status_code, 404);
		assert.equal(response.body.error.code, "not_found");
	}
	assert.equal(errors.length, 2);
	assert.equal(house.provider.calls.length, 0);
	assert.equal(await house.balance(), 100);
});

test("a file with lines in it that are none fails, naming line, field and what is wrong", async (t) => {
	const house = await openOpenAiHouse(t);
	const { id } = await make(house, [
		line("a", { prompt: "good" }),
		line("a", { prompt: "again" }),
		line("b", { prompt: "else" }, EDITS),
		'{"custom_id": "c"',
		'{"method": "POST"}',
		JSON.stringify({
			custom_id: "d",
			method: "GET",
			url: GENERATIONS,
			body: {},
		}),
		line("e", { prompt: "x", model: "no-such-model" }),
		"null",
	]);
	const batch = await ended(house, id);
	assert.equal(batch.status, "failed");
	assert.ok(Number.isInteger(batch.failed_at));
	assert.equal(batch.errors.object, "list");
	assert.deepEqual(
		batch.errors.data.map(({ line, code, param }: Body) => [line, code, param]),
		[
			[2, "duplicate_custom_id", null],
			[3, "mismatched_url", "url"],
			[4, "invalid_json_line", null],
			[5, "invalid_value", "custom_id"],
			[6, "invalid_value", "method"],
			[8, "invalid_value", null],
		],
	);
	assert.equal(await house.balance(), 100);
});

test("a line that fails does so alone, and is in the file of errors as its endpoint would have refused it", async (t) => {
	const house = await openOpenAiHouse(t);
	house.provider.script = ({ prompt }) =>
		prompt === "bad"
			? { kind: "fail", error: new ProviderError("content_blocked", "no") }
			: { kind: "draw" };
	const failing: [string, object, number, string, string | null][] = [
		["refused", { prompt: "bad" }, 400, "content_policy_violation", null],
		["mute", {}, 400, "invalid_value", "prompt"],
		[
			"model",
			{ prompt: "x", model: "nobody" },
			404,
			"model_not_found",
			"model",
		],
		["size", { prompt: "x", size: "huge" }, 400, "invalid_value", "size"],
		["many", { prompt: "x", n: 11 }, 400, "invalid_value", "n"],
		["streamed", { prompt: "x", stream: true }, 400, "invalid_value", "stream"],
	];
	const { id } = await make(house, [
		line("good", { prompt: "good" }),
		...failing.map(([name, body]) => line(name, body)),
		line("good too", { prompt: "good" }),
	]);
	const batch = await ended(house, id);
	assert.equal(batch.status, "completed");
	assert.equal(batch.errors, null);
	assert.deepEqual(batch.request_counts, { total: 8, completed: 2, failed: 6 });
	const errors = await linesIn(house, batch.error_file_id);
	assert.deepEqual(
		errors.map(({ custom_id, response: { status_code, body } }) => [
			custom_id,
			status_code,
			body.error.code,
			body.error.param,
		]),
		failing.map(([name, , status, code, param]) => [name, status, code, param]),
	);
	for (const { id, error, response } of errors) {
		assert.match(id, /^batch_req_/);
		assert.equal(error, null);
		assert.equal(response.body.request_id, response.request_id);
	}
	const results = await linesIn(house, batch.output_file_id);
	assert.deepEqual(
		results.map(({ custom_id }) => custom_id),
		["good", "good too"],
	);
});

test("lines of chats are answered as the endpoint itself would, in words or with a picture, for half the credits", async (t) => {
	const house = await openOpenAiHouse(t);
	const picture = await plainPng({ width: 96, height: 64 }, "input");
	const url = `data:image/png;base64,${picture.toString("base64")}`;
	const small = { model: "scripted", image_config: { image_size: "512" } };
	const says = (...content: object[]) => [{ role: "user", content }];
	const text = (words: string) => ({ type: "text", text: words });
	const bodies: Readonly<Record<string, object>> = {
		words: {
			model: "talker",
			messages: [
				{ role: "system", content: "Be brief" },
				{ role: "user", content: "Hi" },
			],
			max_tokens: 7,
			modalities: ["text", "image"],
			stop: ["x"],
			stream: null,
		},
		picture: { ...small, messages: says(text("a cat")), temperature: 1, n: 1 },
		edit: {
			...small,
			messages: says(text("snow"), { type: "image_url", image_url: { url } }),
		},
		seen: {
			model: "talker",
			messages: says(text("What is it?"), {
				type: "image_url",
				image_url: { url },
			}),
		},
	};
	const { id } = await make(
		house,
		Object.entries(bodies).map(([name, body]) => line(name, body, CHAT)),
		{ endpoint: CHAT },
	);
	const batch = await ended(house, id);
	assert.deepEqual(batch.request_counts, { total: 4, completed: 4, failed: 0 });
	assert.equal(await house.balance(), 98);
	const results = await linesIn(house, batch.output_file_id);
	assert.deepEqual(
		results.map(({ custom_id }) => custom_id),
		Object.keys(bodies),
	);
	for (const { custom_id, error, response } of results) {
		assert.equal(error, null);
		assert.equal(response.status_code, 200);
		const live = await house.ask("POST", CHAT, bodies[custom_id]);
		assert.deepEqual(timeless(response.body), timeless(live.body), custom_id);
		assert.match(response.body.id, /^chatcmpl-[0-9a-z]{26}$/);
		assert.ok(live.body.created - response.body.created < 60);
	}
	const [words, drawn] = results.map(({ response }) => response.body);
	assert.deepEqual(
		words.warnings.map((each: { parameter: string }) => each.parameter),
		["stop", "modalities"],
	);
	const [talk] = house.talker.talks;
	assert.deepEqual(
		[talk?.instructions, talk?.maxOutputTokens],
		["Be brief", 7],
	);
	const { message } = drawn.choices[0];
	const [image] = message.images;
	assert.match(image.image_url.url, /^data:image\/png;base64,iVBOR/);
	assert.ok(message.content.includes(`![image](${image.url})`));
	const link = new URL(image.url);
	const shown = await house.ask("GET", link.pathname + link.search);
	assert.equal(shown.status, 200);
	const days =
		(Number(link.searchParams.get("exp")) * 1000 - Date.now()) / 864e5;
	assert.ok(days > 29, "the URL lives as long as the file");
	const edit = house.provider.calls.find(({ prompt }) => prompt === "snow");
	assert.equal(edit?.inputImages.length, 1);
});

/** A completion without what is another each time. */
function timeless({
	id,
	created,
	credits,
	generation_id,
	...body
}: Body): Body {
	return JSON.parse(
		JSON.stringify(body)
			.replaceAll(/jan_[0-9a-z]{26}/g, "jan_")
			.replaceAll(/\?exp=\d+&sig=[^")]+/g, "")
			.replaceAll(/http:\/\/[^/]+/g, "")
			.replaceAll(/base64,[A-Za-z0-9+/=]+/g, "base64,"),
	);
}

test("a chat that cannot be answered, or not in a batch, fails alone and names the field", async (t) => {
	const house = await openOpenAiHouse(t);
	house.talker.say = (call) => {
		if (call.instructions === "Break")
			throw new ProviderError("content_blocked", "vendor: key 99");
		return saying("Hello.");
	};
	const messages = [{ role: "user", content: "Hi" }];
	const chat = { model: "talker", messages };
	const broken = [{ role: "system", content: "Break" }, ...messages];
	const failing: [string, object, number, string | null][] = [
		["streamed", { ...chat, stream: true }, 400, "stream"],
		["two", { ...chat, n: 2 }, 400, "n"],
		["remembered", { ...chat, conversation: {} }, 400, "conversation"],
		["model", { ...chat, model: "nobody" }, 404, "model"],
		[
			"mute",
			{ model: "scripted", messages, modalities: ["text"] },
			400,
			"model",
		],
		["empty", { model: "talker", messages: [] }, 400, "messages"],
		["role", { messages: [{ role: "robot" }] }, 400, "messages.0.role"],
		["broken", { ...chat, messages: broken }, 400, null],
	];
	const { id } = await make(
		house,
		[
			...failing.map(([name, body]) => line(name, body, CHAT)),
			line("good", { ...chat, store: true, conversation: null }, CHAT),
		],
		{ endpoint: CHAT },
	);
	const batch = await ended(house, id);
	assert.deepEqual(batch.request_counts, { total: 9, completed: 1, failed: 8 });
	const text = JSON.stringify(await linesIn(house, batch.error_file_id));
	assert.doesNotMatch(text, /key 99/);
	assert.deepEqual(
		JSON.parse(text).map(({ custom_id, response }: Body) => [
			custom_id,
			response.status_code,
			response.body.error.param,
		]),
		failing.map(([name, , status, param]) => [name, status, param]),
	);
	const [good] = await linesIn(house, batch.output_file_id);
	assert.equal(good.response.body.choices[0].message.content, "Hello.");
	const list = await house.ask("GET", "/v1/conversations");
	assert.deepEqual(list.body.data, []);
});

test("the files of results are kept for as long as `output_expires_after` says", async (t) => {
	const house = await openOpenAiHouse(t);
	const lines = [line("good", { prompt: "x" }), line("bad", {})];
	const { id } = await make(house, lines, {
		output_expires_after: { anchor: "created_at", seconds: 3_600 },
	});
	const { output_file_id, error_file_id } = await ended(house, id);
	for (const fileId of [output_file_id, error_file_id]) {
		const { body } = await house.ask("GET", `/v1/files/${fileId}`);
		assert.equal(body.expires_at - body.created_at, 3_600);
	}
});

test("a batch is canceled with an empty body that calls itself JSON, and its other lines say so", async (t) => {
	const house = await openOpenAiHouse(t);
	const drawing = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: drawing.promise });
	const { id } = await make(
		house,
		Array.from({ length: 20 }, (_, at) => line(`r${at}`, { prompt: `${at}` })),
	);
	await waitUntil(() => house.provider.atOnce === 8);
	const canceling = await house.ask("POST", `/v1/batches/${id}/cancel`, "");
	assert.equal(canceling.status, 200);
	assert.equal(canceling.body.status, "cancelling");
	// Until then, whoever is done might take another that is queued.
	await waitUntil(async () => {
		const { body } = await house.ask("GET", `/v1/batches/${id}`);
		return body.request_counts.failed === 12;
	});
	drawing.resolve();
	const batch = await ended(house, id);
	assert.equal(batch.status, "cancelled");
	assert.deepEqual(batch.request_counts, {
		total: 20,
		completed: 8,
		failed: 12,
	});
	const completed = (await linesIn(house, batch.output_file_id)).map(
		({ custom_id }) => Number(custom_id.slice(1)),
	);
	assert.equal(completed.length, 8);
	const errors = await linesIn(house, batch.error_file_id);
	assert.equal(errors.length, 12);
	for (const { response, error } of errors) {
		assert.equal(response, null);
		assert.equal(error.code, "batch_cancelled");
	}
	const late = await house.ask("POST", `/v1/batches/${id}/cancel`, "");
	assert.equal(late.status, 409);
	// Of two halves each second one is a credit; which eight were begun first is nobody's promise.
	const paid = completed.filter((position) => position % 2 === 1).length;
	assert.equal(await house.balance(), 100 - paid);
});

test("batches are listed newest first, page by page, and another team sees none of them", async (t) => {
	const house = await openOpenAiHouse(t);
	const ids: string[] = [];
	for (const name of ["a", "b", "c"]) {
		const { id } = await make(house, [line(name, { prompt: name })]);
		ids.unshift(id);
		await sleep(2);
	}
	const first = (await house.ask("GET", "/v1/batches?limit=2")).body;
	assert.deepEqual([first.has_more, first.last_id], [true, ids[1]]);
	const rest = (await house.ask("GET", `/v1/batches?limit=2&after=${ids[1]}`))
		.body;
	assert.deepEqual(
		[...first.data, ...rest.data].map(({ id }: Body) => id),
		ids,
	);
	assert.equal(rest.has_more, false);
	const { headers } = await house.team();
	const list = await house.ask("GET", "/v1/batches", undefined, headers);
	assert.deepEqual(list.body.data, []);
	for (const [method, path] of [
		["GET", `/v1/batches/${ids[0]}`],
		["POST", `/v1/batches/${ids[0]}/cancel`],
	] as const) {
		const answer = await house.ask(method, path, undefined, headers);
		assert.equal(answer.status, 404);
	}
	for (const id of ids) await ended(house, id);
});

test("what cannot be a batch is refused at once, naming what is allowed", async (t) => {
	const house = await openOpenAiHouse(t);
	const input_file_id = await upload(house, line("a", { prompt: "x" }));
	const good = {
		input_file_id,
		endpoint: GENERATIONS,
		completion_window: "24h",
	};
	const expiring = (changes: object) => ({
		...good,
		output_expires_after: {
			anchor: "created_at",
			seconds: 3_600,
			...changes,
		},
	});
	const wrong: [object, string][] = [
		[{ ...good, endpoint: "/v1/embeddings" }, "endpoint"],
		[{ ...good, completion_window: "48h" }, "completion_window"],
		[{ ...good, input_file_id: "file-nobody" }, "input_file_id"],
		[{ ...good, input_file_id: undefined }, "input_file_id"],
		[{ ...good, metadata: { a: "x".repeat(513) } }, "metadata.a"],
		[expiring({ anchor: "now" }), "output_expires_after.anchor"],
		[expiring({ anchor: undefined }), "output_expires_after.anchor"],
		[expiring({ seconds: 3_599 }), "output_expires_after.seconds"],
		[expiring({ seconds: 2_592_001 }), "output_expires_after.seconds"],
		[expiring({ seconds: "soon" }), "output_expires_after.seconds"],
		[{ ...good, output_expires_after: 3_600 }, "output_expires_after"],
	];
	for (const [body, param] of wrong) {
		const answer = await house.ask("POST", "/v1/batches", body);
		assert.equal(answer.status, 400, param);
		assert.equal(answer.body.error.param, param);
	}
	const strange = await house.ask("POST", "/v1/batches", wrong[0]?.[0]);
	assert.match(strange.body.error.message, /\/v1\/images\/generations/);
	assert.match(strange.body.error.message, /\/v1\/chat\/completions/);
});

test("where pictures are switched off no batch of them begins, and chats are answered in words", async (t) => {
	const house = await openOpenAiHouse(t, { IMAGE_GENERATION_ENABLED: "false" });
	const answer = await house.ask("POST", "/v1/batches", {
		input_file_id: await upload(house, line("a", { prompt: "x" })),
		endpoint: GENERATIONS,
		completion_window: "24h",
	});
	assert.equal(answer.status, 501);
	const messages = [{ role: "user", content: "Hi" }];
	const { id } = await make(
		house,
		[line("a", { model: "talker", messages }, CHAT)],
		{ endpoint: CHAT },
	);
	const batch = await ended(house, id);
	assert.deepEqual(batch.request_counts, { total: 1, completed: 1, failed: 0 });
});
