/** Which model draws for the name a caller gave, and what he is told when it is another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Provider } from "../../providers/provider.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { EngineError } from "../errors.ts";
import { VENDOR_MODEL_NAMES } from "./catalogue.ts";
import { type ModelHouse, resolveModel } from "./resolve-model.ts";

const STAND_IN = "painter";

function houseOf(changes: {
	providers: readonly Provider[];
	painterStandsIn?: boolean;
}): ModelHouse {
	return {
		models: [STAND_IN, "vendor"].map((name) =>
			scriptedModel({ id: name, provider: name }),
		),
		providers: new Map(changes.providers.map((each) => [each.name, each])),
		settings: {
			defaultModel: "vendor",
			painterStandsIn: changes.painterStandsIn ?? true,
		},
	};
}

const painter = createScriptedProvider({ name: STAND_IN });
const vendor = createScriptedProvider({ name: "vendor" });
const vendorWithoutKey: Provider = {
	...vendor,
	readiness: { status: "not_configured", detail: "VENDOR_API_KEY is missing" },
};

function hasCode(code: string) {
	return (error: unknown) =>
		error instanceof EngineError &&
		error.code === code &&
		error.details.field === "model";
}

test("a model whose provider is ready draws under its own name, and is the one for those who name none", () => {
	const house = houseOf({ providers: [painter, vendor] });
	for (const asked of ["vendor", undefined]) {
		const choice = resolveModel(house, asked);
		assert.equal(choice.provider, vendor);
		assert.equal(choice.name, "vendor");
		assert.deepEqual(choice.warnings, []);
	}
});

for (const [what, asked, providers] of [
	["lacks its key", "vendor", [painter, vendorWithoutKey]],
	["is not here", "vendor", [painter]],
	[
		"is a vendor's that nobody has brought here",
		[...VENDOR_MODEL_NAMES][0] ?? "",
		[painter, vendor],
	],
] as const) {
	test(`for a model that ${what} the painter stands in, and says so`, () => {
		const choice = resolveModel(houseOf({ providers }), asked);
		assert.equal(choice.provider, painter);
		assert.equal(choice.name, asked);
		assert.deepEqual(
			choice.warnings.map(({ kind, parameter }) => [kind, parameter]),
			[["substituted", "model"]],
		);
	});

	test(`for a model that ${what} nobody draws where the painter may not stand in`, () => {
		const house = houseOf({ providers, painterStandsIn: false });
		assert.throws(
			() => resolveModel(house, asked),
			hasCode("provider_not_configured"),
		);
	});
}

test("a name that nobody knows is refused, with the names there are", () => {
	const house = houseOf({ providers: [painter, vendor] });
	assert.throws(
		() => resolveModel(house, "no-such-model"),
		(error) =>
			hasCode("model_not_found")(error) &&
			/vendor/.test((error as EngineError).details.allowed ?? ""),
	);
});
