/** What is asked of a server word for word, and what is made of its answers. */
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
import {
	openVendorStub,
	type VendorReceived,
	type VendorReply,
} from "../../testing/vendor-stub.ts";
import { type ImageCall, ProviderError } from "../provider.ts";
import { serverAt } from "./test-instance.ts";

async function openStage(
	t: TestContext,
	reply: VendorReply | ((url: string) => VendorReply),
	options: Readonly<Record<string, unknown>> = {},
) {
	const stub = await openVendorStub(t);
	stub.script = () => (typeof reply === "function" ? reply(stub.url) : reply);
	const provider = serverAt(`${stub.url}/v1`, options).open(providerServices());
	t.after(() => provider.close());
	const context = await openCallContext(t);
	return {
		stub,
		context,
		draw: (changes: Partial<ImageCall> = {}) =>
			provider.generateImages(imageCall(changes), context),
		only: (): VendorReceived => {
			const [request, ...others] = stub.received;
			assert.ok(request !== undefined && others.length === 0);
			return request;
		},
	};
}

const PICTURE = await plainPng({ width: 48, height: 32 }, "one");
const BASE64 = PICTURE.toString("base64");

function answer(body: object): VendorReply {
	return { body: JSON.stringify({ created: 1, ...body }) };
}

const DRAWN = answer({ data: [{ b64_json: BASE64 }] });

test("a request has what was asked and nothing else", async (t) => {
	const { draw, only } = await openStage(t, DRAWN, { apiKey: "sk-1" });
	await draw({ model: "flux", prompt: "a red fox" });
	const { method, path, headers, body } = only();
	assert.equal(`${method} ${path}`, "POST /v1/images/generations");
	assert.equal(headers.authorization, "Bearer sk-1");
	assert.equal(headers["content-type"], "application/json");
	assert.deepEqual(JSON.parse(body.toString()), {
		model: "flux",
		prompt: "a red fox",
		n: 1,
		size: "1024x1024",
		response_format: "b64_json",
	});
});

test("a request has all that was asked", async (t) => {
	const { draw, only } = await openStage(t, DRAWN);
	await draw({
		model: "flux",
		count: 2,
		frame: { width: 1536, height: 1024 },
		quality: "high",
		background: "transparent",
		negativePrompt: "rain",
		seed: 0,
	});
	assert.deepEqual(JSON.parse(only().body.toString()), {
		model: "flux",
		prompt: "a red fox",
		n: 2,
		size: "1536x1024",
		quality: "high",
		background: "transparent",
		response_format: "b64_json",
		negative_prompt: "rain",
		seed: 0,
	});
});

test("a server without a key is sent none", async (t) => {
	const { draw, only } = await openStage(t, DRAWN);
	await draw();
	assert.equal(only().headers.authorization, undefined);
});

for (const [model, responseFormat, expected] of [
	["gpt-image-2", undefined, undefined],
	["chatgpt-image-latest", undefined, undefined],
	["openai/gpt-image-2", undefined, undefined],
	["dall-e-3", undefined, "b64_json"],
	["z-image", undefined, "b64_json"],
	["z-image", "url", "url"],
	["z-image", "none", undefined],
	["gpt-image-2", "b64_json", "b64_json"],
] as const) {
	test(`${model} is asked for the response format ${expected ?? "it has"} when the configuration says ${responseFormat ?? "nothing"}`, async (t) => {
		const options = responseFormat === undefined ? {} : { responseFormat };
		const { draw, only } = await openStage(t, DRAWN, options);
		await draw({ model });
		const { response_format } = JSON.parse(only().body.toString());
		assert.equal(response_format, expected);
	});
}

/** A form as text, with the names of the pictures in the places of their bytes. */
function formOf(
	{ headers, body }: VendorReceived,
	files: Readonly<Record<string, Buffer>>,
): string[] {
	const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(
		headers["content-type"] ?? "",
	)?.[1];
	assert.ok(boundary !== undefined);
	assert.equal(headers["content-length"], String(body.length));
	let text = body.toString("latin1");
	for (const [name, bytes] of Object.entries(files))
		text = text.replace(bytes.toString("latin1"), `<${name}>`);
	const parts = text.split(`--${boundary}`);
	assert.equal(parts.shift(), "");
	assert.equal(parts.pop(), "--\r\n");
	return parts.map((part) => part.trim());
}

const field = (name: string, value: string) =>
	`content-disposition: form-data; name="${name}"\r\n\r\n${value}`;

const file = (name: string, fileName: string, type: string, what: string) =>
	`content-disposition: form-data; name="${name}"; filename="${fileName}"\r\ncontent-type: ${type}\r\n\r\n${what}`;

const ONE = Buffer.from("\x89PNG one \r\n--x", "latin1");
const TWO = Buffer.from("\xff\xd8 two", "latin1");
const MASK = Buffer.from("\x89PNG mask", "latin1");

test("one input image is edited by a form, as image", async (t) => {
	const { draw, only } = await openStage(t, DRAWN);
	await draw({
		model: "gpt-image-2",
		prompt: "in snow",
		quality: "low",
		inputImages: [inputImageOf(ONE)],
	});
	assert.equal(only().path, "/v1/images/edits");
	assert.deepEqual(formOf(only(), { one: ONE }), [
		field("model", "gpt-image-2"),
		field("prompt", "in snow"),
		field("n", "1"),
		field("size", "1024x1024"),
		field("quality", "low"),
		file("image", "image-1.png", "image/png", "<one>"),
	]);
});

test("several input images and a mask are a form too, as image[]", async (t) => {
	const { draw, only } = await openStage(t, DRAWN);
	await draw({
		model: "flux-kontext",
		seed: 7,
		inputImages: [
			inputImageOf(ONE),
			inputImageOf(TWO, { mediaType: "image/jpeg" }),
		],
		mask: inputImageOf(MASK),
	});
	assert.deepEqual(formOf(only(), { one: ONE, two: TWO, mask: MASK }), [
		field("model", "flux-kontext"),
		field("prompt", "a red fox"),
		field("n", "1"),
		field("size", "1024x1024"),
		field("response_format", "b64_json"),
		field("seed", "7"),
		file("image[]", "image-1.png", "image/png", "<one>"),
		file("image[]", "image-2.jpeg", "image/jpeg", "<two>"),
		file("mask", "mask.png", "image/png", "<mask>"),
	]);
});

test("what the server says of a picture and of its cost is told on", async (t) => {
	const { draw } = await openStage(
		t,
		answer({
			data: [{ b64_json: BASE64, revised_prompt: "a very red fox" }],
			usage: {
				total_tokens: 100,
				input_tokens: 50,
				output_tokens: 50,
				input_tokens_details: { text_tokens: 10, image_tokens: 40 },
				output_tokens_details: { image_tokens: 45, text_tokens: 5 },
				cost: 0.042,
			},
		}),
	);
	const { images, usage, costDollars, warnings } = await draw({ seed: 7 });
	assert.equal(images[0]?.revisedPrompt, "a very red fox");
	assert.equal(images[0]?.seed, 7);
	assert.deepEqual(usage, {
		inputTextTokens: 10,
		inputImageTokens: 40,
		outputTextTokens: 5,
		outputImageTokens: 45,
	});
	assert.equal(costDollars, 0.042);
	assert.deepEqual(warnings, []);
});

test("tokens that are not told apart are a picture's, and a server that counts nothing counted nothing", async (t) => {
	const counted = await openStage(
		t,
		answer({
			data: [{ b64_json: BASE64 }],
			usage: { prompt_tokens: 8, completion_tokens: 92, total_tokens: 100 },
		}),
	);
	assert.deepEqual((await counted.draw()).usage, {
		inputTextTokens: 8,
		inputImageTokens: 0,
		outputTextTokens: 0,
		outputImageTokens: 92,
	});
	const uncounted = await openStage(
		t,
		answer({
			data: [{ b64_json: BASE64 }],
			usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
		}),
	);
	const { usage, costDollars } = await uncounted.draw();
	assert.equal(usage, undefined);
	assert.equal(costDollars, undefined);
});

for (const [what, item] of [
	["a data URL", () => ({ url: `data:image/png;base64,${BASE64}` })],
	[
		"a URL beside no base64",
		(url: string) => ({ b64_json: null, url: `${url}/a.png` }),
	],
] as const) {
	test(`a picture may come as ${what}`, async (t) => {
		const { stub, draw } = await openStage(t, DRAWN);
		stub.script = ({ method }) =>
			method === "GET"
				? { headers: { "content-type": "image/png" }, body: PICTURE }
				: answer({ data: [item(stub.url)] });
		const { images } = await draw();
		assert.ok(images[0] !== undefined);
		assert.deepEqual(bytesOf(images[0].file), PICTURE);
	});
}

test("a server may not name a picture that lies elsewhere in our network", async (t) => {
	const elsewhere = await openVendorStub(t);
	elsewhere.script = () => ({ body: PICTURE });
	// The same machine by another name, which is not the server's.
	const url = elsewhere.url.replace("127.0.0.1", "127.0.0.2");
	const { draw } = await openStage(
		t,
		answer({ data: [{ url: `${url}/a.png` }] }),
	);
	await assert.rejects(draw(), (error) => {
		assert.ok(error instanceof ProviderError);
		assert.equal(error.kind, "unavailable");
		assert.equal(error.mayBePaid, true);
		return true;
	});
	assert.equal(elsewhere.received.length, 0);
});

test("pictures that can be had are had, though another one is lost", async (t) => {
	const { draw } = await openStage(t, (url) =>
		answer({
			data: [
				{ url: `${url}x/lost.png` },
				{ b64_json: BASE64 },
				{ revised_prompt: "no picture" },
			],
		}),
	);
	const { images } = await draw({ count: 3 });
	assert.equal(images.length, 1);
});

for (const [what, body] of [
	["without a list", {}],
	["with an empty list", { data: [] }],
	["with an empty picture", { data: [{ b64_json: "" }] }],
] as const) {
	test(`an answer ${what} is unavailable, and may be paid`, async (t) => {
		const { draw } = await openStage(t, answer(body));
		await assert.rejects(draw(), { kind: "unavailable", mayBePaid: true });
	});
}

test("an error in an answer of success is the error that it says it is", async (t) => {
	const { draw } = await openStage(
		t,
		answer({ error: { code: "content_policy_violation", message: "no" } }),
	);
	await assert.rejects(draw(), { kind: "content_blocked", mayBePaid: false });
});

test("a server lists its models", async (t) => {
	const stub = await openVendorStub(t);
	stub.script = () => ({
		body: JSON.stringify({
			object: "list",
			data: [
				{ id: "gpt-image-2", object: "model" },
				{ object: "model" },
				{ id: "org/flux" },
			],
		}),
	});
	const provider = serverAt(`${stub.url}/v1/`).open(providerServices());
	t.after(() => provider.close());
	const models = await provider.listModels?.(new AbortController().signal);
	assert.deepEqual(models, [{ id: "gpt-image-2" }, { id: "org/flux" }]);
	assert.equal(stub.received[0]?.path, "/v1/models");
});
