/** POST /v1/images/generations: what OpenAI's and Jan's clients send, and what they get (S3-15, 16, 20 to 32). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../../providers/provider.ts";
import { openTestApp } from "../../../testing/test-app.ts";
import {
	factsOf,
	openImages,
	parametersWarnedOf,
	refused,
	succeeded,
} from "./images-contract.ts";

const PATH = "/v1/images/generations";
const SMALL = { prompt: "a red fox", size: "64x64" };

test("S3-15, S3-16: the seed's request gives a signed URL and an id, and the URL shows a picture of the size asked", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(PATH, {
			prompt: "A cute robot holding a coffee cup, digital art style",
			n: 1,
			size: "512x512",
			response_format: "url",
		}),
	);
	const [picture] = answer.data;
	assert.equal(picture.b64_json, undefined);
	const url = new URL(picture.url ?? "");
	assert.match(url.pathname, new RegExp(`^/images/${picture.id}\\.png$`));
	assert.ok(url.searchParams.get("sig"));
	const shown = await house.app.server.inject({
		url: url.pathname + url.search,
	});
	assert.equal(shown.statusCode, 200);
	assert.equal(shown.headers["content-type"], "image/png");
	assert.equal(
		await factsOf(shown.rawPayload.toString("base64")),
		"png 512x512",
	);
	assert.equal(await house.balance(), 99);
});

test("S3-24: without a size a picture has 1024x1024 pixels", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(await house.post(PATH, { prompt: "a" }));
	assert.equal(answer.size, "1024x1024");
	assert.equal(await factsOf(answer.data[0].b64_json), "png 1024x1024");
});

for (const size of [
	"512x512",
	"1024x1024",
	"1792x1024",
	"1024x1792",
	"256x256",
	"100x333",
]) {
	test(`S3-24, S3-i: ${size} is what comes back, also of a model that draws other shapes`, async (t) => {
		const house = await openImages(t, {
			model: {
				image: {
					sizing: { kind: "frames", frames: [{ width: 96, height: 64 }] },
				},
			},
		});
		const answer = succeeded(await house.post(PATH, { ...SMALL, size }));
		assert.equal(answer.size, size);
		assert.equal(await factsOf(answer.data[0].b64_json), `png ${size}`);
	});
}

test("S3-25, S3-g, X7: without a response_format both come; with one, that alone", async (t) => {
	const house = await openImages(t);
	const shown = async (response_format?: string | null) => {
		const { data } = succeeded(
			await house.post(PATH, { ...SMALL, response_format }),
		);
		return [data[0].url !== undefined, data[0].b64_json !== undefined];
	};
	assert.deepEqual(await shown(), [true, true]);
	assert.deepEqual(await shown(null), [true, true]);
	assert.deepEqual(await shown("url"), [true, false]);
	assert.deepEqual(await shown("b64_json"), [false, true]);
});

test("S3-23: n from 1 to 10 gives as many different pictures", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(await house.post(PATH, { ...SMALL, n: 10 }));
	assert.equal(answer.data.length, 10);
	assert.equal(new Set(answer.data.map(({ id }) => id)).size, 10);
	assert.equal(await house.balance(), 90);
});

const REFUSED = [
	["n", 0],
	["n", 11],
	["n", 1.5],
	["n", "many"],
	["size", "big"],
	["size", "512"],
	["size", "63x64"],
	["size", "4097x64"],
	["size", "1024x"],
	["size", "original"],
	["size", 512],
	["response_format", "jpeg"],
	["quality", "best"],
	["output_format", "gif"],
	["output_compression", 101],
	["background", "transparent"],
	["background", "blue"],
	["aspect_ratio", "3:7"],
	["seed", -2],
	["seed", 2 ** 31],
	["partial_images", 4],
	["prompt", undefined],
	["prompt", ""],
	["prompt", null],
	["prompt", 7],
	["prompt", "   "],
	["prompt", "a\0b"],
	["store", "perhaps"],
] as const;

test("S3-28, S3-a: what is refused is refused by name, and nothing is drawn or charged", async (t) => {
	const house = await openImages(t);
	for (const [param, value] of REFUSED)
		await t.test(`${param} ${JSON.stringify(value)}`, async () => {
			refused(
				await house.post(PATH, { ...SMALL, stream: true, [param]: value }),
				400,
				param,
			);
			assert.equal(house.provider.calls.length, 0);
			assert.equal(await house.balance(), 100);
		});
});

test("a body that is no object is refused", async (t) => {
	const house = await openImages(t);
	for (const body of [[], "text", 7, true])
		refused(await house.post(PATH, JSON.stringify(body)), 400, "body");
	refused(await house.post(PATH, "{"), 400, null);
	refused(
		await house.post(PATH, "a=b", {
			"content-type": "application/x-www-form-urlencoded",
		}),
		415,
		null,
	);
});

test("a size and a ratio that contradict each other are refused; one that agrees is not", async (t) => {
	const house = await openImages(t);
	refused(
		await house.post(PATH, { ...SMALL, aspect_ratio: "16:9" }),
		400,
		"aspect_ratio",
	);
	succeeded(await house.post(PATH, { ...SMALL, aspect_ratio: "1:1" }));
	const wide = await house.post(PATH, { prompt: "a", aspect_ratio: "16:9" });
	assert.equal(succeeded(wide).size, "1024x576");
});

for (const [output_format, output_compression, extension] of [
	["png", undefined, "png"],
	["jpeg", undefined, "jpeg"],
	["jpeg", 10, "jpeg"],
	["webp", undefined, "webp"],
	["webp", 0, "webp"],
] as const) {
	test(`X22: ${output_format} at ${output_compression ?? "no"} compression is really that, in base64 and behind the URL`, async (t) => {
		const house = await openImages(t);
		const answer = succeeded(
			await house.post(PATH, { ...SMALL, output_format, output_compression }),
		);
		const [picture] = answer.data;
		assert.equal(answer.output_format, output_format);
		assert.equal(picture.media_type, `image/${output_format}`);
		assert.equal(await factsOf(picture.b64_json), `${output_format} 64x64`);
		const { pathname, search } = new URL(picture.url ?? "");
		assert.ok(pathname.endsWith(`.${extension}`), pathname);
		const shown = await house.app.server.inject({ url: pathname + search });
		assert.equal(shown.headers["content-type"], `image/${output_format}`);
		assert.equal(shown.rawPayload.toString("base64"), picture.b64_json);
	});
}

test("a lower output_compression makes a smaller file of the same picture", async (t) => {
	const { app, team } = await openTestApp(t);
	const { headers } = await team();
	const sizeAt = async (output_compression: number) => {
		const response = await app.server.inject({
			method: "POST",
			url: PATH,
			headers,
			payload: {
				prompt: "a mountain lake",
				size: "256x256",
				seed: 5,
				output_format: "jpeg",
				output_compression,
			},
		});
		return succeeded(response).data[0].b64_json?.length ?? 0;
	};
	const [coarse, fine] = [await sizeAt(10), await sizeAt(95)];
	assert.ok(coarse * 2 < fine, `${coarse} and ${fine}`);
});

test("what cannot be heeded is told in warnings, and what changes no picture is not", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(PATH, {
			...SMALL,
			user: "u1",
			safety_identifier: "s",
			moderation: "auto",
			style: "vivid",
			quality: "high",
			cfg_scale: 7,
			input_fidelity: "high",
			output_compression: 50,
		}),
	);
	assert.deepEqual(parametersWarnedOf(answer).sort(), [
		"cfg_scale",
		"input_fidelity",
		"output_compression",
		"quality",
		"style",
	]);
	assert.equal(answer.quality, undefined);
	const plain = await house.post(PATH, {
		...SMALL,
		quality: "standard",
		background: "opaque",
	});
	assert.deepEqual(parametersWarnedOf(succeeded(plain)), []);
});

test("a quality reaches a model that has it; the finest there is stands in for finer ones, and says so", async (t) => {
	const house = await openImages(t, {
		model: {
			image: {
				qualities: ["low", "medium", "high"],
				backgrounds: ["transparent", "opaque"],
			},
		},
	});
	for (const [asked, drawn, warned] of [
		["low", "low", []],
		["medium", "medium", []],
		["hd", "high", []],
		["xhigh", "high", ["quality"]],
		["auto", undefined, []],
	] as const) {
		const answer = succeeded(
			await house.post(PATH, {
				...SMALL,
				quality: asked,
				background: "transparent",
			}),
		);
		assert.equal(house.provider.calls.at(-1)?.quality, drawn);
		assert.equal(house.provider.calls.at(-1)?.background, "transparent");
		assert.equal(answer.quality, drawn);
		assert.equal(answer.background, "transparent");
		assert.deepEqual(parametersWarnedOf(answer), warned);
	}
});

test("hd is drawn finer by a model that has no qualities, and costs what that costs", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(PATH, { ...SMALL, size: "128x128", quality: "hd" }),
	);
	assert.equal(house.provider.calls[0]?.frame.width, 2048);
	assert.equal(await factsOf(answer.data[0].b64_json), "png 128x128");
	assert.equal(answer.quality, "hd");
	assert.equal(answer.credits, 2);
});

test("X23: a negative prompt and a seed reach the model; numbers may be text, and null is absent", async (t) => {
	const house = await openImages(t);
	succeeded(
		await house.post(PATH, {
			...SMALL,
			n: "2",
			seed: "41",
			negative_prompt: "fog",
			model: null,
			style: null,
			conversation_id: "",
		}),
	);
	const { calls } = house.provider;
	assert.deepEqual(calls.map(({ seed }) => seed).sort(), [41, 42]);
	assert.equal(calls[0]?.negativePrompt, "fog");
});

test("the tokens the vendor counted are told under OpenAI's names, and add up", async (t) => {
	const house = await openImages(t);
	const { usage } = succeeded(await house.post(PATH, { ...SMALL, n: 2 }));
	assert.deepEqual(usage, {
		total_tokens: 20,
		input_tokens: 4,
		output_tokens: 16,
		input_tokens_details: { text_tokens: 4, image_tokens: 0 },
		output_tokens_details: { image_tokens: 16, text_tokens: 0 },
	});
});

test("S3-26, S3-27: a conversation remembers what was drawn for it, unless store is false", async (t) => {
	const house = await openImages(t);
	const { engine } = house.app;
	const { principal } = house.customer;
	const { id } = await engine.conversations.create(principal, {});
	succeeded(
		await house.post(PATH, { ...SMALL, conversation_id: id, store: false }),
	);
	succeeded(await house.post(PATH, { ...SMALL, conversation_id: id }));
	const response = await house.app.server.inject({
		url: `/v1/conversations/${id}/items`,
		headers: house.customer.headers,
	});
	const types = response.json().data.map(({ type }: { type: string }) => type);
	assert.deepEqual(types.sort(), ["image_generation_call", "message"]);
});

test("S3-d: a conversation that is not the caller's is 404 before anything is charged", async (t) => {
	const house = await openImages(t);
	const stranger = await house.team();
	const { id } = await house.app.engine.conversations.create(
		stranger.principal,
		{},
	);
	for (const conversation_id of [id, "conv_0000000000000000", "nonsense"]) {
		const response = await house.post(PATH, { ...SMALL, conversation_id });
		assert.equal(response.statusCode, 404, response.body);
		assert.equal(response.json().code, "not_found");
	}
	assert.equal(await house.balance(), 100);
	assert.equal(house.provider.calls.length, 0);
});

test("S3-29 to S3-32, S3-h: 401 comes before 501, 501 before 400, 400 before 404, and 404 before 500", async (t) => {
	const off = await openImages(t, {
		environment: { IMAGE_GENERATION_ENABLED: "false" },
	});
	const bad = { size: "nonsense" };
	const unknown = await off.post(PATH, bad, { authorization: "Bearer x" });
	assert.equal(unknown.statusCode, 401);
	for (const payload of [bad, SMALL, "{"]) {
		const response = await off.post(PATH, payload);
		assert.equal(response.statusCode, 501);
		assert.equal(response.headers["x-should-retry"], "false");
	}
	const empty = await openTestApp(t, {
		environment: { PAINTER_ENABLED: "false" },
	});
	const { headers } = await empty.team();
	const ask = async (payload: object) =>
		await empty.app.server.inject({
			method: "POST",
			url: PATH,
			headers,
			payload,
		});
	refused(await ask(bad), 400, "prompt");
	refused(await ask({ ...SMALL, n: 11 }), 400, "n");
	const missing = await ask(SMALL);
	assert.equal(missing.statusCode, 404, missing.body);
	assert.equal(missing.json().code, "image-provider-not-found");

	const house = await openImages(t);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("unavailable", "secret", { mayBePaid: true }),
	});
	const failed = await house.post(PATH, SMALL);
	assert.equal(failed.statusCode, 500);
	assert.equal(failed.json().code, "provider_error");
	assert.doesNotMatch(failed.body, /secret/);
	assert.equal(await house.balance(), 100);
});

test("a picture that the vendor refuses to draw is 400 content_policy_violation, and refunded", async (t) => {
	const house = await openImages(t);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "no"),
	});
	const { code } = refused(await house.post(PATH, SMALL), 400, null);
	assert.equal(code, "content_policy_violation");
	assert.equal(await house.balance(), 100);
});

test("S3-b: what could be drawn is returned, the rest refunded, and a warning says so", async (t) => {
	const house = await openImages(t);
	house.provider.script = (_call, index) =>
		index === 1
			? {
					kind: "fail",
					error: new ProviderError("content_blocked", "no"),
				}
			: { kind: "draw" };
	const answer = succeeded(await house.post(PATH, { ...SMALL, n: 3 }));
	assert.equal(answer.data.length, 2);
	assert.equal(answer.credits, 2);
	assert.ok(parametersWarnedOf(answer).includes("n"));
	assert.equal(await house.balance(), 98);
});

test("a guest draws with its access token from its own credits, and sees nothing of others", async (t) => {
	const house = await openImages(t);
	const { body } = await house.post("/auth/guest-login", {});
	const { access_token } = JSON.parse(body);
	const guest = { authorization: `Bearer ${access_token}` };
	const { data } = succeeded(await house.post(PATH, SMALL, guest));
	assert.equal(await house.balance(), 100);
	const theirs = await house.post("/v1/images/edits", {
		prompt: "warmer",
		image: { id: data[0].id },
	});
	refused(theirs, 404, "image");
});
