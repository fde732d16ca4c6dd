/** What Google's own client for Node throws when this server says no (S2-11). */
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import type { GenerateContentConfig } from "@google/genai";
import {
	failure,
	MODEL,
	openJudged,
	type Sdk,
	SMALL,
	type ToldDetail,
	type ToldError,
} from "./judged-contract.ts";

const house = await openJudged({ after } as Pick<TestContext, "after">);

function draw(
	{ client }: Pick<Sdk, "client">,
	contents = "A fox",
	config: GenerateContentConfig = {},
	model = MODEL,
) {
	return client.models.generateContent({
		model,
		contents,
		config: { imageConfig: SMALL, ...config },
	});
}

function detail({ details }: ToldError, type: string): ToldDetail {
	const found = details?.find((each) => each["@type"].endsWith(type));
	assert.ok(found, `there is no ${type}`);
	return found;
}

for (const sdk of house.sdks) {
	const { version, client, clientWith } = sdk;

	test(`S2-11 (${version}): what is asked for wrongly is INVALID_ARGUMENT, with its field`, async () => {
		const { status, error } = await failure(sdk, () =>
			draw(sdk, "A fox", { imageConfig: { aspectRatio: "17:4" } }),
		);
		assert.equal(status, 400);
		assert.equal(error.code, 400);
		assert.equal(error.status, "INVALID_ARGUMENT");
		assert.match(error.message, /17:4/);
		assert.deepEqual(
			detail(error, "BadRequest").fieldViolations?.map(({ field }) => field),
			["generation_config.image_config.aspect_ratio"],
		);
	});

	test(`(${version}): a key that nobody gave out is an INVALID_ARGUMENT that says so`, async () => {
		const wrong = await failure(sdk, () =>
			draw({ client: clientWith("nonsense") }),
		);
		assert.equal(wrong.status, 400);
		assert.equal(detail(wrong.error, "ErrorInfo").reason, "API_KEY_INVALID");
		assert.match(wrong.error.message, /^API key not valid/);
	});

	test(`(${version}): a model that is not there is NOT_FOUND, also streamed`, async () => {
		const asks = [
			() => draw(sdk, "A fox", {}, "nobody-knows-me"),
			() =>
				client.models.generateContentStream({
					model: "nobody-knows-me",
					contents: "A fox",
				}),
			() => client.models.get({ model: "nobody-knows-me" }),
		];
		for (const ask of asks) {
			const { status, error } = await failure(sdk, ask);
			assert.equal(status, 404);
			assert.equal(error.status, "NOT_FOUND");
			assert.match(
				error.message,
				/^models\/nobody-knows-me is not found for API version v1/,
			);
		}
	});

	test(`S2-11 (${version}): whoever has no credits is RESOURCE_EXHAUSTED`, async () => {
		const { apiKey } = await house.team(0);
		const { status, error } = await failure(sdk, () =>
			draw({ client: clientWith(apiKey) }),
		);
		assert.equal(status, 429);
		assert.equal(error.status, "RESOURCE_EXHAUSTED");
		assert.equal(detail(error, "ErrorInfo").reason, "RESOURCE_EXHAUSTED");
		assert.ok(detail(error, "QuotaFailure").violations?.length);
	});

	test(`S2-11 (${version}): a vendor that fails is UNAVAILABLE, and costs nothing`, async () => {
		const before = await house.balance();
		const { status, error } = await failure(sdk, () =>
			draw(sdk, "painter-unavailable"),
		);
		assert.equal(status, 503);
		assert.equal(error.status, "UNAVAILABLE");
		assert.equal(await house.balance(), before);
	});

	test(`S2-11 (${version}): content that is refused is an answer without candidates, whole and streamed`, async () => {
		const before = await house.balance();
		const answer = await draw(sdk, "painter-block");
		assert.equal(answer.promptFeedback?.blockReason, "SAFETY");
		assert.equal(answer.candidates, undefined);
		assert.equal(answer.data, undefined);
		const stream = await client.models.generateContentStream({
			model: MODEL,
			contents: "painter-block",
		});
		const reasons: unknown[] = [];
		for await (const { promptFeedback } of stream)
			reasons.push(promptFeedback?.blockReason);
		assert.deepEqual(reasons, ["SAFETY"]);
		assert.equal(await house.balance(), before);
	});
}
