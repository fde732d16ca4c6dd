/** The guide that this dialect was made from (S2): its samples for Python, and what they mean to somebody who has no client and writes them as they stand. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import { findPython } from "../../../testing/python-environment.ts";
import { judgeByPython } from "../../../testing/python-judge.ts";
import { waitUntil } from "../../../testing/wait-until.ts";
import { factsOf, MODEL, openJudged, plainPicture } from "./judged-contract.ts";

/** An answer is looked into field by field, and a wrong guess fails the test. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
type Body = any;

const { app, url, customer, place, balance } = await openJudged({
	after,
} as Pick<TestContext, "after">);
const picture = await plainPicture(
	{ r: 200, g: 40, b: 40 },
	{ width: 63, height: 27 },
);

async function ask(path: string, body?: object) {
	const response = await fetch(`${url}/v1beta/${path}`, {
		method: body === undefined ? "GET" : "POST",
		headers: {
			"x-goog-api-key": customer.apiKey,
			"content-type": "application/json",
		},
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	const answer: Body = await response.json();
	return {
		status: response.status,
		ignored: response.headers.get("x-gesso-ignored"),
		answer,
	};
}

/** Pictures by their facts, and texts as `text`. */
async function draw(body: object): Promise<{ parts: string[]; content: Body }> {
	const { status, ignored, answer } = await ask(
		`models/${MODEL}:generateContent`,
		body,
	);
	assert.equal(status, 200, JSON.stringify(answer));
	assert.equal(ignored, null, "all of it has an effect");
	const [{ content }] = answer.candidates;
	const parts = await Promise.all(
		content.parts.map(({ inlineData }: Body) =>
			inlineData === undefined ? "text" : factsOf(inlineData.data),
		),
	);
	return { parts, content };
}

test("S2-6, S2-7, S2-8, S2-10: the guide's samples for Python run, where the client takes them", async (t) => {
	const python = findPython(t);
	if (python === null) return;
	const file = path.join(place.dataDirectory, "input.png");
	writeFileSync(file, picture);
	await judgeByPython(t, {
		python,
		program: path.join(import.meta.dirname, "seed_python.py"),
		promises: 4,
		environment: {
			GESSO_URL: url,
			GOOGLE_GEMINI_BASE_URL: url,
			GESSO_API_KEY: customer.apiKey,
			GESSO_PICTURE: file,
		},
	});
});

test("S2-3, S2-4, S2-6: in the guide's own spelling, each ratio of its table is drawn, alone or with words", async () => {
	for (const [aspect_ratio, size] of [
		["1:1", "512x512"],
		["16:9", "512x288"],
		["9:16", "288x512"],
		["21:9", "512x219"],
		["4:3", "512x384"],
		["3:4", "384x512"],
	] as const) {
		const { parts } = await draw({
			contents: ["A night sky"],
			config: {
				response_modalities: ["IMAGE"],
				aspect_ratio,
				image_size: "512",
			},
		});
		assert.deepEqual(parts, [`png ${size}`]);
	}
	const both = await draw({
		contents: "A night sky",
		config: {
			response_modalities: ["TEXT", "IMAGE"],
			aspect_ratio: "21:9",
			image_size: "512",
		},
	});
	assert.deepEqual(both.parts, ["text", "png 512x219"]);
});

test("S2-7, S2-8: in the guide's own spelling, a picture is edited, and changed in the next turn", async () => {
	const config = { response_modalities: ["IMAGE"], image_size: "512" };
	const image_part = {
		inline_data: { mime_type: "image/png", data: picture.toString("base64") },
	};
	const edited = await draw({
		contents: [image_part, "Remove the background"],
		config,
	});
	assert.deepEqual(edited.parts, ["png 512x219"], "in its own shape");
	const cabin = await draw({ contents: "A cozy cabin in the woods", config });
	const snowy = await draw({
		contents: ["A cozy cabin in the woods", cabin.content, "Add snow falling"],
		config,
	});
	assert.deepEqual(snowy.parts, cabin.parts);
	const { images } = await app.engine.listImages(customer.principal, {
		page: 1,
		limit: 1,
	});
	assert.equal(
		images[0]?.prompt,
		"Add snow falling. A cozy cabin in the woods",
	);
});

test("S2-10: in the guide's own spelling, a batch is made of prompts, and its state is read", async () => {
	const before = await balance();
	const made = await ask(`models/${MODEL}:batchGenerateContent`, {
		requests: [
			{ contents: ["prompt 1"], config: { image_size: "512" } },
			{ contents: ["prompt 2"], config: { aspect_ratio: "21:9" } },
		],
	});
	assert.equal(made.status, 200, JSON.stringify(made.answer));
	assert.equal(made.ignored, null);
	const done = await waitUntil(async () => {
		const { answer } = await ask(made.answer.name);
		return answer.done === true && answer;
	});
	assert.equal(done.metadata.state, "BATCH_STATE_SUCCEEDED");
	const answers = done.response.inlinedResponses.inlinedResponses;
	const sizes = await Promise.all(
		answers.map(({ response }: Body) => {
			const [, { inlineData }] = response.candidates[0].content.parts;
			return factsOf(inlineData.data);
		}),
	);
	assert.deepEqual(sizes, ["png 512x512", "png 1024x439"]);
	assert.equal(before - (await balance()), 1, "half the price of two");
});

test("S2-5: an image_size that gemini-2.5-flash-image lacks is refused, and the advice names a model that has it", async () => {
	const { status, answer } = await ask(`models/${MODEL}:generateContent`, {
		contents: ["A night sky"],
		config: { image_size: "2K" },
	});
	assert.equal(status, 400);
	assert.equal(answer.error.status, "INVALID_ARGUMENT");
	assert.match(
		answer.error.message,
		/it has 512, 1K. Ask for one of these, or/,
	);
});
