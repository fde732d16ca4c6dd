/** Which model draws for the name a caller gave, by whom, and what he is told when it is another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Provider } from "../../providers/provider.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { EngineError } from "../errors.ts";
import { createCatalogue } from "./catalogue.ts";
import type { Model, RetiredModel } from "./model.ts";
import { readCatalogue } from "./read-catalogue.ts";
import { type ModelHouse, resolveModel } from "./resolve-model.ts";

const STAND_IN = "painter";

const retired: RetiredModel = {
	id: "old-vendor",
	aliases: [],
	retiredOn: "2026-10-02",
	successor: "vendor",
	image: { maxInputImages: 3 },
	resolutions: ["low", "standard"],
};

function modelOf(name: string, changes: Partial<Model> = {}): Model {
	return { ...scriptedModel({ id: name, provider: name }), ...changes };
}

function houseOf(changes: {
	providers: readonly Provider[];
	models?: readonly Model[];
	painterStandsIn?: boolean;
	defaultModel?: string;
}): ModelHouse {
	const models = changes.models ?? [modelOf(STAND_IN), modelOf("vendor")];
	return {
		catalogue: createCatalogue({ models, retired: [retired] }),
		providers: new Map(changes.providers.map((each) => [each.name, each])),
		settings: {
			defaultModel: changes.defaultModel ?? "vendor",
			painterStandsIn: changes.painterStandsIn ?? true,
		},
	};
}

const painter = createScriptedProvider({ name: STAND_IN });
const vendor = createScriptedProvider({ name: "vendor" });
const second = createScriptedProvider({ name: "second" });
function withoutKey(provider: Provider): Provider {
	return {
		...provider,
		readiness: {
			status: "not_configured",
			detail: "VENDOR_API_KEY is missing",
		},
	};
}

function hasCode(code: string, field = "model") {
	return (error: unknown) =>
		error instanceof EngineError &&
		error.code === code &&
		error.details.field === field;
}

function waysOf(house: ModelHouse, asked: Parameters<typeof resolveModel>[1]) {
	return resolveModel(house, asked).routes.map(
		({ provider, offer }) => `${provider.name}/${offer.providerModel}`,
	);
}

test("a model whose provider is ready draws under its own name, and is the one for those who name none", () => {
	const house = houseOf({ providers: [painter, vendor] });
	for (const model of ["vendor", undefined]) {
		const choice = resolveModel(house, { model });
		assert.deepEqual(
			choice.routes.map((route) => [route.model.id, route.provider]),
			[["vendor", vendor]],
		);
		assert.equal(choice.name, "vendor");
		assert.deepEqual(choice.warnings, []);
	}
});

for (const [what, model, providers] of [
	["lacks its key", "vendor", [painter, withoutKey(vendor)]],
	["is not here", "vendor", [painter]],
	["is retired, and its successor not here,", "old-vendor", [painter]],
] as const) {
	test(`for a model that ${what} the painter stands in, and says so`, () => {
		const choice = resolveModel(houseOf({ providers }), { model });
		assert.deepEqual(
			choice.routes.map((route) => [route.model.id, route.provider]),
			[[STAND_IN, painter]],
		);
		assert.equal(choice.name, model);
		assert.deepEqual(
			choice.warnings
				.filter(({ kind }) => kind !== "deprecated")
				.map(({ kind, parameter }) => [kind, parameter]),
			[["substituted", "model"]],
		);
	});

	test(`for a model that ${what} nobody draws where the painter may not stand in`, () => {
		const house = houseOf({ providers, painterStandsIn: false });
		assert.throws(
			() => resolveModel(house, { model }),
			(error) =>
				hasCode("provider_not_configured")(error) &&
				/npm run doctor/.test(String(error)),
		);
	});
}

test("whoever stands in takes no more than the model that was asked for", () => {
	const house = houseOf({ providers: [painter] });
	const [route] = resolveModel(house, { model: "old-vendor" }).routes;
	assert.equal(route.image.maxInputImages, 3);
	assert.deepEqual(route.model.creditPrices, { low: 1, standard: 1 });
	assert.equal(route.limitsOf, "old-vendor", "so that a refusal names it");
	const [same] = resolveModel(house, { model: "vendor" }).routes;
	assert.equal(same.image.maxInputImages, 10);
	assert.equal(same.model.creditPrices["4k"], 4);
});

test("nothing stands in that is not ready itself, and the refusal says what is missing", () => {
	const house = houseOf({
		providers: [withoutKey(painter), withoutKey(vendor)],
	});
	assert.throws(
		() => resolveModel(house, { model: "vendor" }),
		(error) =>
			hasCode("provider_not_configured")(error) &&
			/vendor: VENDOR_API_KEY is missing/.test(String(error)),
	);
});

test("a name that nobody knows is refused, with the names of those who could draw", () => {
	const house = houseOf({ providers: [painter, withoutKey(vendor)] });
	assert.throws(
		() => resolveModel(house, { model: "no-such-model" }),
		(error) =>
			hasCode("model_not_found")(error) &&
			/GET \/v0\/models/.test(String(error)) &&
			(error as EngineError).details.allowed === "one of painter",
	);
});

test("a model that only talks is not asked to draw", () => {
	const house = houseOf({
		providers: [painter, vendor],
		models: [modelOf(STAND_IN), modelOf("vendor", { image: null })],
	});
	assert.throws(
		() => resolveModel(house, { model: "vendor" }),
		(error) =>
			hasCode("invalid_request")(error) && /vendor/.test(String(error)),
	);
});

test("a retired name is answered by its successor within its own limits, and the caller is told since when", () => {
	const house = houseOf({ providers: [painter, vendor] });
	const choice = resolveModel(house, { model: "old-vendor" });
	assert.equal(choice.name, "old-vendor");
	const [route] = choice.routes;
	assert.equal(route.provider, vendor);
	assert.equal(route.model.id, "vendor");
	assert.equal(route.limitsOf, "old-vendor");
	assert.equal(route.image.maxInputImages, 3);
	assert.deepEqual(route.model.creditPrices, { low: 1, standard: 1 });
	assert.equal(choice.warnings.length, 1);
	const [warning] = choice.warnings;
	assert.equal(warning?.kind, "deprecated");
	assert.equal(warning.parameter, "model");
	assert.match(warning.message, /2026-10-02.*vendor/);
	assert.equal(warning.since, Date.UTC(2026, 9, 2));
});

const everywhere = modelOf("vendor", {
	offers: [
		{ provider: "vendor", providerModel: "v" },
		{
			provider: "second",
			providerModel: "s",
			capabilities: { maxInputImages: 1 },
		},
	],
	fallbacks: ["cheap", "third"],
});
const cheap = modelOf("cheap", {
	offers: [
		{ provider: "second", providerModel: "c" },
		{ provider: "second", providerModel: "s" },
	],
});
const third = modelOf("third", {
	offers: [{ provider: "third", providerModel: "t" }],
});
const manyModels = [modelOf(STAND_IN), everywhere, cheap, third];

test("every way that is ready is named: the model's own in their order, then its fallbacks', none twice", () => {
	const models = manyModels;
	const both = houseOf({ models, providers: [painter, vendor, second] });
	assert.deepEqual(waysOf(both, { model: "vendor" }), [
		"vendor/v",
		"second/s",
		"second/c",
	]);
	const one = houseOf({
		models,
		providers: [painter, withoutKey(vendor), second],
	});
	assert.deepEqual(waysOf(one, { model: "vendor" }), ["second/s", "second/c"]);
	assert.deepEqual(resolveModel(one, { model: "vendor" }).warnings, []);
});

test("what a model can do at one provider is what that provider's offer says", () => {
	const house = houseOf({ models: manyModels, providers: [vendor, second] });
	assert.deepEqual(
		resolveModel(house, { model: "vendor" }).routes.map(
			({ image }) => image.maxInputImages,
		),
		[10, 1, 10],
	);
});

test("when only a fallback is ready it draws, and the caller is told", () => {
	const house = houseOf({
		models: [
			modelOf(STAND_IN),
			{ ...everywhere, offers: [{ provider: "vendor", providerModel: "v" }] },
			cheap,
			third,
		],
		providers: [painter, second],
	});
	const choice = resolveModel(house, { model: "vendor" });
	assert.equal(choice.routes[0].model.id, "cheap");
	assert.deepEqual(
		choice.warnings.map(({ kind, message }) => [kind, /cheap/.test(message)]),
		[["substituted", true]],
	);
});

test("a provider that is asked for by name draws, and the model's other providers do not", () => {
	const house = houseOf({ models: manyModels, providers: [vendor, second] });
	assert.deepEqual(waysOf(house, { model: "vendor", provider: "second" }), [
		"second/s",
		"second/c",
	]);
	assert.deepEqual(
		waysOf(house, { provider: "second" }),
		["second/s", "second/c"],
		"with the default model, when it has that",
	);
	assert.deepEqual(
		waysOf(
			{ ...house, settings: { ...house.settings, defaultModel: "third" } },
			{
				provider: "vendor",
			},
		),
		["vendor/v", "second/c", "second/s"],
		"or else with the first that it has",
	);
});

test("a provider that does not have the model, or is not here, is refused", () => {
	const house = houseOf({
		models: manyModels,
		providers: [painter, vendor, second],
	});
	assert.throws(
		() => resolveModel(house, { model: "third", provider: "second" }),
		hasCode("model_not_found"),
	);
	for (const model of ["third", undefined])
		assert.throws(
			() => resolveModel(house, { model, provider: "nobody" }),
			hasCode("provider_not_configured", "provider"),
		);
});

const ownServer = createScriptedProvider({ name: "image-provider" });
const models = [
	modelOf("vendor"),
	modelOf(STAND_IN),
	modelOf("local", {
		offers: [{ provider: "image-provider", providerModel: "" }],
	}),
];

for (const [providers, expected] of [
	[[vendor, painter, ownServer], "local"],
	[[vendor, painter, withoutKey(ownServer)], STAND_IN],
	[[vendor, withoutKey(painter)], "vendor"],
] as const) {
	test(`without a default model, ${expected} draws where ${expected} is the best that is ready`, () => {
		const house = houseOf({ models, providers, defaultModel: "" });
		const choice = resolveModel(house, {});
		assert.equal(choice.name, expected);
		assert.equal(choice.routes[0].model.id, expected);
		assert.deepEqual(choice.warnings, []);
	});
}

test("without a default model, and with nobody ready, a request that names none is refused", () => {
	const house = houseOf({ models, providers: [], defaultModel: "" });
	assert.throws(
		() => resolveModel(house, {}),
		hasCode("provider_not_configured"),
	);
});

test("with nothing but the painter, every name of the catalogue that draws is answered", () => {
	const entries = readCatalogue({ offers: [] }, []);
	const house: ModelHouse = {
		catalogue: createCatalogue(entries),
		providers: new Map([[STAND_IN, painter]]),
		settings: { defaultModel: "", painterStandsIn: true },
	};
	for (const { id, aliases } of [...entries.models, ...entries.retired])
		for (const model of [id, ...aliases])
			assert.equal(resolveModel(house, { model }).routes[0].provider, painter);
});
