/** Whoever asks for a retired model is told in a header, in every dialect: one behaviour, one column for each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestApp } from "../testing/test-app.ts";

const RETIRED = "gemini-3-pro-image-preview";
const SINCE = `@${Date.UTC(2026, 5, 25) / 1000}`;

interface Ask {
	/** Where the model is not a matter of the request. */
	readonly environment?: Readonly<Record<string, string>>;
	readonly path: string;
	readonly body: object;
}

/** How each dialect asks for a picture of a model. */
const DIALECTS: Readonly<Record<string, (model: string) => Ask>> = {
	platform: (modelVersion) => ({
		path: "/v0/images/generations",
		body: { prompt: "a", resolution: "low", modelVersion },
	}),
	"platform, to be polled": (modelVersion) => ({
		path: "/v0/images/generations?async=true",
		body: { prompt: "a", resolution: "low", modelVersion },
	}),
	"platform, as a question for the price": (modelVersion) => ({
		path: "/v0/images/generations?dry_run=true",
		body: { prompt: "a", resolution: "low", modelVersion },
	}),
	gemini: (model) => ({
		path: `/v1beta/models/${model}:generateContent`,
		body: {
			contents: [{ parts: [{ text: "a" }] }],
			generationConfig: { imageConfig: { imageSize: "512" } },
		},
	}),
	"gemini, streamed": (model) => ({
		path: `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
		body: {
			contents: [{ parts: [{ text: "a" }] }],
			generationConfig: { imageConfig: { imageSize: "512" } },
		},
	}),
	text2image: (model) => ({
		environment: { TEXT2IMAGE_MODEL: model },
		path: "/api/text2image/generate",
		body: { prompt: "a", size: "64x64" },
	}),
	openai: (model) => ({
		path: "/v1/images/generations",
		body: { model, prompt: "a", size: "64x64" },
	}),
	"openai, as events": (model) => ({
		path: "/v1/images/generations",
		body: { model, prompt: "a", size: "64x64", stream: true },
	}),
};

test("the answer has a Deprecation header when the model is retired, and none else", async (t) => {
	const usual = await openTestApp(t);
	for (const [name, asking] of Object.entries(DIALECTS)) {
		for (const [model, expected] of [
			[RETIRED, SINCE],
			["painter", undefined],
		] as const) {
			await t.test(`${name}: ${model}`, async (t) => {
				const { environment, path, body } = asking(model);
				const { app, team } =
					environment === undefined
						? usual
						: await openTestApp(t, { environment });
				const response = await app.server.inject({
					method: "POST",
					url: path,
					headers: (await team()).headers,
					payload: body,
				});
				assert.equal(response.statusCode, 200, response.body.slice(0, 300));
				assert.equal(response.headers.deprecation, expected);
			});
		}
	}
});

test("platform: the header is there again whenever the generation is asked for", async (t) => {
	const { app, team } = await openTestApp(t);
	const { headers } = await team();
	const made = await app.server.inject({
		method: "POST",
		url: "/v0/images/generations?async=true",
		headers,
		payload: { prompt: "a", resolution: "low", modelVersion: RETIRED },
	});
	const polled = await app.server.inject({
		url: `/v0/images/generations/${made.json().data.id}`,
		headers,
	});
	assert.equal(polled.statusCode, 200);
	assert.equal(polled.headers.deprecation, SINCE);
});

test("platform: a generation that failed says it too", async (t) => {
	const { app, team } = await openTestApp(t);
	const response = await app.server.inject({
		method: "POST",
		url: "/v0/images/generations",
		headers: (await team()).headers,
		payload: {
			prompt: "painter-fail",
			resolution: "low",
			modelVersion: RETIRED,
		},
	});
	assert.notEqual(response.statusCode, 200);
	assert.equal(response.headers.deprecation, SINCE);
});
