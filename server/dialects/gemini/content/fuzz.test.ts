/** Whatever is sent, the answer is a picture, words, or a refusal in Google's shape: never a fault of ours, never a charge for nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	createScriptedProvider,
	plainPng,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	talkingModel,
} from "../../../testing/scripted-talker.ts";
import { openGemini } from "../gemini-contract.ts";

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

const spoiler = fc.oneof(
	fc.jsonValue({ maxDepth: 2 }),
	fc.string(),
	fc.constantFrom(
		null,
		[],
		{},
		"",
		base64.slice(0, 41),
		base64.slice(7),
		"data:,",
		"A".repeat(50_000),
		"\u0000",
		"\ud800",
		-1,
		1e300,
		"9".repeat(400),
		Array.from({ length: 300 }, () => ({ parts: [{ text: "x" }] })),
	),
);

/** Replaces what the path leads to, wherever it ends. */
function spoilt(value: unknown, path: readonly number[], by: unknown): unknown {
	const [step, ...rest] = path;
	if (step === undefined || typeof value !== "object" || value === null)
		return by;
	const keys = Object.keys(value);
	const key = keys[step % Math.max(1, keys.length)];
	if (key === undefined) return by;
	const inner = (value as Record<string, unknown>)[key];
	const changed = spoilt(inner, rest, by);
	if (Array.isArray(value))
		return value.map((each, index) => (String(index) === key ? changed : each));
	return { ...value, [key]: changed };
}

const METHODS = [
	"scripted:generateContent",
	"scripted:streamGenerateContent?alt=sse",
	"scripted:streamGenerateContent",
	"talker:generateContent",
	"scripted:countTokens",
	"scripted:predict",
];

test("a spoilt request is answered or refused, and what is paid is what was drawn or said", async (t) => {
	const house = await openGemini(t, {
		providers: [createScriptedProvider(), createScriptedTalker()],
		models: [scriptedModel(), talkingModel()],
	});
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...METHODS),
			fc.array(
				fc.tuple(fc.array(fc.nat(20), { minLength: 0, maxLength: 6 }), spoiler),
				{ minLength: 1, maxLength: 3 },
			),
			async (method, spoilers) => {
				const payload = spoilers.reduce<unknown>(
					(value, [path, by]) => spoilt(value, path, by),
					WHOLE,
				);
				const before = await house.balance();
				const answer = await house.ask(`/v1beta/models/${method}`, {
					payload: JSON.stringify(payload),
				});
				const { status, text } = answer;
				assert.ok(
					status === 200 || (status >= 400 && status < 500),
					`${status} ${text.slice(0, 300)}`,
				);
				const paid = before - (await house.balance());
				const isFree = status !== 200 || method.endsWith("countTokens");
				assert.equal(paid > 0, !isFree, `${status} paid ${paid}`);
			},
		),
		{ numRuns: 200 },
	);
});
