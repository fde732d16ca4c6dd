/** Models as Google lists them: what is ready here, and every name that is answered all the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { openGemini } from "./gemini-contract.ts";

test("S2-1, S2-2: the seed's models are there to be read, and a header says that they are retired", async (t) => {
	const { ask } = await openGemini(t);
	for (const [name, since] of [
		["gemini-2.5-flash-image", Date.UTC(2026, 9, 2)],
		["gemini-3-pro-image-preview", Date.UTC(2026, 5, 25)],
	] as const) {
		const { status, body, headers } = await ask(`/v1beta/models/${name}`);
		assert.equal(status, 200);
		assert.equal(body.name, `models/${name}`);
		assert.ok(body.supportedGenerationMethods.includes("generateContent"));
		assert.equal(headers.deprecation, `@${since / 1000}`);
	}
	const { body } = await ask("/v1beta/models");
	assert.deepEqual(
		body.models.map(({ name }: { name: string }) => name),
		["models/painter"],
		"neither retired names nor those for which another stands in",
	);
});

test("a model is found by every way in which clients write its name", async (t) => {
	const { ask } = await openGemini(t);
	for (const [path, name] of [
		["painter", "painter"],
		["models/painter", "painter"],
		["models%2Fpainter", "painter"],
		["publishers/google/models/gemini-3-pro-image", "gemini-3-pro-image"],
		["google/gemini-3-pro-image", "google/gemini-3-pro-image"],
		["google%2Fgemini-3-pro-image", "google/gemini-3-pro-image"],
		["gemini-3-pro-image-preview", "gemini-3-pro-image-preview"],
		["gemini-nano-banana-2.1-preview", "gemini-nano-banana-2.1"],
	] as const) {
		const { status, body } = await ask(`/v1beta/models/${path}`);
		assert.equal(status, 200, path);
		assert.equal(body.name, `models/${name}`);
	}
	for (const path of ["nobody", "nobody-preview", "%00", "a/b/c", "models/"])
		assert.equal((await ask(`/v1beta/models/${path}`)).status, 404, path);
});

test("models come in pages", async (t) => {
	const { ask } = await openGemini(t, {
		providers: [createScriptedProvider()],
		models: ["a", "b/b", "c", "d", "e"].map((id) => scriptedModel({ id })),
	});
	const names: string[] = [];
	let token = "";
	let pages = 0;
	do {
		const { body } = await ask(
			`/v1/models?pageSize=2&pageToken=${encodeURIComponent(token)}`,
		);
		for (const { name } of body.models) names.push(name);
		token = body.nextPageToken ?? "";
		pages++;
	} while (token !== "");
	assert.deepEqual(names, [
		"models/a",
		"models/b/b",
		"models/c",
		"models/d",
		"models/e",
	]);
	assert.equal(pages, 3);
	assert.equal(
		(await ask("/v1/models?page_size=3")).body.models.length,
		3,
		"in either spelling",
	);
	for (const query of ["pageToken=nonsense", "pageSize=-1", "pageSize=x"])
		assert.equal((await ask(`/v1/models?${query}`)).status, 400, query);
	for (const query of ["pageSize=0", "pageSize=100000", "pageToken="])
		assert.equal((await ask(`/v1/models?${query}`)).body.models.length, 5);
});

test("a model that nobody here has is not there", async (t) => {
	const { ask, call } = await openGemini(t, {
		providers: [createScriptedProvider()],
		models: [
			scriptedModel(),
			scriptedModel({ id: "absent", provider: "nobody" }),
		],
		environment: { GESSO_PAINTER_STANDS_IN: "false" },
	});
	assert.equal((await ask("/v1/models/absent")).status, 404);
	const { status, body } = await call("absent:generateContent", {
		contents: [{ parts: [{ text: "a" }] }],
	});
	assert.equal(status, 404);
	assert.match(body.error.message, /models\/absent is not found/);
});
