/** What an owner's configuration and the configured providers change in the catalogue, and how faults in it are told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConfiguredOffer } from "./add-offers.ts";
import { createCatalogue } from "./catalogue.ts";
import { readCatalogue } from "./read-catalogue.ts";

function read(
	overrides: { models?: readonly unknown[]; retired?: readonly unknown[] },
	offers: readonly ConfiguredOffer[] = [],
) {
	const faults: string[] = [];
	const entries = readCatalogue({ overrides, offers }, faults);
	const catalogue = createCatalogue(entries);
	return {
		faults,
		entries,
		catalogue,
		model: (name: string) => {
			const model = catalogue.find(name)?.model;
			assert.ok(model, name);
			return model;
		},
	};
}

const own = read({});

function offerOf(changes: Partial<ConfiguredOffer> = {}): ConfiguredOffer {
	return {
		provider: "local",
		id: "z-image",
		providerModel: "z-image-turbo",
		capabilities: {},
		defaults: {
			sizing: {
				kind: "frames",
				frames: [{ width: 512, height: 512 }],
			},
			countPerCall: 1,
			maxInputImages: 0,
			mask: false,
			seed: "honoured",
			negativePrompt: "native",
			qualities: [],
			backgrounds: [],
			partialImages: 0,
		},
		...changes,
	};
}

test("S1-46: credits are configured for a model and a tier, and the rest stays", () => {
	const { faults, model } = read({
		models: [
			{ id: "gemini-3-pro-image", creditPrices: { high: 7, "4k": null } },
		],
	});
	assert.deepEqual(faults, []);
	const changed = model("gemini-3-pro-image");
	assert.deepEqual(changed.creditPrices, { low: 1, standard: 1, high: 7 });
	assert.deepEqual(
		{ ...changed, creditPrices: {} },
		{ ...own.model("gemini-3-pro-image"), creditPrices: {} },
	);
	assert.equal(
		model("gemini-3-pro-image-preview").creditPrices.high,
		7,
		"for the retired name too",
	);
});

test("capabilities and dollar prices are changed field by field, lists as a whole", () => {
	const { faults, model } = read({
		models: [
			{
				id: "gpt-image-2",
				aliases: ["house-model"],
				image: { maxInputImages: 2, qualities: ["low"] },
				dollarPrices: { perMillionTokens: { outputImage: 25 } },
			},
		],
	});
	assert.deepEqual(faults, []);
	const before = own.model("gpt-image-2");
	const after = model("house-model");
	assert.deepEqual(after.image, {
		...before.image,
		maxInputImages: 2,
		qualities: ["low"],
	});
	assert.deepEqual(after.dollarPrices, {
		...before.dollarPrices,
		perMillionTokens: {
			...before.dollarPrices?.perMillionTokens,
			outputImage: 25,
		},
	});
	assert.deepEqual(after.aliases, ["house-model"]);
});

test("a sizing is changed as one thing, and the tiers that are sold with it", () => {
	const { faults, model } = read({
		models: [
			{
				id: "painter",
				image: { sizing: { kind: "free", minEdge: 64, maxEdge: 1024 } },
			},
		],
	});
	assert.deepEqual(faults, []);
	assert.deepEqual(model("painter").image?.sizing, {
		kind: "free",
		minEdge: 64,
		maxEdge: 1024,
	});
	assert.deepEqual(model("painter").creditPrices, { low: 1, standard: 1 });
});

test("a new model needs an id and what shapes it draws, in its own words or by a table of sizes", () => {
	const { faults, model } = read({
		models: [
			{
				id: "mine",
				offers: [{ provider: "local" }],
				image: { sizing: { kind: "free", minEdge: 256, maxEdge: 1536 } },
			},
			{
				id: "mine-by-table",
				image: {
					sizing: { kind: "tables", tables: ["gemini-3"], tiers: ["2K"] },
				},
			},
			{ id: "talker", image: null, talks: true },
		],
	});
	assert.deepEqual(faults, []);
	assert.deepEqual(model("mine").offers, [
		{ provider: "local", providerModel: "mine" },
	]);
	assert.equal(model("mine").image?.countPerCall, 1);
	assert.deepEqual(model("mine").creditPrices, { low: 1, standard: 1 });
	const { sizing } = model("mine-by-table").image ?? {};
	assert.ok(sizing?.kind === "frames");
	assert.equal(sizing.frames.length, 10);
	assert.deepEqual(sizing.frames[0], {
		width: 2048,
		height: 2048,
		aspectRatio: "1:1",
		tier: "2K",
	});
	assert.equal(model("talker").image, null);
});

test("a retired name is changed and added as models are", () => {
	const { faults, catalogue } = read({
		retired: [
			{ id: "dall-e-3", successor: "painter" },
			{
				id: "our-old-name",
				retiredOn: "2026-01-31",
				successor: "painter",
				resolutions: ["low"],
			},
		],
	});
	assert.deepEqual(faults, []);
	assert.equal(catalogue.find("openai/dall-e-3")?.model.id, "painter");
	assert.deepEqual(catalogue.find("our-old-name")?.model.creditPrices, {
		low: 1,
	});
});

test("a retired name that the owner makes a model of is retired no more", () => {
	const { faults, catalogue } = read({
		models: [
			{
				id: "dall-e-3",
				offers: [{ provider: "local" }],
				image: { sizing: { kind: "free", minEdge: 64, maxEdge: 1024 } },
			},
		],
	});
	assert.deepEqual(faults, []);
	assert.equal(catalogue.find("dall-e-3")?.retirement, undefined);
	assert.equal(
		catalogue.retired.some(({ id }) => id === "dall-e-3"),
		false,
	);
});

test("everything that is wrong is told at once, with its place and what is allowed, and spoils nothing else", () => {
	const { faults, model } = read({
		models: [
			{ id: "gpt-image-2", image: { maxInputImages: "many", masks: true } },
			{ id: "painter", watermark: "stamp", aliases: ["gpt-image-2"] },
			{ id: "mine", image: {} },
			{ id: "yours", image: { sizing: { kind: "tables", tables: ["dall"] } } },
			{ id: "silent", image: null },
			"gpt-image-2",
			{ title: "no id" },
		],
		retired: [
			{ id: "old", retiredOn: "yesterday", successor: "painter" },
			{ id: "older", retiredOn: "2020-02-02", successor: "nobody" },
		],
	});
	const expected = [
		/^models\.gpt-image-2\.image\.maxInputImages in the configuration: .*number/,
		/^models\.gpt-image-2\.image in the configuration: has no field masks; allowed are .*\bmask\b/,
		/^models\.painter\.watermark in the configuration: .*"synthid"\|"none"\|"unknown"/,
		/^models\.mine\.image in the configuration: must have a sizing/,
		/^models\.yours\.image\.sizing\.tables\.0 in the configuration: .*"gemini-3"/,
		/^models\.silent in the configuration: must draw or talk/,
		/^models\.5 in the configuration: must be an object with the id/,
		/^models\.6 in the configuration: must be an object with the id/,
		/^retired\.old\.retiredOn in the configuration: must be a date: YYYY-MM-DD/,
		/^retired\.older\.successor in the configuration: nobody is no model that draws; allowed are the ids painter,/,
	];
	for (const pattern of expected)
		assert.ok(
			faults.some((fault) => pattern.test(fault)),
			`${pattern} in\n${faults.join("\n")}`,
		);
	assert.equal(faults.length, expected.length, faults.join("\n"));
	assert.deepEqual(model("gpt-image-2"), own.model("gpt-image-2"));
});

test("a name that means two models, and a fallback that is none, are faults", () => {
	const { faults } = read({
		models: [
			{ id: "painter", aliases: ["GPT-image-2"] },
			{ id: "gemini-3-pro-image", fallbacks: ["gemini-9", "painter"] },
		],
	});
	assert.equal(faults.length, 2, faults.join("\n"));
	assert.match(
		faults.join("\n"),
		/the name gpt-image-2 is that of painter already/,
	);
	assert.match(
		faults.join("\n"),
		/models\.gemini-3-pro-image\.fallbacks in the configuration: gemini-9 is no other model that draws/,
	);
});

test("a model that cannot be sold at any tier is a fault", () => {
	const { faults } = read({
		models: [
			{
				id: "gemini-3.1-flash-lite-image",
				creditPrices: { low: null, standard: null },
			},
		],
	});
	assert.equal(faults.length, 1);
	assert.match(faults[0] ?? "", /a price for one tier at least/);
});

test("a provider that is configured to have a known model is asked first, by whatever name it was given", () => {
	const { faults, model } = read({}, [
		offerOf({ id: "openai/gpt-image-2", capabilities: { countPerCall: 2 } }),
		offerOf({ provider: "other", id: "GPT-image-2", providerModel: "x" }),
		offerOf({
			provider: "openrouter",
			id: "gpt-image-2",
			providerModel: "openai/gpt-image-2",
		}),
	]);
	assert.deepEqual(faults, []);
	assert.deepEqual(
		model("gpt-image-2").offers.map(({ provider, providerModel }) => [
			provider,
			providerModel,
		]),
		[
			["local", "z-image-turbo"],
			["other", "x"],
			["openrouter", "openai/gpt-image-2"],
			["openai", "gpt-image-2"],
		],
	);
	assert.deepEqual(model("gpt-image-2").offers[0]?.capabilities, {
		countPerCall: 2,
	});
	assert.deepEqual(model("gpt-image-2").image, own.model("gpt-image-2").image);
});

test("a model that only providers know is one with their capabilities, sold as finely as it draws", () => {
	const { faults, model } = read({}, [
		offerOf({ capabilities: { maxInputImages: 1 } }),
		offerOf({ provider: "other", capabilities: { mask: true } }),
	]);
	assert.deepEqual(faults, []);
	const { image, offers, creditPrices } = model("z-image");
	assert.equal(image?.maxInputImages, 1);
	assert.equal(image?.mask, false);
	assert.deepEqual(creditPrices, { low: 1 });
	assert.deepEqual(
		offers.map(({ provider, capabilities }) => [provider, capabilities?.mask]),
		[
			["local", undefined],
			["other", true],
		],
	);
});

test("a fallback may be a model that only a provider knows", () => {
	const { faults } = read(
		{ models: [{ id: "gpt-image-2", fallbacks: ["z-image"] }] },
		[offerOf()],
	);
	assert.deepEqual(faults, []);
});

test("S4-30: an old list of a vendor's models does not bring retired names back", () => {
	const names = [
		"openai/dall-e-3",
		"stability-ai/stable-diffusion-xl-base-1.0",
		"black-forest-labs/flux-pro",
		"black-forest-labs/flux-schnell",
	];
	const { faults, catalogue } = read(
		{},
		names.map((id) =>
			offerOf({ provider: "openrouter", id, providerModel: id }),
		),
	);
	assert.deepEqual(faults, []);
	for (const name of names) {
		const found = catalogue.find(name);
		assert.ok(found?.retirement, name);
		assert.ok(
			found.model.offers.some(({ provider }) => provider === "openrouter"),
			`${name} is still drawn by whom the list names`,
		);
	}
});

test("a server of one's own may have a name that its vendor retired", () => {
	const { catalogue } = read({}, [
		offerOf({ id: "gpt-image-1", providerModel: "gpt-image-1" }),
	]);
	const found = catalogue.find("gpt-image-1");
	assert.equal(found?.retirement, undefined);
	assert.equal(found?.model.offers[0]?.provider, "local");
});
