/** Every way in which this dialect says no (S4-20 to 29, readings d to h). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	multipartOf,
	openText2Image,
	PATH,
	PROMPT,
	refused,
	sendMultipart,
	succeeded,
} from "./envelope-contract.ts";

const BODY = { prompt: PROMPT, size: "64x64" };

test("S4-21: a body that is no JSON object is PARSE_ERROR", async (t) => {
	const { send } = await openText2Image(t);
	for (const payload of [
		"{",
		"[1]",
		'"text"',
		"5",
		'{"__proto__":{"a":1},"prompt":"x"}',
		'{"prompt":"x",}',
	]) {
		refused(
			await send({ headers: { "content-type": "application/json" }, payload }),
			400,
			"PARSE_ERROR",
		);
	}
});

test("S4-21: a body that is too large is 413, another type 415, both in the envelope", async (t) => {
	const { send, ask } = await openText2Image(t);
	refused(
		await ask({ prompt: "x".repeat(1_100_000) }),
		413,
		"PAYLOAD_TOO_LARGE",
	);
	for (const type of ["text/plain", "application/xml"])
		refused(
			await send({ headers: { "content-type": type }, payload: "prompt" }),
			415,
			"UNSUPPORTED_MEDIA_TYPE",
		);
});

test("the server's own limit for bodies holds here too, when it is smaller", async (t) => {
	const house = await openText2Image(t, {
		environment: { GESSO_MAX_BODY_BYTES: "2000" },
	});
	const fields = { prompt: "x".repeat(2_100) };
	const answers = [
		await house.ask(fields),
		await sendMultipart(house, multipartOf(fields)),
		await house.send({
			headers: { "content-type": "application/x-www-form-urlencoded" },
			payload: new URLSearchParams(fields).toString(),
		}),
	];
	for (const answer of answers) {
		const { error } = refused(answer, 413, "PAYLOAD_TOO_LARGE");
		assert.match(String(error.details.explanation), /2000/);
	}
});

test("S4-21: whatever else is under /api/text2image is 404 in the envelope", async (t) => {
	const { send } = await openText2Image(t);
	refused(await send({ method: "GET" }), 404, "NOT_FOUND");
	for (const url of [
		"/api/text2image",
		"/api/text2image/",
		"/api/text2image/models?x=1",
	])
		refused(await send({ method: "GET", url }), 404, "NOT_FOUND");
	refused(
		await send({ url: "/api/text2image/other", payload: BODY }),
		404,
		"NOT_FOUND",
	);
});

test("S4-g: without a valid apiKey it is 401 UNAUTHORIZED in the envelope", async (t) => {
	const { app } = await openText2Image(t);
	const keys: Record<string, string>[] = [
		{},
		{ authorization: "Bearer sk-img-wrong" },
		{ authorization: "Basic abc" },
		{ "x-secretary-api-key": "sk-img-wrong" },
	];
	for (const headers of keys) {
		const answer = await app.server.inject({
			method: "POST",
			url: PATH,
			headers,
			payload: BODY,
		});
		refused(answer, 401, "UNAUTHORIZED");
		assert.equal(answer.headers["www-authenticate"], "Bearer");
	}
});

test("X10: the apiKey may be a Bearer token or the X-Secretary-Api-Key header", async (t) => {
	const { app, customer } = await openText2Image(t);
	const ask = async (headers: Record<string, string>) =>
		await app.server.inject({
			method: "POST",
			url: PATH,
			headers,
			payload: { prompt: PROMPT, size: "64x64" },
		});
	succeeded(await ask({ authorization: `Bearer ${customer.apiKey}` }));
	succeeded(await ask({ "x-secretary-api-key": customer.apiKey }));
	succeeded(
		await ask({
			authorization: "Basic Z2F0ZXdheTpzZWNyZXQ=",
			"x-secretary-api-key": customer.apiKey,
		}),
	);
});

test("S4-26, S4-f: a known model whose provider is not there is 500 PROVIDER_NOT_CONFIGURED", async (t) => {
	const { ask, balance } = await openText2Image(t, {
		environment: { TEXT2IMAGE_MODEL: "openai/dall-e-3" },
	});
	refused(await ask(BODY), 500, "PROVIDER_NOT_CONFIGURED");
	assert.equal(await balance(), 100);
});

test("S4-27: a model that nobody knows is 500 MODEL_NOT_CONFIGURED", async (t) => {
	for (const variable of ["TEXT2IMAGE_MODEL", "GESSO_DEFAULT_MODEL"]) {
		const { ask } = await openText2Image(t, {
			environment: { [variable]: "no-such-model" },
		});
		refused(await ask(BODY), 500, "MODEL_NOT_CONFIGURED");
	}
});

test("S4-20, S4-28, S4-f, X11: what the provider refuses or fails is 500 TEXT2IMAGE_ERROR with a reason, and refunded", async (t) => {
	const { ask, provider, balance } = await openText2Image(t);
	const faults = [
		["content_blocked", "SAFETY_BLOCKED"],
		["quota_exhausted", "RESOURCE_EXHAUSTED"],
		["invalid", "INVALID_ARGUMENT"],
		["auth", "provider_failed"],
	] as const;
	for (const [kind, reason] of faults) {
		provider.script = () => ({
			kind: "fail",
			error: new ProviderError(kind, "secret vendor words", {
				publicMessage: "public words",
			}),
		});
		const answer = await ask({ ...BODY, useCache: false });
		const { error, process } = refused(answer, 500, "TEXT2IMAGE_ERROR");
		assert.deepEqual(error.details, {
			reason,
			explanation: "public words",
			generation_id: process.id,
		});
		assert.ok(!answer.body.includes("secret"));
	}
	assert.equal(await balance(), 100);
});

test("S4-28, X12: a wait beyond the server's limit is TEXT2IMAGE_ERROR, and the image will be in the library", async (t) => {
	const { ask, provider, app, customer } = await openText2Image(t, {
		environment: { GESSO_SYNC_WAIT_SECONDS: "1" },
	});
	const go = Promise.withResolvers<void>();
	provider.script = () => ({ kind: "wait", until: go.promise });
	const { error } = refused(await ask(BODY), 500, "TEXT2IMAGE_ERROR");
	assert.match(error.message, /Bibliothek/);
	const id = String(error.details.generation_id);
	go.resolve();
	const ended = await app.engine.waitForEnd(customer.principal, id);
	assert.equal(ended.status, "completed");
	assert.equal(
		(
			await app.engine.listImages(customer.principal, {
				page: 1,
				limit: 9,
				search: undefined,
			})
		).total,
		1,
	);
});

test("a generation that somebody canceled is TEXT2IMAGE_ERROR", async (t) => {
	const { ask, provider, app, customer } = await openText2Image(t);
	const begun = Promise.withResolvers<void>();
	provider.script = () => {
		begun.resolve();
		return { kind: "wait", until: new Promise(() => {}) };
	};
	const asked = ask(BODY);
	await begun.promise;
	const row = await app.database.queries
		.selectFrom("generations")
		.select("id")
		.executeTakeFirstOrThrow();
	await app.engine.cancelGeneration(customer.principal, row.id);
	const { error } = refused(await asked, 500, "TEXT2IMAGE_ERROR");
	assert.equal(error.details.reason, "canceled");
});

test("too few credits are 402, before anything is drawn", async (t) => {
	const { ask, team, provider } = await openText2Image(t);
	const poor = await team(1);
	refused(
		await ask({ ...BODY, n: 2 }, poor.headers),
		402,
		"INSUFFICIENT_CREDITS",
	);
	assert.equal(provider.calls.length, 0);
});

test("an Idempotency-Key of another request is 409, a bad one 400", async (t) => {
	const { ask } = await openText2Image(t);
	const headers = { "idempotency-key": "once" };
	succeeded(await ask(BODY, headers));
	refused(await ask({ ...BODY, n: 2 }, headers), 409, "CONFLICT");
	const { error } = refused(
		await ask(BODY, { "idempotency-key": "" }),
		400,
		"INVALID_PARAMETER",
	);
	assert.equal(error.details.field, "Idempotency-Key");
});

test("S4-29: what nobody expected is INTERNAL_ERROR and tells nothing of it", async (t) => {
	const { ask, app } = await openText2Image(t);
	app.engine.quote = async () => {
		throw new Error("password=hunter2");
	};
	const answer = await ask(BODY);
	assert.deepEqual(refused(answer, 500, "INTERNAL_ERROR").error, {
		code: "INTERNAL_ERROR",
		message: "Ein unerwarteter Fehler ist aufgetreten",
		details: {},
	});
	assert.ok(!answer.body.includes("hunter2"));
});

test("S4-h: who prefers English is told in English", async (t) => {
	const { ask } = await openText2Image(t);
	const answer = await ask({}, { "accept-language": "en-US,en;q=0.9" });
	assert.equal(
		refused(answer, 400, "MISSING_PROMPT").error.message,
		"The prompt must not be empty",
	);
	assert.equal(answer.headers["content-language"], "en");
	const english = refused(
		await ask({ ...BODY, size: "x" }, { "accept-language": "en" }),
		400,
		"INVALID_SIZE",
	);
	assert.equal(
		english.error.message,
		"Invalid size format: x. Expected: 'WIDTHxHEIGHT'",
	);
});
