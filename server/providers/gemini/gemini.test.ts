/** Gemini draws: what it is sent is what its own client library sends, and whatever it answers is understood. */
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
	type VendorReceived,
	type VendorReply,
} from "../../testing/vendor-stub.ts";
import { type ImageCall, ProviderError } from "../provider.ts";
import {
	SECRET,
	testProviderContract,
	type VendorWire,
} from "../provider-contract.ts";
import { gemini } from "./kind.ts";
import {
	answerOf,
	COUNTED,
	errorBody,
	geminiAt,
	MODEL,
	picturePart,
	quotaDetails,
	USAGE_METADATA,
} from "./test-answers.ts";

const PNG = Buffer.from("\x89PNG\r\n\x1a\nnot really", "latin1");

const bodyOf = ({ body }: VendorReceived) => JSON.parse(body.toString());

const apiKeyInvalid = errorBody(400, "INVALID_ARGUMENT", "API key not valid.", [
	{
		"@type": "type.googleapis.com/google.rpc.ErrorInfo",
		reason: "API_KEY_INVALID",
		domain: "googleapis.com",
	},
]);

const REFUSALS: VendorWire["refusals"] = [
	{
		what: "a quota of the minute, with the time to wait",
		reply: {
			status: 429,
			body: errorBody(
				429,
				"RESOURCE_EXHAUSTED",
				"You exceeded your current quota",
				quotaDetails(["GenerateRequestsPerMinutePerProjectPerModel"], "7s"),
			),
		},
		kind: "rate_limited",
		retryAfterMs: 7_000,
	},
	{
		what: "a quota of the day, whatever else is used up",
		reply: {
			status: 429,
			body: errorBody(
				429,
				"RESOURCE_EXHAUSTED",
				"You exceeded your current quota",
				quotaDetails(
					[
						"GenerateContentInputTokensPerModelPerMinute-FreeTier",
						"GenerateRequestsPerDayPerProjectPerModel-FreeTier",
					],
					"1.5s",
				),
			),
		},
		kind: "quota_exhausted",
		retryAfterMs: 1_500,
	},
	{
		what: "a quota of no named time, with a time to wait",
		reply: {
			status: 429,
			body: errorBody(
				429,
				"RESOURCE_EXHAUSTED",
				"Slowly",
				quotaDetails(["Concurrent"], "0.25s"),
			),
		},
		kind: "rate_limited",
		retryAfterMs: 250,
	},
	{
		what: "a quota that nobody says when to come back for",
		reply: {
			status: 429,
			body: errorBody(429, "RESOURCE_EXHAUSTED", "Billing"),
		},
		kind: "quota_exhausted",
	},
	{
		what: "a 429 that is not the vendor's own",
		reply: { status: 429, headers: { "retry-after": "3" }, body: "slow down" },
		kind: "rate_limited",
		retryAfterMs: 3_000,
	},
	{
		what: "an API key that is not valid",
		reply: { status: 400, body: apiKeyInvalid },
		kind: "auth",
	},
	{
		what: "an API key that may not, quoted back",
		reply: {
			status: 403,
			body: errorBody(
				403,
				"PERMISSION_DENIED",
				`Consumer 'api_key:${SECRET}' has been suspended.`,
			),
		},
		kind: "auth",
	},
	{
		what: "an account that has no billing",
		reply: {
			status: 400,
			body: errorBody(400, "FAILED_PRECONDITION", "Enable billing."),
		},
		kind: "auth",
	},
	{
		what: "a parameter that it does not know",
		reply: {
			status: 400,
			body: errorBody(400, "INVALID_ARGUMENT", "Invalid value at image_config"),
		},
		kind: "invalid",
	},
	{
		what: "an error wrapped in a list",
		reply: { status: 400, body: `[${apiKeyInvalid}]` },
		kind: "auth",
	},
	{
		what: "a model that is not there",
		reply: { status: 404, body: errorBody(404, "NOT_FOUND", "not found") },
		kind: "invalid",
	},
	{
		what: "an overloaded model",
		reply: { status: 503, body: errorBody(503, "UNAVAILABLE", "overloaded") },
		kind: "unavailable",
	},
	{
		what: "a deadline",
		reply: { status: 504, body: errorBody(504, "DEADLINE_EXCEEDED", "late") },
		kind: "timeout",
	},
	{
		what: "a call that was called off",
		reply: { status: 499, body: errorBody(499, "CANCELLED", "cancelled") },
		kind: "unavailable",
	},
	{
		what: "a prompt that is refused with status 200",
		reply: {
			body: JSON.stringify({
				promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
				usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 },
			}),
		},
		kind: "content_blocked",
	},
	{
		what: "a prompt that is refused, without any count",
		reply: {
			body: JSON.stringify({ promptFeedback: { blockReason: "OTHER" } }),
		},
		kind: "content_blocked",
	},
	...[
		"SAFETY",
		"PROHIBITED_CONTENT",
		"BLOCKLIST",
		"SPII",
		"RECITATION",
		"IMAGE_SAFETY",
		"IMAGE_PROHIBITED_CONTENT",
		"IMAGE_RECITATION",
	].map((reason) => ({
		what: `an answer held back for ${reason}`,
		reply: uncounted(reason),
		kind: "content_blocked" as const,
	})),
	...["NO_IMAGE", "IMAGE_OTHER", "OTHER", "MALFORMED_RESPONSE", "STOP"].map(
		(reason) => ({
			what: `an answer of nothing for ${reason} that counts nothing`,
			reply: uncounted(reason),
			kind: "unavailable" as const,
		}),
	),
];

function uncounted(finishReason: string): VendorReply {
	return {
		body: JSON.stringify({
			candidates: [{ finishReason, index: 0 }],
			usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 },
		}),
	};
}

testProviderContract("gemini", {
	open: (url, services) => geminiAt(url, services, { apiKey: SECRET }),
	call: { model: MODEL },
	script: (pictures, distort) => () =>
		distort({
			body: JSON.stringify(
				answerOf(pictures.map((picture) => picturePart(picture))),
			),
		}),
	isDrawing: ({ path }) => path.endsWith(":generateContent"),
	refusals: REFUSALS,
	answersInText: true,
	promptOf: (request) => bodyOf(request).contents[0].parts[0].text,
	inputImagesOf: (received) =>
		received
			.flatMap((request) => bodyOf(request).contents[0].parts)
			.filter(({ inlineData }) => inlineData !== undefined)
			.map(({ inlineData }) => Buffer.from(inlineData.data, "base64")),
});

async function stage(
	t: TestContext,
	reply: VendorReply | object,
	options: Readonly<Record<string, unknown>> = {},
) {
	const stub = await openVendorStub(t);
	stub.script = () =>
		"body" in reply ? reply : { body: JSON.stringify(reply) };
	const provider = geminiAt(stub.url, providerServices(), options);
	t.after(() => provider.close());
	const context = await openCallContext(t);
	const draw = (changes: Partial<ImageCall> = {}) =>
		provider.generateImages(imageCall({ model: MODEL, ...changes }), context);
	return { stub, provider, context, draw };
}

async function faultOf(
	t: TestContext,
	reply: VendorReply | object,
): Promise<ProviderError> {
	const { draw } = await stage(t, reply);
	const error: unknown = await draw().then(
		() => assert.fail("it drew"),
		(thrown: unknown) => thrown,
	);
	assert.ok(error instanceof ProviderError);
	return error;
}

test("a request has the prompt, the pictures, the shape, the fineness and the seed, and the key in a header alone", async (t) => {
	const { stub, draw } = await stage(t, answerOf([picturePart(PNG)]));
	const result = await draw({
		prompt: "make it blue",
		inputImages: [
			inputImageOf(PNG),
			inputImageOf(PNG, { mediaType: "image/webp" }),
		],
		frame: { width: 2752, height: 1536, aspectRatio: "16:9", tier: "2K" },
		seed: 7,
	});
	const [request] = stub.received;
	assert.ok(request !== undefined);
	assert.equal(request.method, "POST");
	assert.equal(request.path, `/v1beta/models/${MODEL}:generateContent`);
	assert.equal(request.headers["x-goog-api-key"], "the-key");
	const data = PNG.toString("base64");
	assert.deepEqual(bodyOf(request), {
		contents: [
			{
				parts: [
					{ text: "make it blue" },
					{ inlineData: { mimeType: "image/png", data } },
					{ inlineData: { mimeType: "image/webp", data } },
				],
				role: "user",
			},
		],
		generationConfig: {
			responseModalities: ["IMAGE"],
			imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
			seed: 7,
		},
	});
	assert.equal(result.images[0]?.seed, 7);
	assert.deepEqual(result.usage, COUNTED);
});

test("every shape of the vendor's is asked for in its own words, and nothing is said of what the caller left open", async (t) => {
	const { stub, draw } = await stage(t, answerOf([picturePart(PNG)]));
	for (const aspectRatio of ["1:1", "16:9", "9:16", "21:9", "4:3", "3:4"])
		await draw({ frame: { width: 1, height: 1, aspectRatio } });
	for (const tier of ["1K", "2K", "4K"])
		await draw({ frame: { width: 1, height: 1, tier } });
	await draw();
	assert.deepEqual(
		stub.received.map((request) => bodyOf(request).generationConfig),
		[
			...["1:1", "16:9", "9:16", "21:9", "4:3", "3:4"].map((aspectRatio) => ({
				responseModalities: ["IMAGE"],
				imageConfig: { aspectRatio },
			})),
			...["1K", "2K", "4K"].map((imageSize) => ({
				responseModalities: ["IMAGE"],
				imageConfig: { imageSize },
			})),
			{ responseModalities: ["IMAGE"] },
		],
	);
});

test("pictures among thoughts are not the picture, and words beside it do no harm", async (t) => {
	const thought = { ...picturePart(Buffer.from("a sketch")), thought: true };
	const { draw } = await stage(
		t,
		answerOf([
			{ text: "Thinking", thought: true },
			thought,
			{ text: "Here is your image." },
			{ inline_data: { mime_type: "image/png", data: PNG.toString("base64") } },
		]),
	);
	const { images } = await draw();
	assert.deepEqual(
		images.map(({ file }) => bytesOf(file)),
		[PNG],
	);
});

test("pictures beyond those asked for are left out, and that is said", async (t) => {
	const { draw } = await stage(
		t,
		answerOf([picturePart(PNG), picturePart(Buffer.from("another"))]),
	);
	const { images, warnings } = await draw();
	assert.equal(images.length, 1);
	assert.deepEqual(
		warnings.map(({ kind, parameter }) => ({ kind, parameter })),
		[{ kind: "adjusted", parameter: "count" }],
	);
});

test("an answer in words was paid for: it is told in the log and asked for no more", async (t) => {
	const error = await faultOf(
		t,
		answerOf([{ text: `I would rather talk about foxes. ${"x".repeat(900)}` }]),
	);
	assert.equal(error.kind, "unavailable");
	assert.equal(error.mayBePaid, true);
	assert.equal(error.isRetryable, false);
	assert.match(error.message, /rather talk about foxes/);
	assert.ok(error.message.length < 400);
	assert.doesNotMatch(error.publicMessage, /foxes/);
});

test("what was drawn and held back was paid for, as far as the vendor counts it", async (t) => {
	const heldBack = (usageMetadata: object | undefined) => ({
		candidates: [{ finishReason: "IMAGE_SAFETY", index: 0 }],
		usageMetadata,
	});
	for (const [usage, isPaid] of [
		[USAGE_METADATA, true],
		[{ promptTokenCount: 5, thoughtsTokenCount: 40 }, true],
		[{ promptTokenCount: 5, totalTokenCount: 5 }, false],
		[undefined, true],
	] as const) {
		const error = await faultOf(t, heldBack(usage));
		assert.equal(error.kind, "content_blocked");
		assert.equal(error.mayBePaid, isPaid);
	}
});

test("an answer of nothing is asked for again only when it counts nothing", async (t) => {
	for (const answer of [{}, answerOf([]), { candidates: [{}] }, "surprise"]) {
		const error = await faultOf(t, { body: JSON.stringify(answer) });
		assert.equal(error.kind, "unavailable");
		assert.equal(error.mayBePaid, true);
	}
	const free = await faultOf(t, uncounted("NO_IMAGE"));
	assert.equal(free.isRetryable, true);
});

test("tokens are counted once each, thoughts as text", async (t) => {
	const { draw } = await stage(t, {
		...answerOf([picturePart(PNG)]),
		usageMetadata: {
			promptTokenCount: "569",
			candidatesTokenCount: 1131,
			thoughtsTokenCount: 200,
			promptTokensDetails: [
				{ modality: "TEXT", tokenCount: 9 },
				{ modality: "IMAGE", tokenCount: "560" },
			],
			candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1120 }],
		},
	});
	assert.deepEqual((await draw()).usage, {
		inputTextTokens: 9,
		inputImageTokens: 560,
		outputTextTokens: 211,
		outputImageTokens: 1120,
	});
	const { draw: drawUncounted } = await stage(t, {
		candidates: [{ content: { parts: [picturePart(PNG)] } }],
	});
	assert.equal((await drawUncounted()).usage, undefined);
});

test("pictures that are too large for a request go ahead of it as files", async (t) => {
	const { stub, draw } = await stage(t, {});
	const large = [randomBytes(6_000_000), randomBytes(6_000_001)];
	let uploads = 0;
	stub.script = ({ path, body }) => {
		if (path === "/upload/v1beta/files")
			return {
				headers: {
					// As the vendor names itself, whatever way it was reached by.
					"x-goog-upload-url": `https://elsewhere.example/upload/v1beta/files?upload_id=u${uploads}`,
				},
			};
		if (!path.startsWith("/upload/"))
			return { body: JSON.stringify(answerOf([picturePart(PNG)])) };
		assert.ok(body.equals(large[uploads] ?? Buffer.alloc(0)));
		const name = `files/f${uploads++}`;
		return {
			body: JSON.stringify({ file: { name, uri: `https://g/${name}` } }),
		};
	};
	await draw({ inputImages: large.map((bytes) => inputImageOf(bytes)) });
	const [start, data] = stub.received;
	assert.equal(start?.headers["x-goog-upload-protocol"], "resumable");
	assert.equal(start?.headers["x-goog-upload-command"], "start");
	assert.equal(
		start?.headers["x-goog-upload-header-content-length"],
		"6000000",
	);
	assert.equal(
		start?.headers["x-goog-upload-header-content-type"],
		"image/png",
	);
	assert.equal(data?.path, "/upload/v1beta/files?upload_id=u0");
	assert.equal(data?.headers["x-goog-upload-command"], "upload, finalize");
	assert.equal(data?.headers["x-goog-upload-offset"], "0");
	const drawing = stub.received.at(-1);
	assert.ok(drawing !== undefined && drawing.body.length < 1_000);
	assert.deepEqual(bodyOf(drawing).contents[0].parts.slice(1), [
		{ fileData: { fileUri: "https://g/files/f0", mimeType: "image/png" } },
		{ fileData: { fileUri: "https://g/files/f1", mimeType: "image/png" } },
	]);
});

test("the models are listed over all pages, by their bare names", async (t) => {
	const { stub, provider } = await stage(t, {});
	stub.script = ({ path }) => ({
		body: JSON.stringify(
			path.includes("pageToken=two+")
				? { models: [{ name: "models/b" }, { name: "tunedModels/c" }, {}] }
				: { models: [{ name: "models/a" }], nextPageToken: "two " },
		),
	});
	const models = await provider.listModels?.(new AbortController().signal);
	assert.deepEqual(models, [{ id: "a" }, { id: "b" }, { id: "tunedModels/c" }]);
	assert.equal(stub.received.length, 2);
});

test("without an API key, nothing is asked, and it is said what is missing", async (t) => {
	const faults: string[] = [];
	const [instance] = gemini.configure({ environment: {}, entries: {} }, faults);
	assert.deepEqual(faults, []);
	const provider = instance?.open(providerServices());
	assert.ok(provider !== undefined);
	t.after(() => provider.close());
	assert.deepEqual(provider.readiness, {
		status: "not_configured",
		detail: "GEMINI_API_KEY is not set",
	});
	const context = await openCallContext(t);
	const isNotConfigured = (error: unknown) =>
		error instanceof ProviderError && error.kind === "not_configured";
	await assert.rejects(
		provider.generateImages(imageCall(), context),
		isNotConfigured,
	);
	await assert.rejects(
		async () => await provider.batches?.poll("batches/b", context.signal),
		isNotConfigured,
	);
	await assert.rejects(
		async () => await provider.listModels?.(context.signal),
		isNotConfigured,
	);
});

test("the second variable for the key is the second choice, and the file's options hold before both", async (t) => {
	const stub = await openVendorStub(t);
	const keyOf = async (
		environment: Record<string, string>,
		options: Record<string, unknown> = {},
	) => {
		const [instance] = gemini.configure(
			{
				environment: {
					GEMINI_URL: `${stub.url}/`,
					GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:1",
					...environment,
				},
				entries: { gemini: options },
			},
			[],
		);
		const provider = instance?.open(providerServices());
		stub.script = () => ({ body: "{}" });
		await provider?.listModels?.(new AbortController().signal);
		await provider?.close();
		return stub.received.at(-1)?.headers["x-goog-api-key"];
	};
	const both = { GEMINI_API_KEY: "first", GOOGLE_API_KEY: "second" };
	assert.equal(await keyOf({ GOOGLE_API_KEY: "second" }), "second");
	assert.equal(await keyOf(both), "first");
	assert.equal(await keyOf(both, { apiKey: "of the file" }), "of the file");
});

test("an option that nobody knows is told", () => {
	const faults: string[] = [];
	gemini.configure(
		{ environment: {}, entries: { gemini: { batchModality: true } } },
		faults,
	);
	assert.equal(faults.length, 1);
	assert.match(faults[0] ?? "", /providers\.gemini.*batchModality/);
});
