/** Batches as Google's SDKs make and read them; the requests are those that were captured of them (appendices A and B). */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../../providers/provider.ts";
import {
	createScriptedProvider,
	plainPng,
	type ScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	type ScriptedTalker,
	talkingModel,
} from "../../../testing/scripted-talker.ts";
import type { TestAppOptions } from "../../../testing/test-app.ts";
import { waitUntil } from "../../../testing/wait-until.ts";
import { type GeminiHouse, openGemini } from "../gemini-contract.ts";

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
type Body = any;

interface BatchHouse extends GeminiHouse {
	readonly provider: ScriptedProvider;
	readonly talker: ScriptedTalker;
}

async function openBatches(
	t: TestContext,
	options: TestAppOptions = {},
): Promise<BatchHouse> {
	const provider = createScriptedProvider();
	const talker = createScriptedTalker();
	const house = await openGemini(t, {
		providers: [provider, talker],
		models: [
			scriptedModel(),
			talkingModel(),
			{
				...scriptedModel({ provider: "talker" }),
				id: "both",
				talks: true,
			},
		],
		...options,
		environment: { GESSO_DEFAULT_MODEL: "scripted", ...options.environment },
	});
	return { ...house, provider, talker };
}

const says = (text: string) => ({
	contents: [{ parts: [{ text }], role: "user" }],
});

async function upload(house: GeminiHouse, text: string): Promise<string> {
	const { body } = await house.ask("/upload/v1beta/files?uploadType=media", {
		headers: { "content-type": "application/jsonl" },
		payload: Buffer.from(text),
	});
	return body.file.name;
}

async function create(
	house: GeminiHouse,
	batch: object,
	model = "scripted",
): Promise<Body> {
	const { status, body } = await house.call(`${model}:batchGenerateContent`, {
		batch,
	});
	assert.equal(status, 200, JSON.stringify(body));
	return body;
}

const inline = (...requests: unknown[]) => ({
	inputConfig: { requests: { requests } },
});

async function ended(house: GeminiHouse, name: string): Promise<Body> {
	return await waitUntil(async () => {
		const { body } = await house.ask(`/v1beta/${name}`);
		return body.done === true && body;
	});
}

async function linesOf(house: GeminiHouse, file: string): Promise<Body[]> {
	const { text } = await house.ask(`/v1beta/${file}:download?alt=media`);
	return text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

test("S2-10: requests that come along are answered in their order, with their metadata, for half the credits", async (t) => {
	const house = await openBatches(t);
	const made = await create(house, {
		...inline(
			...["k0", "k1", "k2", "k3"].map((key) => ({
				request: {
					...says(`fox ${key}`),
					systemInstruction: { parts: [{ text: "s" }], role: "user" },
					generationConfig: {
						responseModalities: ["TEXT", "IMAGE"],
						imageConfig: { aspectRatio: "1:1" },
					},
				},
				metadata: { key },
			})),
		),
		displayName: "inl",
	});
	const { name, metadata } = made;
	assert.match(name, /^batches\/[a-z0-9]+$/);
	assert.deepEqual(made, {
		name,
		metadata: {
			"@type":
				"type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
			model: "models/scripted",
			displayName: "inl",
			createTime: metadata.createTime,
			updateTime: metadata.createTime,
			batchStats: { requestCount: "4", pendingRequestCount: "4" },
			state: "BATCH_STATE_PENDING",
			name,
		},
	});
	const done = await ended(house, name);
	assert.equal(done.metadata.state, "BATCH_STATE_SUCCEEDED");
	assert.deepEqual(done.metadata.batchStats, {
		requestCount: "4",
		successfulRequestCount: "4",
	});
	assert.ok(done.metadata.endTime >= done.metadata.createTime);
	const { inlinedResponses } = done.metadata.output.inlinedResponses;
	assert.deepEqual(
		done.response.inlinedResponses.inlinedResponses,
		inlinedResponses,
	);
	assert.deepEqual(
		inlinedResponses.map((each: Body) => each.metadata),
		["k0", "k1", "k2", "k3"].map((key) => ({ key })),
	);
	for (const { response } of inlinedResponses) {
		const [{ content, finishReason }] = response.candidates;
		assert.equal(finishReason, "STOP");
		assert.deepEqual(content.role, "model");
		const [words, picture] = content.parts;
		assert.equal(typeof words.text, "string");
		assert.equal(picture.inlineData.mimeType, "image/png");
		assert.equal(response.modelVersion, "scripted");
	}
	assert.equal(await house.balance(), 1_000 - 2);
	const { files } = (await house.ask("/v1beta/files")).body;
	assert.deepEqual(
		files.map((file: Body) => file.source),
		["GENERATED"],
		"the requests are no file of the team's",
	);
});

test("a file of requests, in every way in which people write one, is answered in a file that can be downloaded", async (t) => {
	const house = await openBatches(t);
	const lines = [
		{
			key: "request-1",
			request: {
				...says("one"),
				generation_config: {
					responseModalities: ["TEXT", "IMAGE"],
					imageConfig: { aspectRatio: "16:9" },
				},
			},
		},
		{ key: "bare", ...says("two") },
		{
			key: "config",
			request: {
				contents: "three",
				config: {
					response_modalities: ["Image"],
					image_config: { aspect_ratio: "9:16" },
				},
			},
		},
		{ key: "listed", contents: ["four"] },
		{ request: says("five") },
		{ key: "model", model: "models/both", request: says("six") },
	];
	const text = `${lines.map((line) => JSON.stringify(line)).join("\r\n\n")}\n`;
	const fileName = await upload(house, text);
	const { name } = await create(house, {
		display_name: "fb",
		input_config: { file_name: fileName },
	});
	const done = await ended(house, name);
	assert.equal(done.metadata.displayName, "fb");
	assert.deepEqual(
		done.metadata.output,
		done.response && { responsesFile: done.response.responsesFile },
	);
	const { responsesFile } = done.metadata.output;
	const results = await linesOf(house, responsesFile);
	assert.deepEqual(
		results.map(({ key }) => key),
		["request-1", "bare", "config", "listed", "5", "model"],
	);
	const modelsOf = results.map(({ response }) => response.modelVersion);
	assert.deepEqual(modelsOf.slice(-2), ["scripted", "both"]);
	const prompts = [...house.provider.calls, ...house.talker.calls].map(
		({ prompt }) => prompt,
	);
	assert.deepEqual(prompts.toSorted(), [
		"five",
		"four",
		"one",
		"six",
		"three",
		"two",
	]);
	assert.equal(
		results[2].response.candidates[0].content.parts.length,
		1,
		"no words were wanted",
	);
	const { body: file } = await house.ask(`/v1beta/${responsesFile}`);
	assert.equal(file.source, "GENERATED");
	assert.match(file.downloadUri, /:download\?alt=media$/);
});

test("S0-33: one bad line among good ones fails alone, with code 3, in its place", async (t) => {
	const house = await openBatches(t);
	const good = JSON.stringify({ key: "good", request: says("a fox") });
	const bad = [
		'{"key": "broken", "request"',
		'"no object"',
		JSON.stringify({ key: "empty", request: {} }),
		JSON.stringify({
			key: "ratio",
			request: {
				...says("x"),
				generationConfig: { imageConfig: { aspectRatio: "7:5" } },
			},
		}),
		JSON.stringify({
			key: "candidates",
			request: { ...says("x"), generationConfig: { candidateCount: 4 } },
		}),
		JSON.stringify({
			key: "picture",
			request: {
				contents: [
					{
						parts: [
							{ text: "x" },
							{ inlineData: { mimeType: "image/png", data: "bm8=" } },
						],
					},
				],
			},
		}),
		JSON.stringify({
			key: "file",
			request: {
				contents: [
					{ parts: [{ text: "x" }, { fileData: { fileUri: "files/nope" } }] },
				],
			},
		}),
		JSON.stringify({ key: "model", model: "nobody", request: says("x") }),
	];
	const fileName = await upload(house, [good, ...bad, good].join("\n"));
	const { name } = await create(house, { inputConfig: { fileName } });
	const done = await ended(house, name);
	assert.equal(done.metadata.state, "BATCH_STATE_SUCCEEDED");
	assert.deepEqual(done.metadata.batchStats, {
		requestCount: "10",
		successfulRequestCount: "2",
		failedRequestCount: "8",
	});
	const results = await linesOf(house, done.metadata.output.responsesFile);
	assert.deepEqual(
		results.map(({ key, error }) => [key, error?.code]),
		[
			["good", undefined],
			["2", 3],
			["3", 3],
			["empty", 3],
			["ratio", 3],
			["candidates", 3],
			["picture", 3],
			["file", 7],
			["model", 5],
			["good", undefined],
		],
	);
	for (const { error } of results.slice(1, -1)) {
		assert.equal(typeof error.message, "string");
		assert.match(error.status, /^[A-Z_]+$/);
	}
	assert.equal(
		house.provider.calls.length,
		2,
		"nothing else was drawn or paid",
	);
});

test("S0-6 to S0-16: lines that ask for descriptions are answered in words at half the price, whether they say so or the model is left to it", async (t) => {
	const house = await openBatches(t);
	house.talker.say = async function* ({ turns }) {
		const [part] = turns.at(-1)?.parts ?? [];
		yield {
			kind: "text",
			text: `A room with ${part?.kind === "text" ? part.text : ""}`,
		};
		yield {
			kind: "end",
			reason: "stop",
			warnings: [],
			usage: undefined,
			costDollars: 0,
		};
	};
	const rug = (sku: number) => ({
		key: `rug-${sku}`,
		request: {
			...says(
				`Write a detailed scene description of a living room with rug ${sku}.`,
			),
			generation_config: { temperature: 0.7, max_output_tokens: 8192 },
		},
	});
	const lines = [
		...Array.from({ length: 30 }, (_, sku) => rug(sku)),
		{
			key: "said",
			request: {
				...says("rug"),
				generationConfig: { responseModalities: ["TEXT"] },
			},
		},
		{ key: "drawn", request: says("A room with a rug") },
	];
	const fileName = await upload(
		house,
		lines.map((line) => JSON.stringify(line)).join("\n"),
	);
	const { name } = await create(house, { inputConfig: { fileName } }, "both");
	const done = await ended(house, name);
	const results = await linesOf(house, done.metadata.output.responsesFile);
	assert.deepEqual(
		results.map(({ key }) => key),
		lines.map(({ key }) => key),
	);
	for (const { key, response } of results) {
		const { parts } = response.candidates[0].content;
		const isDrawn = parts.some((part: Body) => part.inlineData !== undefined);
		assert.equal(isDrawn, key === "drawn", key);
		if (!isDrawn) assert.match(parts[0].text, /^A room with .*rug/);
	}
	const talk = house.talker.talks[0];
	assert.equal(talk?.temperature, 0.7);
	assert.equal(talk?.maxOutputTokens, 8192);
	assert.equal(house.talker.calls.length, 1);
	assert.equal(await house.balance(), 1_000 - 16);
});

test("S0-3, S0-5, S0-10, S0-16 to S0-24: without any key, whoever stands in describes product photos in a batch, and draws from what it said", async (t) => {
	const house = await openGemini(t, {
		environment: { PAINTER_THREADS: "1" },
	});
	const model = "gemini-2.5-flash-image";
	const data = (await plainPng({ width: 96, height: 64 }, "rug")).toString(
		"base64",
	);
	const photo = { inline_data: { mime_type: "image/png", data } };
	const line = (key: string, ...parts: object[]) => ({
		key,
		request: {
			contents: [{ parts }],
			generation_config: { temperature: 0.7, max_output_tokens: 8192 },
		},
	});
	const ask =
		"Generate a detailed scene description of a cozy living room with a Heriz rug";
	const lines = [
		line("rug-1", { text: ask }, photo),
		line("rug-2", { text: ask }),
		line(
			"rug-3",
			{ text: ask },
			{ inline_data: { ...photo.inline_data, data: "bm8=" } },
		),
		line("rug-4", { text: ask }, photo),
	];
	const fileName = await upload(
		house,
		lines.map((each) => JSON.stringify(each)).join("\n"),
	);
	const made = await create(house, { inputConfig: { fileName } }, model);
	const done = await ended(house, made.name);
	assert.deepEqual(done.metadata.batchStats, {
		requestCount: "4",
		successfulRequestCount: "3",
		failedRequestCount: "1",
	});
	const [first, second, third, fourth] = await linesOf(
		house,
		done.metadata.output.responsesFile,
	);
	const textOf = ({ response }: Body) =>
		response.candidates[0].content.parts[0].text;
	assert.match(
		textOf(first),
		/^A cozy living room with a Heriz rug\. The picture is 96 pixels wide and 64 high/,
	);
	assert.equal(textOf(first), textOf(fourth), "the same of the same photo");
	assert.match(textOf(second), /^A cozy living room with a Heriz rug\. \(Rep/);
	assert.equal(third.error.code, 3);
	assert.match(JSON.stringify(first), /painter answered in its place/);

	const drawn = await house.call(`${model}:generateContent`, {
		contents: [{ parts: [{ text: textOf(first) }, photo] }],
		generationConfig: {
			responseModalities: ["IMAGE"],
			imageConfig: { aspectRatio: "16:9", imageSize: "512" },
		},
	});
	assert.equal(drawn.status, 200, drawn.text);
	const before = await house.balance();
	const asked = await house.call(`${model}:generateContent`, {
		contents: [{ parts: [{ text: "What is it?" }, photo] }],
		generationConfig: { responseModalities: ["TEXT"] },
	});
	assert.match(textOf({ response: asked.body }), /^The picture is 96 pixels/);
	assert.match(JSON.stringify(asked.body.warnings), /answered in its place/);
	assert.equal(await house.balance(), before, "its words cost nothing");
});

test("pictures in a line are drawn from, those of files too, and what the vendor refuses is told as a refusal", async (t) => {
	const house = await openBatches(t);
	const png = await plainPng({ width: 96, height: 64 }, "input");
	const uploaded = await house.ask("/upload/v1beta/files?uploadType=media", {
		headers: { "content-type": "image/png" },
		payload: png,
	});
	const { uri } = uploaded.body.file;
	house.provider.script = ({ prompt }) =>
		prompt === "refuse"
			? {
					kind: "fail",
					error: new ProviderError("content_blocked", "secret words", {
						publicMessage: "Refused.",
					}),
				}
			: { kind: "draw" };
	const data = png.toString("base64url");
	const { name } = await create(
		house,
		inline(
			{
				request: {
					contents: [
						{
							parts: [
								{ text: "inline" },
								{ inline_data: { mime_type: "image/png", data } },
							],
						},
					],
				},
			},
			{
				request: {
					contents: [
						{
							parts: [
								{ text: "file" },
								{ fileData: { file_uri: uri, mime_type: "image/png" } },
							],
						},
					],
				},
			},
			{ request: says("refuse"), metadata: { key: "r" } },
		),
	);
	const done = await ended(house, name);
	const [first, second, third] =
		done.metadata.output.inlinedResponses.inlinedResponses;
	assert.ok(first.response.candidates && second.response.candidates);
	assert.deepEqual(
		house.provider.calls
			.map(({ inputImages }) => inputImages.length)
			.toSorted(),
		[0, 1, 1],
	);
	assert.equal(third.response.promptFeedback.blockReason, "SAFETY");
	assert.doesNotMatch(JSON.stringify(done), /secret words/);
});

test("a batch that is canceled keeps what is drawn; one that is deleted is gone", async (t) => {
	const house = await openBatches(t, {
		environment: { GESSO_BATCH_LINES_AT_ONCE: "1" },
	});
	const release = Promise.withResolvers<void>();
	house.provider.script = (_call, index) =>
		index === 0 ? { kind: "draw" } : { kind: "wait", until: release.promise };
	const requests = Array.from({ length: 4 }, (_, index) => ({
		request: says(`fox ${index}`),
		metadata: { key: `k${index}` },
	}));
	const { name } = await create(house, inline(...requests));
	await waitUntil(() => house.provider.calls.length === 2);
	const running = await house.ask(`/v1beta/${name}`);
	assert.equal(running.body.metadata.state, "BATCH_STATE_RUNNING");
	assert.deepEqual(running.body.metadata.batchStats, {
		requestCount: "4",
		pendingRequestCount: "3",
		successfulRequestCount: "1",
	});
	// Python's SDK says JSON and sends nothing, JavaScript's an empty object.
	for (const payload of ["", {}]) {
		const canceled = await house.ask(`/v1beta/${name}:cancel`, {
			method: "POST",
			payload,
		});
		assert.deepEqual([canceled.status, canceled.body], [200, {}]);
	}
	release.resolve();
	const done = await ended(house, name);
	assert.equal(done.metadata.state, "BATCH_STATE_CANCELLED");
	assert.equal(done.error.code, 1);
	const { inlinedResponses } = done.metadata.output.inlinedResponses;
	assert.deepEqual(
		inlinedResponses.map((each: Body) => [each.metadata.key, each.error?.code]),
		[
			["k0", undefined],
			["k1", undefined],
			["k2", 1],
			["k3", 1],
		],
	);
	const late = await house.ask(`/v1beta/${name}:cancel`, { payload: {} });
	assert.equal(late.status, 200, "canceling what has ended is no fault");
	const deleted = await house.ask(`/v1beta/${name}`, {
		method: "DELETE",
		payload: {},
	});
	assert.deepEqual([deleted.status, deleted.body], [200, {}]);
	assert.equal((await house.ask(`/v1beta/${name}`)).status, 404);
	assert.deepEqual((await house.ask("/v1/batches")).body, { operations: [] });
});

test("batches are listed page by page, newest first, and only their own team sees them", async (t) => {
	const house = await openBatches(t);
	const names: string[] = [];
	for (let index = 0; index < 3; index++)
		names.unshift((await create(house, inline({ request: says("x") }))).name);
	for (const name of names) await ended(house, name);
	const found: string[] = [];
	let token = "";
	do {
		const { body } = await house.ask(
			`/v1/batches?pageSize=2&pageToken=${token}`,
		);
		for (const { name, done, metadata } of body.operations) {
			found.push(name);
			assert.equal(done, true);
			assert.equal(metadata.output, undefined);
		}
		token = body.nextPageToken ?? "";
	} while (token !== "");
	assert.deepEqual(found, names);
	const { apiKey: key } = await house.team();
	assert.deepEqual((await house.ask("/v1/batches", { key })).body, {
		operations: [],
	});
	for (const ask of [
		{ key },
		{ key, method: "DELETE" as const },
		{ key, method: "POST" as const, url: ":cancel" },
	]) {
		const answer = await house.ask(`/v1/${names[0]}${ask.url ?? ""}`, ask);
		assert.equal(answer.status, 404);
		assert.equal(answer.body.error.status, "NOT_FOUND");
	}
	assert.equal((await house.ask("/v1/batches?pageToken=no")).status, 400);
});

test("a batch without requests, of an unknown model or of a file that is not there is refused, and costs nothing", async (t) => {
	const house = await openBatches(t);
	const refused: [string, object, number][] = [
		["scripted", {}, 400],
		["scripted", inline(), 400],
		["scripted", { inputConfig: { fileName: "files/nope" } }, 400],
		[
			"scripted",
			{ inputConfig: { fileName: "a" }, requests: [says("x")] },
			400,
		],
		["nobody", inline({ request: says("x") }), 404],
	];
	for (const [model, batch, status] of refused) {
		const answer = await house.call(`${model}:batchGenerateContent`, { batch });
		assert.equal(answer.status, status, answer.text);
	}
	const empty = await create(house, {
		inputConfig: { fileName: await upload(house, "\n\n") },
	});
	const done = await ended(house, empty.name);
	assert.equal(done.metadata.state, "BATCH_STATE_FAILED");
	assert.equal(done.error.code, 3);
	assert.equal(done.response, undefined);
	assert.ok(done.metadata.endTime);
});

test("what is wrong with a request is told with its batch in one text, since Google's client for Python breaks off at details", async (t) => {
	const house = await openBatches(t);
	const { name } = await create(
		house,
		inline(
			{ ...says("x"), generationConfig: { candidateCount: 4 } },
			{ ...says("x"), generationConfig: { imageConfig: { imageSize: "3K" } } },
		),
	);
	const done = await ended(house, name);
	const { inlinedResponses } = done.metadata.output.inlinedResponses;
	for (const [index, message] of [
		/^generationConfig\.candidateCount: Only one candidate/,
		/^Invalid value at 'generationConfig\.imageConfig\.imageSize'/,
	].entries()) {
		const { error } = inlinedResponses[index];
		assert.deepEqual(Object.keys(error).toSorted(), [
			"code",
			"message",
			"status",
		]);
		assert.match(error.message, message);
	}
});

test("results that were deleted are not told any more, and the batch still is", async (t) => {
	const house = await openBatches(t);
	const { name } = await create(house, inline({ request: says("x") }));
	await ended(house, name);
	const { files } = (await house.ask("/v1beta/files")).body;
	await house.ask(`/v1beta/${files[0].name}`, { method: "DELETE" });
	const { status, body } = await house.ask(`/v1beta/${name}`);
	assert.equal(status, 200);
	assert.equal(body.metadata.state, "BATCH_STATE_SUCCEEDED");
	assert.equal(body.metadata.output, undefined);
});
