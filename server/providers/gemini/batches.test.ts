/** Batches at the vendor: from the rows to a file, from the file to results, whatever happens to single lines on the way. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import {
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import {
	openVendorStub,
	type VendorReply,
	type VendorScript,
} from "../../testing/vendor-stub.ts";
import {
	type BatchLine,
	type BatchResult,
	type ChatCall,
	ProviderError,
} from "../provider.ts";
import {
	answerOf,
	COUNTED,
	errorBody,
	geminiAt,
	picturePart,
} from "./test-answers.ts";

const MODEL = "gemini-2.5-flash-image";
const PNG = Buffer.from("\x89PNG\r\n\x1a\nnot really", "latin1");
const DATA = PNG.toString("base64");

const describing: ChatCall = {
	model: MODEL,
	instructions: undefined,
	turns: [
		{
			role: "user",
			parts: [
				{ kind: "text", text: "Describe a room for this rug." },
				{
					kind: "image",
					image: inputImageOf(PNG, { mediaType: "image/jpeg" }),
				},
			],
		},
	],
	modalities: ["text"],
	frame: undefined,
	seed: undefined,
	temperature: 0.7,
	maxOutputTokens: 8192,
};

const LINES: readonly BatchLine[] = [
	{ key: "rug-1", request: { kind: "chat", call: describing } },
	{
		key: "rug-2",
		request: {
			kind: "image",
			call: imageCall({
				model: MODEL,
				prompt: "the rug in a hall",
				inputImages: [inputImageOf(PNG)],
				frame: { width: 1344, height: 768, aspectRatio: "16:9" },
			}),
		},
	},
	{
		key: "rug-3",
		request: { kind: "image", call: imageCall({ prompt: "ภาพถ่าย" }) },
	},
];

async function openStage(
	t: TestContext,
	script: VendorScript,
	options: Readonly<Record<string, unknown>> = {},
) {
	const stub = await openVendorStub(t);
	stub.script = script;
	const provider = geminiAt(stub.url, providerServices(), options);
	t.after(() => provider.close());
	const { batches } = provider;
	assert.ok(batches !== undefined);
	const context = await openCallContext(t);
	const submit = (lines: readonly BatchLine[] = LINES) =>
		batches.submit(
			{
				model: MODEL,
				displayName: "Rug Batch 2026-11-21",
				lines: (async function* () {
					yield* lines;
				})(),
			},
			context,
		);
	const results = async () => {
		const found: BatchResult[] = [];
		for await (const result of batches.results("batches/b1", context))
			found.push(result);
		return found;
	};
	return { stub, batches, context, submit, results };
}

const json = (value: unknown): VendorReply => ({ body: JSON.stringify(value) });

/** The vendor's side of a submission. */
function accepting(
	submission: VendorReply = json({ name: "batches/b1" }),
): VendorScript {
	let uploads = 0;
	return ({ path, headers }) => {
		if (path === "/upload/v1beta/files")
			return {
				headers: {
					"x-goog-upload-status": "active",
					"x-goog-upload-url": `http://${headers.host}/upload/v1beta/files?upload_id=u${uploads}&upload_protocol=resumable`,
				},
			};
		if (path.startsWith("/upload/")) {
			const name = `files/f${uploads++}`;
			return json({ file: { name, uri: `https://g/v1beta/${name}` } });
		}
		return submission;
	};
}

const linesIn = (file: Buffer | undefined) =>
	(file?.toString() ?? "")
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));

test("a batch goes up as one file in two requests, and is begun with it", async (t) => {
	const { stub, submit } = await openStage(t, accepting());
	assert.deepEqual(await submit(), { batchId: "batches/b1" });
	const [start, data, begin] = stub.received;
	assert.equal(stub.received.length, 3);
	const size = String(data?.body.length);
	assert.deepEqual(JSON.parse(start?.body.toString() ?? ""), {
		file: {
			mimeType: "application/jsonl",
			displayName: "Rug Batch 2026-11-21",
			sizeBytes: size,
		},
	});
	assert.deepEqual(
		[
			start?.headers["x-goog-upload-protocol"],
			start?.headers["x-goog-upload-command"],
			start?.headers["x-goog-upload-header-content-length"],
			start?.headers["x-goog-upload-header-content-type"],
		],
		["resumable", "start", size, "application/jsonl"],
	);
	assert.equal(
		data?.path,
		"/upload/v1beta/files?upload_id=u0&upload_protocol=resumable",
	);
	assert.equal(data?.headers["x-goog-upload-command"], "upload, finalize");
	assert.equal(data?.headers["x-goog-upload-offset"], "0");
	assert.equal(begin?.path, `/v1beta/models/${MODEL}:batchGenerateContent`);
	assert.deepEqual(JSON.parse(begin?.body.toString() ?? ""), {
		batch: {
			inputConfig: { fileName: "files/f0" },
			displayName: "Rug Batch 2026-11-21",
		},
	});
	for (const { headers, path } of stub.received) {
		assert.equal(headers["x-goog-api-key"], "the-key");
		assert.ok(!path.includes("the-key"));
	}
});

test("S0-2, S0-11, S0-12, S0-29, S0-c: lines say nothing of modalities in any spelling, and of the rest what the calls say", async (t) => {
	const { stub, submit } = await openStage(t, accepting());
	await submit();
	const file = stub.received[1]?.body;
	assert.doesNotMatch(file?.toString() ?? "", /modalit/i);
	assert.deepEqual(linesIn(file), [
		{
			key: "rug-1",
			request: {
				contents: [
					{
						parts: [
							{ text: "Describe a room for this rug." },
							{ inlineData: { mimeType: "image/jpeg", data: DATA } },
						],
						role: "user",
					},
				],
				generation_config: { temperature: 0.7, max_output_tokens: 8192 },
			},
		},
		{
			key: "rug-2",
			request: {
				contents: [
					{
						parts: [
							{ text: "the rug in a hall" },
							{ inlineData: { mimeType: "image/png", data: DATA } },
						],
						role: "user",
					},
				],
				generation_config: { imageConfig: { aspectRatio: "16:9" } },
			},
		},
		{
			key: "rug-3",
			request: {
				contents: [{ parts: [{ text: "ภาพถ่าย" }], role: "user" }],
			},
		},
	]);
});

test("the owner may have modalities sent after all", async (t) => {
	const { stub, submit } = await openStage(t, accepting(), {
		batchModalities: true,
	});
	await submit();
	assert.deepEqual(
		linesIn(stub.received[1]?.body).map(
			({ request }) => request.generation_config.responseModalities,
		),
		[["TEXT"], ["IMAGE"], ["IMAGE"]],
	);
});

test("an upload whose answer is lost is begun anew; a batch whose beginning is lost is not", async (t) => {
	const accept = accepting();
	let losses = 0;
	const { stub, submit } = await openStage(t, (request, index) => {
		const isData = request.path.includes("upload_id");
		if (isData && losses++ === 0) return { breakAfterBytes: 0 };
		return accept(request, index);
	});
	await submit();
	assert.deepEqual(
		stub.received.map(({ path }) => path.split("?")[0]?.split("/").at(-1)),
		["files", "files", "files", "files", `${MODEL}:batchGenerateContent`],
	);
	const lost = await openStage(t, accepting({ breakAfterBytes: 0 }));
	await assert.rejects(
		lost.submit(),
		(error: unknown) =>
			error instanceof ProviderError && error.mayBePaid && !error.isRetryable,
	);
	assert.equal(lost.stub.received.length, 3);
});

test("an upload that fails for good costs nothing", async (t) => {
	const { submit } = await openStage(t, ({ path, headers }) =>
		path.includes("upload_id")
			? { breakAfterBytes: 0 }
			: {
					headers: {
						"x-goog-upload-url": `http://${headers.host}/upload/v1beta/files?upload_id=u`,
					},
				},
	);
	await assert.rejects(
		submit(),
		(error: unknown) =>
			error instanceof ProviderError &&
			error.kind === "unavailable" &&
			!error.mayBePaid,
	);
});

test("a batch without rows, and one whose rows cannot be read, is not handed over", async (t) => {
	const { stub, submit } = await openStage(t, accepting());
	const kinds: string[] = [];
	const unreadable = {
		...inputImageOf(PNG),
		open: async () => {
			throw new Error("it is gone");
		},
	};
	for (const lines of [
		[],
		[
			{
				key: "a",
				request: {
					kind: "image",
					call: imageCall({ inputImages: [unreadable] }),
				},
			} as const,
		],
	])
		await submit(lines).catch((error: unknown) => {
			assert.ok(error instanceof ProviderError);
			kinds.push(error.kind);
		});
	assert.deepEqual(kinds, ["invalid", "unavailable"]);
	assert.equal(stub.received.length, 0);
});

function operation(state: string | undefined, more: object = {}): VendorReply {
	return json({
		name: "batches/b1",
		metadata: {
			state,
			batchStats: {
				requestCount: "3",
				pendingRequestCount: "1",
				successfulRequestCount: "1",
				failedRequestCount: "1",
			},
		},
		...more,
	});
}

test("every state of the vendor's has its word, and none that nobody has heard of is a success (X13)", async (t) => {
	const { stub, batches, context } = await openStage(t, () => ({}));
	const statusOf = async (...operationOf: Parameters<typeof operation>) => {
		stub.script = () => operation(...operationOf);
		return (await batches.poll("batches/b1", context.signal)).status;
	};
	for (const prefix of ["BATCH_STATE_", "JOB_STATE_"])
		for (const [state, status] of [
			["UNSPECIFIED", "pending"],
			["PENDING", "pending"],
			["RUNNING", "running"],
			["SUCCEEDED", "succeeded"],
			["FAILED", "failed"],
			["CANCELLED", "canceled"],
			["EXPIRED", "expired"],
		] as const)
			assert.equal(await statusOf(prefix + state), status);
	assert.equal(await statusOf("BATCH_STATE_DREAMING"), "running");
	assert.equal(
		await statusOf("BATCH_STATE_DREAMING", { done: true }),
		"failed",
	);
	assert.equal(await statusOf(undefined, { done: true }), "failed");
	assert.equal(await statusOf(undefined, { error: { code: 13 } }), "failed");
	assert.equal(stub.received.at(-1)?.path, "/v1beta/batches/b1");
});

test("a batch's counts come as text, and its fault is for the log", async (t) => {
	const { stub, batches, context } = await openStage(t, () =>
		operation("BATCH_STATE_FAILED", {
			done: true,
			error: { code: 13, message: "An internal error has occurred" },
		}),
	);
	assert.deepEqual(await batches.poll("batches/b1", context.signal), {
		status: "failed",
		counts: { total: 3, succeeded: 1, failed: 1 },
		fault: "13 An internal error has occurred",
	});
	stub.script = () =>
		json({ name: "batches/b1", metadata: { state: "BATCH_STATE_PENDING" } });
	assert.deepEqual(await batches.poll("batches/b1", context.signal), {
		status: "pending",
		counts: { total: undefined, succeeded: undefined, failed: undefined },
		fault: undefined,
	});
});

test("whoever asks how a batch stands keeps none of the pictures in the answer", async (t) => {
	const large = randomBytes(9_000_000);
	const { batches, context } = await openStage(t, () =>
		operation("BATCH_STATE_SUCCEEDED", {
			response: { parts: [picturePart(large)] },
		}),
	);
	const { status } = await batches.poll("batches/b1", context.signal);
	assert.equal(status, "succeeded");
	assert.equal(context.kept.length, 0);
});

test("a batch is called off, and asked for again when the vendor was away", async (t) => {
	const { stub, batches, context } = await openStage(t, (_request, index) =>
		index === 0
			? { status: 503, body: errorBody(503, "UNAVAILABLE", "later") }
			: { body: "" },
	);
	await batches.cancel("batches/b1", context.signal);
	assert.deepEqual(
		stub.received.map(({ method, path }) => `${method} ${path}`),
		Array(2).fill("POST /v1beta/batches/b1:cancel"),
	);
});

const named = (name: string, displayName: string, createTime: string) => ({
	name: `batches/${name}`,
	metadata: { displayName, createTime },
});

test("a batch is looked for page by page, and of several with its name the newest is it", async (t) => {
	const pages: Readonly<Record<string, object>> = {
		"": {
			operations: [named("b9", "other", "2026-11-22T08:00:00Z")],
			nextPageToken: "p 2",
		},
		"p 2": {
			operations: [
				named("b2", "rugs", "2026-11-21T08:00:00.002Z"),
				named("b3", "rugs", "2026-11-21T08:00:00.013Z"),
				{ name: "batches/b4" },
			],
			nextPageToken: "p 3",
		},
		"p 3": { operations: [named("b1", "rugs", "2026-11-20T08:00:00Z")] },
	};
	const asked: string[] = [];
	const { batches, context } = await openStage(t, ({ path }) => {
		const url = new URL(path, "http://vendor");
		assert.equal(url.pathname, "/v1beta/batches");
		const page = url.searchParams.get("pageToken") ?? "";
		asked.push(page);
		return json(pages[page]);
	});
	const find = (name: string) => batches.find(name, context.signal);
	assert.deepEqual(await find("rugs"), { batchId: "batches/b3" });
	assert.deepEqual(asked.splice(0), ["", "p 2"]);
	assert.equal(await find("rug"), undefined);
	assert.deepEqual(asked, ["", "p 2", "p 3"]);
});

test("an account without batches has none of any name, and a list without an end is not read for ever", async (t) => {
	const { stub, batches, context } = await openStage(t, () => json({}));
	assert.equal(await batches.find("rugs", context.signal), undefined);
	stub.script = (_request, index) => json({ nextPageToken: `p${index}` });
	assert.equal(await batches.find("rugs", context.signal), undefined);
	assert.ok(stub.received.length <= 101);
});

test("whoever looks for a batch keeps none of the pictures in the list", async (t) => {
	const { batches, context } = await openStage(t, () =>
		json({
			operations: [
				{
					...named("b1", "rugs", "2026-11-21T08:00:00Z"),
					response: { parts: [picturePart(randomBytes(9_000_000))] },
				},
			],
		}),
	);
	assert.deepEqual(await batches.find("rugs", context.signal), {
		batchId: "batches/b1",
	});
	assert.equal(context.kept.length, 0);
});

test("a batch is gone when the vendor says so, and not when a proxy or a lost permission does", async (t) => {
	const { stub, batches, context } = await openStage(t, () => ({
		status: 404,
		body: errorBody(404, "NOT_FOUND", "Requested entity was not found."),
	}));
	const poll = () => batches.poll("batches/b1", context.signal);
	assert.equal((await poll()).status, "gone");
	for (const [reply, kind] of [
		[{ status: 404, body: "<html>Not Found</html>" }, "invalid"],
		[{ status: 403, body: errorBody(403, "PERMISSION_DENIED", "no") }, "auth"],
		[{ status: 400, body: errorBody(400, "NOT_FOUND", "no") }, "invalid"],
	] as const) {
		stub.script = () => reply;
		await assert.rejects(poll(), { name: "ProviderError", kind });
	}
});

test("results that the vendor has thrown away are told to be gone, and not asked for again", async (t) => {
	const gone = {
		name: "ProviderError",
		kind: "unavailable",
		mayBePaid: true,
		isRetryable: false,
		publicMessage: /no longer has the results/,
	};
	for (const [status, word] of [
		[403, "PERMISSION_DENIED"],
		[404, "NOT_FOUND"],
	] as const) {
		const { stub, results } = await openStage(
			t,
			serving({ status, body: errorBody(status, word, "It may not exist.") }),
		);
		await assert.rejects(results(), gone);
		assert.equal(stub.received.length, 2);
	}
	const { results } = await openStage(t, () => ({
		status: 404,
		body: errorBody(404, "NOT_FOUND", "Requested entity was not found."),
	}));
	await assert.rejects(results(), gone);
});

test("a batch with more lines than are taken at once is not handed over, and what its lines throw is thrown", async (t) => {
	const { stub, batches, context, submit } = await openStage(t, accepting());
	const [, , line] = LINES;
	assert.ok(line !== undefined);
	const { maxLines } = batches.limits;
	await assert.rejects(submit(Array(maxLines + 1).fill(line)), {
		kind: "invalid",
		publicMessage: /too large for the provider/,
	});
	const fault = new Error("the row is gone");
	const lines = (async function* () {
		yield line;
		throw fault;
	})();
	await assert.rejects(
		batches.submit({ model: MODEL, displayName: "rugs", lines }, context),
		(error) => error === fault,
	);
	assert.equal(stub.received.length, 0);
});

/** The vendor's side of a batch whose results are in a file. */
function serving(
	file: string | VendorReply,
	where: "output" | "response" = "output",
): VendorScript {
	const responsesFile = "files/batch-b1";
	return ({ path }) => {
		if (path === "/v1beta/batches/b1")
			return json(
				where === "output"
					? { metadata: { output: { responsesFile } } }
					: { done: true, response: { responsesFile } },
			);
		assert.equal(path, "/download/v1beta/files/batch-b1:download?alt=media");
		return typeof file === "string" ? { body: file } : file;
	};
}

/** What a test wants to know of a result. */
function told(result: BatchResult) {
	return result.kind === "done"
		? {
				key: result.key,
				text: result.text,
				images: result.images.map(({ file }) => bytesOf(file)),
			}
		: {
				key: result.key,
				failed: result.error.kind,
				mayBePaid: result.error.mayBePaid,
			};
}

test("results come in any order, with pictures, words, refusals and broken lines, each for itself", async (t) => {
	const words = "A spacious parlor, morning light.";
	const file = [
		JSON.stringify({
			key: "rug-3",
			response: answerOf([{ text: words }, picturePart(PNG)]),
		}),
		JSON.stringify({ response: answerOf([{ text: words }]), key: "rug-1" }),
		`{"key":"rug-5","response":{"candidates":[{"content":{"parts":[{"inlineData":{"data":"${DATA}`,
		JSON.stringify({
			key: "rug-2",
			error: { code: 400, message: "bad request", status: "INVALID_ARGUMENT" },
		}),
		"",
		JSON.stringify({ key: "rug-4", error: { code: 13, message: "internal" } }),
		JSON.stringify({ key: "rug-6", error: { code: 8, message: "quota" } }),
		JSON.stringify({ key: "rug-7", response: { usageMetadata: {} } }),
		JSON.stringify({
			key: "rug-8",
			response: {
				candidates: [{ finishReason: "IMAGE_SAFETY" }],
				usageMetadata: { promptTokenCount: 5 },
			},
		}),
		JSON.stringify({
			key: "rug-9",
			response: {
				candidates: [
					{
						content: {
							parts: [{ inline_data: { mime_type: "image/png", data: DATA } }],
						},
					},
				],
			},
		}),
		"<html>",
		`{"response":{"candidates":[{"content":{"parts":[{"inlineData":{"data":"${DATA}!"}}]}}]},"key":"rug-\\u0041"}`,
		JSON.stringify({ response: answerOf([{ text: "whose?" }]) }),
		JSON.stringify({ key: "rug-last" }),
	].join("\n");
	for (const where of ["output", "response"] as const) {
		const { results } = await openStage(t, serving(file, where));
		assert.deepEqual((await results()).map(told), [
			{ key: "rug-3", text: words, images: [PNG] },
			{ key: "rug-1", text: words, images: [] },
			{ key: "rug-5", failed: "unavailable", mayBePaid: true },
			{ key: "rug-2", failed: "invalid", mayBePaid: false },
			{ key: "rug-4", failed: "unavailable", mayBePaid: false },
			{ key: "rug-6", failed: "quota_exhausted", mayBePaid: false },
			{ key: "rug-7", failed: "unavailable", mayBePaid: true },
			{ key: "rug-8", failed: "content_blocked", mayBePaid: false },
			{ key: "rug-9", text: "", images: [PNG] },
			{ key: "line-11", failed: "unavailable", mayBePaid: true },
			{ key: "rug-A", failed: "unavailable", mayBePaid: true },
			{ key: "line-13", text: "whose?", images: [] },
			{ key: "rug-last", failed: "unavailable", mayBePaid: true },
		]);
	}
});

test("a result says what it consumed", async (t) => {
	const { results } = await openStage(
		t,
		serving(
			JSON.stringify({ key: "a", response: answerOf([picturePart(PNG)]) }),
		),
	);
	const [result] = await results();
	assert.ok(result?.kind === "done");
	assert.deepEqual(result.usage, COUNTED);
});

test("a file of many megabytes comes out picture by picture", async (t) => {
	const pictures = Array.from({ length: 6 }, () => randomBytes(4_000_000));
	const file = pictures
		.map((picture, index) =>
			JSON.stringify({
				key: `rug-${index}`,
				response: answerOf([picturePart(picture)]),
			}),
		)
		.join("\n");
	const { batches, context } = await openStage(t, serving(file));
	let count = 0;
	for await (const result of batches.results("batches/b1", context)) {
		assert.ok(result.kind === "done");
		const [image] = result.images;
		assert.ok(image !== undefined && pictures[count] !== undefined);
		assert.ok(bytesOf(image.file).equals(pictures[count] as Buffer));
		// Nothing is read ahead of what is asked for.
		assert.equal(context.kept.length, ++count);
	}
	assert.equal(count, 6);
});

test("results that the vendor puts into its answer are the same, once each", async (t) => {
	const inlinedResponses = {
		inlinedResponses: [
			{ metadata: { key: "k1" }, response: answerOf([picturePart(PNG)]) },
			{ metadata: { key: "k2" }, error: { code: 3, message: "bad request" } },
			{ response: answerOf([{ text: "hello" }]) },
		],
	};
	const { results } = await openStage(t, () =>
		json({
			metadata: { output: { inlinedResponses } },
			response: { inlinedResponses },
		}),
	);
	assert.deepEqual((await results()).map(told), [
		{ key: "k1", text: "", images: [PNG] },
		{ key: "k2", failed: "invalid", mayBePaid: false },
		{ key: "line-3", text: "hello", images: [] },
	]);
});

test("a batch that left nothing behind has no results", async (t) => {
	const { results } = await openStage(t, () =>
		operation("BATCH_STATE_EXPIRED"),
	);
	assert.deepEqual(await results(), []);
});

test("a download that breaks off is told after what came before it, and may be begun again", async (t) => {
	const line = JSON.stringify({
		key: "a",
		response: answerOf([picturePart(PNG)]),
	});
	const { batches, context } = await openStage(
		t,
		serving({
			body: `${line}\n${line}\n`,
			breakAfterBytes: line.length + 100,
		}),
	);
	const keys: string[] = [];
	await assert.rejects(
		async () => {
			for await (const { key } of batches.results("batches/b1", context))
				keys.push(key);
		},
		(error: unknown) =>
			error instanceof ProviderError &&
			error.kind === "unavailable" &&
			error.isRetryable,
	);
	assert.deepEqual(keys, ["a"]);
});

test("whoever is called off in the middle of results stops with the reason", async (t) => {
	const line = `${JSON.stringify({ key: "a", response: answerOf([picturePart(PNG)]) })}\n`;
	const { batches } = await openStage(
		t,
		serving({ body: line + line, hangAfterBytes: line.length + 20 }),
	);
	const leaving = new AbortController();
	const context = await openCallContext(t, leaving.signal);
	await assert.rejects(async () => {
		for await (const { key } of batches.results("batches/b1", context)) {
			assert.equal(key, "a");
			leaving.abort(new Error("the lease is lost"));
		}
	}, /the lease is lost/);
});
