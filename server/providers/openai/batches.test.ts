/** A batch goes from its lines to its results, with pictures on both ways. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { plainPng } from "../../testing/scripted-provider.ts";
import {
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import {
	openVendorStub,
	type VendorScript,
} from "../../testing/vendor-stub.ts";
import type {
	BatchLine,
	BatchResult,
	ChatCall,
	ImageCall,
} from "../provider.ts";
import { serverAt } from "./test-instance.ts";

const PICTURE = await plainPng({ width: 48, height: 32 }, "one");
const BASE64 = PICTURE.toString("base64");
const INPUT = Buffer.from("\x89PNG in", "latin1");
const INPUT_URL = `data:image/png;base64,${INPUT.toString("base64")}`;

const IDS: VendorScript = ({ path }) =>
	path === "/v1/files"
		? { body: JSON.stringify({ id: "file-in", object: "file" }) }
		: { body: JSON.stringify({ id: "batch_1", status: "validating" }) };

async function openStage(t: TestContext, script: VendorScript = IDS) {
	const stub = await openVendorStub(t);
	stub.script = script;
	const provider = serverAt(`${stub.url}/v1`, { batches: true }).open(
		providerServices(),
	);
	t.after(() => provider.close());
	const { batches } = provider;
	assert.ok(batches !== undefined);
	const context = await openCallContext(t);
	return {
		stub,
		batches,
		context,
		submit: (...lines: readonly BatchLine[]) =>
			batches.submit(
				{ model: "gpt-image-2", displayName: "rugs", lines: each(lines) },
				context,
			),
	};
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
	yield* items;
}

const draws = (key: string, changes: Partial<ImageCall> = {}): BatchLine => ({
	key,
	request: {
		kind: "image",
		call: imageCall({ model: "gpt-image-2", ...changes }),
	},
});

const says = (key: string, changes: Partial<ChatCall> = {}): BatchLine => ({
	key,
	request: {
		kind: "chat",
		call: {
			model: "gpt-6",
			instructions: undefined,
			turns: [{ role: "user", parts: [{ kind: "text", text: "hello" }] }],
			modalities: ["text"],
			frame: undefined,
			seed: undefined,
			temperature: undefined,
			maxOutputTokens: undefined,
			...changes,
		},
	},
});

/** The file in the form of an upload. */
function linesIn(form: Buffer): unknown[] {
	const text = form.toString();
	assert.match(text, /name="purpose"\r\n\r\nbatch\r\n/);
	const [, file = ""] =
		/name="file"; filename="batch.jsonl"\r\ncontent-type: application\/jsonl\r\n\r\n(.*)\r\n--/s.exec(
			text,
		) ?? [];
	assert.ok(file.endsWith("\n"));
	return file
		.trimEnd()
		.split("\n")
		.map((line): unknown => JSON.parse(line));
}

test("pictures are ordered by a file of lines, and the batch gets its name", async (t) => {
	const { stub, submit } = await openStage(t);
	const submitted = await submit(
		draws("row 1", { prompt: "a\nrug", quality: "high" }),
		draws("row 2", { partialImages: 2 }),
	);
	assert.deepEqual(submitted, { batchId: "batch_1" });
	const [upload, creation] = stub.received;
	assert.deepEqual(linesIn(upload?.body ?? Buffer.alloc(0)), [
		{
			custom_id: "row 1",
			method: "POST",
			url: "/v1/images/generations",
			body: {
				model: "gpt-image-2",
				prompt: "a\nrug",
				n: 1,
				size: "1024x1024",
				quality: "high",
			},
		},
		{
			custom_id: "row 2",
			method: "POST",
			url: "/v1/images/generations",
			body: {
				model: "gpt-image-2",
				prompt: "a red fox",
				n: 1,
				size: "1024x1024",
			},
		},
	]);
	assert.equal(creation?.path, "/v1/batches");
	assert.deepEqual(JSON.parse(creation?.body.toString() ?? ""), {
		input_file_id: "file-in",
		endpoint: "/v1/images/generations",
		completion_window: "24h",
		metadata: { name: "rugs" },
	});
});

test("edits are ordered with their pictures in the lines", async (t) => {
	const { stub, submit } = await openStage(t);
	const inputImages = [inputImageOf(INPUT)];
	await submit(draws("1", { inputImages, mask: inputImageOf(INPUT) }));
	const [line] = linesIn(stub.received[0]?.body ?? Buffer.alloc(0));
	assert.deepEqual(line, {
		custom_id: "1",
		method: "POST",
		url: "/v1/images/edits",
		body: {
			model: "gpt-image-2",
			prompt: "a red fox",
			n: 1,
			size: "1024x1024",
			images: [{ image_url: INPUT_URL }],
			mask: { image_url: INPUT_URL },
		},
	});
	const { endpoint } = JSON.parse(stub.received[1]?.body.toString() ?? "");
	assert.equal(endpoint, "/v1/images/edits");
});

test("talk is ordered without a stream", async (t) => {
	const { stub, submit } = await openStage(t);
	await submit(says("1"));
	const [line] = linesIn(stub.received[0]?.body ?? Buffer.alloc(0));
	assert.deepEqual(line, {
		custom_id: "1",
		method: "POST",
		url: "/v1/chat/completions",
		body: { model: "gpt-6", messages: [{ role: "user", content: "hello" }] },
	});
});

for (const [what, lines] of [
	["lines that go to two addresses", [draws("1"), says("2")]],
	["no lines at all", []],
	[
		"pictures that are too many for one",
		[
			draws("1", {
				inputImages: [inputImageOf(INPUT, { sizeBytes: 150_000_000 })],
			}),
		],
	],
] as const) {
	test(`a batch of ${what} is invalid, and nothing is sent`, async (t) => {
		const { stub, submit } = await openStage(t);
		await assert.rejects(submit(...lines), {
			kind: "invalid",
			mayBePaid: false,
		});
		assert.equal(stub.received.length, 0);
	});
}

test("an upload that fails is tried again, and the batch is created once", async (t) => {
	const { stub, submit } = await openStage(t, (request, index) =>
		index === 0 ? { status: 503 } : IDS(request, index),
	);
	await submit(draws("1"));
	assert.deepEqual(
		stub.received.map(({ path }) => path),
		["/v1/files", "/v1/files", "/v1/batches"],
	);
	const [first, second] = stub.received;
	assert.deepEqual(
		linesIn(second?.body ?? Buffer.alloc(0)),
		linesIn(first?.body ?? Buffer.alloc(0)),
	);
});

test("a batch of which nobody knows whether it was created is not created again", async (t) => {
	const { stub, submit } = await openStage(t, (request, index) =>
		request.path === "/v1/batches"
			? { breakAfterBytes: 0 }
			: IDS(request, index),
	);
	await assert.rejects(submit(draws("1")), {
		kind: "unavailable",
		mayBePaid: true,
	});
	assert.equal(stub.received.length, 2);
});

for (const [said, status] of [
	["validating", "pending"],
	["in_progress", "running"],
	["finalizing", "running"],
	["cancelling", "running"],
	["completed", "succeeded"],
	["failed", "failed"],
	["expired", "expired"],
	["cancelled", "canceled"],
	["dreaming", "running"],
] as const) {
	test(`a batch that is ${said} is ${status}`, async (t) => {
		const { stub, batches, context } = await openStage(t, () => ({
			body: JSON.stringify({
				id: "batch_1",
				status: said,
				errors: null,
				request_counts: { total: 3, completed: 2, failed: 1 },
			}),
		}));
		assert.deepEqual(await batches.poll("batch_1", context.signal), {
			status,
			counts: { total: 3, succeeded: 2, failed: 1 },
			fault: undefined,
		});
		assert.equal(stub.received[0]?.path, "/v1/batches/batch_1");
	});
}

test("why a batch failed is told", async (t) => {
	const data = [
		{ code: "duplicate_custom_id", line: 2, message: "Twice.", param: null },
		{ code: "invalid_url", line: 3, message: "No.", param: null },
	];
	const { batches, context } = await openStage(t, () => ({
		body: JSON.stringify({
			status: "failed",
			errors: { object: "list", data },
		}),
	}));
	const { fault, counts } = await batches.poll("batch_1", context.signal);
	assert.equal(fault, "duplicate_custom_id: Twice.; invalid_url: No.");
	assert.equal(counts.total, undefined);
});

const answered = (custom_id: string, status_code: number, body: object) => ({
	id: `batch_req_${custom_id}`,
	custom_id,
	response: { status_code, request_id: "req_1", body },
	error: null,
});

const OUTPUT = [
	answered("2", 200, {
		created: 1,
		data: [{ b64_json: BASE64 }],
		usage: {
			total_tokens: 100,
			input_tokens: 50,
			output_tokens: 50,
			input_tokens_details: { text_tokens: 10, image_tokens: 40 },
		},
	}),
	answered("talk", 200, {
		choices: [
			{
				index: 0,
				finish_reason: "stop",
				message: {
					role: "assistant",
					content: "Here.",
					images: [
						{
							type: "image_url",
							image_url: { url: `data:image/png;base64,${BASE64}` },
						},
					],
				},
			},
		],
		usage: { prompt_tokens: 3, completion_tokens: 4 },
	}),
	answered("empty", 200, { created: 1, data: [] }),
	answered("filtered", 200, {
		choices: [{ finish_reason: "content_filter", message: { content: "He" } }],
	}),
];

const ERRORS = [
	answered("blocked", 400, {
		error: { code: "moderation_blocked", message: "no", type: "user_error" },
	}),
	answered("busy", 429, { error: { message: "Please try again in 2s." } }),
	{
		id: "batch_req_late",
		custom_id: "late",
		response: null,
		error: { code: "batch_expired", message: "Too late." },
	},
];

function resultsOf(
	batch: object,
	files: Readonly<Record<string, string>>,
): VendorScript {
	return ({ path }) => {
		if (path === "/v1/batches/batch_1") return { body: JSON.stringify(batch) };
		const body = files[path];
		return body === undefined
			? { status: 404 }
			: { headers: { "content-type": "application/octet-stream" }, body };
	};
}

const jsonLines = (lines: readonly object[]) =>
	lines.map((line) => `${JSON.stringify(line)}\n`).join("");

async function allOf(results: AsyncIterable<BatchResult>) {
	const all = new Map<string, BatchResult>();
	for await (const result of results) all.set(result.key, result);
	return all;
}

test("results are read from both files, each by its key", async (t) => {
	const { batches, context } = await openStage(
		t,
		resultsOf(
			{
				status: "expired",
				output_file_id: "file-out",
				error_file_id: "file-err",
			},
			{
				"/v1/files/file-out/content": jsonLines(OUTPUT),
				"/v1/files/file-err/content": jsonLines(ERRORS),
			},
		),
	);
	const results = await allOf(batches.results("batch_1", context));
	const drawn = results.get("2");
	assert.ok(drawn?.kind === "done");
	assert.deepEqual(
		drawn.images.map(({ file }) => bytesOf(file)),
		[PICTURE],
	);
	assert.equal(drawn.usage?.outputImageTokens, 50);
	const talk = results.get("talk");
	assert.ok(talk?.kind === "done");
	assert.equal(talk.text, "Here.");
	assert.deepEqual(
		talk.images.map(({ file }) => bytesOf(file)),
		[PICTURE],
	);
	assert.equal(talk.usage?.outputTextTokens, 4);
	const failures = [...results.values()].flatMap((result) =>
		result.kind === "failed" ? [[result.key, result.error.kind]] : [],
	);
	assert.deepEqual(failures, [
		["empty", "unavailable"],
		["filtered", "content_blocked"],
		["blocked", "content_blocked"],
		["busy", "rate_limited"],
		["late", "timeout"],
	]);
});

test("a batch of which everything failed has an error file only", async (t) => {
	const { batches, context } = await openStage(
		t,
		resultsOf(
			{ status: "completed", output_file_id: null, error_file_id: "file-err" },
			{ "/v1/files/file-err/content": jsonLines(ERRORS) },
		),
	);
	const results = await allOf(batches.results("batch_1", context));
	assert.equal(results.size, 3);
});

test("a broken line spoils no other, and a last line needs no end", async (t) => {
	const lines = OUTPUT.map((line) => JSON.stringify(line));
	const { batches, context } = await openStage(
		t,
		resultsOf(
			{ status: "completed", output_file_id: "file-out" },
			{
				"/v1/files/file-out/content": [
					lines[0]?.slice(0, 90),
					"",
					"{}",
					lines[1],
				].join("\n"),
			},
		),
	);
	const results = await allOf(batches.results("batch_1", context));
	assert.deepEqual([...results.keys()], ["talk"]);
});

test("results that break off can be asked for again: nothing more is paid", async (t) => {
	const script = resultsOf(
		{ status: "completed", output_file_id: "file-out" },
		{ "/v1/files/file-out/content": jsonLines(OUTPUT) },
	);
	const { batches, context } = await openStage(t, async (request, index) => {
		const reply = await script(request, index);
		return request.path.endsWith("/content")
			? { ...reply, breakAfterBytes: 300 }
			: reply;
	});
	await assert.rejects(allOf(batches.results("batch_1", context)), {
		kind: "unavailable",
		mayBePaid: false,
		isRetryable: true,
	});
});

test("results come one at a time, whatever their file weighs", async (t) => {
	const many = Array.from({ length: 40 }, (_, index) =>
		answered(String(index), 200, { data: [{ b64_json: BASE64 }] }),
	);
	const { batches, context } = await openStage(
		t,
		resultsOf(
			{ status: "completed", output_file_id: "file-out" },
			{ "/v1/files/file-out/content": jsonLines(many) },
		),
	);
	let count = 0;
	for await (const result of batches.results("batch_1", context)) {
		assert.ok(result.kind === "done" && result.images[0] !== undefined);
		assert.deepEqual(readFileSync(result.images[0].file.path), PICTURE);
		// Nobody may have read ahead further than one picture.
		assert.ok(context.kept.length <= count + 2);
		count++;
	}
	assert.equal(count, 40);
});

for (const status of ["expired", "cancelled"])
	test(`what was done of a batch that is ${status} is not lost`, async (t) => {
		const { batches, context } = await openStage(
			t,
			resultsOf(
				{ status, output_file_id: "file-out", error_file_id: "file-err" },
				{
					"/v1/files/file-out/content": jsonLines(OUTPUT.slice(0, 1)),
					"/v1/files/file-err/content": jsonLines(ERRORS.slice(2)),
				},
			),
		);
		const results = await allOf(batches.results("batch_1", context));
		assert.equal(results.get("2")?.kind, "done");
		const late = results.get("late");
		assert.ok(late?.kind === "failed");
		assert.equal(late.error.isRetryable, true);
	});

const noSuch = (message: string) => ({
	status: 404,
	body: JSON.stringify({
		error: { message, type: "invalid_request_error", param: null, code: null },
	}),
});

test("a batch is gone when the server says so, and not when the address is wrong", async (t) => {
	const { stub, batches, context } = await openStage(t, () =>
		noSuch("No batch found with id 'batch_1'."),
	);
	const poll = () => batches.poll("batch_1", context.signal);
	assert.equal((await poll()).status, "gone");
	await assert.rejects(allOf(batches.results("batch_1", context)), {
		mayBePaid: true,
		isRetryable: false,
	});
	for (const body of [
		'{"detail":"Not Found"}',
		'{"error":"Not Found"}',
		"<html>404</html>",
	]) {
		stub.script = () => ({ status: 404, body });
		await assert.rejects(poll(), { name: "ProviderError", kind: "invalid" });
	}
});

test("results that the server has thrown away are told to be gone, and not asked for again", async (t) => {
	const { stub, batches, context } = await openStage(t, ({ path }) =>
		path === "/v1/batches/batch_1"
			? {
					body: JSON.stringify({
						status: "completed",
						output_file_id: "file-out",
					}),
				}
			: noSuch("No such File object: file-out"),
	);
	await assert.rejects(allOf(batches.results("batch_1", context)), {
		name: "ProviderError",
		kind: "unavailable",
		mayBePaid: true,
		isRetryable: false,
		publicMessage: /no longer has the results/,
	});
	assert.equal(stub.received.length, 2);
});

test("a batch is looked for page by page by the name in its metadata, the newest first", async (t) => {
	const batch = (id: string, name?: string) => ({
		id,
		metadata: name === undefined ? null : { name },
	});
	const long = `${"r".repeat(511)}🦊`;
	const pages: Readonly<Record<string, object>> = {
		"": { data: [batch("batch_9"), batch("batch_8", "other")], has_more: true },
		batch_8: {
			data: [batch("batch_7", "rugs"), batch("batch_6", "rugs")],
			has_more: true,
		},
		batch_6: {
			data: [batch("batch_5", long.slice(0, 512).toWellFormed())],
			has_more: false,
		},
	};
	const asked: string[] = [];
	const { stub, batches, context } = await openStage(t, ({ path }) => {
		const url = new URL(path, "http://server");
		assert.equal(url.pathname, "/v1/batches");
		const after = url.searchParams.get("after") ?? "";
		asked.push(after);
		return { body: JSON.stringify(pages[after]) };
	});
	const find = (name: string) => batches.find(name, context.signal);
	assert.deepEqual(await find("rugs"), { batchId: "batch_7" });
	assert.deepEqual(asked.splice(0), ["", "batch_8"]);
	assert.deepEqual(await find(long), { batchId: "batch_5" });
	assert.equal(await find("rug"), undefined);
	const before = stub.received.length;
	stub.script = () => ({
		body: JSON.stringify({ data: [batch("batch_1")], has_more: true }),
	});
	assert.equal(await find("rugs"), undefined);
	assert.ok(stub.received.length - before <= 50, "not for ever");
});

test("what the lines of a batch throw is thrown as it was, and nothing is sent", async (t) => {
	const { stub, batches, context } = await openStage(t);
	const fault = new Error("the row is gone");
	const lines = (async function* () {
		yield draws("1");
		throw fault;
	})();
	await assert.rejects(
		batches.submit(
			{ model: "gpt-image-2", displayName: "rugs", lines },
			context,
		),
		(error) => error === fault,
	);
	assert.equal(stub.received.length, 0);
});

test("a batch is canceled by its name", async (t) => {
	const { stub, batches, context } = await openStage(t);
	await batches.cancel("batch_1", context.signal);
	const [request] = stub.received;
	assert.equal(
		`${request?.method} ${request?.path}`,
		"POST /v1/batches/batch_1/cancel",
	);
});
