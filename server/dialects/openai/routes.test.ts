/** What holds on every path of this dialect: its way to say no, bodies as SDKs send them, web pages of other origins, models, and answers that are long in coming. */
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import { createHoldUp } from "../../testing/hold-up.ts";
import { openOpenAiHouse } from "../../testing/openai-house.ts";
import {
	createScriptedProvider,
	plainPng,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { saying } from "../../testing/scripted-talker.ts";
import { openTestApp } from "../../testing/test-app.ts";

type Method = "GET" | "POST" | "DELETE" | "OPTIONS";

async function openHouse(
	t: TestContext,
	environment: Readonly<Record<string, string>> = {},
) {
	const { app, team } = await openTestApp(t, {
		providers: [createScriptedProvider()],
		models: [
			scriptedModel(),
			{ ...scriptedModel(), id: "black/flux-1", aliases: ["flux", "Flux-One"] },
			{
				...scriptedModel(),
				id: "absent",
				aliases: [],
				offers: [{ provider: "nobody", providerModel: "x" }],
			},
			{
				...scriptedModel(),
				id: "talker",
				aliases: [],
				image: null,
				talks: true,
			},
		],
		environment: {
			GESSO_DEFAULT_MODEL: "scripted",
			GESSO_PAINTER_STANDS_IN: "false",
			...environment,
		},
	});
	const own = await team();
	return {
		ask: async (
			method: Method,
			url: string,
			headers: Record<string, string> = own.headers,
			payload?: string,
		) => {
			const response = await app.server.inject({
				method,
				url,
				headers,
				...(payload === undefined ? {} : { payload }),
			});
			const isJson = response.body.startsWith("{");
			return {
				status: response.statusCode,
				headers: response.headers,
				text: response.body,
				body: isJson ? response.json() : undefined,
			};
		},
		own: own.headers,
	};
}

test("an error is OpenAI's object and Jan's words in one body, with the request's id and a word on trying again", async (t) => {
	const { ask } = await openHouse(t);
	const answer = await ask("GET", "/v1/models", { "x-request-id": "order-66" });
	assert.equal(answer.status, 401);
	const message = answer.body.error.message;
	assert.match(message, /guest-login/);
	assert.deepEqual(answer.body, {
		error: {
			message,
			type: "authentication_error",
			param: null,
			code: "invalid_api_key",
		},
		message,
		code: "invalid_api_key",
		request_id: "order-66",
	});
	assert.equal(answer.headers["x-request-id"], "order-66");
	assert.equal(answer.headers["x-should-retry"], "false");
	assert.match(String(answer.headers["content-type"]), /^application\/json/);
});

test("a path that is not there is told in this dialect's words, with or without a token", async (t) => {
	const { ask, own } = await openHouse(t);
	for (const headers of [own, {}])
		for (const [method, url] of [
			["GET", "/v1/nothing"],
			["POST", "/v1/models"],
			["GET", "/v1/../v1/nothing?token=hush"],
			["GET", "/auth/nothing"],
			["GET", "/auth/guest-login"],
			["DELETE", "/v1/"],
			["GET", "/v1"],
		] as const) {
			const answer = await ask(method, url, headers);
			assert.equal(answer.status, 404, `${method} ${url}`);
			assert.equal(answer.body.error.code, "not_found", `${method} ${url}`);
			assert.doesNotMatch(answer.text, /hush/);
		}
});

test("JSON that is said and not sent is no body, and one that is broken or too large is refused", async (t) => {
	const { ask, own } = await openHouse(t);
	const json = { ...own, "content-type": "application/json" };
	const nobody = await ask("DELETE", "/v1/models/x", json, "");
	assert.equal(nobody.status, 404, "and not 400");
	assert.equal((await ask("POST", "/auth/logout", json)).status, 200);
	for (const [payload, status, words] of [
		['{"name": "a"', 400, /not valid JSON/],
		['{"__proto__": 1}', 400, /not valid JSON/],
		["[]", 400, /object/],
		["null", 400, /object/],
		["", 400, /object/],
		[`{"name": "${"x".repeat(20_000)}"}`, 413, /larger/],
	] as const) {
		const answer = await ask("POST", "/auth/upgrade", json, payload);
		assert.equal(answer.status, status, payload.slice(0, 50));
		assert.match(answer.body.error.message, words);
	}
	const form = { ...own, "content-type": "text/plain" };
	const text = await ask("POST", "/auth/upgrade", form, "name=a");
	assert.equal(text.status, 415);
	assert.equal(text.body.error.code, "unsupported_media_type");
});

test("a web page of any origin may call with its token, and reads the headers that SDKs need", async (t) => {
	const { ask, own } = await openHouse(t);
	const origin = "https://shop.example";
	const asked =
		"Authorization, content-type, x-stainless-os,x-stainless-retry-count, openai-organization, user-agent, idempotency-key, x-api-key, cookie, x-evil";
	for (const url of ["/v1/models", "/v1/images/generations", "/auth/me"]) {
		const preflight = await ask("OPTIONS", url, {
			origin,
			"access-control-request-method": "POST",
			"access-control-request-headers": asked,
		});
		assert.equal(preflight.status, 204, url);
		assert.equal(preflight.headers["access-control-allow-origin"], "*");
		assert.equal(
			preflight.headers["access-control-allow-headers"],
			"authorization, content-type, x-stainless-os, x-stainless-retry-count, openai-organization, user-agent, idempotency-key, x-api-key",
		);
		assert.match(
			String(preflight.headers["access-control-allow-methods"]),
			/DELETE/,
		);
		assert.equal(
			preflight.headers["access-control-allow-credentials"],
			undefined,
		);
	}
	for (const headers of [{ ...own, origin }, { origin }]) {
		const answer = await ask("GET", "/v1/models", headers);
		assert.equal(answer.headers["access-control-allow-origin"], "*");
		assert.match(
			String(answer.headers["access-control-expose-headers"]),
			/x-request-id.*retry-after/,
		);
	}
});

test("where origins are named, pages of no other are let in", async (t) => {
	const { ask, own } = await openHouse(t, {
		GESSO_CORS_ORIGINS: "https://shop.example",
	});
	for (const [origin, expected] of [
		["https://shop.example", "https://shop.example"],
		["https://shop.example.evil.example", undefined],
		["http://shop.example", undefined],
		["null", undefined],
	] as const) {
		const answer = await ask("GET", "/v1/models", { ...own, origin });
		assert.equal(answer.headers["access-control-allow-origin"], expected);
		assert.equal(answer.headers.vary, "origin");
	}
});

test("a page of another machine cannot make guests of a server on this one, unless its origin is named", async (t) => {
	const login = async (
		environment: Record<string, string>,
		origin: string | undefined,
		host: string,
	) => {
		const { ask } = await openHouse(t, environment);
		const headers: Record<string, string> =
			origin === undefined ? { host } : { host, origin };
		return (await ask("POST", "/auth/guest-login", headers)).status;
	};
	const evil = "https://evil.example";
	for (const host of ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"]) {
		assert.equal(await login({}, evil, host), 403, host);
		assert.equal(await login({}, "null", host), 403, host);
		assert.equal(await login({}, "http://localhost:3000", host), 201, host);
		assert.equal(await login({}, undefined, host), 201, host);
	}
	const named = { GESSO_CORS_ORIGINS: `*, ${evil}` };
	assert.equal(await login(named, evil, "localhost:8000"), 201);
	assert.equal(await login({}, evil, "images.example"), 201);
});

test("the list of models has what is ready, under each of its names", async (t) => {
	const { ask } = await openHouse(t);
	const { body } = await ask("GET", "/v1/models");
	assert.equal(body.object, "list");
	const names = body.data.map(({ id }: { id: string }) => id);
	assert.ok(!names.includes("absent"));
	for (const name of ["scripted", "black/flux-1", "flux", "Flux-One", "talker"])
		assert.ok(names.includes(name), name);
	const byId = new Map(
		body.data.map((model: { id: string }) => [model.id, model]),
	);
	const title = scriptedModel().title;
	assert.deepEqual(byId.get("flux"), {
		id: "flux",
		object: "model",
		created: 0,
		owned_by: "scripted",
		model_display_name: title,
		category: "image",
		alias_of: "black/flux-1",
	});
	assert.deepEqual(byId.get("talker"), {
		id: "talker",
		object: "model",
		created: 0,
		owned_by: "scripted",
		model_display_name: title,
		category: "text",
	});
});

test("a model is read by any of its names, slashes encoded or not, and what is none is not found", async (t) => {
	const { ask } = await openHouse(t);
	for (const [path, id, alias] of [
		["black%2Fflux-1", "black/flux-1", undefined],
		["black/flux-1", "black/flux-1", undefined],
		["flux", "flux", "black/flux-1"],
		["FLUX-one", "Flux-One", "black/flux-1"],
	] as const) {
		const { status, body } = await ask("GET", `/v1/models/${path}`);
		assert.equal(status, 200, path);
		assert.deepEqual([body.id, body.alias_of], [id, alias]);
	}
	for (const path of [
		"nothing",
		"absent",
		"",
		"black%2f..%2fscripted",
		"black/../../etc/passwd",
		"%00",
		"__proto__",
		"constructor",
		"x".repeat(3_000),
		"%F0%9F%8E%A8",
	]) {
		const answer = await ask("GET", `/v1/models/${path}`);
		assert.equal(answer.status, 404, path.slice(0, 60));
		assert.match(
			answer.body.error.code,
			/^(model_not_found|not_found)$/,
			path.slice(0, 60),
		);
		assert.ok(answer.text.length < 2_000, "a long name is not told back");
	}
	const broken = await ask("GET", "/v1/models/%zz");
	assert.equal(broken.status, 400);
});

/** A house in which nothing is drawn or said before the test lets it, and whose signs of life come soon. */
async function openSlowHouse(t: TestContext) {
	const house = await openOpenAiHouse(t, {}, { keepAliveMs: 5 });
	const { provider, talker, app, own } = house;
	const { wait, letGo } = createHoldUp();
	provider.script = () => ({ kind: "wait", until: wait() });
	talker.say = async function* () {
		await wait();
		yield* saying("Hello.");
	};
	await app.server.listen({ host: "127.0.0.1", port: 0 });
	const { port } = app.server.server.address() as AddressInfo;
	return {
		...house,
		/** What was asked for goes on, or fails. */
		letGo,
		/** Comes back when the head of the answer is there, long before the answer. */
		begin: async (path: string, body: object) =>
			await fetch(`http://127.0.0.1:${port}${path}`, {
				method: "POST",
				headers: { ...own.headers, "content-type": "application/json" },
				body: JSON.stringify(body),
			}),
	};
}

const TURN = { role: "user", content: "a red fox" };

test("an answer that is long in coming is kept alive by blank lines, whatever was asked", async (t) => {
	const { begin, letGo } = await openSlowHouse(t);
	const picture = await plainPng({ width: 64, height: 64 }, "red");
	const image = { b64_json: picture.toString("base64") };
	const drawing = { prompt: "a red fox", size: "64x64" };
	for (const [path, body, marked] of [
		["/v1/images/generations", drawing, "b64_json"],
		["/v1/images/edits", { ...drawing, image }, "b64_json"],
		["/v1/images/variations", { ...drawing, image }, "b64_json"],
		["/v1/chat/completions", { model: "scripted", messages: [TURN] }, "images"],
		["/v1/chat/completions", { model: "talker", messages: [TURN] }, "Hello."],
		["/v1/responses", { model: "scripted", input: "a fox" }, "result"],
		["/v1/responses", { model: "talker", input: "a fox" }, "Hello."],
	] as const) {
		const response = await begin(path, body);
		assert.equal(response.status, 200, path);
		assert.equal(response.headers.get("content-length"), null);
		assert.ok(response.headers.get("x-request-id"));
		assert.match(
			String(response.headers.get("content-type")),
			/^application\/json/,
		);
		await letGo();
		const text = await response.text();
		assert.match(text, /^\n+\{/, path);
		assert.ok(text.includes(marked), path);
		JSON.parse(text);
	}
});

test("what fails when the head is sent is told in the body, the connection breaks off, and nothing is left of it", async (t) => {
	const { begin, letGo, balance, ask } = await openSlowHouse(t);
	for (const [path, body] of [
		["/v1/images/generations", { prompt: "a red fox", size: "64x64" }],
		[
			"/v1/chat/completions",
			{ model: "talker", messages: [TURN], conversation: {} },
		],
		["/v1/responses", { model: "talker", input: "a fox" }],
	] as const) {
		const response = await begin(path, body);
		await letGo(new ProviderError("content_blocked", "secret"));
		let text = "";
		const read = async () => {
			const decoder = new TextDecoder();
			for await (const bytes of response.body ?? [])
				text += decoder.decode(bytes as Uint8Array);
		};
		await assert.rejects(read(), path);
		assert.equal(JSON.parse(text).error.code, "content_policy_violation");
		assert.doesNotMatch(text, /secret/);
	}
	assert.equal(await balance(), 100);
	const { body } = await ask("GET", "/v1/conversations");
	assert.equal(body.total, 0);
});

test("a server that stops tells who waits where the picture will be, in an answer that ends well", async (t) => {
	const { begin, app } = await openSlowHouse(t);
	const response = await begin("/v1/images/generations", { prompt: "a fox" });
	const closed = app.close();
	const { error, generation_id } = JSON.parse(await response.text());
	assert.equal(error.code, "timeout");
	assert.match(error.message, /stopping/);
	assert.match(generation_id, /^gen_/);
	await closed;
});
