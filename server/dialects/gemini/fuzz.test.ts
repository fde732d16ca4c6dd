/** Whatever is sent, the answer is what was asked for or a refusal in Google's shape: never a fault of ours, never a charge for nothing. */
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import fc from "fast-check";
import {
	createScriptedProvider,
	plainPng,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	talkingModel,
} from "../../testing/scripted-talker.ts";
import { spoilers, spoiltValues } from "../../testing/spoilt-values.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { openGemini } from "./gemini-contract.ts";

const house = await openGemini({ after } as Pick<TestContext, "after">, {
	providers: [createScriptedProvider(), createScriptedTalker()],
	models: [scriptedModel(), talkingModel()],
	environment: { GESSO_DEFAULT_MODEL: "scripted" },
});

const png = await plainPng({ width: 16, height: 16 }, "input");
const base64 = png.toString("base64");

/** A request with everything in it, of which a part is then spoilt. */
const WHOLE = {
	contents: [
		{ role: "user", parts: [{ text: "a fox" }] },
		{
			role: "model",
			parts: [
				{ text: "Here", thoughtSignature: "AAAA" },
				{
					inlineData: { mimeType: "image/png", data: base64 },
					thoughtSignature: "AAAA",
				},
			],
		},
		{
			role: "user",
			parts: [
				{ text: "blue" },
				{ inline_data: { mime_type: "image/png", data: base64 } },
				{ thought: true, text: "hm" },
			],
		},
	],
	systemInstruction: { parts: [{ text: "be brief" }] },
	generationConfig: {
		seed: 7,
		candidateCount: 1,
		temperature: 1,
		maxOutputTokens: 10,
		responseModalities: ["TEXT", "IMAGE"],
		imageConfig: {
			aspectRatio: "1:1",
			imageSize: "512",
			outputMimeType: "image/png",
			outputCompressionQuality: 80,
			imageOutputOptions: {},
		},
		responseFormat: { image: { aspectRatio: "1:1" } },
	},
	safetySettings: [{ category: "X", threshold: "Y" }],
	instances: [{ prompt: "fox" }],
	parameters: {
		sampleCount: 1,
		aspectRatio: "1:1",
		sampleImageSize: "512",
		seed: 1,
		outputOptions: { mimeType: "image/png", compressionQuality: 3 },
	},
	generateContentRequest: { contents: [{ parts: [{ text: "x" }] }] },
};

const spoilersHere = fc.oneof(
	spoilers,
	fc.constantFrom(
		base64.slice(0, 41),
		base64.slice(7),
		Array.from({ length: 300 }, () => ({ parts: [{ text: "x" }] })),
		Array.from({ length: 1_000 }, (_, index) => ({
			role: index % 2 === 0 ? "user" : "model",
			parts: [{ inlineData: { data: base64 } }, { text: "x" }],
		})),
	),
);

const spoiltOnes = (whole: object) => spoiltValues(whole, spoilersHere);

interface Sent {
	readonly method?: "GET" | "POST" | "DELETE";
	readonly headers?: Readonly<Record<string, string>>;
	readonly payload?: string | Buffer;
}

/** Asks, and looks whether the answer is one of those that there may be. */
async function send(url: string, { method, headers, payload }: Sent) {
	const { statusCode: status, body } = await house.app.server.inject({
		method: method ?? (payload === undefined ? "GET" : "POST"),
		url,
		headers: {
			"content-type": "application/json",
			"x-goog-api-key": house.own.apiKey,
			...headers,
		},
		...(payload !== undefined && { payload }),
	});
	const told = `${status} ${body.slice(0, 300)}`;
	assert.ok(status === 200 || (status >= 400 && status < 500), told);
	// Where a stream has begun, the status says nothing any more.
	assert.doesNotMatch(body, /"status":"INTERNAL"|"code":"internal"/, told);
	if (status !== 200) assert.match(JSON.parse(body).error.message, /./, told);
	return { status, body };
}

const METHODS = [
	"scripted:generateContent",
	"scripted:streamGenerateContent?alt=sse",
	"scripted:streamGenerateContent",
	"talker:generateContent",
	"scripted:countTokens",
	"scripted:predict",
];

test("a spoilt request is answered or refused, and what is paid is what was drawn or said", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...METHODS),
			spoiltOnes(WHOLE),
			async (method, payload) => {
				const before = await house.balance();
				const { status, text } = await house.ask(`/v1beta/models/${method}`, {
					payload: JSON.stringify(payload),
				});
				assert.ok(
					status === 200 || (status >= 400 && status < 500),
					`${status} ${text.slice(0, 300)}`,
				);
				const paid = before - (await house.balance());
				const isFree = status !== 200 || method.endsWith("countTokens");
				assert.equal(paid > 0, !isFree, `${status} paid ${paid}`);
			},
		),
		{ numRuns: 150 },
	);
});

test("a spoilt interaction is answered or refused, and costs nothing when it is refused", async () => {
	const part = { type: "image", data: base64, mime_type: "image/png" };
	const whole = {
		model: "scripted",
		input: [
			{ type: "user_input", content: [{ type: "text", text: "a fox" }, part] },
			{ type: "thought", signature: "AAAA" },
			{ type: "model_output", content: [{ type: "text", text: "Here" }, part] },
			{ role: "user", content: "blue" },
			part,
		],
		system_instruction: "be brief",
		response_modalities: ["text", "image"],
		response_format: [
			{ type: "image", aspect_ratio: "1:1", image_size: "512" },
			{ type: "text" },
		],
		generation_config: {
			seed: 7,
			temperature: 1,
			max_output_tokens: 10,
			image_config: { aspect_ratio: "1:1", mime_type: "image/png" },
		},
		previous_interaction_id: null,
		store: true,
		stream: false,
		tools: [{ type: "google_search" }],
	};
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom("scripted", "talker"),
			fc.boolean(),
			spoiltOnes(whole),
			async (model, stream, payload) => {
				const before = await house.balance();
				const asked =
					typeof payload === "object" && payload !== null
						? { model, stream, ...payload }
						: payload;
				const { status } = await send("/v1beta/interactions", {
					payload: JSON.stringify(asked),
				});
				const paid = before - (await house.balance());
				assert.equal(paid > 0, status === 200, `${status} paid ${paid}`);
			},
		),
		{ numRuns: 100 },
	);
	await fc.assert(
		fc.asyncProperty(
			fc.string(),
			fc.constantFrom("", "/cancel", "?stream=true&last_event_id=x"),
			async (id, rest) => {
				const path = `/v1beta/interactions/v1_${encodeURIComponent(id)}${rest}`;
				const method = rest === "/cancel" ? "POST" : "GET";
				const { status } = await send(path, { method });
				assert.notEqual(status, 200);
			},
		),
		{ numRuns: 30 },
	);
});

test("a spoilt batch is refused, or every one of its lines is answered or refused", async () => {
	const line = { request: WHOLE, metadata: { key: "k" } };
	const written = { contents: ["a fox", { text: "red" }], config: { seed: 7 } };
	const whole = {
		batch: {
			displayName: "fuzz",
			inputConfig: {
				requests: { requests: [line, written, { request: written }] },
			},
		},
	};
	const made: string[] = [];
	const begin = async (payload: unknown) => {
		const url = "/v1beta/models/scripted:batchGenerateContent";
		const { status, body } = await send(url, {
			payload: JSON.stringify(payload),
		});
		if (status === 200) made.push(JSON.parse(body).name);
	};
	await fc.assert(fc.asyncProperty(spoiltOnes(whole), begin), { numRuns: 40 });
	const text = fc.oneof(fc.string(), fc.constant("{"), fc.constant("\u0000"));
	await fc.assert(
		fc.asyncProperty(
			fc.array(
				fc.oneof(
					spoiltOnes(line).map((each) => JSON.stringify(each)),
					text,
				),
				{
					minLength: 1,
					maxLength: 4,
				},
			),
			async (lines) => {
				const { body } = await send("/upload/v1beta/files?uploadType=media", {
					headers: { "content-type": "application/jsonl" },
					payload: Buffer.from(lines.join("\n")),
				});
				const fileName = JSON.parse(body).file.name;
				await begin({ batch: { inputConfig: { fileName } } });
			},
		),
		{ numRuns: 15 },
	);
	for (const name of made) {
		const done = await waitUntil(async () => {
			const { body } = await house.ask(`/v1beta/${name}`);
			return body.done === true && body;
		});
		const { output } = done.metadata;
		const lines: object[] =
			output?.inlinedResponses?.inlinedResponses ??
			(await linesOf(output?.responsesFile));
		for (const each of lines)
			assert.notEqual(
				"response" in each,
				"error" in each,
				JSON.stringify(each),
			);
		assert.doesNotMatch(JSON.stringify(lines), /"status":"INTERNAL"/);
	}
});

/** None of a batch that failed as a whole. */
async function linesOf(fileName: string | undefined): Promise<object[]> {
	if (fileName === undefined) return [];
	const { body } = await send(`/v1beta/${fileName}:download?alt=media`, {});
	return body
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

/** What may stand in a header. */
const headerValue = fc.oneof(
	fc.constantFrom(
		"",
		"0",
		"-1",
		"5",
		"1e3",
		"9".repeat(15),
		"9".repeat(30),
		"a/b",
	),
	fc.stringMatching(/^[ -~]{0,30}$/),
);

test("an upload that is announced or sent in a spoilt way is taken in or refused", async () => {
	const command = fc.constantFrom(
		...["start", "upload", "finalize", "upload, finalize", "query", "cancel"],
		...["", "UPLOAD,FINALIZE", "nonsense"],
	);
	const whole = {
		file: {
			displayName: "Fuzz",
			mimeType: "image/png",
			sizeBytes: "70",
		},
	};
	const piece = fc.tuple(command, fc.option(headerValue), fc.uint8Array());
	await fc.assert(
		fc.asyncProperty(
			fc.oneof(fc.constant(whole), spoiltOnes(whole)),
			fc.oneof(fc.constant("70"), headerValue),
			headerValue,
			fc.array(piece, { maxLength: 4 }),
			async (payload, length, type, pieces) => {
				const begun = await house.app.server.inject({
					method: "POST",
					url: "/upload/v1beta/files",
					headers: {
						"x-goog-api-key": house.own.apiKey,
						"x-goog-upload-protocol": "resumable",
						"x-goog-upload-command": "start",
						"x-goog-upload-header-content-length": length,
						"x-goog-upload-header-content-type": type,
					},
					payload: JSON.stringify(payload) ?? "",
				});
				assert.ok(begun.statusCode < 500, begun.body);
				const url = begun.headers["x-goog-upload-url"];
				if (url === undefined) return;
				const { pathname, search } = new URL(String(url));
				for (const [command, offset, bytes] of pieces)
					await send(pathname + search, {
						headers: {
							"x-goog-upload-command": command,
							...(offset !== null && { "x-goog-upload-offset": offset }),
						},
						payload: Buffer.from(bytes),
					});
			},
		),
		{ numRuns: 60 },
	);
});

test("a file that comes at once, or is asked for, in a spoilt way is taken in, found or refused", async () => {
	const boundary = "--b\r\ncontent-type: application/json\r\n\r\n";
	const body = fc.oneof(
		fc.uint8Array().map((bytes) => Buffer.from(bytes)),
		spoiltOnes({ file: { displayName: "x", mimeType: "text/plain" } }).map(
			(value) =>
				Buffer.from(
					`${boundary}${JSON.stringify(value)}\r\n--b\r\n\r\nx\r\n--b--`,
				),
		),
	);
	const type = fc.constantFrom(
		"multipart/related; boundary=b",
		'multipart/related; boundary="b"',
		"multipart/related",
		"multipart/form-data; boundary=",
	);
	const ids = fc.oneof(
		fc.string(),
		fc.constantFrom("..", "a".repeat(3_000), "\u0000"),
	);
	await fc.assert(
		fc.asyncProperty(type, body, ids, async (contentType, payload, id) => {
			await send("/upload/v1beta/files?uploadType=multipart", {
				headers: { "content-type": contentType },
				payload,
			});
			const said = encodeURIComponent(id);
			await send(`/v1beta/files?pageSize=${said}&pageToken=${said}`, {});
			await send(`/v1beta/batches?pageSize=5&pageToken=${said}`, {});
			await send(`/v1beta/files/x${said}:download?alt=media`, {});
			await send(`/v1beta/files/x${said}`, { method: "DELETE" });
			await send(`/v1beta/batches/x${said}`, {});
		}),
		{ numRuns: 60 },
	);
});
