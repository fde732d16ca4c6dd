/** Image servers of one's own are spoken to in their own ways; what they take and answer is as their sources have it. */
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
	type VendorScript,
} from "../../testing/vendor-stub.ts";
import type { ImageCall } from "../provider.ts";
import { serverAt } from "./test-instance.ts";

const PICTURE = await plainPng({ width: 48, height: 32 }, "one");
const BASE64 = PICTURE.toString("base64");
const INPUT = Buffer.from("\x89PNG in", "latin1");

async function openStage(
	t: TestContext,
	script: (url: string) => VendorScript,
	options: Readonly<Record<string, unknown>>,
) {
	const stub = await openVendorStub(t);
	stub.script = script(stub.url);
	const instance = serverAt(`${stub.url}/v1`, options);
	const provider = instance.open(providerServices());
	t.after(() => provider.close());
	const context = await openCallContext(t);
	return {
		stub,
		instance,
		draw: (changes: Partial<ImageCall> = {}) =>
			provider.generateImages(imageCall(changes), context),
		asked: (): Record<string, unknown> =>
			JSON.parse(stub.received[0]?.body.toString() ?? ""),
	};
}

/** `leejet/stable-diffusion.cpp`, `examples/server/routes_openai.cpp`. */
const sdServer: VendorScript = () => ({
	body: JSON.stringify({
		created: 1764150000,
		data: [{ b64_json: BASE64 }],
		output_format: "png",
	}),
});

const SD_SERVER = { server: "sd-server", models: ["sd-cpp-local"] };

test("sd-server draws what it is asked, and its answer is understood", async (t) => {
	const { draw, asked } = await openStage(t, () => sdServer, SD_SERVER);
	const { images, usage } = await draw({ model: "sd-cpp-local" });
	assert.deepEqual(
		images.map(({ file }) => bytesOf(file)),
		[PICTURE],
	);
	assert.equal(usage, undefined);
	assert.equal(asked().prompt, "a red fox");
});

test("sd-server is told seed and negative prompt where it looks for them", async (t) => {
	const { draw, asked } = await openStage(t, () => sdServer, SD_SERVER);
	const { images } = await draw({
		seed: 42,
		negativePrompt: "</sd_cpp_extra_args> rain",
	});
	const { prompt, seed, negative_prompt } = asked();
	assert.deepEqual([seed, negative_prompt], [undefined, undefined]);
	// As the server does it.
	const [whole, extra] =
		/<sd_cpp_extra_args>(.*?)<\/sd_cpp_extra_args>/.exec(String(prompt)) ?? [];
	assert.deepEqual(JSON.parse(extra ?? ""), {
		seed: 42,
		negative_prompt: "</sd_cpp_extra_args> rain",
	});
	assert.equal(String(prompt).replace(whole ?? "", ""), "a red fox");
	assert.equal(images[0]?.seed, 42);
});

test("nobody sets sd-server's own arguments by a prompt", async (t) => {
	const { draw, asked } = await openStage(t, () => sdServer, SD_SERVER);
	const injected =
		'<sd_cpp_extra_args>{"lora":[{"path":"/etc/passwd"}]}</sd_cpp_extra_args>';
	await draw({ prompt: `a fox ${injected}` });
	const [, first] =
		/<sd_cpp_extra_args>(.*?)<\/sd_cpp_extra_args>/.exec(
			String(asked().prompt),
		) ?? [];
	assert.equal(first, "{}");
});

test("sd-server edits by a form", async (t) => {
	const { draw, stub } = await openStage(t, () => sdServer, SD_SERVER);
	await draw({ inputImages: [inputImageOf(INPUT)], seed: 42 });
	const [request] = stub.received;
	assert.equal(request?.path, "/v1/images/edits");
	const form = request?.body.toString("latin1") ?? "";
	assert.match(form, /name="image"; filename="image-1.png"/);
	assert.match(
		form,
		/name="prompt"\r\n\r\n<sd_cpp_extra_args>{"seed":42}<\/sd_cpp_extra_args>a red fox\r\n/,
	);
	assert.doesNotMatch(form, /name="seed"/);
});

/** `mudler/LocalAI`, `core/http/endpoints/openai/image.go`. */
const localAi =
	(url: string): VendorScript =>
	({ method, path, body }) => {
		if (method === "GET" && path === "/generated-images/b642519.png")
			return { headers: { "content-type": "image/png" }, body: PICTURE };
		const isBase64 = JSON.parse(body.toString()).response_format === "b64_json";
		return {
			body: JSON.stringify({
				created: 1764150000,
				id: "1c2e6d8e-5b77-4b6e-9c3f-5a5a7c2d9a10",
				data: [
					isBase64
						? { embedding: null, index: 0, b64_json: BASE64 }
						: {
								embedding: null,
								index: 0,
								url: `${url}/generated-images/b642519.png`,
							},
				],
				usage: {
					prompt_tokens: 0,
					completion_tokens: 0,
					total_tokens: 0,
					input_tokens: 0,
					output_tokens: 0,
					input_tokens_details: { text_tokens: 0, image_tokens: 0 },
				},
			}),
		};
	};

const LOCAL_AI = { server: "localai", models: ["flux.1-dev"] };

for (const responseFormat of ["b64_json", "url"]) {
	test(`LocalAI's answer as ${responseFormat} is understood`, async (t) => {
		const options = { ...LOCAL_AI, responseFormat };
		const { draw } = await openStage(t, localAi, options);
		const { images, usage } = await draw({ model: "flux.1-dev", seed: 5 });
		assert.deepEqual(
			images.map(({ file }) => bytesOf(file)),
			[PICTURE],
		);
		assert.equal(images[0]?.seed, 5);
		assert.equal(usage, undefined);
	});
}

test("LocalAI is told a negative prompt behind a bar, and no bar of the prompt's is taken for it", async (t) => {
	const { draw, asked } = await openStage(t, localAi, LOCAL_AI);
	await draw({ prompt: "a fox | a hare", negativePrompt: "rain", seed: 5 });
	const { prompt, seed, negative_prompt } = asked();
	assert.deepEqual(String(prompt).split("|"), ["a fox ｜ a hare", "rain"]);
	assert.equal(seed, 5);
	assert.equal(negative_prompt, undefined);
});

test("LocalAI is given reference images as base64, since it has no edits", async (t) => {
	const { draw, stub, asked } = await openStage(t, localAi, LOCAL_AI);
	await draw({ inputImages: [inputImageOf(INPUT), inputImageOf(INPUT)] });
	assert.equal(stub.received[0]?.path, "/v1/images/generations");
	const base64 = INPUT.toString("base64");
	assert.deepEqual(asked().ref_images, [base64, base64]);
});

test("a mask that a server cannot be given is refused, not dropped", async (t) => {
	const { draw, stub } = await openStage(t, localAi, LOCAL_AI);
	const drawing = draw({
		inputImages: [inputImageOf(INPUT)],
		mask: inputImageOf(INPUT),
	});
	await assert.rejects(drawing, { kind: "invalid", mayBePaid: false });
	assert.equal(stub.received.length, 0);
});

test("vLLM-Omni is told seed and negative prompt as fields, once the configuration says that it takes them", async (t) => {
	const { draw, asked, instance } = await openStage(
		t,
		() => () => ({
			body: JSON.stringify({
				created: 1701234567,
				data: [{ b64_json: BASE64, url: null, revised_prompt: null }],
			}),
		}),
		{ sendsSeed: true, sendsNegativePrompt: true },
	);
	assert.equal(instance.defaultCapabilities.seed, "honoured");
	assert.equal(instance.defaultCapabilities.negativePrompt, "native");
	const { images } = await draw({
		model: "Qwen/Qwen-Image",
		seed: 42,
		negativePrompt: "rain",
	});
	assert.equal(images[0]?.revisedPrompt, undefined);
	const { seed, negative_prompt } = asked();
	assert.deepEqual([seed, negative_prompt], [42, "rain"]);
});

test("another Gesso's or Jan's answer, with URL and base64 both, is fetched once", async (t) => {
	const { draw, stub } = await openStage(
		t,
		(url) => () => ({
			body: JSON.stringify({
				created: 1735200000,
				data: [
					{
						url: `${url}/images/jan_abc123.png?sig=x`,
						id: "jan_abc123",
						b64_json: BASE64,
					},
				],
			}),
		}),
		{},
	);
	const { images } = await draw({ model: "z-image" });
	assert.deepEqual(
		images.map(({ file }) => bytesOf(file)),
		[PICTURE],
	);
	assert.equal(stub.received.length, 1);
});

test("what a server can do is by its program, and the configuration may say otherwise", () => {
	const can = (options: Readonly<Record<string, unknown>>) => {
		const { seed, negativePrompt, mask } = serverAt(
			"http://gpu:1234/v1",
			options,
		).defaultCapabilities;
		return [seed, negativePrompt, mask];
	};
	assert.deepEqual(can({}), ["ignored", "folded", true]);
	assert.deepEqual(can({ server: "sd-server" }), ["honoured", "native", false]);
	assert.deepEqual(can({ server: "localai" }), ["honoured", "native", false]);
	assert.deepEqual(can({ server: "localai", sendsSeed: false }), [
		"ignored",
		"native",
		false,
	]);
});
