/** Gemini talks: turn by turn, with what it signed given back to it, and nothing told as whole that is not. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	bytesOf,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import { openVendorStub, type VendorReply } from "../../testing/vendor-stub.ts";
import { type ChatCall, type ChatEvent, ProviderError } from "../provider.ts";
import {
	answerOf,
	COUNTED,
	errorBody,
	geminiAt,
	MODEL,
	picturePart,
	USAGE_METADATA,
} from "./test-answers.ts";

const PNG = Buffer.from("\x89PNG\r\n\x1a\nnot really", "latin1");
const SIGNATURE = "c2lnbmVkIGJ5IHRoZSB2ZW5kb3I=";

const CALL: ChatCall = {
	model: MODEL,
	instructions: undefined,
	turns: [{ role: "user", parts: [{ kind: "text", text: "draw a fox" }] }],
	modalities: ["text", "image"],
	frame: undefined,
	seed: undefined,
	temperature: undefined,
	maxOutputTokens: undefined,
};

/** Pieces of an answer, as the vendor streams them: the last one has the reason to end. */
function piece(parts: readonly object[], finishReason?: string): object {
	return {
		candidates: [{ content: { parts, role: "model" }, index: 0, finishReason }],
		usageMetadata: USAGE_METADATA,
		modelVersion: MODEL,
	};
}

function stream(...pieces: readonly (object | string)[]): VendorReply {
	return {
		headers: { "content-type": "text/event-stream" },
		body: pieces
			.map((each) =>
				typeof each === "string"
					? each
					: `data: ${JSON.stringify(each)}\r\n\r\n`,
			)
			.join(""),
	};
}

async function openStage(t: TestContext, reply: VendorReply) {
	const stub = await openVendorStub(t);
	stub.script = () => reply;
	const provider = geminiAt(stub.url, providerServices());
	t.after(() => provider.close());
	const leaving = new AbortController();
	const context = await openCallContext(t, leaving.signal);
	const events: ChatEvent[] = [];
	const talk = async (changes: Partial<ChatCall> = {}) => {
		assert.ok(provider.chat !== undefined);
		for await (const event of provider.chat({ ...CALL, ...changes }, context))
			events.push(event);
		return events;
	};
	return { stub, events, talk, leaving };
}

async function fails(talk: () => Promise<unknown>): Promise<ProviderError> {
	const error: unknown = await talk().then(
		() => assert.fail("it came to an end"),
		(thrown: unknown) => thrown,
	);
	assert.ok(error instanceof ProviderError, String(error));
	return error;
}

test("an answer is told as it comes, without its thoughts, with its signatures and what it consumed", async (t) => {
	const { stub, talk } = await openStage(t, {
		...stream(
			piece([{ text: "Thinking", thought: true }]),
			"\r\n\r\n",
			piece([{ text: "Here " }]),
			piece([{ text: "it is", thoughtSignature: SIGNATURE }]),
			piece([picturePart(PNG, SIGNATURE)]),
			piece([{ text: "" }], "STOP"),
		),
		dripBytes: 11,
	});
	const events = await talk({ seed: 3 });
	const image = events.find((event) => event.kind === "image");
	assert.ok(image !== undefined);
	assert.deepEqual(bytesOf(image.image.file), PNG);
	assert.deepEqual(events, [
		{ kind: "text", text: "Here ", signature: undefined },
		{ kind: "text", text: "it is", signature: SIGNATURE },
		{ ...image, signature: SIGNATURE },
		{
			kind: "end",
			reason: "stop",
			warnings: [],
			usage: COUNTED,
			costDollars: undefined,
		},
	]);
	assert.equal(
		stub.received[0]?.path,
		`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`,
	);
});

test("a third turn has the first two before it, signed on the very parts that were signed", async (t) => {
	const { stub, talk } = await openStage(
		t,
		stream(piece([{ text: "ok" }], "STOP")),
	);
	await talk({
		instructions: "be brief",
		temperature: 0.7,
		maxOutputTokens: 8192,
		seed: 7,
		frame: { aspectRatio: "16:9", tier: "2K" },
		turns: [
			{ role: "user", parts: [{ kind: "text", text: "draw a fox" }] },
			{
				role: "assistant",
				signedBy: "gemini",
				parts: [
					{ kind: "text", text: "Here it is", signature: SIGNATURE },
					{ kind: "image", image: inputImageOf(PNG), signature: "b3RoZXI=" },
					{ kind: "text", text: "", signature: "bGFzdA==" },
				],
			},
			{ role: "user", parts: [{ kind: "text", text: "make it blue" }] },
			{
				role: "user",
				parts: [{ kind: "image", image: inputImageOf(PNG) }],
			},
		],
	});
	const data = PNG.toString("base64");
	assert.deepEqual(JSON.parse(stub.received[0]?.body.toString() ?? ""), {
		contents: [
			{ parts: [{ text: "draw a fox" }], role: "user" },
			{
				parts: [
					{ text: "Here it is", thoughtSignature: SIGNATURE },
					{
						inlineData: { mimeType: "image/png", data },
						thoughtSignature: "b3RoZXI=",
					},
					{ text: "", thoughtSignature: "bGFzdA==" },
				],
				role: "model",
			},
			{
				parts: [
					{ text: "make it blue" },
					{ inlineData: { mimeType: "image/png", data } },
				],
				role: "user",
			},
		],
		systemInstruction: { parts: [{ text: "be brief" }], role: "user" },
		generationConfig: {
			temperature: 0.7,
			maxOutputTokens: 8192,
			seed: 7,
			responseModalities: ["TEXT", "IMAGE"],
			imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
		},
	});
});

test("signatures that another provider gave, or nobody, are kept from the vendor, and empty parts with them", async (t) => {
	const { stub, talk } = await openStage(
		t,
		stream(piece([{ text: "ok" }], "STOP")),
	);
	const parts = [
		{ kind: "text", text: "a fox", signature: SIGNATURE },
		{ kind: "text", text: "", signature: SIGNATURE },
	] as const;
	await talk({
		modalities: ["text"],
		frame: { aspectRatio: "1:1" },
		turns: [
			{ role: "assistant", signedBy: "another", parts },
			{ role: "assistant", parts },
			{ role: "user", parts: [{ kind: "text", text: "" }] },
			{ role: "assistant", parts: [{ kind: "text", text: "or a hare" }] },
			{ role: "user", parts: [{ kind: "text", text: "well?" }] },
		],
	});
	assert.deepEqual(JSON.parse(stub.received[0]?.body.toString() ?? ""), {
		contents: [
			{
				parts: [{ text: "a fox" }, { text: "a fox" }, { text: "or a hare" }],
				role: "model",
			},
			{ parts: [{ text: "well?" }], role: "user" },
		],
		generationConfig: { responseModalities: ["TEXT"] },
	});
});

test("an answer cut at its limit says so", async (t) => {
	const { talk } = await openStage(
		t,
		stream(piece([{ text: "once upon a" }], "MAX_TOKENS")),
	);
	const end = (await talk()).at(-1);
	assert.ok(end?.kind === "end");
	assert.equal(end.reason, "length");
});

test("words instead of a picture are an answer in a conversation", async (t) => {
	const { talk } = await openStage(
		t,
		stream(piece([{ text: "Which fox?" }], "NO_IMAGE")),
	);
	assert.deepEqual(
		(await talk()).map(({ kind }) => kind),
		["text", "end"],
	);
});

const overloaded = errorBody(503, "UNAVAILABLE", "The model is overloaded.");
const tooMany = errorBody(429, "RESOURCE_EXHAUSTED", "Slowly", [
	{ retryDelay: "2s" },
]);

for (const [what, pieces, expected] of [
	["an error event", [`data: ${overloaded}\r\n\r\n`], ["unavailable", true]],
	["a bare error line", [`${overloaded}\n`], ["unavailable", true]],
	[
		"a bare error over many lines",
		[JSON.stringify(JSON.parse(tooMany), null, 2)],
		["rate_limited", true],
	],
] as const)
	test(`${what} in the middle of an answer ends it, and it may be paid for`, async (t) => {
		const { events, talk } = await openStage(
			t,
			stream(piece([{ text: "Here " }]), ...pieces),
		);
		const error = await fails(talk);
		assert.deepEqual([error.kind, error.mayBePaid], expected);
		assert.equal(events.length, 1);
		assert.doesNotMatch(error.publicMessage, /overloaded/);
	});

test("an error that comes before anything else is no more than one that comes as a status", async (t) => {
	for (const reply of [
		stream(`data: ${tooMany}\n\n`),
		stream(`${tooMany}\n`),
		{ status: 429, body: tooMany },
	]) {
		const { talk } = await openStage(t, reply);
		const error = await fails(talk);
		assert.equal(error.kind, "rate_limited");
		assert.equal(error.mayBePaid, false);
		assert.equal(error.retryAfterMs, 2_000);
	}
});

test("a refusal is a refusal, at the start or at the end", async (t) => {
	const blocked = { promptFeedback: { blockReason: "SAFETY" } };
	const { talk } = await openStage(t, stream(blocked));
	const error = await fails(talk);
	assert.equal(error.kind, "content_blocked");
	assert.equal(error.mayBePaid, false);
	const later = await openStage(
		t,
		stream(piece([{ text: "Here " }]), piece([], "IMAGE_SAFETY")),
	);
	const lateError = await fails(later.talk);
	assert.equal(lateError.kind, "content_blocked");
	assert.equal(lateError.mayBePaid, true);
});

for (const [what, reply] of [
	["ends without a reason", stream(piece([{ text: "Here " }]))],
	["has nothing in it", stream()],
	["ends with nothing said", stream(piece([{ text: "" }], "STOP"))],
	["stops for a reason of its own", stream(piece([{ text: "H" }], "OTHER"))],
	[
		"breaks off",
		{ ...stream(piece([{ text: "H" }], "STOP")), breakAfterBytes: 60 },
	],
	["is a page", { body: "<html>Bad gateway</html>" }],
] as const)
	test(`an answer that ${what} is told as a fault that may be paid for`, async (t) => {
		const { talk } = await openStage(t, reply);
		const error = await fails(talk);
		assert.equal(error.kind, "unavailable");
		assert.equal(error.mayBePaid, true);
		assert.equal(error.isRetryable, false);
	});

test("a vendor that answers in one piece is understood too", async (t) => {
	const { talk } = await openStage(t, {
		body: JSON.stringify(answerOf([picturePart(PNG)])),
	});
	assert.deepEqual(
		(await talk()).map(({ kind }) => kind),
		["image", "end"],
	);
});

test("a caller who leaves in the middle is let go with the reason", async (t) => {
	const reply = stream(piece([{ text: "Here " }]), piece([picturePart(PNG)]));
	const { talk, events, leaving } = await openStage(t, {
		...reply,
		hangAfterBytes: Buffer.byteLength(reply.body ?? "") - 30,
	});
	const talking = talk();
	while (events.length === 0) await new Promise((done) => setTimeout(done, 5));
	leaving.abort(new Error("the caller left"));
	await assert.rejects(talking, /the caller left/);
});
