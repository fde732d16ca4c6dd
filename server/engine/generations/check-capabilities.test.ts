/** What size is asked of a model, what size the caller gets, and what he is told when they differ. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sizing } from "../../providers/provider.ts";
import {
	createScriptedProvider,
	SCRIPTED_IMAGE,
	type ScriptedModelChanges,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { smallRequest } from "../../testing/test-engine.ts";
import { EngineError } from "../errors.ts";
import type { Size } from "../models/model.ts";
import { checkCapabilities } from "./check-capabilities.ts";
import type { GenerationRequest } from "./request.ts";

const LIMITS = { maxImagesPerRequest: 10 };

function planFor(
	sizing: Sizing,
	asked: Partial<GenerationRequest>,
	changes: ScriptedModelChanges = {},
) {
	const image = { ...SCRIPTED_IMAGE, ...changes.image, sizing };
	const model = scriptedModel({ ...changes, image });
	const [offer] = model.offers;
	assert.ok(offer);
	return checkCapabilities(
		{ model, offer, image, provider: createScriptedProvider() },
		smallRequest({ size: undefined, ...asked }),
		LIMITS,
	);
}

function inWords({ width, height }: Size): string {
	return `${width}x${height}`;
}

const OPENAI_LIKE: Sizing = {
	kind: "frames",
	frames: [
		{ width: 1024, height: 1024 },
		{ width: 1536, height: 1024 },
		{ width: 1024, height: 1536 },
	],
};

for (const [asked, drawn, delivered] of [
	[{ aspectRatio: "1:1" }, "1024x1024", "1024x1024"],
	[{ aspectRatio: "1:1", resolution: "low" }, "1024x1024", "512x512"],
	[{ aspectRatio: "16:9" }, "1536x1024", "1536x864"],
	[{ aspectRatio: "9:16" }, "1024x1536", "864x1536"],
	[{ aspectRatio: "21:9" }, "1536x1024", "1536x658"],
	[{ aspectRatio: "3:2", resolution: "low" }, "1536x1024", "512x341"],
	[{ size: { width: 1536, height: 1024 } }, "1536x1024", "1536x1024"],
	[{ size: { width: 300, height: 310 } }, "1024x1024", "300x310"],
] as const satisfies [Partial<GenerationRequest>, string, string][]) {
	test(`a model with three sizes draws ${drawn} for ${JSON.stringify(asked)}, and the caller gets ${delivered}`, () => {
		const plan = planFor(OPENAI_LIKE, asked);
		assert.equal(inWords(plan.frame), drawn);
		assert.equal(inWords(plan.delivered), delivered);
		assert.deepEqual(
			plan.warnings.map(({ kind, parameter }) => [kind, parameter]),
			drawn === delivered ? [] : [["adjusted", "size"]],
		);
	});
}

test("of two sizes of the same shape the smallest that is large enough is drawn, or else the largest", () => {
	const sizes = [512, 2048, 1024].map((edge) => ({
		width: edge,
		height: edge,
	}));
	const drawn = (edge: number) =>
		planFor(
			{ kind: "frames", frames: sizes },
			{ size: { width: edge, height: edge } },
		).frame.width;
	assert.deepEqual(
		[64, 512, 513, 1024, 2000, 4000].map(drawn),
		[512, 512, 1024, 1024, 2048, 2048],
	);
});

test("a model that draws any size between two edges is asked for no other", () => {
	const sizing = { kind: "free", minEdge: 256, maxEdge: 2048 } as const;
	for (const [asked, drawn] of [
		[{ width: 1000, height: 500 }, "1000x500"],
		[{ width: 64, height: 128 }, "256x512"],
		[{ width: 4096, height: 4096 }, "2048x2048"],
		[{ width: 4096, height: 1024 }, "2048x512"],
		// So long that only cropping helps.
		[{ width: 4096, height: 64 }, "2048x256"],
		[{ width: 64, height: 4096 }, "256x2048"],
	] as const) {
		const plan = planFor(sizing, { size: asked });
		assert.equal(inWords(plan.frame), drawn, inWords(asked));
		assert.deepEqual(plan.delivered, asked);
		const isAsAsked = inWords(asked) === drawn;
		assert.equal(plan.warnings.length, isAsAsked ? 0 : 1, inWords(asked));
	}
});

test("exact pixels at a tier are drawn as finely as the tier and fitted, which is what was asked", () => {
	const plan = planFor(
		{ kind: "free", minEdge: 16, maxEdge: 4096 },
		{ size: { width: 333, height: 500 }, resolution: "high" },
	);
	assert.equal(inWords(plan.frame), "1364x2048");
	assert.equal(inWords(plan.delivered), "333x500");
	assert.equal(plan.resolution, "high");
	assert.deepEqual(plan.warnings, []);
});

for (const [width, height, tier] of [
	[512, 512, "low"],
	[513, 512, "standard"],
	[1792, 1024, "standard"],
	[2048, 2048, "high"],
	[2049, 2048, "4k"],
] as const) {
	test(`${width}x${height} pixels without a tier have the price of ${tier}`, () => {
		const plan = planFor(
			{ kind: "free", minEdge: 16, maxEdge: 4096 },
			{ size: { width, height } },
		);
		assert.equal(plan.resolution, tier);
	});
}

test("S1-k: a tier that a model does not have is refused, naming those it has", () => {
	assert.throws(
		() =>
			planFor(
				OPENAI_LIKE,
				{ resolution: "4k" },
				{ creditPrices: { low: 1, standard: 2 } },
			),
		/no resolution "4k"; it has low, standard/,
	);
});

test("a seed that a model will not honour is said, not dropped", () => {
	const { warnings } = planFor(
		OPENAI_LIKE,
		{ seeds: [1] },
		{ image: { seed: "ignored" } },
	);
	assert.deepEqual(
		warnings.map(({ kind, parameter }) => [kind, parameter]),
		[["unsupported", "seed"]],
	);
});

test("a negative prompt that a model will not honour is said, not dropped", () => {
	const { warnings } = planFor(
		OPENAI_LIKE,
		{ negativePrompt: "rain" },
		{ image: { negativePrompt: "folded" } },
	);
	assert.deepEqual(
		warnings.map(({ kind, parameter }) => [kind, parameter]),
		[["adjusted", "negativePrompt"]],
	);
});

for (const [field, asked, allowed] of [
	["quality", { quality: "high" }, "no quality"],
	["background", { background: "transparent" }, "no background"],
	[
		"mask",
		{ mask: { kind: "url", field: "mask", url: "http://a/" } },
		"no mask",
	],
] as const satisfies [string, Partial<GenerationRequest>, string][]) {
	test(`a ${field} that a model cannot heed is refused, naming field, model and what is allowed`, () => {
		assert.throws(
			() => planFor(OPENAI_LIKE, asked),
			(error) =>
				error instanceof EngineError &&
				error.code === "invalid_request" &&
				error.details.field === field &&
				error.details.allowed === allowed &&
				error.message.includes("scripted"),
		);
	});
}

test("a choice that a model has not is refused with those it has", () => {
	assert.throws(
		() =>
			planFor(
				OPENAI_LIKE,
				{ background: "transparent" },
				{ image: { backgrounds: ["opaque"] } },
			),
		/allowed is background opaque, or none/,
	);
});

test("a mask without a picture to put it on is refused", () => {
	const mask = { kind: "url", field: "mask", url: "http://a/" } as const;
	assert.throws(
		() => planFor(OPENAI_LIKE, { mask }, { image: { mask: true } }),
		/belongs to an input image/,
	);
});

test("whoever stands in accepts what the model asked for would, and says what it does not heed", () => {
	const model = scriptedModel({ id: "stand-in" });
	const [offer] = model.offers;
	assert.ok(offer);
	const { warnings } = checkCapabilities(
		{
			model,
			offer,
			image: { ...SCRIPTED_IMAGE, qualities: ["high"] },
			provider: createScriptedProvider(),
			limitsOf: "asked-for",
			ignores: ["quality"],
		},
		smallRequest({ quality: "high" }),
		LIMITS,
	);
	assert.deepEqual(
		warnings.map(({ parameter, message }) => [parameter, message]),
		[["quality", "stand-in, which draws this picture, does not heed quality."]],
	);
});
