/** Unfinished pictures are seen on the way, from servers that send them, and missed from those that do not. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { plainPng } from "../../testing/scripted-provider.ts";
import {
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import { openVendorStub, type VendorReply } from "../../testing/vendor-stub.ts";
import type { ImageCall, KeptFile } from "../provider.ts";
import { eventStream, serverAt } from "./test-instance.ts";

const [HALF, MOST, WHOLE] = await Promise.all(
	["half", "most", "whole"].map((text) =>
		plainPng({ width: 48, height: 32 }, text),
	),
);
assert.ok(HALF !== undefined && MOST !== undefined && WHOLE !== undefined);

const partial = (picture: Buffer, index: number, of = "image_generation") => ({
	type: `${of}.partial_image`,
	b64_json: picture.toString("base64"),
	created_at: 1,
	size: "1024x1024",
	partial_image_index: index,
});

const completed = (picture: Buffer, of = "image_generation") => ({
	type: `${of}.completed`,
	b64_json: picture.toString("base64"),
	created_at: 1,
	size: "1024x1024",
	usage: {
		total_tokens: 100,
		input_tokens: 50,
		output_tokens: 50,
		input_tokens_details: { text_tokens: 10, image_tokens: 40 },
	},
});

async function draw(
	t: TestContext,
	reply: VendorReply,
	changes: Partial<ImageCall> = {},
) {
	const stub = await openVendorStub(t);
	stub.script = () => reply;
	const provider = serverAt(`${stub.url}/v1`).open(providerServices());
	t.after(() => provider.close());
	const seen: { picture: Buffer; index: number }[] = [];
	const context = {
		...(await openCallContext(t)),
		onPartialImage: (file: KeptFile, index: number) => {
			seen.push({ picture: bytesOf(file), index });
		},
	};
	const call = imageCall({
		model: "gpt-image-2",
		partialImages: 2,
		...changes,
	});
	const drawing = provider.generateImages(call, context);
	return { drawing, seen, stub };
}

test("unfinished pictures are told as they come, before the finished one", async (t) => {
	const { drawing, seen, stub } = await draw(
		t,
		eventStream(partial(HALF, 0), partial(MOST, 1), completed(WHOLE)),
	);
	const { images, usage } = await drawing;
	assert.deepEqual(seen, [
		{ picture: HALF, index: 0 },
		{ picture: MOST, index: 1 },
	]);
	assert.deepEqual(
		images.map(({ file }) => bytesOf(file)),
		[WHOLE],
	);
	assert.deepEqual(usage, {
		inputTextTokens: 10,
		inputImageTokens: 40,
		outputTextTokens: 0,
		outputImageTokens: 50,
	});
	const { stream, partial_images } = JSON.parse(
		stub.received[0]?.body.toString() ?? "",
	);
	assert.deepEqual(
		{ stream, partial_images },
		{ stream: true, partial_images: 2 },
	);
});

test("edits are seen on the way too", async (t) => {
	const { drawing, seen, stub } = await draw(
		t,
		eventStream(partial(HALF, 0, "image_edit"), completed(WHOLE, "image_edit")),
		{ inputImages: [inputImageOf(HALF)] },
	);
	const { images } = await drawing;
	assert.equal(images.length, 1);
	assert.equal(seen.length, 1);
	const form = stub.received[0]?.body.toString("latin1") ?? "";
	assert.match(form, /name="stream"\r\n\r\ntrue\r\n/);
	assert.match(form, /name="partial_images"\r\n\r\n2\r\n/);
});

test("several pictures come one after the other", async (t) => {
	const { drawing } = await draw(
		t,
		eventStream(completed(WHOLE), completed(MOST)),
		{ count: 2 },
	);
	const { images } = await drawing;
	assert.deepEqual(
		images.map(({ file }) => bytesOf(file)),
		[WHOLE, MOST],
	);
});

test("a server that knows no streams is understood", async (t) => {
	const data = [{ b64_json: WHOLE.toString("base64") }];
	const { drawing, seen } = await draw(t, {
		body: JSON.stringify({ created: 1, data }, null, 2),
	});
	const { images } = await drawing;
	assert.deepEqual(
		images.map(({ file }) => bytesOf(file)),
		[WHOLE],
	);
	assert.equal(seen.length, 0);
});

test("a server that keeps the stream open when it is done is not waited for", async (t) => {
	const stream = eventStream(completed(WHOLE), partial(HALF, 0));
	const { drawing } = await draw(t, {
		...stream,
		hangAfterBytes: stream.body.indexOf("image_generation.partial") - 7,
	});
	assert.equal((await drawing).images.length, 1);
});

test("a stream that ends without a finished picture is unavailable, and may be paid", async (t) => {
	const { drawing, seen } = await draw(t, eventStream(partial(HALF, 0)));
	await assert.rejects(drawing, { kind: "unavailable", mayBePaid: true });
	assert.equal(seen.length, 1);
});

const said = {
	type: "image_generation_user_error",
	code: "moderation_blocked",
	message: "no",
	param: null,
};

for (const [what, fault] of [
	["an event of errors", { type: "error", error: said }],
	["an error without a type", { error: said }],
	[
		"an error that lies flat",
		{ type: "error", code: "moderation_blocked", message: "no" },
	],
] as const) {
	test(`${what} in the stream is what it says`, async (t) => {
		const { drawing } = await draw(t, eventStream(fault));
		await assert.rejects(drawing, {
			kind: "content_blocked",
			mayBePaid: false,
		});
	});
}

test("an error after an unfinished picture may be paid, so that it is not asked again", async (t) => {
	const fault = {
		type: "error",
		error: { type: "server_error", code: null, message: "boom" },
	};
	const { drawing } = await draw(t, eventStream(partial(HALF, 0), fault));
	await assert.rejects(drawing, {
		kind: "unavailable",
		mayBePaid: true,
		isRetryable: false,
	});
});

test("a refusal before the stream begins is a refusal", async (t) => {
	const { drawing } = await draw(t, {
		status: 400,
		body: JSON.stringify({ error: said }),
	});
	await assert.rejects(drawing, { kind: "content_blocked" });
});
