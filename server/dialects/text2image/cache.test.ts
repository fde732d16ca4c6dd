/** Images that a team has already (S4-10, S4-35, reading b, X18). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import { scriptedModel } from "../../testing/scripted-provider.ts";
import { openTestApp } from "../../testing/test-app.ts";
import { openText2Image, PROMPT, succeeded } from "./envelope-contract.ts";

const BODY = { prompt: PROMPT, size: "64x64" };

test("S4-35: the same request again comes from the cache and is not charged again", async (t) => {
	const { ask, balance, provider } = await openText2Image(t);
	const first = succeeded(await ask(BODY));
	const second = succeeded(await ask({ ...BODY, useCache: true }));
	assert.equal(first.process.is_from_cache, false);
	assert.equal(second.process.is_from_cache, true);
	assert.match(second.process.cache_key ?? "", /^[0-9a-f]{64}$/);
	assert.equal(second.data.image_base64, first.data.image_base64);
	assert.deepEqual(second.process.llm_info, first.process.llm_info);
	assert.equal(provider.calls.length, 1);
	assert.equal(await balance(), 99);
});

test("S4-10: useCache=false neither reads nor fills the cache", async (t) => {
	const { ask, provider } = await openText2Image(t);
	const isFromCache = async (useCache: boolean) =>
		succeeded(await ask({ ...BODY, useCache })).process.is_from_cache;
	assert.equal(await isFromCache(false), false);
	assert.equal(await isFromCache(true), false);
	assert.equal(await isFromCache(false), false);
	assert.equal(provider.calls.length, 3);
	assert.equal(await isFromCache(true), true);
});

test("S4-35, S4-b: prompt, size, quality, n and given seeds tell requests apart; blanks around the prompt do not", async (t) => {
	const { ask } = await openText2Image(t);
	const isFromCache = async (change: object) =>
		succeeded(await ask({ ...BODY, ...change })).process.is_from_cache;
	succeeded(await ask(BODY));
	const changes = [
		{ prompt: PROMPT.toLowerCase() },
		{ size: "64x65" },
		{ quality: "hd" },
		{ n: 2 },
		{ seed: 1 },
		{ seed: 2 },
		{ seeds: [1, 3] },
	];
	for (const change of changes) {
		assert.equal(await isFromCache(change), false, JSON.stringify(change));
		assert.equal(await isFromCache(change), true, JSON.stringify(change));
	}
	assert.equal(await isFromCache({ prompt: `  ${PROMPT}\n` }), true);
	assert.equal(await isFromCache({ size: "0064x064" }), true);
	assert.equal(await isFromCache({ seeds: "1,3" }), true);
});

test("S4-35: another model draws anew", async (t) => {
	const first = await openText2Image(t, {
		model: { id: "one" },
		environment: { TEXT2IMAGE_MODEL: "one" },
	});
	succeeded(await first.ask(BODY));
	const { app } = await openTestApp(t, {
		place: first.place,
		providers: [first.provider],
		models: [scriptedModel({ id: "two" })],
		environment: { GESSO_DEFAULT_MODEL: "two" },
	});
	const response = await app.server.inject({
		method: "POST",
		url: "/api/text2image/generate",
		headers: first.customer.headers,
		payload: BODY,
	});
	const { process, data } = succeeded(response);
	assert.equal(process.is_from_cache, false);
	assert.equal(data.model, "two");
});

test("X18: a team finds only its own images in the cache", async (t) => {
	const { ask, team, provider } = await openText2Image(t);
	const stranger = await team(100);
	succeeded(await ask(BODY));
	const theirs = succeeded(await ask(BODY, stranger.headers));
	assert.equal(theirs.process.is_from_cache, false);
	assert.equal(provider.calls.length, 2);
});

test("an image that was deleted is drawn anew", async (t) => {
	const { ask, app, customer } = await openText2Image(t);
	const first = succeeded(await ask(BODY));
	const { images } = await app.engine.getGeneration(
		customer.principal,
		first.process.id,
	);
	await app.engine.deleteImage(customer.principal, images[0]?.id ?? "");
	assert.equal(succeeded(await ask(BODY)).process.is_from_cache, false);
});

test("a failure is not kept in the cache", async (t) => {
	const { ask, provider } = await openText2Image(t);
	provider.script = () => ({
		kind: "fail",
		error: new ProviderError("invalid", "no"),
	});
	assert.equal((await ask(BODY)).statusCode, 500);
	provider.script = () => ({ kind: "draw" });
	assert.equal(succeeded(await ask(BODY)).process.is_from_cache, false);
});

test("warnings of this request, not of the first one, stand beside cached images", async (t) => {
	const { ask } = await openText2Image(t);
	succeeded(await ask({ ...BODY, colour: "red" }));
	const { process, data } = succeeded(await ask(BODY));
	assert.equal(process.is_from_cache, true);
	assert.equal(data.warnings, undefined);
});
