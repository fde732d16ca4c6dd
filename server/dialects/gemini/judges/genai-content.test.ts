/** Google's own client for Node draws, streams, counts and looks models up here (S2-3, S2-4, S2-5). */
import assert from "node:assert/strict";
import { after, mock, type TestContext, test } from "node:test";
import { Modality } from "@google/genai";
import {
	factsOf,
	MODEL,
	openJudged,
	partsOf,
	plainPicture,
	SMALL,
} from "./judged-contract.ts";

// They warn whoever takes only the text of an answer, or only its pictures.
mock.method(console, "warn", () => {});

const LAKE = "A mountain lake at sunset";
const house = await openJudged({ after } as Pick<TestContext, "after">);
const { sdks, received, balance } = house;

for (const { version, client, clientWith } of sdks) {
	test(`S2-3, S2-4 (${version}): a picture alone, in the shape that is asked for`, async () => {
		const before = await balance();
		const answer = await client.models.generateContent({
			model: MODEL,
			contents: [LAKE],
			config: { responseModalities: ["IMAGE"], imageConfig: SMALL },
		});
		assert.deepEqual(await partsOf(answer), ["png 512x288"]);
		assert.equal(await factsOf(answer.data), "png 512x288");
		assert.equal(answer.text, undefined);
		const [candidate] = answer.candidates ?? [];
		assert.equal(candidate?.finishReason, "STOP");
		assert.equal(candidate?.content?.role, "model");
		assert.equal(answer.modelVersion, MODEL);
		assert.match(answer.responseId ?? "", /./);
		assert.ok((answer.usageMetadata?.totalTokenCount ?? 0) > 0);
		assert.equal(await balance(), before - 1);
	});

	test(`S2-3 (${version}): words and a picture`, async () => {
		const answer = await client.models.generateContent({
			model: MODEL,
			contents: LAKE,
			config: {
				responseModalities: [Modality.TEXT, Modality.IMAGE],
				imageConfig: SMALL,
			},
		});
		assert.deepEqual(await partsOf(answer), ["text", "png 512x288"]);
		assert.match(answer.text ?? "", /picture/);
	});

	test(`(${version}): the same seed draws the same picture, another one another`, async () => {
		const draw = async (seed: number) => {
			const { data } = await client.models.generateContent({
				model: MODEL,
				contents: LAKE,
				config: { responseModalities: ["IMAGE"], imageConfig: SMALL, seed },
			});
			return data;
		};
		const first = await draw(7);
		assert.equal(await draw(7), first);
		assert.notEqual(await draw(8), first);
	});

	test(`S2-7 (${version}): pictures come along with the request, and as files that were uploaded`, async () => {
		const bytes = await plainPicture(
			{ r: 200, g: 40, b: 40 },
			{ width: 160, height: 90 },
		);
		const file = await client.files.upload({
			file: new Blob([new Uint8Array(bytes)], { type: "image/png" }),
			config: { displayName: "Red" },
		});
		const inlineData = {
			mimeType: "image/png",
			data: bytes.toString("base64"),
		};
		const fileData = { fileUri: file.uri ?? "", mimeType: "image/png" };
		for (const part of [{ inlineData }, { fileData }]) {
			const answer = await client.models.generateContent({
				model: MODEL,
				contents: [part, "Remove the background"],
				config: {
					responseModalities: ["IMAGE"],
					imageConfig: { imageSize: "512" },
				},
			});
			assert.deepEqual(
				await partsOf(answer),
				["png 512x288"],
				"in the shape of the one that came",
			);
		}
	});

	test(`(${version}): a stream brings the words, the picture, and the reason why it ends`, async () => {
		const stream = await client.models.generateContentStream({
			model: MODEL,
			contents: LAKE,
			config: { imageConfig: SMALL },
		});
		const seen: string[] = [];
		const reasons: unknown[] = [];
		for await (const chunk of stream) {
			seen.push(...(await partsOf(chunk)));
			reasons.push(chunk.candidates?.[0]?.finishReason);
		}
		assert.deepEqual(seen, ["text", "png 512x288"]);
		assert.equal(reasons.at(-1), "STOP");
		assert.equal(reasons.filter((reason) => reason !== undefined).length, 1);
	});

	test(`(${version}): tokens are counted, more for a longer text`, async () => {
		const count = async (contents: string) => {
			const answer = await client.models.countTokens({
				model: MODEL,
				contents,
			});
			return answer.totalTokens ?? 0;
		};
		const few = await count("A fox");
		assert.ok(few > 0);
		assert.ok((await count("A fox ".repeat(50))) > few);
	});

	test(`S2-1 (${version}): models are listed, page by page, and read by their names`, async () => {
		const names: unknown[] = [];
		const pager = await client.models.list({ config: { pageSize: 1 } });
		for await (const { name } of pager) names.push(name);
		assert.deepEqual(names, ["models/painter"]);
		const model = await client.models.get({ model: MODEL });
		assert.equal(model.name, `models/${MODEL}`);
		assert.ok(model.supportedActions?.includes("generateContent"));
	});

	test(`(${version}): a server that is known under /gemini is one as well`, async () => {
		const { apiKey } = house.customer;
		const answer = await clientWith(apiKey, "/gemini").models.generateContent({
			model: `models/${MODEL}`,
			contents: LAKE,
			config: { responseModalities: ["IMAGE"], imageConfig: SMALL },
		});
		assert.deepEqual(await partsOf(answer), ["png 512x288"]);
		assert.match(received.at(-1) ?? "", /^POST \/gemini\/v1/);
	});
}

test("the newest client asks /v1, which others share, and the old one /v1beta", () => {
	const asked = received.filter((line) => line.endsWith("?alt=sse"));
	assert.deepEqual(
		asked,
		["v1", "v1beta"].map(
			(version) =>
				`POST /gemini/${version}/models/${MODEL}:streamGenerateContent?alt=sse`,
		),
	);
});

test("an answer that is long in coming, and kept alive meanwhile, is read as any other", async (t) => {
	const slow = await openJudged(t, { keepAliveMs: 1 });
	for (const { client, version } of slow.sdks) {
		const answer = await client.models.generateContent({
			model: MODEL,
			contents: LAKE,
			config: { responseModalities: ["IMAGE"], imageConfig: SMALL },
		});
		const { headers } = answer.sdkHttpResponse ?? {};
		assert.equal(headers?.["x-accel-buffering"], "no", "it was late");
		assert.deepEqual(await partsOf(answer), ["png 512x288"], version);
	}
});
