/** Files of requests and of results, as Gemini's and OpenAI's batches have them: written from a batch, and a batch made of them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { openPlatform } from "../../testing/platform.ts";
import { plainPng } from "../../testing/scripted-provider.ts";
import { openPhotoShop } from "../../testing/test-catalogues.ts";
import { formOf, type Part } from "../../testing/test-form.ts";
import { waitUntil } from "../../testing/wait-until.ts";

const BATCHES = "/v0/batches";
/** Without its links, which lead to a shop that is really there. */
const RUGS = readFileSync(
	path.join(import.meta.dirname, "../../../examples/sample-rugs.csv"),
	"utf8",
).replaceAll(/https?:\/\/[^,\r\n]*/g, "");

type House = Awaited<ReturnType<typeof openPlatform>>;
type Fields = Readonly<Record<string, string>>;
/** Lines are looked into field by field, and a wrong guess fails the test. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of a line is what a test is about
type Line = any;

/** Cases that share nothing but the house. */
let house: House;
const closing: (() => unknown)[] = [];
before(async () => {
	house = await openPlatform(
		{ after: (close) => void closing.push(close as () => unknown) },
		{ withPainter: true, credits: 10_000 },
	);
});
after(async () => {
	for (const close of closing) await close();
});

async function send(to: House, file: string, fields: Fields = {}, query = "") {
	const parts: Part[] = [
		...Object.entries(fields).map(([name, value]) => ({ name, value })),
		{
			name: "file",
			value: file,
			fileName: file.startsWith("{") ? "lines.jsonl" : "table.csv",
		},
	];
	const response = await to.app.server.inject({
		method: "POST",
		url: BATCHES + query,
		...formOf(parts, { ...to.headers }),
	});
	return { status: response.statusCode, body: response.json() };
}

async function make(file: string, fields: Fields = {}, to = house) {
	const { status, body } = await send(to, file, fields);
	assert.equal(status, 201, JSON.stringify(body));
	return body.data;
}

async function text(id: string, what: string, of = house): Promise<string> {
	const answer = await of.ask("GET", `${BATCHES}/${id}/${what}`);
	assert.equal(answer.status, 200, answer.bytes.toString().slice(0, 300));
	assert.match(String(answer.headers["content-type"]), /x-ndjson/);
	return answer.bytes.toString();
}

const linesIn = (file: string): Line[] =>
	file
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));

async function rowsOf(id: string, of = house) {
	const { body } = await of.ask("GET", `${BATCHES}/${id}/rows?limit=200`);
	return body.data.rows as Line[];
}

async function ended(id: string, action: string, of = house) {
	const begun = await of.ask("POST", `${BATCHES}/${id}/${action}`);
	assert.equal(begun.status, 200, JSON.stringify(begun.body));
	return await waitUntil(async () => {
		const { data } = (await of.ask("GET", `${BATCHES}/${id}`)).body;
		return data.status !== "working" && data;
	});
}

async function originals(row: Line): Promise<Buffer[]> {
	const pictures: Buffer[] = [];
	for (const { id } of row.images)
		pictures.push(
			(await house.ask("GET", `/v0/images/library/${id}/download`)).bytes,
		);
	return pictures;
}

const jsonLines = (lines: readonly unknown[]) =>
	lines
		.map((line) =>
			typeof line === "string" ? `${line}\n` : `${JSON.stringify(line)}\n`,
		)
		.join("");

test("S0-12, S0-17: rugs are written as Gemini's requests, one description each, with its settings and not a word of modalities", async () => {
	const { id } = await make(RUGS, {
		kind: "rugs",
		strategy: "describe-then-draw",
	});
	const file = await text(id, "requests.jsonl");
	assert.doesNotMatch(file, /response_?modalities/i);
	const lines = linesIn(file);
	assert.deepEqual(
		lines.map(({ key }) => key),
		(await rowsOf(id)).map(({ key }) => key),
	);
	assert.equal(lines[0].key, "rug-26171");
	for (const { request } of lines) {
		assert.deepEqual(Object.keys(request), ["contents", "generation_config"]);
		assert.deepEqual(request.generation_config, {
			temperature: 0.7,
			max_output_tokens: 8192,
		});
		assert.match(
			request.contents[0].parts[0].text,
			/^Write a detailed scene description/,
		);
	}
	const [said] = linesIn(await text(id, "requests.jsonl?modalities=true"));
	assert.deepEqual(said.request.generation_config.responseModalities, ["TEXT"]);
	const [chat] = linesIn(await text(id, "requests.jsonl?form=openai"));
	assert.equal(chat.custom_id, "rug-26171");
	assert.equal(chat.url, "/v1/chat/completions");
	assert.equal(chat.body.max_completion_tokens, 8192);
	const none = await house.ask("GET", `${BATCHES}/${id}/requests.jsonl?form=x`);
	assert.equal(none.status, 400);
	assert.equal(none.body.field, "form");
	assert.match(none.body.allowed, /gemini/);
});

test("a batch written as requests and sent again asks for the same under the same keys, in either form", async () => {
	for (const strategy of ["describe-then-draw", "direct"])
		for (const form of ["gemini", "openai"]) {
			const fields = { strategy, kind: "rugs" };
			const { id } = await make(RUGS, fields);
			const file = await text(id, `requests.jsonl?form=${form}`);
			const again = await make(file, { strategy });
			assert.equal(again.form, form);
			assert.equal(again.counts.waiting, 5, JSON.stringify(again.problems));
			assert.equal(await text(again.id, `requests.jsonl?form=${form}`), file);
			const [rows, first] = [await rowsOf(again.id), await rowsOf(id)];
			assert.deepEqual(
				rows.map(({ key }) => key),
				first.map(({ key }) => key),
			);
			if (strategy === "direct")
				assert.deepEqual(
					rows.map(({ prompt }) => prompt),
					first.map(({ prompt }) => prompt),
				);
		}
});

test("S0-36: the photos of rugs go into their requests as the shop has them, or none does", async (t) => {
	const shop = await openPhotoShop(t);
	const other = await openPlatform(t, {
		environment: { GESSO_OUTBOUND_ALLOWED_HOSTS: shop },
	});
	const photo = await plainPng({ width: 40, height: 30 }, "photo");
	const csv = `SKU,Title,Rug Pile,image link\n1,a,Wool,http://${shop}/1.jpg\n2,b,Silk,http://${shop}/none.jpg\n`;
	const { id } = await make(csv, { kind: "rugs" }, other);
	const [first, second] = linesIn(await text(id, "requests.jsonl", other));
	const [words, picture] = first.request.contents[0].parts;
	assert.match(words.text, /attached photo/);
	assert.deepEqual(picture.inline_data, {
		mime_type: "image/png",
		data: photo.toString("base64"),
	});
	assert.equal(second.request.contents[0].parts.length, 1);
	assert.doesNotMatch(
		second.request.contents[0].parts[0].text,
		/attached photo/,
	);
	const [edit, generation] = linesIn(
		await text(id, "requests.jsonl?form=openai", other),
	);
	assert.equal(edit.url, "/v1/images/edits");
	assert.equal(
		edit.body.images[0].image_url,
		`data:image/png;base64,${photo.toString("base64")}`,
	);
	assert.equal(generation.url, "/v1/images/generations");
	const bare = await text(id, "requests.jsonl?photos=none", other);
	assert.doesNotMatch(bare, /inline_data/);
	assert.equal(linesIn(bare).length, 2);
	const strict = await make(
		csv,
		{ kind: "rugs", onMissingPhoto: "fail" },
		other,
	);
	const whole = linesIn(await text(strict.id, "requests.jsonl", other));
	assert.deepEqual(
		whole.map(({ key }) => key),
		["rug-1"],
	);
});

test("S0-18, S0-19, S0-21: requests for descriptions are answered, and what was written and drawn is downloaded as Gemini's results", async () => {
	const asked = (key: string, words: string) => ({
		key,
		request: {
			contents: [{ parts: [{ text: words }] }],
			generation_config: { temperature: 0.7, max_output_tokens: 8192 },
		},
	});
	const { id } = await make(
		jsonLines([asked("rug-1", "Describe a red rug."), "{", asked("rug-2", "")]),
		{ strategy: "describe-then-draw", resolution: "low" },
	);
	assert.equal(await text(id, "results.jsonl?form=gemini"), await faults(id));
	assert.equal((await ended(id, "start")).status, "described");
	const [row] = await rowsOf(id);
	const [described] = linesIn(await text(id, "results.jsonl?form=gemini"));
	assert.equal(described.key, "rug-1");
	const [candidate] = described.response.candidates;
	assert.equal(candidate.finishReason, "STOP");
	assert.deepEqual(candidate.content, {
		parts: [{ text: row.description }],
		role: "model",
	});
	const [chat] = linesIn(await text(id, "results.jsonl?form=openai"));
	assert.equal(chat.response.body.choices[0].message.content, row.description);

	await ended(id, "draw");
	const [drawn, broken, empty, ...rest] = linesIn(
		await text(id, "results.jsonl?form=gemini"),
	);
	assert.deepEqual(rest, []);
	const { parts } = drawn.response.candidates[0].content;
	assert.equal(parts[0].text, row.description);
	const [picture] = await originals((await rowsOf(id))[0]);
	assert.deepEqual(Buffer.from(parts[1].inlineData.data, "base64"), picture);
	assert.equal(broken.key, "line-2");
	assert.equal(broken.error.code, 3);
	assert.equal(empty.key, "rug-2");
	assert.match(empty.error.message, /^Line 3/);
});

/** What a batch hands back before anything of it has ended. */
async function faults(id: string): Promise<string> {
	const lines = linesIn(await text(id, "results.jsonl?form=gemini"));
	return jsonLines(lines.filter(({ error }) => error !== undefined));
}

test("a file made for Gemini runs to pictures, each as its line asks, and is handed back byte for byte", async () => {
	const photo = await plainPng({ width: 90, height: 60 }, "rug");
	const data = photo.toString("base64");
	const file = jsonLines([
		{
			key: "rug-1",
			request: {
				contents: [
					{
						parts: [
							{ text: "This rug in a hall" },
							{ inline_data: { mime_type: "image/jpeg", data } },
						],
					},
				],
				generation_config: {
					response_modalities: ["TEXT", "IMAGE"],
					image_config: { image_size: "512" },
				},
			},
		},
		{
			key: "rug-2",
			request: {
				contents: [{ role: "user", parts: [{ text: "Another" }] }],
				systemInstruction: { parts: [{ text: "Paint at night." }] },
				generationConfig: {
					candidateCount: 2,
					imageConfig: { aspectRatio: "1:2", imageSize: "512" },
				},
			},
		},
		{ contents: "A bare text", generationConfig: { topP: 0.5 } },
	]);
	const before = await house.balance();
	const { id, problems, counts } = await make(file, { resolution: "low" });
	assert.equal(counts.waiting, 3);
	assert.deepEqual(
		problems.map(({ code }: Line) => code),
		["unheeded_field"],
	);
	const { data: price } = (await house.ask("GET", `${BATCHES}/${id}/estimate`))
		.body;
	assert.equal((await ended(id, "start")).counts.drawn, 3);
	assert.equal(before - (await house.balance()), price.strategies[0].credits);
	const rows = await rowsOf(id);
	assert.deepEqual(
		rows.map(({ key, prompt, inlinePhotos, images }) => [
			key,
			prompt,
			inlinePhotos,
			images.map(({ width, height }: Line) => `${width}x${height}`),
		]),
		[
			["rug-1", "This rug in a hall", 1, ["512x341"]],
			["rug-2", "Paint at night.\nAnother", 0, ["256x512", "256x512"]],
			["line-3", "A bare text", 0, ["512x512"]],
		],
	);
	const results = linesIn(await text(id, "results.jsonl?form=gemini"));
	for (const [index, row] of rows.entries()) {
		const { key, response } = results[index];
		assert.equal(key, row.key);
		const { parts } = response.candidates[0].content;
		assert.deepEqual(
			parts.map(({ inlineData }: Line) =>
				Buffer.from(inlineData.data, "base64"),
			),
			await originals(row),
		);
		assert.equal(parts[0].inlineData.mimeType, "image/png");
	}
	const sent = linesIn(await text(id, "requests.jsonl"));
	assert.equal(sent[0].request.contents[0].parts[1].inline_data.data, data);
	assert.deepEqual(
		sent.map(({ key }) => key),
		["rug-1", "rug-2-1", "rug-2-2", "line-3"],
	);
});

test("a file made for OpenAI runs to pictures, each as its line asks, and is handed back byte for byte", async () => {
	const photo = await plainPng({ width: 60, height: 90 }, "rug");
	const image_url = `data:image/png;base64,${photo.toString("base64")}`;
	const line = (custom_id: string, what: string, body: object) => ({
		custom_id,
		method: "POST",
		url: `/v1/${what}`,
		body,
	});
	const long = `${"k".repeat(100)}-1`;
	const file = jsonLines([
		line("r1", "images/generations", {
			model: "gpt-image-2",
			prompt: "A fox",
			n: 2,
			size: "512x256",
			quality: "high",
			output_format: "jpeg",
		}),
		line("r2", "images/edits", { prompt: "Redder", images: [{ image_url }] }),
		line(long, "chat/completions", {
			messages: [
				{
					role: "user",
					content: [
						{ type: "text", text: "A hen" },
						{ type: "image_url", image_url: { url: image_url } },
					],
				},
			],
			modalities: ["image", "text"],
			image_config: { aspect_ratio: "2:1", image_size: "512" },
		}),
		line("r4", "chat/completions", {
			messages: [{ role: "user", content: "What is a rug?" }],
		}),
		line("r5", "responses", { input: "A fox" }),
		line("r6", "images/generations", { prompt: "A fox", image: image_url }),
	]);
	const { id, counts } = await make(file, { resolution: "low" });
	assert.deepEqual([counts.waiting, counts.invalid], [3, 3]);
	assert.equal((await ended(id, "start")).counts.drawn, 3);
	const rows = await rowsOf(id);
	assert.deepEqual(
		rows.map(({ images, inlinePhotos }) => [
			inlinePhotos,
			...images.map(({ width, height }: Line) => `${width}x${height}`),
		]),
		[[0, "512x256", "512x256"], [1, "341x512"], [1, "512x256"], [0], [0], [0]],
	);
	assert.deepEqual(
		rows.slice(3).map(({ error }) => error.message),
		[
			"Line 4: It asks for words, not for a picture. With the strategy describe-then-draw it is answered first, and a picture drawn from the answer.",
			"Line 5: The url of a line is one of /v1/images/generations, /v1/images/edits, /v1/chat/completions.",
			"Line 6 (url): A line with pictures goes to /v1/images/edits.",
		],
	);
	const results = linesIn(await text(id, "results.jsonl?form=openai"));
	assert.deepEqual(
		results.map(({ custom_id, response, error }) => [
			custom_id,
			response.status_code,
			error,
		]),
		[
			["r1", 200, null],
			["r2", 200, null],
			[long, 200, null],
			["r4", 400, null],
			["r5", 400, null],
			["r6", 400, null],
		],
	);
	const { output_format, data } = results[0].response.body;
	assert.equal(output_format, "jpeg");
	assert.equal(data.length, 2);
	assert.deepEqual(
		[...Buffer.from(data[0].b64_json, "base64").subarray(0, 2)],
		[0xff, 0xd8],
	);
	for (const index of [1, 2])
		assert.deepEqual(
			results[index].response.body.data.map(({ b64_json }: Line) =>
				Buffer.from(b64_json, "base64"),
			),
			await originals(rows[index]),
		);
});

test("a look at requests tells what all of them cost, and what cannot go with them is refused", async () => {
	const file = jsonLines([
		{ key: "a", request: { contents: "A fox" } },
		{
			key: "b",
			request: {
				contents: "A hen",
				generationConfig: {
					candidateCount: 3,
					imageConfig: { imageSize: "4K" },
				},
			},
		},
	]);
	const looked = await send(house, file, {}, "?dry_run=true");
	assert.equal(looked.status, 200, JSON.stringify(looked.body));
	const { estimate, form, rowCount } = looked.body.data;
	assert.equal(form, "gemini");
	assert.equal(rowCount, 2);
	const { id } = await make(file);
	const { data } = (await house.ask("GET", `${BATCHES}/${id}/estimate`)).body;
	assert.equal(estimate.credits, data.strategies[0].credits);
	assert.ok(data.strategies[0].credits > 4);
	for (const [field, fields] of [
		["kind", { kind: "rugs" }],
		["prompt", { prompt: "A {{ prompt }}" }],
		["form", { form: "nobody" }],
		["keyColumn", { keyColumn: "key" }],
	] as const) {
		const { status, body } = await send(house, file, fields);
		assert.equal(status, 400);
		assert.equal(body.field, field);
	}
	const untold = await send(house, file, { form: "table" });
	assert.equal(untold.body.data.counts.invalid, 2);
	const wrong = await send(house, file, { form: "openai" });
	assert.equal(wrong.body.data.counts.invalid, 2);
	const edited = await house.ask("PATCH", `${BATCHES}/${id}/rows/a`, {
		prompt: "A cow",
	});
	assert.equal(edited.body.data.prompt, "A cow");
	const [first] = linesIn(await text(id, "requests.jsonl"));
	assert.equal(first.request.contents[0].parts[0].text, "A cow");
});

test("pictures are called as the batch says, whether it names a kind or not", async () => {
	const table = await make("SKU,Title\n1,pot\n", {
		fileName: "{row}-{key}",
	});
	assert.equal(table.kind, "products");
	assert.equal(table.fileName, "{row}-{key}");
	assert.match((await rowsOf(table.id))[0].fileName, /^0001-/);
	const requests = await make(
		jsonLines([{ key: "rug-1", request: { contents: "A fox" } }]),
		{ fileName: "{row}-{key}", negativePrompt: "text" },
	);
	assert.equal(requests.negativePrompt, "text");
	assert.equal((await rowsOf(requests.id))[0].fileName, "0001-rug-1");
});
