/** POST /v1/images and GET /v1/images/models, as clients of a router of models ask. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plainPng } from "../../../testing/scripted-provider.ts";
import { openTestApp } from "../../../testing/test-app.ts";
import { factsOf, openImages, refused, succeeded } from "./images-contract.ts";

const PATH = "/v1/images";

test("a picture comes with the tokens under the router's names, and what it cost", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(PATH, {
			model: "scripted",
			prompt: "a red fox",
			aspect_ratio: "2:1",
			resolution: "512",
			seed: 7,
		}),
	);
	assert.equal(await factsOf(answer.data[0].b64_json), "png 512x256");
	assert.equal(answer.data[0].media_type, "image/png");
	assert.deepEqual(answer.usage, {
		prompt_tokens: 2,
		completion_tokens: 8,
		total_tokens: 10,
		cost: 0.01,
	});
	assert.equal(house.provider.calls[0]?.seed, 7);
});

test("a size may be a tier", async (t) => {
	const house = await openImages(t);
	const answer = succeeded(
		await house.post(PATH, { prompt: "a", size: "2K", aspect_ratio: "4:1" }),
	);
	assert.equal(answer.size, "2048x512");
	assert.equal(answer.credits, 2);
});

test("what the painter draws costs nothing, and has all three numbers", async (t) => {
	const { app, team } = await openTestApp(t);
	const response = await app.server.inject({
		method: "POST",
		url: PATH,
		headers: (await team()).headers,
		payload: { prompt: "a", size: "64x64" },
	});
	assert.deepEqual(succeeded(response).usage, {
		prompt_tokens: 0,
		completion_tokens: 0,
		total_tokens: 0,
		cost: 0,
	});
});

test("references are handed to the model, and give the picture its shape", async (t) => {
	const house = await openImages(t);
	const bytes = await plainPng({ width: 100, height: 200 }, "tall");
	const url = `data:image/png;base64,${bytes.toString("base64")}`;
	const answer = succeeded(
		await house.post(PATH, {
			prompt: "a",
			input_references: [{ type: "image_url", image_url: { url } }],
		}),
	);
	assert.equal(house.provider.calls[0]?.inputImages.length, 1);
	assert.equal(answer.size, "512x1024");
	refused(
		await house.post(PATH, { prompt: "a", input_references: [{}] }),
		400,
		"input_references.0",
	);
});

test("the list says of each model that draws here what it can be asked", async (t) => {
	const house = await openImages(t, {
		model: {
			image: {
				maxInputImages: 2,
				qualities: ["low", "high"],
				partialImages: 1,
			},
		},
	});
	const response = await house.app.server.inject({
		url: "/v1/images/models",
		headers: house.customer.headers,
	});
	assert.equal(response.statusCode, 200, response.body);
	const [model, ...others] = response.json().data;
	assert.deepEqual(others, []);
	assert.equal(model.id, "scripted");
	assert.deepEqual(model.architecture.input_modalities, ["text", "image"]);
	const { supported_parameters } = model;
	assert.deepEqual(supported_parameters.quality.values, ["low", "high"]);
	assert.deepEqual(supported_parameters.input_references, {
		type: "range",
		min: 0,
		max: 2,
	});
	assert.deepEqual(supported_parameters.resolution.values, [
		"512",
		"1K",
		"2K",
		"4K",
	]);
	assert.equal(supported_parameters.background, undefined);
	assert.equal(model.supports_streaming, true);
	assert.equal(model.endpoints[0].credits_per_image["2K"], 2);
});
