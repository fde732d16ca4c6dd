/** The team API's generations, held against its contract item by item. */
import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { ProviderError } from "../../providers/provider.ts";
import { openPlatform } from "../../testing/platform.ts";

const EXAMPLE = {
	prompt: "a serene mountain lake at sunrise",
	negativePrompt: "watermark, text",
	variables: {},
	aspectRatio: "16:9",
	resolution: "standard",
	sampleCount: 1,
	modelVersion: "gemini-3-pro-image-preview",
	isPublic: false,
};

test("S1-1, S1-2, S1-4, S1-23..25: the example blocks until the images are there", async (t) => {
	const { post, clock } = await openPlatform(t, { withPainter: true });
	const before = Math.floor(clock() / 1000);
	const { status, body } = await post("", EXAMPLE);
	assert.equal(status, 200);
	const { data } = body;
	assert.match(data.id, /^gen_/);
	assert.equal(data.model, "gemini-3-pro-image-preview");
	assert.ok(data.created >= before && data.created <= before + 60);
	assert.equal(data.data.length, 1);
	const [image] = data.data;
	assert.match(image.id, /^img_/);
	assert.match(image.url, /^http:\/\/[^/]+\/images\/[\w-]+\.webp$/);
	assert.match(image.storageKey, /^generated\/team_\w+\/[0-9a-f]{64}\.png$/);
	assert.deepEqual(data.usage, { credits: 1 });
	assert.deepEqual(
		data.warnings.map(({ kind }: { kind: string }) => kind),
		["deprecated", "substituted"],
		"that the model is retired, and that the painter stood in, is said",
	);
});

test("S1-3, S1-22, S1-26, S1-b: ?async=true answers at once with an id", async (t) => {
	const { post, get, provider } = await openPlatform(t);
	const gate = Promise.withResolvers<void>();
	provider.script = () => ({ kind: "wait", until: gate.promise });
	for (const value of ["true", "1"]) {
		const { status, body } = await post(`?async=${value}`, { prompt: "a" });
		assert.equal(status, 200);
		assert.equal(body.data.status, "queued");
		assert.equal(body.data.model, "scripted");
		assert.match(body.data.id, /^gen_/);
		assert.equal(typeof body.data.created, "number");
	}
	const { body } = await post("?async=true", { prompt: "b" });
	gate.resolve();
	const ended = await get.untilEnded(body.data.id);
	assert.equal(ended.status, "completed");
});

test("S1-22: any other value of async is no", async (t) => {
	const { post } = await openPlatform(t);
	const { body } = await post("?async=yes", { prompt: "a" });
	assert.equal(body.data.status, "completed");
});

test("S1-5: a negative prompt reaches the provider", async (t) => {
	const { post, provider } = await openPlatform(t);
	await post("", { prompt: "a", negativePrompt: "rain" });
	assert.equal(provider.calls[0]?.negativePrompt, "rain");
});

test("S1-6, S1-f: a prompt is required; an empty one is none", async (t) => {
	const { post } = await openPlatform(t);
	for (const body of [{}, { prompt: "" }, { prompt: "  " }]) {
		const answer = await post("", body);
		assert.equal(answer.status, 400);
		assert.equal(answer.body.field, "prompt");
	}
});

test("S1-9, S1-j: exactly eighteen ratios, each with the pixels of its shape; 1:1 where none is asked for", async (t) => {
	const { post } = await openPlatform(t);
	const sizes: Record<string, string> = {
		"1:1": "1024x1024",
		"1:2": "512x1024",
		"1:4": "256x1024",
		"1:8": "128x1024",
		"2:1": "1024x512",
		"2:3": "683x1024",
		"3:2": "1024x683",
		"3:4": "768x1024",
		"4:1": "1024x256",
		"4:3": "1024x768",
		"4:5": "819x1024",
		"5:4": "1024x819",
		"8:1": "1024x128",
		"9:16": "576x1024",
		"9:19.5": "473x1024",
		"16:9": "1024x576",
		"19.5:9": "1024x473",
		"21:9": "1024x439",
	};
	assert.equal(Object.keys(sizes).length, 18);
	for (const [aspectRatio, size] of Object.entries(sizes)) {
		const { body } = await post("", { prompt: "a", aspectRatio });
		const [{ width, height }] = body.data.data;
		assert.equal(`${width}x${height}`, size, aspectRatio);
	}
	const square = await post("", { prompt: "a" });
	const [{ width, height }] = square.body.data.data;
	assert.deepEqual([width, height], [1024, 1024]);
	const refused = await post("", { prompt: "a", aspectRatio: "16:10" });
	assert.equal(refused.status, 400);
	assert.equal(refused.body.field, "aspectRatio");
	assert.match(refused.body.allowed, /9:19\.5/);
});

test("S1-10, S1-46..48, S1-k: the resolution decides pixels and price; standard is the default", async (t) => {
	const { post } = await openPlatform(t);
	const expected = [
		["low", 512, 1],
		["standard", 1024, 1],
		["high", 2048, 2],
		["4k", 4096, 4],
		[undefined, 1024, 1],
	] as const;
	for (const [resolution, edge, price] of expected) {
		const { body } = await post("", {
			prompt: "a",
			resolution,
			aspectRatio: "8:1",
			sampleCount: 2,
		});
		assert.equal(body.data.data[0].width, edge);
		assert.deepEqual(body.data.usage, { credits: price * 2 });
	}
	const refused = await post("", { prompt: "a", resolution: "8k" });
	assert.equal(refused.status, 400);
	assert.equal(refused.body.field, "resolution");
});

test("S1-11, S1-l: sampleCount is how many images; 1 by default, and bounded", async (t) => {
	const { post } = await openPlatform(t);
	const one = await post("", { prompt: "a" });
	assert.equal(one.body.data.data.length, 1);
	const three = await post("", { prompt: "a", sampleCount: 3 });
	const ids = three.body.data.data.map(({ id }: { id: string }) => id);
	assert.equal(new Set(ids).size, 3);
	for (const sampleCount of [0, -1, 1.5, "2", 11, 1e9]) {
		const refused = await post("", { prompt: "a", sampleCount });
		assert.equal(refused.status, 400, String(sampleCount));
		assert.equal(refused.body.field, "sampleCount");
		assert.ok(refused.body.allowed);
	}
});

test("S1-12, S1-t: an unknown model is refused with those there are", async (t) => {
	const { post } = await openPlatform(t);
	const { status, body } = await post("", { prompt: "a", modelVersion: "x" });
	assert.equal(status, 400);
	assert.equal(body.field, "modelVersion");
	assert.match(body.allowed, /scripted/);
});

test("S1-14, S1-15, S1-i, S1-s: at most five references of a kind, and each must be an image", async (t) => {
	const { post, provider, balance, picture } = await openPlatform(t);
	const data = (await picture(40, 30)).toString("base64");
	const { body } = await post("", {
		prompt: "a",
		refImageBase64: Array.from({ length: 5 }, () => ({
			mimeType: "image/png",
			data,
		})),
	});
	assert.equal(body.data.status, "completed");
	assert.deepEqual(
		provider.calls[0]?.inputImages.map(({ width, height }) => [width, height]),
		Array.from({ length: 5 }, () => [40, 30]),
	);
	const before = await balance();
	const six = await post("", {
		prompt: "a",
		refImageBase64: Array.from({ length: 6 }, () => ({ data })),
	});
	assert.equal(six.status, 400);
	assert.equal(six.body.field, "refImageBase64");
	const sixUrls = await post("", {
		prompt: "a",
		refImageUrls: Array.from({ length: 6 }, () => "http://a.example/"),
	});
	assert.equal(sixUrls.body.field, "refImageUrls");
	const noImage = await post("", {
		prompt: "a",
		refImageBase64: [{ data }, { data: "aGVsbG8=" }],
	});
	assert.equal(noImage.status, 400);
	assert.equal(noImage.body.field, "refImageBase64.1");
	const metadata = await post("", {
		prompt: "a",
		refImageUrls: ["http://169.254.169.254/latest/meta-data"],
	});
	assert.equal(metadata.status, 400);
	assert.equal(metadata.body.field, "refImageUrls.0");
	assert.equal(await balance(), before, "nothing is charged");
});

test("S1-20, S1-21, S1-c: url, b64_json or both; include_base64 means both", async (t) => {
	const { post } = await openPlatform(t);
	const expected = [
		["", true, false],
		["?response_format=url", true, false],
		["?response_format=b64_json", false, true],
		["?response_format=both", true, true],
		["?include_base64=true", true, true],
		["?include_base64=1", true, true],
		["?include_base64=no", true, false],
		["?response_format=url&include_base64=true", true, true],
		["?response_format=b64_json&include_base64=1", true, true],
	] as const;
	for (const [query, hasUrl, hasBase64] of expected) {
		const { body } = await post(query, { prompt: "a", resolution: "low" });
		const [image] = body.data.data;
		assert.equal("url" in image, hasUrl, query);
		assert.equal("b64_json" in image, hasBase64, query);
		if (!hasBase64) continue;
		const bytes = Buffer.from(image.b64_json, "base64");
		const { format, width } = await sharp(bytes).metadata();
		assert.deepEqual([`image/${format}`, width], [image.mimeType, 512]);
	}
	const refused = await post("?response_format=png", { prompt: "a" });
	assert.equal(refused.status, 400);
	assert.equal(refused.body.field, "response_format");
});

test("S1-27, S1-28, S1-m: after the wait comes a 504 with the id, the work goes on, and what it costs stays charged", async (t) => {
	const { post, get, provider, balance } = await openPlatform(t, {
		environment: { GESSO_SYNC_WAIT_SECONDS: "1" },
	});
	const before = await balance();
	const gate = Promise.withResolvers<void>();
	provider.script = () => ({ kind: "wait", until: gate.promise });
	const { status, body } = await post("", { prompt: "a" });
	assert.equal(status, 504);
	assert.equal(body.error, "Generation timed out after 1s");
	assert.match(body.jobId, /^gen_/);
	assert.equal(
		body.hint,
		`GET /v0/images/generations/${body.jobId} to check status`,
	);
	assert.equal((await get(`/${body.jobId}`)).body.data.status, "active");
	assert.equal(await balance(), before - 1);
	gate.resolve();
	assert.equal((await get.untilEnded(body.jobId)).status, "completed");
	assert.equal(await balance(), before - 1);
});

test("S1-29, S1-30, S1-e: a poll tells the status, and in the end images with their pixels, as the answer to a caller who waited does", async (t) => {
	const { post, get } = await openPlatform(t);
	const { body } = await post("?async=1", { prompt: "a", sampleCount: 2 });
	const ended = await get.untilEnded(body.data.id);
	assert.equal(ended.status, "completed");
	assert.equal(ended.data.length, 2);
	assert.deepEqual(
		ended.data.map(({ width, height }: { width: number; height: number }) => [
			width,
			height,
		]),
		[
			[1024, 1024],
			[1024, 1024],
		],
	);
	assert.deepEqual(ended.usage, { credits: 2 });
	const waited = await post("", { prompt: "a" });
	const [image] = waited.body.data.data;
	assert.deepEqual(
		Object.keys(image).sort(),
		Object.keys(ended.data[0]).sort(),
	);
	for (const field of ["id", "url", "storageKey", "width", "height"])
		assert.ok(field in image, field);
});

test("S1-d: a poll answers in the format that the request asked for, unless it asks for another", async (t) => {
	const { post, get } = await openPlatform(t);
	const { body } = await post("?async=1&response_format=b64_json", {
		prompt: "a",
	});
	const { data } = await get.untilEnded(body.data.id);
	assert.ok("b64_json" in data[0] && !("url" in data[0]));
	const other = await get(`/${body.data.id}?response_format=url`);
	assert.ok(!("b64_json" in other.body.data.data[0]));
});

test("S1-31, S1-49, S1-50, S1-b: a failed generation says why and gives its credits back", async (t) => {
	const { post, get, provider, balance } = await openPlatform(t);
	const before = await balance();
	provider.script = () => ({
		kind: "fail",
		error: new ProviderError("invalid", "the vendor's secret words", {
			publicMessage: "The vendor refused this.",
		}),
	});
	const { status, body } = await post("", { prompt: "a", sampleCount: 3 });
	assert.equal(status, 400);
	assert.equal(body.error, "The vendor refused this.");
	const polled = await get(`/${body.jobId}`);
	assert.equal(polled.status, 200);
	assert.equal(polled.body.data.status, "failed");
	assert.equal(polled.body.data.error, "The vendor refused this.");
	assert.equal(polled.body.data.id, body.jobId);
	assert.equal(polled.body.data.model, "scripted");
	assert.equal(typeof polled.body.data.created, "number");
	assert.equal(await balance(), before);
});

for (const [kind, status, reason, advice] of [
	["content_blocked", 422, "SAFETY_BLOCKED", /Modify the prompt/],
	["rate_limited", 429, "RATE_LIMITED", /Try again later, and more slowly/],
	["invalid", 400, "INVALID_ARGUMENT", /Check the API documentation/],
	["quota_exhausted", 503, "RESOURCE_EXHAUSTED", /Wait, or have it upgraded/],
] as const) {
	test(`S2-11: a vendor's ${reason} is told apart from the other three, with its advice`, async (t) => {
		const { post, get, provider } = await openPlatform(t);
		provider.script = () => ({
			kind: "fail",
			error: new ProviderError(kind, "secret", { mayBePaid: true }),
		});
		const { status: answered, body } = await post("", { prompt: "a" });
		assert.equal(answered, status);
		assert.equal(body.reason, reason);
		assert.match(body.error, advice);
		const polled = await get(`/${body.jobId}`);
		assert.equal(polled.body.data.reason, reason);
	});
}

test("S1-o: a generation of another team does not exist", async (t) => {
	const { post, get, otherTeam } = await openPlatform(t);
	const { body } = await post("", { prompt: "a" });
	const { headers } = await otherTeam();
	for (const path of [`/${body.data.id}`, "/gen_unknown"]) {
		const answer = await get(path, headers);
		assert.equal(answer.status, 404);
		assert.equal(answer.body.code, "not_found");
	}
	const canceled = await post(`/${body.data.id}/cancel`, undefined, headers);
	assert.equal(canceled.status, 404);
});

test("a generation can be canceled, shown as failed, and is refunded", async (t) => {
	const { post, get, provider, balance } = await openPlatform(t);
	const before = await balance();
	provider.script = () => ({ kind: "wait", until: new Promise(() => {}) });
	const { body } = await post("?async=1", { prompt: "a", sampleCount: 2 });
	assert.equal(await balance(), before - 2);
	const canceled = await post(`/${body.data.id}/cancel`, undefined);
	assert.equal(canceled.status, 200);
	const ended = await get.untilEnded(body.data.id);
	assert.deepEqual([ended.status, ended.code], ["failed", "canceled"]);
	assert.equal(await balance(), before);
	const again = await post(`/${body.data.id}/cancel`, undefined);
	assert.equal(again.status, 409);
});

test("?dry_run=true tells the price and does nothing", async (t) => {
	const { post, provider, balance } = await openPlatform(t);
	const before = await balance();
	const { body } = await post("?dry_run=true", {
		prompt: "a",
		resolution: "4k",
		aspectRatio: "16:9",
		sampleCount: 3,
	});
	assert.deepEqual(body.data.price, { creditsPerImage: 4, credits: 12 });
	assert.deepEqual([body.data.width, body.data.height], [4096, 2304]);
	assert.equal(body.data.balance, before);
	assert.equal(await balance(), before);
	assert.equal(provider.calls.length, 0);
});

test("an Idempotency-Key makes a repeated request one generation", async (t) => {
	const { post, balance, headers } = await openPlatform(t);
	const before = await balance();
	const repeated = { ...headers, "idempotency-key": "order-1" };
	const first = await post("", { prompt: "a", sampleCount: 1 }, repeated);
	const second = await post("", { sampleCount: 1, prompt: "a" }, repeated);
	assert.equal(second.body.data.id, first.body.data.id);
	assert.equal(await balance(), before - 1);
	const other = await post("", { prompt: "b" }, repeated);
	assert.equal(other.status, 409);
	assert.equal(other.body.field, "Idempotency-Key");
});

test("a seed repeats a picture, at another size too", async (t) => {
	const { post } = await openPlatform(t, { withPainter: true });
	const draw = async (seed: number, resolution: string) => {
		const { body } = await post("?response_format=b64_json", {
			prompt: "a lighthouse by the sea",
			modelVersion: "painter",
			resolution,
			seed,
		});
		const [image] = body.data.data;
		assert.equal(image.seed, seed);
		return Buffer.from(image.b64_json, "base64");
	};
	const first = await draw(101, "low");
	assert.deepEqual(await draw(101, "low"), first);
	assert.notDeepEqual(await draw(102, "low"), first);
	const [small, large] = await Promise.all(
		[first, await draw(101, "standard")].map((bytes) =>
			sharp(bytes).resize(64, 64).raw().toBuffer(),
		),
	);
	assert.ok(small && large);
	let difference = 0;
	for (const [index, value] of small.entries())
		difference += Math.abs(value - (large[index] ?? 0)) / small.length;
	assert.ok(difference < 12, `mean difference ${difference}`);
});

test("a field that does not exist is named in a warning", async (t) => {
	const { post } = await openPlatform(t);
	const { body } = await post("", { prompt: "a", stile: "baroque" });
	assert.deepEqual(body.data.warnings, [
		{
			kind: "unsupported",
			parameter: "stile",
			message: "stile is not a field of this request and was ignored.",
		},
	]);
});

test("S1-a: whatever is refused says so in `error`, with a code and a request id, under the status of its kind", async (t) => {
	const { app, ask, post, headers, otherTeam } = await openPlatform(t, {
		environment: { GESSO_MAX_BODY_BYTES: "2000" },
	});
	const poor = await otherTeam(1);
	const { statusCode, body: text } = await app.server.inject({
		method: "POST",
		url: "/v0/images/generations",
		headers: { ...headers, "content-type": "text/plain" },
		payload: "a lake",
	});
	for (const [status, code, answer] of [
		[400, "invalid_request", await post("", {})],
		[400, "invalid_request", await post("", "{")],
		[401, "unauthenticated", await post("", { prompt: "a" }, {})],
		[
			402,
			"insufficient_credits",
			await post("", { prompt: "a", sampleCount: 2 }, poor.headers),
		],
		[404, "not_found", await ask("GET", "/v0/nothing")],
		[413, "payload_too_large", await post("", { prompt: "a".repeat(2_000) })],
		[
			415,
			"unsupported_media_type",
			{ status: statusCode, body: JSON.parse(text) },
		],
	] as const) {
		assert.equal(answer.status, status, code);
		assert.equal(typeof answer.body.error, "string");
		assert.equal(answer.body.code, code);
		assert.equal(typeof answer.body.requestId, "string");
	}
});

test("S1-i: five references of each kind may come together, as far as the model takes them", async (t) => {
	const { post, picture } = await openPlatform(t, { withPainter: true });
	const data = (await picture(40, 30)).toString("base64");
	const refImageBase64 = Array.from({ length: 5 }, () => ({ data }));
	const refImageUrls = refImageBase64.map(() => "http://shop.example/a.jpg");
	const ask = (modelVersion: string, references: object) =>
		post("?dry_run=true", { prompt: "a", modelVersion, ...references });
	const both = { refImageBase64, refImageUrls };
	const ten = await ask("gemini-3-pro-image-preview", both);
	assert.equal(ten.status, 200, JSON.stringify(ten.body));
	const refused = await ask("gemini-2.5-flash-image", both);
	assert.equal(refused.status, 400);
	assert.equal(refused.body.field, "refImageBase64 and refImageUrls");
	assert.match(refused.body.error, /at most 3 reference/);
});

test("S1-l: the owner of the server says how many images one request may ask for", async (t) => {
	const { post } = await openPlatform(t, {
		environment: { GESSO_MAX_IMAGES_PER_REQUEST: "2" },
	});
	assert.equal((await post("", { prompt: "a", sampleCount: 2 })).status, 200);
	const refused = await post("", { prompt: "a", sampleCount: 3 });
	assert.equal(refused.status, 400);
	assert.equal(refused.body.field, "sampleCount");
	assert.match(refused.body.allowed, /\b2\b/);
});
