/** What the AI SDK's packages do not do by themselves, or would do otherwise. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
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
	type VendorReply,
	type VendorScript,
} from "../../testing/vendor-stub.ts";
import { type ImageCall, type Provider, ProviderError } from "../provider.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { aiSdkKinds } from "./kinds.ts";

const PNG = await plainPng({ width: 48, height: 32 }, "one");
const BASE64 = PNG.toString("base64");

const json = (body: unknown): VendorReply => ({ body: JSON.stringify(body) });
const picture: VendorReply = {
	headers: { "content-type": "image/png" },
	body: PNG,
};
const square = { width: 1024, height: 1024, aspectRatio: "1:1" };

function openProvider(
	kind: string,
	options: Record<string, unknown>,
	services: ProviderServices = providerServices(),
	name = kind,
): Provider {
	const faults: string[] = [];
	const instance = aiSdkKinds
		.find((each) => each.kind === kind)
		?.configure(
			{ environment: {}, entries: { [name]: { kind, ...options } } },
			faults,
		)
		.find((each) => each.name === name);
	assert.ok(instance, faults.join("\n"));
	return instance.open(services);
}

async function openStage(
	t: TestContext,
	kind: string,
	script: VendorScript,
	{
		options = {},
		signal,
		services,
	}: {
		options?: Record<string, unknown>;
		signal?: AbortSignal;
		services?: Partial<ProviderServices>;
	} = {},
) {
	const stub = await openVendorStub(t);
	stub.script = script;
	const provider = openProvider(
		kind,
		{ apiKey: "sk-vendor", url: stub.url, ...options },
		{ ...providerServices(), ...services },
	);
	t.after(() => provider.close());
	const context = await openCallContext(t, signal);
	return {
		stub,
		draw: (call: Partial<ImageCall>) =>
			provider.generateImages(imageCall(call), context),
		fails: async (call: Partial<ImageCall>) => {
			const error: unknown = await provider
				.generateImages(imageCall(call), context)
				.then(
					() => assert.fail("it drew"),
					(thrown: unknown) => thrown,
				);
			assert.ok(error instanceof ProviderError, String(error));
			return error;
		},
		bodyAt: (index: number) =>
			JSON.parse(stub.received[index]?.body.toString() ?? "") as Record<
				string,
				unknown
			>,
	};
}

test("a picture that the content policy refuses after the request was accepted is content_blocked", async (t) => {
	const kontext = "accounts/fireworks/models/flux-kontext-pro";
	const blocked: readonly [
		string,
		Partial<ImageCall>,
		...((url: string) => unknown)[],
	][] = [
		[
			"xai",
			{},
			() => ({ data: [{ respect_moderation: false, b64_json: "" }] }),
		],
		[
			"fal",
			{},
			() => ({
				images: [{ url: `data:image/png;base64,${BASE64}` }],
				has_nsfw_concepts: [true],
			}),
		],
		[
			"replicate",
			{},
			(url) => ({
				status: "failed",
				error: "The input or output was flagged as sensitive. (E005)",
				urls: { get: url },
			}),
		],
		...["Request Moderated", "Content Moderated"]
			.map(
				(status) =>
					[
						"black-forest-labs",
						{ frame: square },
						(url: string) => ({ id: "t1", polling_url: `${url}/poll` }),
						() => ({ id: "t1", status, result: null }),
					] as const,
			)
			.map((each): (typeof blocked)[number] => [...each]),
		[
			"luma",
			{},
			() => ({ id: "g1", state: "queued" }),
			() => ({
				id: "g1",
				state: "failed",
				failure_reason: "Advanced moderation failed",
			}),
		],
		[
			"fireworks",
			{ model: kontext },
			() => ({ request_id: "r1" }),
			() => ({ id: "r1", status: "Content Moderated", result: null }),
		],
		["bedrock", {}, () => ({ status: "Request Moderated" })],
		[
			"bedrock",
			{},
			() => ({
				images: [],
				error:
					"All of the generated images have been blocked by our content filters.",
			}),
		],
		[
			"vertex",
			{ model: "gemini-2.5-flash-image" },
			() => ({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }),
		],
		[
			"vertex",
			{ model: "gemini-2.5-flash-image" },
			() => ({ candidates: [{ finishReason: "IMAGE_SAFETY" }] }),
		],
	];
	for (const [kind, call, ...answers] of blocked) {
		const stage = await openStage(
			t,
			kind,
			(_request, index) => json(answers[index]?.(stage.stub.url)),
			{ options: kind === "bedrock" ? { region: "eu-west-1" } : {} },
		);
		const error = await stage.fails(call);
		assert.equal(error.kind, "content_blocked", `${kind}: ${error.message}`);
		assert.equal(error.mayBePaid, true);
		assert.equal(stage.stub.received.length, answers.length);
	}
});

test("work that fails at the vendor is unavailable, perhaps paid, and the log says what the vendor said", async (t) => {
	const stage = await openStage(t, "luma", (_request, index) =>
		json(
			index === 0
				? { id: "g1", state: "queued" }
				: { id: "g1", state: "failed", failure_reason: "shard 7 is down" },
		),
	);
	const error = await stage.fails({ frame: square });
	assert.equal(error.kind, "unavailable");
	assert.equal(error.mayBePaid, true);
	assert.match(error.message, /shard 7 is down/);
});

test("a picture that is paid for is not lost because asking after it fails once", async (t) => {
	const broken: VendorReply[] = [
		{ status: 503, body: "{}" },
		{ breakAfterBytes: 0 },
	];
	const stage = await openStage(t, "black-forest-labs", ({ path, method }) => {
		const { url } = stage.stub;
		if (method === "POST")
			return json({ id: "t1", polling_url: `${url}/poll`, cost: 4 });
		const fault = broken.pop();
		if (fault !== undefined) return fault;
		return path.startsWith("/poll")
			? json({ status: "Ready", result: { sample: `${url}/p.png`, seed: 5 } })
			: picture;
	});
	const { images, costDollars } = await stage.draw({ frame: square });
	assert.deepEqual(bytesOf(images[0]?.file ?? assert.fail()), PNG);
	assert.equal(images[0]?.seed, 5);
	assert.equal(costDollars, 0.04);
	assert.equal(
		stage.stub.received.filter(({ method }) => method === "POST").length,
		1,
	);
});

test("a caller who leaves while a picture is being asked after ends the asking", async (t) => {
	const answers: Record<string, (url: string) => unknown> = {
		"black-forest-labs": (url) => ({
			id: "t1",
			polling_url: `${url}/poll`,
			status: "Pending",
		}),
		luma: () => ({ id: "g1", state: "queued" }),
		replicate: (url) => ({
			status: "processing",
			urls: { get: `${url}/poll` },
		}),
	};
	for (const [kind, answerOf] of Object.entries(answers)) {
		const leaving = new AbortController();
		const isAsked = Promise.withResolvers<void>();
		const stage = await openStage(
			t,
			kind,
			(_request, index) => {
				if (index === 2) isAsked.resolve();
				return json(answerOf(stage.stub.url));
			},
			{ signal: leaving.signal },
		);
		const drawing = stage.draw({ frame: square });
		await isAsked.promise;
		leaving.abort(new Error("the caller left"));
		await assert.rejects(drawing, /the caller left/);
		const asked = stage.stub.received.length;
		// Longer than any package sleeps between two questions.
		await sleep(900);
		assert.equal(stage.stub.received.length, asked, kind);
	}
});

test("a picture at another host is fetched through the guard, without our credentials", async (t) => {
	const fetched: string[] = [];
	const stage = await openStage(
		t,
		"fal",
		() => json({ images: [{ url: "https://cdn.example.com/p.png?sig=1" }] }),
		{
			services: {
				fetchGuarded: (allowedHosts) => async (url, limits) => {
					fetched.push(url, ...allowedHosts);
					assert.ok(limits.signal);
					return {
						contentType: "",
						finalUrl: url,
						body: (async function* () {
							yield PNG.subarray(0, 5);
							yield PNG.subarray(5);
						})(),
					};
				},
			},
		},
	);
	const { images } = await stage.draw({});
	assert.deepEqual(bytesOf(images[0]?.file ?? assert.fail()), PNG);
	assert.deepEqual(fetched, [
		"https://cdn.example.com/p.png?sig=1",
		stage.stub.host,
	]);
});

test("a vendor that leads us into our own network leads nowhere", async (t) => {
	const inside = await openVendorStub(t);
	inside.script = () => picture;
	const stage = await openStage(t, "fal", ({ path }) =>
		path === "/p.png"
			? { status: 302, headers: { location: `${inside.url}/p.png` } }
			: json({ images: [{ url: `${stage.stub.url}/p.png` }] }),
	);
	const error = await stage.fails({});
	assert.equal(error.kind, "unavailable");
	assert.equal(inside.received.length, 0);
});

test("hosts of Black Forest Labs' own are asked with the apiKey, and others that sound like them are not", async (t) => {
	const asked: string[] = [];
	const guarded: string[] = [];
	const answers: Record<string, () => Response> = {
		"https://api.bfl.ai/v1/flux-pro-1.1": () =>
			Response.json({
				id: "t1",
				polling_url: "https://api.us1.bfl.ai/v1/get_result?id=t1",
			}),
		"https://api.us1.bfl.ai/v1/get_result?id=t1": () =>
			Response.json({
				status: "Ready",
				result: { sample: "https://delivery.notbfl.ai/p.png" },
			}),
	};
	const provider = openProvider(
		"black-forest-labs",
		{ apiKey: "sk-vendor" },
		{
			...providerServices(),
			openHttp: () => ({
				send: () => assert.fail("packages use fetch"),
				fetch: async (input, init) => {
					const url = String(input);
					asked.push(`${url} ${new Headers(init?.headers).get("x-key")}`);
					return answers[url]?.() ?? assert.fail(url);
				},
				close: async () => {},
			}),
			fetchGuarded: () => async (url) => {
				guarded.push(url);
				return {
					contentType: "image/png",
					finalUrl: url,
					body: ReadableStream.from([PNG]),
				};
			},
		},
	);
	const context = await openCallContext(t);
	await provider.generateImages(
		imageCall({ model: "flux-pro-1.1", frame: { width: 768, height: 512 } }),
		context,
	);
	assert.deepEqual(asked, [
		"https://api.bfl.ai/v1/flux-pro-1.1 sk-vendor",
		"https://api.us1.bfl.ai/v1/get_result?id=t1 sk-vendor",
	]);
	assert.deepEqual(guarded, ["https://delivery.notbfl.ai/p.png"]);
});

test("a picture in a data URL is kept as any other", async (t) => {
	const stage = await openStage(
		t,
		"fal",
		() =>
			json({
				images: [{ url: `data:image/png;base64,${BASE64}` }],
				seed: 77,
			}),
		{ options: { providerOptions: { syncMode: true } } },
	);
	const { images } = await stage.draw({ seed: 78 });
	assert.deepEqual(bytesOf(images[0]?.file ?? assert.fail()), PNG);
	assert.equal(images[0]?.seed, 77, "the seed that the vendor says it used");
	assert.equal(stage.bodyAt(0).sync_mode, true);
});

test("an answer that has something else where pictures are is unavailable, and perhaps paid", async (t) => {
	for (const reply of [
		{ headers: { "content-type": "text/html" }, body: "<html>Sorry</html>" },
		{ headers: { "content-type": "image/png" }, body: "" },
	]) {
		const stage = await openStage(t, "fal", ({ method }) =>
			method === "POST"
				? json({ images: [{ url: `${stage.stub.url}/p.png` }] })
				: reply,
		);
		const error = await stage.fails({});
		assert.equal(error.kind, "unavailable");
		assert.equal(error.mayBePaid, true);
	}
});

test("what vendors say of costs, tokens and prompts is passed on", async (t) => {
	const xai = await openStage(t, "xai", () =>
		json({
			data: [{ b64_json: BASE64, revised_prompt: "A very red fox" }],
			usage: { cost_in_usd_ticks: 400_000_000 },
		}),
	);
	const drawn = await xai.draw({ frame: square });
	assert.equal(drawn.costDollars, 0.04);
	assert.equal(drawn.images[0]?.revisedPrompt, "A very red fox");

	const azure = await openStage(t, "azure", () =>
		json({
			data: [{ b64_json: BASE64 }],
			usage: {
				input_tokens: 30,
				output_tokens: 4_160,
				input_tokens_details: { image_tokens: 20, text_tokens: 10 },
			},
		}),
	);
	assert.deepEqual((await azure.draw({ model: "gpt-image-1" })).usage, {
		inputTextTokens: 10,
		inputImageTokens: 20,
		outputTextTokens: 0,
		outputImageTokens: 4_160,
	});
});

test("a shape is asked for by its ratio where it has one, and by its pixels where it has none", async (t) => {
	const stage = await openStage(t, "xai", () =>
		json({ data: [{ b64_json: BASE64 }] }),
	);
	const { warnings } = await stage.draw({
		frame: { width: 2048, height: 2048, aspectRatio: "19.5:9", tier: "2k" },
	});
	assert.deepEqual(warnings, []);
	assert.equal(stage.bodyAt(0).aspect_ratio, "19.5:9");
	assert.equal(stage.bodyAt(0).resolution, "2k");

	const flux = await openStage(t, "black-forest-labs", () => ({
		status: 500,
	}));
	await flux.fails({ frame: { width: 768, height: 512 } });
	const { width, height, aspect_ratio } = flux.bodyAt(0);
	assert.deepEqual([width, height, aspect_ratio], [768, 512, undefined]);

	const together = await openStage(t, "together", () =>
		json({ data: [{ b64_json: BASE64 }] }),
	);
	const wide = await together.draw({ frame: { width: 768, height: 512 } });
	assert.deepEqual(
		wide.warnings,
		[],
		"its package warns of a ratio nobody asked for",
	);
	assert.equal(together.bodyAt(0).width, 768);
});

test("what a vendor has no parameter for is warned of, and what it has arrives", async (t) => {
	const stage = await openStage(t, "xai", () =>
		json({ data: [{ b64_json: BASE64 }] }),
	);
	const { warnings } = await stage.draw({
		frame: square,
		negativePrompt: "rain",
		quality: "high",
		seed: 4,
	});
	assert.deepEqual(
		warnings.map(({ kind, parameter }) => `${parameter} ${kind}`),
		["negativePrompt unsupported", "seed unsupported"],
	);
	assert.equal(stage.bodyAt(0).quality, "high");

	const bedrock = await openStage(
		t,
		"bedrock",
		() => json({ images: [BASE64] }),
		{ options: { region: "us-east-1" } },
	);
	await bedrock.draw({ negativePrompt: "rain", quality: "high" });
	assert.deepEqual(bedrock.bodyAt(0), {
		taskType: "TEXT_IMAGE",
		textToImageParams: { text: "a red fox", negativeText: "rain" },
		imageGenerationConfig: {
			width: 1024,
			height: 1024,
			// Half of all seeds, by the random numbers of the test.
			seed: 429_496_730,
			numberOfImages: 1,
			quality: "premium",
		},
	});
});

test("a seed that Bedrock does not know is another one, always the same, and said so", async (t) => {
	const stage = await openStage(
		t,
		"bedrock",
		() => json({ images: [BASE64] }),
		{ options: { region: "us-east-1" } },
	);
	for (const [wanted, drawnWith] of [
		[0, 1],
		[5, 5],
		[858_993_459, 858_993_459],
		[858_993_460, 2],
	] as const) {
		const { images, warnings } = await stage.draw({ seed: wanted });
		assert.equal(images[0]?.seed, drawnWith);
		assert.equal(warnings.length, wanted === drawnWith ? 0 : 1);
		const again = await stage.draw({ seed: drawnWith });
		assert.equal(again.images[0]?.seed, drawnWith);
	}
});

test("an edit and its mask arrive where masks mean what ours mean, and are refused elsewhere", async (t) => {
	const mask = inputImageOf(Buffer.from("the mask"));
	const call = { inputImages: [inputImageOf(PNG)], mask, seed: 9 };
	for (const kind of ["azure", "deepinfra"]) {
		const stage = await openStage(t, kind, () =>
			json({ data: [{ b64_json: BASE64 }] }),
		);
		const { images, warnings } = await stage.draw(call);
		assert.equal(images[0]?.seed, undefined);
		assert.deepEqual(
			warnings.map(({ parameter }) => parameter),
			["seed"],
			"an edit has no seed there",
		);
		assert.ok(stage.stub.received[0]?.body.includes("the mask"));
		assert.ok(stage.stub.received[0]?.body.includes(PNG));
	}
	const stage = await openStage(t, "fal", () => picture);
	assert.equal((await stage.fails(call)).kind, "invalid");
	assert.equal(stage.stub.received.length, 0);
});

test("input images that would fill the memory are refused before any is read", async (t) => {
	const stage = await openStage(t, "fal", () => picture);
	const large = inputImageOf(PNG, {
		sizeBytes: 25_000_000,
		open: () => assert.fail("it was read"),
	});
	const error = await stage.fails({
		inputImages: [large, inputImageOf(PNG, { sizeBytes: 200_000 })],
	});
	assert.equal(error.kind, "invalid");
	assert.match(error.publicMessage, /25200000 bytes together/);
	assert.equal(stage.stub.received.length, 0);
});

test("the configuration's own options reach the package, and what a call asks for comes before them", async (t) => {
	const stage = await openStage(
		t,
		"together",
		() => json({ data: [{ b64_json: BASE64 }] }),
		{ options: { providerOptions: { steps: 3, negative_prompt: "snow" } } },
	);
	await stage.draw({});
	assert.equal(stage.bodyAt(0).steps, 3);
	assert.equal(stage.bodyAt(0).negative_prompt, "snow");
	await stage.draw({ negativePrompt: "rain" });
	assert.equal(stage.bodyAt(1).negative_prompt, "rain");
});

test("several input images are sent as several", async (t) => {
	const stage = await openStage(t, "fal", () => ({ status: 500 }));
	await stage.fails({ inputImages: [inputImageOf(PNG), inputImageOf(PNG)] });
	assert.equal((stage.bodyAt(0).image_urls as string[]).length, 2);
});
