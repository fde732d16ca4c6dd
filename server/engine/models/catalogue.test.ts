/** The catalogue that comes with Gesso, held against what the requirement documents and the vendors say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageCapabilities } from "../../providers/provider.ts";
import { providerKinds } from "../../providers/registry.ts";
import { type Catalogue, createCatalogue } from "./catalogue.ts";
import { readCatalogue } from "./read-catalogue.ts";

function ownCatalogue(): Catalogue {
	const faults: string[] = [];
	const entries = readCatalogue({ offers: [] }, faults);
	assert.deepEqual(faults, []);
	return createCatalogue(entries);
}

function found(name: string, catalogue = ownCatalogue()) {
	const each = catalogue.find(name);
	assert.ok(each, `${name} is not in the catalogue`);
	return each;
}

function framesOf(name: string) {
	const sizing = found(name).model.image?.sizing;
	assert.equal(sizing?.kind, "frames", name);
	return sizing.frames;
}

/** Every model that the five documents or the programs behind them name, by document. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
	S0: ["gemini-2.5-flash-image", "dall-e-3", "imagen-3.0-generate-002"],
	S1: ["gemini-3-pro-image-preview", "gpt-image-2", "gemini-2.5-flash-image"],
	S2: ["gemini-2.5-flash-image", "gemini-3-pro-image-preview"],
	S3: ["flux-schnell"],
	S4: [
		"openai/dall-e-3",
		"stability-ai/stable-diffusion-xl-base-1.0",
		"black-forest-labs/flux-pro",
		"black-forest-labs/flux-schnell",
		"google/gemini-2.5-flash-image-preview",
	],
};

for (const [document, names] of Object.entries(NAMED)) {
	test(`${document}: every model it names is answered by one that draws`, () => {
		for (const name of names) {
			const { model } = found(name);
			assert.ok(model.image, name);
			assert.ok(model.offers.length > 0, name);
		}
	});
}

test("every retired name is answered by a model that is not retired, and says since when", () => {
	const catalogue = ownCatalogue();
	for (const { id, aliases } of catalogue.retired) {
		for (const name of [id, ...aliases]) {
			const { model, retirement } = found(name, catalogue);
			assert.equal(retirement?.id, id);
			assert.ok(
				catalogue.models.some((live) => live.id === model.id),
				name,
			);
			assert.ok(Date.parse(retirement.retiredOn) > 0, name);
		}
	}
});

for (const [name, since] of [
	["gemini-2.5-flash-image", "2026-10-02"],
	["gemini-3-pro-image-preview", "2026-06-25"],
	["gemini-3.1-flash-image", "2026-10-29"],
	["imagen-4.0-generate-001", "2026-08-17"],
	["dall-e-2", "2026-05-12"],
	["openai/dall-e-3", "2026-05-12"],
	["gpt-image-1", "2026-10-23"],
	["gpt-image-1.5", "2026-12-01"],
] as const) {
	test(`${name} is retired as of ${since}`, () => {
		assert.equal(found(name).retirement?.retiredOn, since);
	});
}

test("S2-1, S2-a: gemini-2.5-flash-image takes 3 reference images and has no 2K, whoever answers for it", () => {
	for (const name of [
		"gemini-2.5-flash-image",
		"gemini-2.5-flash-image-preview",
	]) {
		const { model } = found(name);
		assert.equal(model.image?.maxInputImages, 3);
		assert.deepEqual(model.creditPrices, { low: 1, standard: 1 });
		for (const { capabilities } of model.offers)
			assert.equal(capabilities?.maxInputImages, 3, "at every provider");
	}
	const successor = found("gemini-nano-banana-2.1").model;
	assert.equal(successor.image?.maxInputImages, 14);
	assert.equal(successor.creditPrices.high, 2);
});

test("S2-2, S2-5: gemini-3-pro-image-preview draws 1K, 2K and 4K and takes 14 reference images", () => {
	const { model, retirement } = found("gemini-3-pro-image-preview");
	assert.equal(model.id, "gemini-3-pro-image");
	assert.equal(retirement?.id, "gemini-3-pro-image-preview");
	assert.equal(model.image?.maxInputImages, 14);
	assert.equal(model.grounding, true);
	assert.deepEqual(model.creditPrices, {
		low: 1,
		standard: 1,
		high: 2,
		"4k": 4,
	});
	const tiers = new Set(
		framesOf("gemini-3-pro-image-preview").map(({ tier }) => tier),
	);
	assert.deepEqual([...tiers], ["1K", "2K", "4K"]);
});

test("S2-4: the Gemini models draw the six ratios of the document, and the four others of their vendor", () => {
	for (const name of ["gemini-3-pro-image", "gemini-2.5-flash-image"]) {
		const ratios = new Set(
			framesOf(name).map(({ aspectRatio }) => aspectRatio),
		);
		for (const ratio of ["1:1", "16:9", "9:16", "21:9", "4:3", "3:4"])
			assert.ok(ratios.has(ratio), `${name} ${ratio}`);
		for (const ratio of ["2:3", "3:2", "4:5", "5:4"])
			assert.ok(ratios.has(ratio), `${name} ${ratio}`);
	}
	const pro = framesOf("gemini-3-pro-image");
	assert.ok(!pro.some(({ aspectRatio }) => aspectRatio === "8:1"));
});

test("frames say the vendor's words for ratio and tier, and no tier where the vendor has no parameter for it", () => {
	assert.ok(
		framesOf("gemini-nano-banana-2.1").some(
			(frame) =>
				frame.width === 2752 &&
				frame.height === 1536 &&
				frame.aspectRatio === "16:9" &&
				frame.tier === "2K",
		),
	);
	for (const frame of framesOf("gemini-3.1-flash-lite-image"))
		assert.ok(!("tier" in frame));
});

test("frames have the shape that they are named for", () => {
	for (const { id, image } of ownCatalogue().models) {
		if (image?.sizing.kind !== "frames") continue;
		for (const { width, height, aspectRatio = "" } of image.sizing.frames) {
			const [across = 0, down = 0] = aspectRatio.split(":").map(Number);
			const stretch = width / height / (across / down);
			assert.ok(Math.abs(stretch - 1) < 0.03, `${id} ${width}x${height}`);
		}
	}
});

test("gpt-image-2 draws any size in sixteenths up to 3840 pixels and 3:1, opaque, with mask and unfinished pictures", () => {
	const { model } = found("gpt-image-2");
	assert.ok(model.image);
	const { sizing, ...rest } = model.image;
	assert.ok(sizing.kind === "free");
	assert.deepEqual(
		[sizing.multipleOf, sizing.maxEdge, sizing.maxAspect],
		[16, 3840, 3],
	);
	assert.deepEqual(rest.backgrounds, ["opaque"]);
	assert.deepEqual(rest.qualities, ["low", "medium", "high"]);
	assert.deepEqual(
		[rest.mask, rest.maxInputImages, rest.partialImages],
		[true, 16, 3],
	);
});

test("S2-13: the Gemini models name the nine languages of the document", () => {
	for (const name of ["gemini-3-pro-image", "gemini-2.5-flash-image"]) {
		const { languages } = found(name).model;
		for (const code of ["en", "de", "es", "fr", "it", "pt", "ja", "ko", "zh"])
			assert.ok(languages.includes(code), `${name} ${code}`);
	}
});

test("S2-12, X25: only the Gemini models say that their pictures carry SynthID", () => {
	for (const { id, watermark } of ownCatalogue().models)
		assert.equal(watermark === "synthid", id.startsWith("gemini-"), id);
});

test("a price in dollars says where it was read, and there is one for every tier that is drawn", () => {
	for (const { id, dollarPrices, creditPrices } of ownCatalogue().models) {
		if (dollarPrices === null) continue;
		assert.ok(dollarPrices.source.length > 0, id);
		assert.match(dollarPrices.checkedOn, /^2026-\d\d-\d\d$/, id);
		if (dollarPrices.perImage === undefined) continue;
		assert.deepEqual(
			Object.keys(dollarPrices.perImage).sort(),
			Object.keys(creditPrices).sort(),
			id,
		);
	}
});

test("the embedded provider can do what the catalogue says of its model", () => {
	const [embedded] = providerKinds.flatMap((kind) =>
		kind
			.configure({ environment: {}, entries: {} }, [])
			.filter(({ name }) => name === "painter"),
	);
	assert.deepEqual(found("painter").model.image, embedded?.defaultCapabilities);
});

test("names are found in any case and with models/ before them, and no others are", () => {
	const catalogue = ownCatalogue();
	for (const name of [
		"gemini-3-pro-image",
		"models/gemini-3-pro-image",
		"GEMINI-3-Pro-Image",
		"nano-banana-pro-preview",
		"google/gemini-3-pro-image",
		"Models/Gemini-3-pro-image-preview",
	])
		assert.equal(found(name, catalogue).model.id, "gemini-3-pro-image", name);
	for (const name of ["", "gemini", "gemini-3-pro-image ", "__proto__"])
		assert.equal(catalogue.find(name), undefined, name);
});

const DEFAULTS: ImageCapabilities = {
	sizing: { kind: "free", minEdge: 64, maxEdge: 2048 },
	countPerCall: 4,
	maxInputImages: 2,
	mask: false,
	seed: "honoured",
	negativePrompt: "native",
	qualities: [],
	backgrounds: [],
	partialImages: 0,
};

test("what a provider says that it draws becomes a model, with what it said and the defaults for the rest", () => {
	const catalogue = ownCatalogue();
	catalogue.learn(
		"local",
		[{ id: "sd-turbo", image: { maxInputImages: 0 } }, { id: "llama" }],
		DEFAULTS,
	);
	const { model } = found("sd-turbo", catalogue);
	assert.deepEqual(model.image, { ...DEFAULTS, maxInputImages: 0 });
	assert.deepEqual(model.creditPrices, { low: 1, standard: 1, high: 2 });
	assert.deepEqual(model.offers, [
		{ provider: "local", providerModel: "sd-turbo" },
	]);
	assert.equal(
		catalogue.find("llama"),
		undefined,
		"of this one it did not say that it draws",
	);
});

test("a provider that says it has a known model is asked after those that are known to", () => {
	const catalogue = ownCatalogue();
	catalogue.learn("proxy", [{ id: "gpt-image-2" }], DEFAULTS);
	assert.deepEqual(
		found("gpt-image-2", catalogue).model.offers.map(
			({ provider }) => provider,
		),
		["openai", "openrouter", "proxy"],
	);
	const before = found("gpt-image-2").model.offers;
	catalogue.learn("proxy", [], DEFAULTS);
	catalogue.learn("openrouter", [{ id: "openai/gpt-image-2" }], DEFAULTS);
	assert.deepEqual(
		found("gpt-image-2", catalogue).model.offers,
		before,
		"what is known already is not added again",
	);
});

test("what a provider says takes the place of what it said before, and of nothing that others said", () => {
	const catalogue = ownCatalogue();
	catalogue.learn("one", [{ id: "a", image: {} }], DEFAULTS);
	catalogue.learn("two", [{ id: "b", image: {} }, { id: "a" }], DEFAULTS);
	catalogue.learn("one", [{ id: "c", image: {} }], DEFAULTS);
	assert.equal(catalogue.find("a"), undefined);
	assert.ok(catalogue.find("b"));
	assert.ok(catalogue.find("c"));
	assert.equal(
		catalogue.models.filter(({ offers }) =>
			offers.some(({ provider }) => ["one", "two"].includes(provider)),
		).length,
		2,
	);
});

test("a vendor that goes on listing a retired name does not bring it back", () => {
	const catalogue = ownCatalogue();
	catalogue.learn(
		"gemini",
		[{ id: "gemini-2.5-flash-image", image: { maxInputImages: 9 } }],
		DEFAULTS,
	);
	const { model, retirement } = found("gemini-2.5-flash-image", catalogue);
	assert.ok(retirement);
	assert.equal(model.image?.maxInputImages, 3);
});
