/** What hd means (S4-6, reading i). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	openText2Image,
	PROMPT,
	pixelsOf,
	succeeded,
} from "./envelope-contract.ts";

test("S4-6, S4-i: hd is drawn finer, comes in the size asked and costs more", async (t) => {
	const { ask, provider, balance } = await openText2Image(t);
	const { data, request } = succeeded(
		await ask({ prompt: PROMPT, size: "512x256", quality: "hd" }),
	);
	assert.equal(request.parameters.quality, "hd");
	assert.deepEqual(provider.calls[0]?.frame, { width: 2048, height: 1024 });
	assert.equal((await pixelsOf(data)).size, "512x256");
	assert.equal(await balance(), 98);
});

test("S4-6: hd never costs less than standard, whatever the size", async (t) => {
	const { ask, balance } = await openText2Image(t);
	const body = { prompt: PROMPT, size: "4096x2048", useCache: false };
	succeeded(await ask(body));
	const standard = 100 - (await balance());
	succeeded(await ask({ ...body, quality: "hd" }));
	assert.ok(100 - standard - (await balance()) >= standard);
});

test("S4-6, S4-i: hd is no error for a model without a finer resolution; a warning says so", async (t) => {
	const { ask, balance } = await openText2Image(t, {
		model: { creditPrices: { low: 1, standard: 1 } },
	});
	const { data } = succeeded(
		await ask({ prompt: PROMPT, size: "512x512", quality: "hd" }),
	);
	assert.deepEqual(
		data.warnings?.map(({ kind, parameter }) => ({ kind, parameter })),
		[{ kind: "unsupported", parameter: "quality" }],
	);
	assert.equal(await balance(), 99);
});
