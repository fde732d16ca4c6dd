/** Who draws for /api/text2image, as the configuration file or the environment says it (S4-26, S4-27, S4-30). */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { openTestApp } from "../../testing/test-app.ts";
import { openTestPlace } from "../../testing/test-place.ts";
import { openVendorStub } from "../../testing/vendor-stub.ts";
import { PATH, pixelsOf, refused, succeeded } from "./envelope-contract.ts";

const BODY = { prompt: "a lake", size: "256x256", useCache: false };

/** Gesso as it comes, with this configuration file, asked once. */
async function askWith(
	t: TestContext,
	yaml: string,
	environment: Readonly<Record<string, string>> = {},
	body: object = BODY,
) {
	const place = await openTestPlace(t);
	const file = path.join(place.dataDirectory, "config.yaml");
	writeFileSync(file, yaml);
	const { app, team } = await openTestApp(t, {
		place,
		environment: { GESSO_CONFIG: file, PAINTER_THREADS: "1", ...environment },
	});
	const { headers } = await team(10);
	return await app.server.inject({
		method: "POST",
		url: PATH,
		headers,
		payload: body,
	});
}

function useCase(content: string): string {
	return `llm_config: {use_cases: {text2image: ${content}}}`;
}

test("S4-30: the provider and the model of the use case draw", async (t) => {
	const answer = succeeded(
		await askWith(t, useCase("{provider: painter, model: painter}"), {
			GESSO_DEFAULT_MODEL: "gpt-image-2",
		}),
	);
	assert.equal(answer.data.model, "painter");
	assert.equal(answer.data.warnings, undefined);
});

/** The requirement document's own block. */
const SEED = `llm_config:
  use_cases:
    text2image:
      provider: openrouter
      model: openai/dall-e-3

llm_providers:
  openrouter:
    available_models:
      text2image:
        - openai/dall-e-3
        - stability-ai/stable-diffusion-xl-base-1.0
        - black-forest-labs/flux-pro
        - black-forest-labs/flux-schnell
`;

test("S4-1, S4-30: with the document's own configuration and a key, that provider draws, by the successor of the model that is gone", async (t) => {
	const vendor = await openVendorStub(t);
	const png = await sharp({
		create: { width: 1024, height: 1024, channels: 3, background: "teal" },
	})
		.png()
		.toBuffer();
	vendor.script = ({ method }) => ({
		body: JSON.stringify({
			data: method === "GET" ? [] : [{ b64_json: png.toString("base64") }],
		}),
	});
	const answer = succeeded(
		await askWith(t, SEED, {
			OPENROUTER_API_KEY: "sk-or-1",
			OPENROUTER_URL: `${vendor.url}/api/v1`,
		}),
	);
	assert.equal(answer.data.model, "openai/dall-e-3");
	assert.deepEqual(await pixelsOf(answer.data), {
		format: "png",
		size: "256x256",
	});
	assert.ok(answer.data.warnings?.some(({ kind }) => kind === "deprecated"));
	const drawing = vendor.received.find(({ method }) => method === "POST");
	assert.equal(drawing?.headers.authorization, "Bearer sk-or-1");
	const { model } = JSON.parse(String(drawing?.body)) as { model: string };
	assert.equal(model, "openai/gpt-image-2");
});

test("S4-30: with the document's own configuration and no key, the painter stands in and a warning says so", async (t) => {
	const answer = succeeded(await askWith(t, SEED));
	assert.equal(answer.data.model, "openai/dall-e-3");
	assert.ok(answer.data.warnings?.some(({ kind }) => kind === "substituted"));
	const refusing = await askWith(t, SEED, { GESSO_PAINTER_STANDS_IN: "false" });
	refused(refusing, 500, "PROVIDER_NOT_CONFIGURED");
});

test("S4-30: another program's entry makes a server draw, with its address, its key and its models", async (t) => {
	const vendor = await openVendorStub(t);
	vendor.script = () => ({ status: 401, body: "{}" });
	const yaml = `${useCase("{provider: openai, model: flux-of-ours}")}
llm_providers:
  openai:
    api_key: sk-of-the-file
    base_url: ${vendor.url}/v1
    available_models: {text2image: [flux-of-ours], chat_completion: [x]}
`;
	refused(await askWith(t, yaml), 500, "TEXT2IMAGE_ERROR");
	const drawing = vendor.received.filter(({ method }) => method === "POST");
	assert.equal(drawing.length, 1);
	assert.equal(drawing[0]?.path, "/v1/images/generations");
	assert.equal(drawing[0]?.headers.authorization, "Bearer sk-of-the-file");
	assert.match(String(drawing[0]?.body), /"model":\s?"flux-of-ours"/);
});

test("S4-30: TEXT2IMAGE_MODEL in the environment goes before the whole use case", async (t) => {
	const answer = succeeded(
		await askWith(t, useCase("{provider: nobody, model: nothing}"), {
			TEXT2IMAGE_MODEL: "painter",
		}),
	);
	assert.equal(answer.data.model, "painter");
});

test("S4-27: a use case without a model, or with one that nobody knows, starts, and requests are told", async (t) => {
	for (const content of [
		"{provider: painter}",
		"{provider: openai}",
		"{model: no-such-model}",
		"{provider: painter, model: gpt-image-2}",
	]) {
		const answer = await askWith(t, useCase(content));
		refused(answer, 500, "MODEL_NOT_CONFIGURED");
	}
});

test("S4-26: a use case with a provider that nobody knows starts, and requests are told", async (t) => {
	for (const content of [
		"{provider: nobody, model: gpt-image-2}",
		"{provider: nobody, model: no-such-model}",
	]) {
		const answer = await askWith(t, useCase(content));
		refused(answer, 500, "PROVIDER_NOT_CONFIGURED");
	}
});

test("S4-23 goes before: a request without a prompt is told so, whatever the configuration lacks", async (t) => {
	const answer = await askWith(t, useCase("{provider: painter}"), {}, {});
	refused(answer, 400, "MISSING_PROMPT");
});
