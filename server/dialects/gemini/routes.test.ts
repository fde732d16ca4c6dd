/** What holds on every path of this dialect: where it is found, who is let in, how it says no, what web pages may do, and how an answer that is long in coming is kept alive. */
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import { createHoldUp } from "../../testing/hold-up.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	saying,
	talkingModel,
} from "../../testing/scripted-talker.ts";
import { openGemini } from "./gemini-contract.ts";

const TOY = {
	providers: [createScriptedProvider()],
	models: [scriptedModel()],
	environment: { GESSO_DEFAULT_MODEL: "scripted" },
};
const GENERATE = {
	contents: [{ parts: [{ text: "a fox" }] }],
	generationConfig: { imageConfig: { imageSize: "512" } },
};

test("the same is answered under every version, with and without the prefix", async (t) => {
	const { ask } = await openGemini(t, TOY);
	for (const version of ["v1", "v1beta", "v1alpha"])
		for (const prefix of ["", "/gemini"]) {
			const url = `${prefix}/${version}/models`;
			const answer = await ask(url);
			assert.equal(answer.status, 200, url);
			assert.equal(answer.body.models[0].name, "models/scripted");
			assert.equal(
				answer.headers["content-type"],
				"application/json; charset=UTF-8",
			);
			assert.match(String(answer.headers["x-request-id"]), /./);
		}
	assert.equal((await ask("/gemini/v2/models")).status, 404);
});

test("/v1 is shared with OpenAI's clients: a sign of Google's decides, in a header or in the query", async (t) => {
	const { app, own } = await openGemini(t, TOY);
	const list = async (headers: Record<string, string>, query = "") => {
		const url = `/v1/models${query}`;
		const { statusCode, body } = await app.server.inject({ url, headers });
		return { statusCode, isGoogles: /"models":|INVALID_ARG|PERM/.test(body) };
	};
	const bearer = { authorization: `Bearer ${own.apiKey}` };
	const googles = { statusCode: 200, isGoogles: true };
	assert.deepEqual(await list({ "x-goog-api-key": own.apiKey }), googles);
	assert.deepEqual(await list({}, `?key=${own.apiKey}`), googles);
	assert.deepEqual(
		await list({ ...bearer, "x-goog-api-client": "google-genai-sdk/3.1.0" }),
		googles,
	);
	assert.deepEqual(await list(bearer), { statusCode: 200, isGoogles: false });
	assert.deepEqual(await list({}), { statusCode: 401, isGoogles: false });
	assert.deepEqual(await list(bearer, "?keys=1"), {
		statusCode: 200,
		isGoogles: false,
	});
	assert.deepEqual(await list({ "x-goog-api-key": "wrong" }), {
		statusCode: 400,
		isGoogles: true,
	});
});

test("S2-6: an apiKey is taken from the header, the query, or as a Bearer token", async (t) => {
	const { ask, own } = await openGemini(t, TOY);
	const key = "";
	for (const [url, headers] of [
		["/v1beta/models", { "x-goog-api-key": own.apiKey }],
		[`/v1beta/models?key=${own.apiKey}`, {}],
		["/v1beta/models", { authorization: `Bearer ${own.apiKey}` }],
	] as const)
		assert.equal((await ask(url, { key, headers })).status, 200, url);
});

test("a key that is missing is a 403, one that is wrong a 400 that says so, as at Google", async (t) => {
	const { ask } = await openGemini(t, TOY);
	const missing = await ask("/v1beta/models", { key: "" });
	assert.equal(missing.status, 403);
	assert.equal(missing.body.error.status, "PERMISSION_DENIED");
	assert.match(missing.body.error.message, /unregistered callers/);
	const wrong = await ask("/v1beta/models", { key: "AIza-wrong" });
	assert.equal(wrong.status, 400);
	assert.equal(wrong.body.error.status, "INVALID_ARGUMENT");
	assert.match(wrong.body.error.message, /API key not valid/);
	assert.deepEqual(wrong.body.error.details[0], {
		"@type": "type.googleapis.com/google.rpc.ErrorInfo",
		reason: "API_KEY_INVALID",
		domain: "googleapis.com",
		metadata: { service: "generativelanguage.googleapis.com" },
	});
	for (const key of [`${"x".repeat(10_000)}`, "sk-img-nobody"])
		assert.equal((await ask("/v1beta/models", { key })).status, 400);
});

test("what is not there is told in Google's words, and without the query, which may have a key in it", async (t) => {
	const { ask } = await openGemini(t, TOY);
	for (const [method, url] of [
		["GET", "/v1beta/nothing?key=hush"],
		["DELETE", "/v1/models/scripted"],
		["POST", "/v1alpha"],
		["POST", "/upload/v1beta/nothing"],
		["GET", "/download/v1/nothing"],
		["GET", "/gemini"],
	] as const) {
		const answer = await ask(url, { method });
		assert.equal(answer.status, 404, url);
		assert.equal(answer.body.error.status, "NOT_FOUND");
		assert.doesNotMatch(answer.text, /hush/);
	}
	for (const url of [
		"/v1beta/models/scripted:embedContent",
		"/v1beta/models/scripted:constructor",
		"/v1beta/models/scripted",
		"/v1beta/models/nothing:generateContent",
		"/v1beta/models/:generateContent",
	]) {
		const { status, body } = await ask(url, { payload: GENERATE });
		assert.equal(status, 404, url);
		assert.match(
			body.error.message,
			/is not found for API version v1beta, or is not supported for \w+\. Call ListModels/,
		);
	}
});

test("a body that is no JSON, no object, or too large is refused", async (t) => {
	const { ask, balance } = await openGemini(t, {
		...TOY,
		environment: { ...TOY.environment, GESSO_MAX_BODY_BYTES: "20000" },
	});
	const url = "/v1beta/models/scripted:generateContent";
	for (const payload of [
		"",
		"{",
		'{"a',
		"[]",
		"null",
		"7",
		'"x"',
		"[1]",
		'{"__proto__":1}',
		JSON.stringify({ contents: "x".repeat(20_000) }),
	]) {
		const { status, body } = await ask(url, { method: "POST", payload });
		assert.equal(status, 400, payload.slice(0, 20));
		assert.equal(body.error.status, "INVALID_ARGUMENT");
	}
	const form = { "content-type": "application/x-www-form-urlencoded" };
	assert.equal((await ask(url, { headers: form, payload: "a=1" })).status, 400);
	assert.equal(await balance(), 1_000);
});

test("web pages may call: preflights go without a key, and what an upload needs can be read", async (t) => {
	const { app } = await openGemini(t, TOY);
	for (const url of [
		"/v1beta/models/scripted:generateContent",
		"/v1/models/scripted:generateContent",
		"/upload/v1/files",
	]) {
		const { statusCode, headers } = await app.server.inject({
			method: "OPTIONS",
			url,
			headers: {
				origin: "https://shop.example",
				"access-control-request-method": "POST",
				"access-control-request-headers":
					"content-type,x-goog-api-client,x-goog-api-key,x-goog-upload-command,x-server-timeout,x-other",
			},
		});
		assert.equal(statusCode, 204, url);
		assert.equal(headers["access-control-allow-origin"], "*");
		assert.equal(
			headers["access-control-allow-headers"],
			"content-type, x-goog-api-client, x-goog-api-key, x-goog-upload-command, x-server-timeout",
		);
		const exposed = String(headers["access-control-expose-headers"]);
		for (const name of ["x-goog-upload-url", "x-goog-upload-status"])
			assert.ok(exposed.includes(name), name);
	}
});

test("GESSO_CORS_ORIGINS says whose pages may call", async (t) => {
	const { ask } = await openGemini(t, {
		...TOY,
		environment: {
			...TOY.environment,
			GESSO_CORS_ORIGINS: "https://shop.example",
		},
	});
	for (const [origin, allowed] of [
		["https://shop.example", "https://shop.example"],
		["https://other.example", undefined],
	] as const) {
		const { headers } = await ask("/v1beta/models", { headers: { origin } });
		assert.equal(headers["access-control-allow-origin"], allowed);
	}
});

test("S3-32: where image generation is switched off, it is said so; models are listed all the same", async (t) => {
	const { ask, call } = await openGemini(t, {
		...TOY,
		environment: { ...TOY.environment, IMAGE_GENERATION_ENABLED: "false" },
	});
	const refused = await call("scripted:generateContent", GENERATE);
	assert.equal(refused.status, 501);
	assert.equal(refused.body.error.status, "UNIMPLEMENTED");
	assert.equal((await ask("/v1beta/models")).status, 200);
});

/** A house in which nothing is drawn or said before the test lets it, and whose signs of life come soon. */
async function openSlowHouse(t: TestContext) {
	const provider = createScriptedProvider();
	const talker = createScriptedTalker();
	const house = await openGemini(t, {
		providers: [provider, talker],
		models: [scriptedModel(), talkingModel()],
		keepAliveMs: 5,
	});
	const { wait, letGo } = createHoldUp();
	provider.script = () => ({ kind: "wait", until: wait() });
	talker.say = async function* () {
		await wait();
		yield* saying("Hello.");
	};
	const { server } = house.app;
	await server.listen({ host: "127.0.0.1", port: 0 });
	const { port } = server.server.address() as AddressInfo;
	return {
		...house,
		/** What was asked for goes on, or fails. */
		letGo,
		/** Comes back when the head of the answer is there, long before the answer. */
		begin: async (method: string, body: object) =>
			await fetch(`http://127.0.0.1:${port}/v1beta/models/${method}`, {
				method: "POST",
				headers: {
					"content-type": "application/json",
					"x-goog-api-key": house.own.apiKey,
				},
				body: JSON.stringify(body),
			}),
	};
}

const PREDICT = {
	instances: [{ prompt: "a fox" }],
	parameters: { sampleImageSize: "512" },
};

test("an answer that is long in coming is kept alive by blank lines, whatever was asked", async (t) => {
	const { begin, letGo } = await openSlowHouse(t);
	for (const [method, body, marked] of [
		["scripted:generateContent", GENERATE, "inlineData"],
		["talker:generateContent", { contents: GENERATE.contents }, "Hello."],
		["scripted:predict", PREDICT, "bytesBase64Encoded"],
	] as const) {
		const response = await begin(method, body);
		assert.equal(response.status, 200, method);
		assert.equal(response.headers.get("content-length"), null);
		assert.equal(
			response.headers.get("content-type"),
			"application/json; charset=UTF-8",
		);
		await letGo();
		const text = await response.text();
		assert.match(text, /^\n+\{/, method);
		assert.ok(text.includes(marked), method);
		JSON.parse(text);
	}
});

test("what fails when the head is sent is told in the body, and the connection breaks off", async (t) => {
	const { begin, letGo, balance } = await openSlowHouse(t);
	for (const [method, body] of [
		["scripted:generateContent", GENERATE],
		["talker:generateContent", { contents: GENERATE.contents }],
		["scripted:predict", PREDICT],
	] as const) {
		const response = await begin(method, body);
		await letGo(new ProviderError("invalid", "secret"));
		let text = "";
		const read = async () => {
			const decoder = new TextDecoder();
			for await (const bytes of response.body ?? [])
				text += decoder.decode(bytes as Uint8Array);
		};
		await assert.rejects(read(), method);
		const { error } = JSON.parse(text);
		assert.equal(error.status, "INVALID_ARGUMENT", method);
		assert.doesNotMatch(text, /secret/);
	}
	assert.equal(await balance(), 1_000);
});

test("S2-11: content that is refused late is an answer all the same", async (t) => {
	const { begin, letGo } = await openSlowHouse(t);
	const response = await begin("scripted:generateContent", GENERATE);
	await letGo(new ProviderError("content_blocked", "secret"));
	const { promptFeedback } = JSON.parse(await response.text());
	assert.equal(promptFeedback.blockReason, "SAFETY");
});
