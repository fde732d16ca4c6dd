/** What those who watch a server are told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPlatform } from "../testing/platform.ts";

test("a server that works says so, and its metrics count what it did", async (t) => {
	const { app, post } = await openPlatform(t);
	const get = async (url: string) => await app.server.inject(url);
	assert.deepEqual((await get("/healthz")).json(), { status: "ok" });
	assert.deepEqual((await get("/readyz")).json(), { status: "ready" });
	await post("", { prompt: "a", sampleCount: 2 });
	const { body, headers } = await get("/metrics");
	assert.match(String(headers["content-type"]), /text\/plain/);
	assert.match(body, /gesso_generations_total\{status="completed"\} 1/);
	assert.match(
		body,
		/gesso_provider_call_seconds_count\{provider="scripted",outcome="ok"\} 2/,
	);
	assert.match(
		body,
		/gesso_http_request_seconds_count\{method="POST",route="\/v0\/images\/generations",status="200"\} 1/,
	);
});

test("a server whose database is gone is alive but not ready", async (t) => {
	const { app } = await openPlatform(t);
	const { engine } = app;
	t.mock.method(engine, "checkHealth", async () => {
		throw new Error("no database");
	});
	const ready = await app.server.inject("/readyz");
	assert.equal(ready.statusCode, 503);
	assert.equal((await app.server.inject("/healthz")).statusCode, 200);
});

test("the OpenAPI document describes every path of every dialect, with its body, answers and apiKey", async (t) => {
	const { app } = await openPlatform(t);
	const document = (await app.server.inject("/openapi.json")).json();
	assert.equal(document.openapi, "3.1.0");
	const operations = Object.entries<Record<string, object>>(
		document.paths,
	).flatMap(([path, methods]) =>
		Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
	);
	for (const expected of [
		"DELETE /v0/images/library/{imageId}",
		"GET /v0/gallery",
		"GET /v0/images/generations/{jobId}",
		"GET /v0/images/library",
		"GET /v0/images/library/{imageId}",
		"GET /v0/images/library/{imageId}/download",
		"GET /v0/models",
		"GET /v0/usage",
		"PATCH /v0/images/library/{imageId}",
		"POST /api/text2image/generate",
		"POST /v0/images/generations",
		"POST /v0/images/generations/{jobId}/cancel",
		"POST /auth/guest-login",
		"GET /v1/models",
		"POST /v1/images/generations",
		"POST /v1/images/edits",
		"POST /v1/chat/completions",
		"POST /v1/conversations",
		"POST /v1/files",
		"POST /v1/batches",
		"POST /v1/responses",
		"GET /gemini/{version}/models",
	])
		assert.ok(operations.includes(expected), `${expected} is not described`);
	const generate = document.paths["/v0/images/generations"].post;
	const schema = generate.requestBody.content["application/json"].schema;
	assert.equal(schema.properties.aspectRatio.enum.length, 18);
	assert.ok(generate.responses["200"].content["application/json"].schema);
	assert.deepEqual(generate.security, [{ apiKey: [] }]);
});

test("what is nowhere is answered with where to look", async (t) => {
	const { app } = await openPlatform(t);
	for (const url of ["/nothing", "/v0/nothing", "/v0/%zz"]) {
		const answer = await app.server.inject(url);
		assert.ok([400, 404].includes(answer.statusCode), url);
		assert.equal(typeof answer.json().error, "string", url);
	}
});
