/** What the log tells, and what it must not. */
import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { pino } from "pino";
import {
	createScriptedProvider,
	scriptedModel,
} from "../testing/scripted-provider.ts";
import { openTestApp } from "../testing/test-app.ts";

test("every request has its line with its id, and no secret, prompt or picture is logged above debug", async (t) => {
	let text = "";
	const log = pino(
		{ level: "info" },
		new Writable({
			write(chunk, _encoding, done) {
				text += chunk;
				done();
			},
		}),
	);
	const provider = createScriptedProvider();
	const { app, team } = await openTestApp(t, {
		log,
		providers: [provider],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted" },
	});
	const { apiKey, headers, teamId } = await team();
	const ask = (url: string, payload: object) =>
		app.server.inject({
			method: "POST",
			url,
			headers: { ...headers, "x-request-id": "order-66" },
			payload,
		});
	const prompt = "a very private wish";
	const drawn = await ask(
		"/v0/images/generations?response_format=b64_json&token=hush",
		{ prompt },
	);
	assert.equal(drawn.statusCode, 200);
	assert.equal(drawn.headers["x-request-id"], "order-66");
	await ask("/v0/images/generations", { prompt, aspectRatio: "no" });
	await ask("/api/text2image/generate", { prompt, size: "64x64" });
	await app.server.inject({
		url: "/v0/usage",
		headers: { "x-request-id": "not allowed\u0000 {}" },
	});

	const lines = text
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	const [first] = lines.filter(({ msg }) => msg === "request");
	assert.deepEqual(
		[first.requestId, first.method, first.route, first.status, first.teamId],
		["order-66", "POST", "/v0/images/generations", 200, teamId],
	);
	assert.equal(typeof first.durationMs, "number");
	assert.equal(lines.filter(({ msg }) => msg === "request").length, 4);
	assert.match(lines.at(-1)?.requestId, /^[\w-]{36}$/, "a bad id is replaced");
	for (const secret of [apiKey, prompt, "hush", "iVBORw0KGgo"])
		assert.ok(!text.includes(secret), `${secret} is in the log`);
});
