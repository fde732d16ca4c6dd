/** Who answers in words for a model that nobody here has, and what the caller is told of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Provider } from "../../providers/provider.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	talkingModel,
} from "../../testing/scripted-talker.ts";
import { EngineError } from "../errors.ts";
import { createCatalogue } from "../models/catalogue.ts";
import { type ChatHouse, chooseAnswerer } from "./choose-answerer.ts";

const STAND_IN = "painter";
const standIn = createScriptedTalker({ name: STAND_IN, isEmbedded: true });
const vendor = createScriptedTalker({ name: "vendor" });
const another = createScriptedProvider({ name: "another" });

function houseOf(
	providers: readonly Provider[],
	painterStandsIn = true,
): ChatHouse {
	return {
		catalogue: createCatalogue({
			models: [
				scriptedModel({
					id: STAND_IN,
					provider: STAND_IN,
					talks: true,
					creditsPerReply: 0,
				}),
				scriptedModel({
					id: "both",
					provider: "vendor",
					talks: true,
					fallbacks: ["other"],
				}),
				scriptedModel({ id: "other", provider: "another" }),
				talkingModel({ offers: [{ provider: "vendor", providerModel: "t" }] }),
			],
			retired: [],
		}),
		providers: new Map(providers.map((each) => [each.name, each])),
		settings: { defaultModel: "", defaultChatModel: "", painterStandsIn },
	};
}

function inWords(house: ChatHouse, model: string) {
	const said = { messages: ["Describe it"], hasPicture: true };
	return chooseAnswerer(house, { model, modalities: ["text"] }, said);
}

test("for a model that draws and talks, whoever stands in answers as well: for its own price, with a warning", () => {
	const answerer = inWords(houseOf([standIn]), "both");
	assert.ok(answerer.kind === "talk");
	assert.equal(answerer.name, "both", "as the caller named it");
	assert.equal(answerer.model.creditsPerReply, 0);
	assert.deepEqual(
		answerer.routes.map(({ provider }) => provider.name),
		[STAND_IN],
	);
	assert.deepEqual(
		answerer.warnings.map(({ kind, parameter }) => [kind, parameter]),
		[["substituted", "model"]],
	);
	const own = inWords(houseOf([standIn, vendor]), "both");
	assert.ok(own.kind === "talk");
	assert.deepEqual(own.routes[0].provider.name, "vendor");
	assert.deepEqual(own.warnings, []);
});

test("nobody stands in for a model that only talks, where it is forbidden, or where another vendor would draw", () => {
	for (const [model, house] of [
		["talker", houseOf([standIn])],
		["both", houseOf([standIn], false)],
		["both", houseOf([standIn, another])],
	] as const)
		assert.throws(
			() => inWords(house, model),
			(error) =>
				error instanceof EngineError &&
				error.code === "provider_not_configured",
		);
});
