/** The web UI draws, edits, tells how far it is and is interrupted, over its true wire. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
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
	type VendorScript,
} from "../../testing/vendor-stub.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import type { ProviderError } from "../provider.ts";
import { SECRET, testProviderContract } from "../provider-contract.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { automatic1111 } from "./kind.ts";

const AUTH = `team:${SECRET}`;

function configure(
	environment: Record<string, string>,
	entries: Record<string, unknown> = {},
) {
	const faults: string[] = [];
	const instances = automatic1111.configure({ environment, entries }, faults);
	return { instances, faults };
}

function open(
	url: string,
	services: ProviderServices,
	options: Record<string, unknown> = {},
) {
	const { instances, faults } = configure(
		{ AUTOMATIC1111_URL: `${url}/`, AUTOMATIC1111_AUTH: AUTH },
		{ automatic1111: options },
	);
	assert.deepEqual(faults, []);
	assert.ok(instances[0] !== undefined);
	return instances[0].open(services);
}

const isDrawing = ({ path }: VendorReceived) => /\/(txt|img)2img$/.test(path);

const json = (body: unknown) => ({ body: JSON.stringify(body) });

/** Forge and the web UI answer alike. */
function answer(pictures: readonly Buffer[], info: object = {}) {
	return json({
		images: pictures.map((picture) => picture.toString("base64")),
		parameters: { prompt: "a red fox", init_images: null },
		info: JSON.stringify({
			all_seeds: pictures.map((_, index) => 7 + index),
			index_of_first_image: 0,
			...info,
		}),
	});
}

testProviderContract("automatic1111", {
	open,
	call: { model: "" },
	isDrawing,
	answersInText: true,
	promptOf: ({ body }) => JSON.parse(body.toString()).prompt,
	inputImagesOf: (received) =>
		received
			.filter(isDrawing)
			.flatMap(({ body }) =>
				JSON.parse(body.toString()).init_images.map((each: string) =>
					Buffer.from(each, "base64"),
				),
			),
	script: (pictures, distort) => (request) =>
		isDrawing(request) ? distort(answer(pictures)) : json({}),
	refusals: [
		{
			what: "a wrong password",
			reply: {
				status: 401,
				...json({ detail: "Incorrect username or password" }),
			},
			kind: "auth",
		},
		{
			what: "a sampler that there is none of",
			reply: { status: 404, ...json({ detail: "Sampler not found" }) },
			kind: "invalid",
		},
		{
			what: "a server without its API",
			reply: { status: 404, ...json({ detail: "Not Found" }) },
			kind: "not_configured",
		},
		{
			what: "a graphics card without room",
			reply: {
				status: 500,
				...json({
					error: "OutOfMemoryError",
					detail: "",
					errors: "CUDA out of memory.",
				}),
			},
			kind: "unavailable",
		},
	],
});

async function openStage(
	t: TestContext,
	script: VendorScript,
	options: Record<string, unknown> = {},
) {
	const stub = await openVendorStub(t);
	stub.script = script;
	const provider = open(stub.url, providerServices(), options);
	t.after(() => provider.close());
	const leaving = new AbortController();
	const context = await openCallContext(t, leaving.signal);
	const bodies = () =>
		stub.received
			.filter(isDrawing)
			.map(({ path, body }) => ({ path, ...JSON.parse(body.toString()) }));
	return { stub, provider, context, leaving, bodies };
}

const PICTURE = Buffer.from("not much of a picture, but whole");
const drawing: VendorScript = (request) =>
	isDrawing(request) ? answer([PICTURE]) : json({});

test("automatic1111: it draws without a checkpoint being named, and is not configured without a URL", () => {
	const { instances } = configure({});
	assert.deepEqual(instances[0]?.offers, [
		{ id: "automatic1111", providerModel: "", capabilities: {} },
	]);
	assert.deepEqual(instances[0]?.open(providerServices()).readiness, {
		status: "not_configured",
		detail: "AUTOMATIC1111_URL is not set",
	});
});

test("automatic1111: what the request itself says needs no default, and that is told at the start", () => {
	const { faults } = configure(
		{},
		{ automatic1111: { defaults: { steps: 8, prompt: "x" }, auth: "nobody" } },
	);
	assert.equal(faults.length, 2);
	assert.ok(
		faults.some((fault) => /providers\.automatic1111\.auth/.test(fault)),
	);
	assert.ok(
		faults.some((fault) => /automatic1111\.defaults\.prompt/.test(fault)),
	);
});

test("automatic1111: a picture from text is asked for with all that was said, the owner's defaults under it", async (t) => {
	const { stub, provider, context, bodies } = await openStage(t, drawing, {
		defaults: {
			steps: 8,
			negative_prompt: "blurry",
			override_settings: { CLIP_stop_at_last_layers: 2 },
		},
	});
	await provider.generateImages(
		imageCall({
			model: "sdxl.safetensors [31e35c80fc]",
			negativePrompt: "text",
			seed: 5,
			count: 1,
			frame: { width: 832, height: 1216 },
		}),
		context,
	);
	await provider.generateImages(imageCall({ model: "", count: 2 }), context);
	const [named, plain] = bodies();
	assert.deepEqual(named, {
		path: "/sdapi/v1/txt2img",
		steps: 8,
		prompt: "a red fox",
		negative_prompt: "text",
		seed: 5,
		width: 832,
		height: 1216,
		batch_size: 1,
		n_iter: 1,
		send_images: true,
		override_settings: {
			CLIP_stop_at_last_layers: 2,
			sd_model_checkpoint: "sdxl.safetensors [31e35c80fc]",
		},
	});
	assert.equal(plain?.negative_prompt, "blurry");
	assert.equal(plain?.batch_size, 2);
	assert.ok(
		Number.isInteger(plain?.seed) && plain.seed >= 0 && plain.seed < 2 ** 31,
	);
	assert.deepEqual(plain?.override_settings, { CLIP_stop_at_last_layers: 2 });
	assert.equal(
		stub.received[0]?.headers.authorization,
		`Basic ${Buffer.from(AUTH).toString("base64")}`,
	);
});

test("automatic1111: pictures come with their seeds, without contact sheets and by-products", async (t) => {
	const [sheet, one, two, byProduct] = ["sheet", "one!", "two!", "mask"].map(
		(text) => Buffer.from(text),
	);
	assert.ok(sheet && one && two && byProduct);
	const { provider, context } = await openStage(t, (request) =>
		isDrawing(request)
			? answer([sheet, one, two, byProduct], {
					all_seeds: [11, 12],
					index_of_first_image: 1,
				})
			: json({}),
	);
	const { images } = await provider.generateImages(
		imageCall({ count: 2 }),
		context,
	);
	assert.deepEqual(
		images.map(({ file, seed }) => [String(bytesOf(file)), seed]),
		[
			["one!", 11],
			["two!", 12],
		],
	);
});

test("automatic1111: an answer without a picture, or without readable facts, is no success and no failure in turn", async (t) => {
	const { stub, provider, context } = await openStage(t, () =>
		json({ images: [], info: "{}" }),
	);
	await assert.rejects(
		provider.generateImages(imageCall(), context),
		({ kind, isRetryable }: ProviderError) =>
			kind === "unavailable" && !isRetryable,
	);
	stub.script = () =>
		json({ images: [PICTURE.toString("base64")], info: "none" });
	const { images } = await provider.generateImages(imageCall(), context);
	assert.deepEqual(
		images.map(({ seed }) => seed),
		[undefined],
	);
});

test("automatic1111: what is transparent in our mask is white in the mask that it is sent", async (t) => {
	const { provider, context, bodies } = await openStage(t, drawing);
	const mask = await sharp(Buffer.from([9, 9, 9, 255, 9, 9, 9, 0]), {
		raw: { width: 2, height: 1, channels: 4 },
	})
		.png()
		.toBuffer();
	const source = await plainPng({ width: 2, height: 1 }, "source");
	await provider.generateImages(
		imageCall({
			inputImages: [inputImageOf(source)],
			mask: inputImageOf(mask),
		}),
		context,
	);
	const [body] = bodies();
	assert.equal(body?.path, "/sdapi/v1/img2img");
	assert.equal(body?.resize_mode, 1);
	assert.equal(body?.inpaint_full_res, false);
	const sent = sharp(Buffer.from(body?.mask, "base64"));
	assert.equal((await sent.metadata()).channels, 1);
	assert.deepEqual(
		[...(await sent.toColourspace("b-w").raw().toBuffer())],
		[0, 255],
	);
});

test("automatic1111: how far it is and what it looks like so far is told while it draws", async (t) => {
	const drawn = Promise.withResolvers<void>();
	const answers = [
		{ progress: 0 },
		{ progress: 0.25, current_image: Buffer.from("haze").toString("base64") },
		{ progress: 0.2, current_image: Buffer.from("haze").toString("base64") },
		{ progress: 0.75, current_image: Buffer.from("shape").toString("base64") },
	];
	const asked: string[] = [];
	const { provider, context } = await openStage(t, async (request) => {
		if (isDrawing(request)) {
			await drawn.promise;
			return answer([PICTURE]);
		}
		asked.push(request.path);
		const next = answers.shift();
		if (next === undefined) drawn.resolve();
		return json(next ?? { progress: 0 });
	});
	await provider.generateImages(imageCall({ partialImages: 2 }), context);
	assert.deepEqual(context.progress, [0.25, 0.75]);
	assert.deepEqual(context.partialImages.map(String), ["haze", "shape"]);
	assert.match(asked[0] ?? "", /skip_current_image=false$/);
	assert.match(asked[4] ?? "", /skip_current_image=true$/);
});

test("automatic1111: a picture does not hang on how far it is", async (t) => {
	const drawn = Promise.withResolvers<void>();
	const { provider, context } = await openStage(t, async (request) => {
		if (isDrawing(request)) {
			await drawn.promise;
			return answer([PICTURE]);
		}
		drawn.resolve();
		return { status: 500, body: "broken" };
	});
	const { images } = await provider.generateImages(imageCall(), context);
	assert.equal(images.length, 1);
	assert.deepEqual(context.progress, []);
});

test("automatic1111: a caller who leaves has it interrupted once, and only what it draws", async (t) => {
	const isHanging = Promise.withResolvers<void>();
	let drawings = 0;
	const { stub, provider, context, leaving } = await openStage(t, (request) => {
		if (!isDrawing(request)) return json({});
		if (++drawings === 2) isHanging.resolve();
		return { ...answer([PICTURE]), hangAfterBytes: 0 };
	});
	const interrupts = () =>
		stub.received.filter(({ path }) => path === "/sdapi/v1/interrupt").length;
	const staying = provider
		.generateImages(imageCall(), context)
		.catch((error: unknown) => error);
	await waitUntil(() => drawings === 1);
	const waiting = new AbortController();
	const second = provider.generateImages(imageCall(), {
		...context,
		signal: waiting.signal,
	});
	await isHanging.promise;
	waiting.abort(new Error("the second left"));
	await assert.rejects(second, /the second left/);
	assert.equal(interrupts(), 0, "it was waiting behind the first");
	leaving.abort(new Error("the first left"));
	assert.match(String(await staying), /the first left/);
	assert.equal(interrupts(), 1);
});

test("automatic1111: its checkpoints are its models", async (t) => {
	const { provider } = await openStage(t, ({ path }) =>
		path === "/sdapi/v1/sd-models"
			? json([
					{ title: "a.safetensors [1]", model_name: "a" },
					{ title: "b.ckpt" },
				])
			: { status: 404 },
	);
	const models = await provider.listModels?.(new AbortController().signal);
	assert.deepEqual(models, [{ id: "a.safetensors [1]" }, { id: "b.ckpt" }]);
});
