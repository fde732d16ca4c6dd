/** What is said of every model: who draws it here, what it can do, what it costs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Provider } from "../../providers/provider.ts";
import { createScriptedProvider } from "../../testing/scripted-provider.ts";
import { createScriptedTalker } from "../../testing/scripted-talker.ts";
import { EngineError } from "../errors.ts";
import { createCatalogue } from "./catalogue.ts";
import { getModel, listModels } from "./list-models.ts";
import { readCatalogue } from "./read-catalogue.ts";
import type { ModelHouse } from "./resolve-model.ts";

const painter = createScriptedProvider({ name: "painter" });
const gemini = createScriptedProvider({ name: "gemini" });
const openrouter = createScriptedProvider({ name: "openrouter" });
const geminiWithoutKey: Provider = {
	...gemini,
	readiness: { status: "not_configured", detail: "GEMINI_API_KEY is missing" },
};

function houseOf(
	providers: readonly Provider[],
	settings: Partial<ModelHouse["settings"]> = {},
): ModelHouse {
	const talker = { id: "talker", image: null, talks: true };
	const entries = readCatalogue(
		{
			overrides: {
				models: [{ ...talker, offers: [{ provider: "gemini" }] }],
			},
			offers: [],
		},
		[],
	);
	return {
		catalogue: createCatalogue(entries),
		providers: new Map(providers.map((each) => [each.name, each])),
		settings: { defaultModel: "", painterStandsIn: true, ...settings },
	};
}

test("every model and every retired name is listed once, one of them as the default", () => {
	const house = houseOf([painter]);
	const listed = listModels(house);
	const { models, retired } = house.catalogue;
	assert.deepEqual(
		listed.map(({ id }) => id),
		[...models, ...retired].map(({ id }) => id),
	);
	assert.deepEqual(
		listed.filter(({ isDefault }) => isDefault).map(({ id }) => id),
		["painter"],
	);
	assert.deepEqual(
		listModels(houseOf([painter, gemini], { defaultModel: "Dall-E-3" }))
			.filter(({ isDefault }) => isDefault)
			.map(({ id }) => id),
		["dall-e-3"],
	);
});

test("a model is ready where one of those who have it is, and says who", () => {
	const model = getModel(
		houseOf([painter, geminiWithoutKey, openrouter]),
		"gemini-3-pro-image",
	);
	assert.equal(model.status, "ready");
	assert.deepEqual(model.answeredBy, {
		model: "gemini-3-pro-image",
		provider: "openrouter",
		providerModel: "google/gemini-3-pro-image",
	});
	assert.deepEqual(model.missing, ["gemini: GEMINI_API_KEY is missing"]);
	assert.deepEqual(
		model.offers.map(({ isReady }) => isReady),
		[false, true],
	);
});

test("a model that nobody here has is drawn by whoever stands in, or not at all", () => {
	const stoodFor = getModel(houseOf([painter]), "gpt-image-2");
	assert.equal(stoodFor.status, "stand_in");
	assert.equal(stoodFor.answeredBy?.model, "painter");
	const refused = getModel(
		houseOf([painter], { painterStandsIn: false }),
		"gpt-image-2",
	);
	assert.equal(refused.status, "not_configured");
	assert.equal(refused.answeredBy, null);
	assert.deepEqual(refused.missing, [
		"openai: not on this server",
		"openrouter: not on this server",
	]);
});

test("nobody stands in for a model that only talks", () => {
	const alone = getModel(houseOf([painter]), "talker");
	assert.equal(alone.status, "not_configured");
	assert.equal(alone.isTalkedFor, false);
	const ready = getModel(houseOf([gemini]), "talker");
	assert.equal(ready.status, "ready");
	assert.equal(ready.image, null);
	assert.equal(ready.answeredBy?.provider, "gemini");
});

test("for a model that draws and talks, whoever stands in does both, if it can", () => {
	const talking = createScriptedTalker({ name: "painter" });
	const isTalkedFor = (name: string, house: ModelHouse) =>
		getModel(house, name).isTalkedFor;
	const alone = houseOf([talking]);
	assert.equal(isTalkedFor("gemini-2.5-flash-image", alone), true);
	assert.equal(isTalkedFor("gpt-image-2", alone), false, "it only draws");
	assert.equal(isTalkedFor("talker", alone), false, "it only talks");
	assert.equal(isTalkedFor("gemini-3-pro-image", houseOf([painter])), false);
	for (const house of [
		houseOf([talking], { painterStandsIn: false }),
		houseOf([talking, openrouter]),
	])
		assert.equal(isTalkedFor("gemini-3-pro-image", house), false);
});

test("S2-1: a retired name is listed with its date, its successor and its own limits", () => {
	const model = getModel(houseOf([gemini]), "google/gemini-2.5-flash-image");
	assert.equal(model.id, "gemini-2.5-flash-image");
	assert.deepEqual(model.retired, {
		on: "2026-10-02",
		successor: "gemini-nano-banana-2.1",
	});
	assert.equal(model.answeredBy?.model, "gemini-nano-banana-2.1");
	assert.equal(model.image?.maxReferenceImages, 3);
	assert.deepEqual(
		model.image?.resolutions.map(({ resolution }) => resolution),
		["low", "standard"],
	);
});

test("S1-9, S1-47: resolutions have pixels and credits, ratios are drawn or fitted", () => {
	const { image } = getModel(houseOf([gemini]), "gemini-3-pro-image");
	assert.deepEqual(image?.resolutions, [
		{ resolution: "low", creditsPerImage: 1, width: 512, height: 512 },
		{ resolution: "standard", creditsPerImage: 1, width: 1024, height: 1024 },
		{ resolution: "high", creditsPerImage: 2, width: 2048, height: 2048 },
		{ resolution: "4k", creditsPerImage: 4, width: 4096, height: 4096 },
	]);
	assert.deepEqual(image?.aspectRatios.fitted, [
		"1:2",
		"1:4",
		"1:8",
		"2:1",
		"4:1",
		"8:1",
		"9:19.5",
		"19.5:9",
	]);
	assert.equal(image?.aspectRatios.native.length, 10);
	const anySize = getModel(houseOf([]), "gpt-image-2").image?.aspectRatios;
	assert.deepEqual(anySize?.fitted, ["1:4", "1:8", "4:1", "8:1"]);
});

test("where a model is only to be had with less, that is what is said of it", () => {
	const { image } = getModel(houseOf([openrouter]), "gpt-image-2");
	assert.equal(image?.mask, false);
	assert.deepEqual(
		image?.resolutions.map(({ resolution }) => resolution),
		["low", "standard"],
	);
});

test("a name that nobody knows is not found", () => {
	assert.throws(
		() => getModel(houseOf([painter]), "no-such-model"),
		(error) => error instanceof EngineError && error.code === "not_found",
	);
});

test("what an answer in words costs is the price of whoever gives it", () => {
	const gemini = createScriptedTalker({ name: "gemini" });
	const price = (name: string, ...providers: Provider[]) =>
		getModel(houseOf(providers), name).creditsPerReply;
	assert.equal(price("gemini-3-pro-image", gemini), 1);
	assert.equal(price("gemini-3-pro-image"), 1, "nobody would answer now");
	assert.equal(price("talker", gemini), 1);
	assert.equal(price("gpt-image-2", gemini), null, "it only draws");
	const talkingPainter = createScriptedTalker({ name: "painter" });
	assert.equal(price("gemini-3-pro-image", talkingPainter), 0);
});
