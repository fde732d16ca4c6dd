/** GET /v0/models: what the team API says of the models there are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setDefaultModel } from "../../engine/teams/teams.ts";
import { openPlatform } from "../../testing/platform.ts";

interface Listed {
	id: string;
	status: string;
	isDefault: boolean;
}

test("all models and retired names are listed, with what they can do and cost", async (t) => {
	const { ask } = await openPlatform(t, { withPainter: true });
	const { status, body } = await ask("GET", "/v0/models");
	assert.equal(status, 200);
	const models: Listed[] = body.data.models;
	assert.equal(models.length, body.data.total);
	const byId = new Map(models.map((model) => [model.id, model]));
	assert.equal(byId.get("painter")?.status, "ready");
	assert.equal(byId.get("painter")?.isDefault, true);
	assert.equal(byId.get("gpt-image-2")?.status, "stand_in");
	assert.equal(byId.get("gemini-2.5-flash-image")?.status, "stand_in");
});

test("?ready=true leaves those that draw or talk themselves", async (t) => {
	const { ask } = await openPlatform(t, { withPainter: true });
	for (const [value, hasOthers] of [
		["true", false],
		["1", false],
		["no", true],
	] as const) {
		const { body } = await ask("GET", `/v0/models?ready=${value}`);
		const models: Listed[] = body.data.models;
		assert.ok(models.some(({ id }) => id === "painter"));
		assert.equal(
			models.some(({ status }) => status !== "ready"),
			hasOthers,
			value,
		);
	}
});

test("one model is read by any of its names, slashes encoded or not", async (t) => {
	const { ask } = await openPlatform(t, { withPainter: true });
	for (const [name, id] of [
		["gemini-3-pro-image", "gemini-3-pro-image"],
		["nano-banana-pro-preview", "gemini-3-pro-image"],
		["models/gemini-3-pro-image", "gemini-3-pro-image"],
		["black-forest-labs/flux-pro", "black-forest-labs/flux-pro"],
		["black-forest-labs%2Fflux-pro", "black-forest-labs/flux-pro"],
		["openai%2fdall-e-3", "dall-e-3"],
	] as const) {
		const { status, body } = await ask("GET", `/v0/models/${name}`);
		assert.equal(status, 200, name);
		assert.equal(body.data.id, id);
	}
});

test("what is said of a model are its limits, its prices and where those were read", async (t) => {
	const { ask } = await openPlatform(t, { withPainter: true });
	const { body } = await ask("GET", "/v0/models/gemini-2.5-flash-image");
	const { capabilities, prices, retired, answeredBy } = body.data;
	assert.deepEqual(retired, {
		on: "2026-10-02",
		successor: "gemini-nano-banana-2.1",
	});
	assert.equal(answeredBy.provider, "painter");
	assert.equal(capabilities.image.maxReferenceImages, 3);
	assert.equal(capabilities.watermark, "synthid");
	assert.deepEqual(prices.credits, { low: 1, standard: 1 });
	assert.deepEqual(prices.dollars.perImage, { low: 0.0336, standard: 0.0336 });
	assert.match(prices.dollars.source, /ai\.google\.dev/);
	assert.match(prices.dollars.checkedOn, /^\d{4}-\d\d-\d\d$/);
});

test("what an answer in words costs is said of models that talk, and of no other", async (t) => {
	const { ask } = await openPlatform(t, { withPainter: true });
	for (const [name, creditsPerReply] of [
		["painter", 0],
		["gpt-image-2", null],
		// The painter answers for it.
		["gemini-2.5-flash-image", 0],
	] as const) {
		const { body } = await ask("GET", `/v0/models/${name}`);
		assert.equal(body.data.prices.creditsPerReply, creditsPerReply, name);
		assert.equal(body.data.capabilities.text, creditsPerReply !== null, name);
	}
});

test("a model that nobody knows is 404", async (t) => {
	const { ask } = await openPlatform(t, { withPainter: true });
	for (const name of ["no-such-model", "no/such/model", "%00"]) {
		const { status, body } = await ask("GET", `/v0/models/${name}`);
		assert.equal(status, 404, name);
		assert.equal(body.code, "not_found");
	}
});

test("models are shown to nobody without an apiKey", async (t) => {
	const { ask } = await openPlatform(t, { withPainter: true });
	for (const path of ["/v0/models", "/v0/models/painter", "/v0/models/a/b"]) {
		const { status } = await ask("GET", path, undefined, {});
		assert.equal(status, 401, path);
	}
});

test("S1-12: the default is the team's own model where its owner chose one, and that draws for it", async (t) => {
	const { app, ask, post, teamId, otherTeam } = await openPlatform(t, {
		withPainter: true,
	});
	await setDefaultModel(app.database.queries, teamId, "gemini-2.5-flash-image");
	const defaults = async (headers?: Readonly<Record<string, string>>) => {
		const { body } = await ask("GET", "/v0/models", undefined, headers);
		const models: Listed[] = body.data.models;
		return models.filter(({ isDefault }) => isDefault).map(({ id }) => id);
	};
	assert.deepEqual(await defaults(), ["gemini-2.5-flash-image"]);
	const { headers } = await otherTeam();
	assert.deepEqual(await defaults({ ...headers }), ["painter"]);
	const one = await ask("GET", "/v0/models/gemini-2.5-flash-image");
	assert.equal(one.body.data.isDefault, true);
	const quote = await post("?dry_run=1", { prompt: "a" });
	assert.equal(quote.body.data.model, "gemini-2.5-flash-image");
	const named = await post("?dry_run=1", {
		prompt: "a",
		modelVersion: "painter",
	});
	assert.equal(named.body.data.model, "painter");
});
