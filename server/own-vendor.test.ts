/** Gesso as its own vendor: what asks Google or OpenAI for pictures gets them from another Gesso that speaks as they do, with the painter behind it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plainPng } from "./testing/scripted-provider.ts";
import {
	createScriptedTalker,
	saying,
	talkingModel,
} from "./testing/scripted-talker.ts";
import { openServedApp } from "./testing/served-app.ts";
import { openTestApp } from "./testing/test-app.ts";
import { bytesOf } from "./testing/test-catalogues.ts";
import { waitUntil } from "./testing/wait-until.ts";

/** How one Gesso is told to have another as its vendor. */
const VENDORS = [
	{
		words: "Google",
		provider: "gemini",
		model: "gemini-nano-banana-2.1",
		environment: (url: string, apiKey: string) => ({
			GEMINI_URL: url,
			GEMINI_API_KEY: apiKey,
		}),
	},
	{
		words: "OpenAI",
		provider: "image-provider",
		model: undefined,
		environment: (url: string, apiKey: string) => ({
			IMAGE_PROVIDER_URL: url,
			IMAGE_PROVIDER_API_KEY: apiKey,
		}),
	},
] as const;

for (const { words, provider, model, environment } of VENDORS) {
	test(`a Gesso that speaks ${words}'s words draws, edits and refuses for another`, async (t) => {
		const vendor = await openServedApp(t, {
			environment: { PAINTER_THREADS: "1" },
		});
		const account = await vendor.team(100);
		const { app, team } = await openTestApp(t, {
			environment: environment(vendor.url, account.apiKey),
		});
		const { headers, principal } = await team(100);
		const ask = async (body: object) => {
			const answer = await app.server.inject({
				method: "POST",
				url: "/v0/images/generations",
				headers,
				payload: { modelVersion: model, ...body },
			});
			return { status: answer.statusCode, body: answer.json() };
		};

		const drawn = await ask({ prompt: "a calm sea at dusk" });
		assert.equal(drawn.status, 200, JSON.stringify(drawn.body));
		assert.equal(drawn.body.data.provider, provider);
		const [image] = drawn.body.data.data;
		const kept = await app.engine.getImage(principal, image.id);
		const { images } = await vendor.app.engine.listImages(account.principal, {
			page: 1,
			limit: 10,
			search: undefined,
		});
		assert.equal(images.length, 1, "the vendor drew it once");
		assert.equal(kept.sha256, images[0]?.sha256, "byte for byte");

		const edited = await ask({
			prompt: "make it snow",
			refImageBase64: [
				{
					mimeType: "image/png",
					data: (await plainPng({ width: 64, height: 64 }, "in")).toString(
						"base64",
					),
				},
			],
		});
		assert.equal(edited.status, 200, JSON.stringify(edited.body));

		const refused = await ask({ prompt: "painter-block a calm sea" });
		assert.equal(refused.status, 422, JSON.stringify(refused.body));
		assert.equal(refused.body.reason, "SAFETY_BLOCKED");
		assert.equal((await app.engine.creditSums(principal)).balance, 98);
	});
}

test("a text model behind another Gesso answers turn after turn, with all that was said before", async (t) => {
	const model = "gemini-3-pro-image";
	const talker = createScriptedTalker();
	const vendor = await openServedApp(t, {
		providers: [talker],
		models: [talkingModel({ id: model })],
	});
	const account = await vendor.team(100);
	const { app, team } = await openTestApp(t, {
		environment: { GEMINI_URL: vendor.url, GEMINI_API_KEY: account.apiKey },
	});
	const { headers, principal } = await team(10);
	const replies = ["Blue.", "Because of the light.", "Red."];
	talker.say = () => saying(replies[talker.talks.length - 1] ?? "");
	const messages: { role: string; content: string }[] = [
		{ role: "system", content: "Be brief" },
	];
	for (const [index, content] of [
		"What colour is the sky?",
		"Why?",
		"And in the evening?",
	].entries()) {
		messages.push({ role: "user", content });
		const answer = await app.server.inject({
			method: "POST",
			url: "/v1/chat/completions",
			headers,
			payload: { model, messages, modalities: ["text"] },
		});
		assert.equal(answer.statusCode, 200, answer.body);
		const { message } = answer.json().choices[0];
		assert.equal(message.content, replies[index]);
		messages.push({ role: "assistant", content: message.content });
	}
	const [, , last] = talker.talks;
	assert.equal(last?.instructions, "Be brief");
	assert.deepEqual(
		last?.turns.map(({ role, parts }) => [
			role,
			parts.map((part) => (part.kind === "text" ? part.text : "")).join(""),
		]),
		messages.slice(1, -1).map(({ role, content }) => [role, content]),
	);
	assert.equal((await app.engine.creditSums(principal)).balance, 7);
	const { balance } = await vendor.app.engine.creditSums(account.principal);
	assert.equal(balance, 97, "each has its own books");
});

test("S0-30, S0-32: rugs are described in Google's batch and drawn one by one by Google, where there is nobody else", async (t) => {
	const vendor = await openServedApp(t);
	const account = await vendor.team(100);
	const { app, team } = await openTestApp(t, {
		environment: {
			GEMINI_URL: vendor.url,
			GEMINI_API_KEY: account.apiKey,
			PAINTER_ENABLED: "false",
		},
	});
	const { principal } = await team(100);
	const { catalogues } = app.engine;
	const { id } = await catalogues.takeIn(principal, {
		name: "rugs",
		source: {
			kind: "file",
			bytes: bytesOf("SKU,Title,Rugtype\n1,Heriz,Area Rug\n"),
			field: "file",
		},
		choice: { kind: "builtIn", name: "rugs" },
		strategy: "describe-then-draw",
		settings: {
			maxPhotos: 0,
			onMissingPhoto: "fail",
			isAutomatic: true,
			model: "gemini-2.5-flash-image",
		},
	});
	await catalogues.start(principal, id);
	const { counts } = await waitUntil(async () => {
		const catalogue = await catalogues.get(principal, id);
		return catalogue.status === "completed" && catalogue;
	});
	assert.equal(counts.drawn, 1);
	const row = await catalogues.getRow(principal, id, "rug-1");
	assert.match(
		row.description ?? "",
		/^Photo-realistic picture of a cozy living room/,
	);
	assert.equal(row.generation?.prompt, row.description);
	assert.equal(row.generation?.provider, "gemini");
	assert.deepEqual(
		vendor.received
			.filter((request) => request.startsWith("POST"))
			.map((request) => request.split(/[/:?]/).at(-1)?.split("=").at(-1)),
		["files", "resumable", "batchGenerateContent", "generateContent"],
		"a batch of descriptions goes up, and then a picture is drawn",
	);
});
