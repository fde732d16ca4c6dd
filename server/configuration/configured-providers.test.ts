/** Providers of the environment and of the configuration file become one list, and what is wrong with it is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import {
	commonOptions,
	defineProviderKind,
	limitsOf,
	type ProviderServices,
} from "../providers/provider-kind.ts";
import { textSetting } from "../settings.ts";
import { createScriptedProvider } from "../testing/scripted-provider.ts";
import type { ConfigFile } from "./config-file.ts";
import { configuredProviders } from "./configured-providers.ts";

/** Opens providers whose readiness shows the options that they got. */
function kindCalled(kind: string) {
	return defineProviderKind({
		kind,
		settings: {
			word: textSetting({
				variable: `${kind.toUpperCase()}_WORD`,
				default: "",
				meaning: "A word",
			}),
			second: textSetting({
				variable: `${kind.toUpperCase()}_SECOND`,
				default: "",
				meaning: "The name of a second one",
			}),
		},
		options: z.strictObject({ ...commonOptions, word: z.string() }),
		defaultCapabilities: {
			sizing: { kind: "free", minEdge: 1, maxEdge: 2 },
			countPerCall: 1,
			maxInputImages: 0,
			mask: false,
			seed: "ignored",
			negativePrompt: "folded",
			qualities: [],
			backgrounds: [],
			partialImages: 0,
		},
		fromEnvironment: ({ word, second }) => [
			{ name: kind, options: { word } },
			...(second === "" ? [] : [{ name: second, options: { word: "2nd" } }]),
		],
		open: (name, options) => ({
			...createScriptedProvider({ name }),
			limits: limitsOf(options),
			readiness: { status: "ready", detail: options.word },
		}),
	});
}

const services = {} as ProviderServices;

function configure(
	file: Partial<Pick<ConfigFile, "providers" | "llm">>,
	environment: Readonly<Record<string, string>> = {},
) {
	const faults: string[] = [];
	const instances = configuredProviders(
		[kindCalled("oil"), kindCalled("ink")],
		environment,
		{
			path: null,
			providers: {},
			models: [],
			retired: [],
			llm: { providers: {}, text2image: undefined },
			...file,
		},
		faults,
	);
	const opened = instances.map((instance) => {
		const { readiness, limits } = instance.open(services);
		return [
			instance.name,
			instance.kind,
			readiness.status,
			readiness.detail,
			limits.concurrency,
			instance.offers.map(({ id }) => id).join(),
		];
	});
	return { opened, faults };
}

test("without a file there is one provider of each kind, as the environment has it", () => {
	const { opened, faults } = configure({}, { OIL_WORD: "thick" });
	assert.deepEqual(faults, []);
	assert.deepEqual(opened, [
		["oil", "oil", "ready", "thick", 8, ""],
		["ink", "ink", "ready", "", 8, ""],
	]);
});

test("the file adds to what the environment says of a provider, and has the last word", () => {
	const { opened, faults } = configure(
		{
			providers: {
				oil: { concurrency: 3, models: ["a", "b"] },
				ink: { word: "black" },
			},
		},
		{ OIL_WORD: "thick", INK_WORD: "blue" },
	);
	assert.deepEqual(faults, []);
	assert.deepEqual(opened, [
		["oil", "oil", "ready", "thick", 3, "a,b"],
		["ink", "ink", "ready", "black", 8, ""],
	]);
});

test("there may be several providers of one kind, each under its own name", () => {
	const { opened, faults } = configure({
		providers: {
			"ink-1": { kind: "ink", word: "x" },
			"ink-2": { kind: "ink", word: "y" },
		},
	});
	assert.deepEqual(faults, []);
	assert.deepEqual(
		opened.map(([name, kind]) => `${name}:${kind}`),
		["oil:oil", "ink:ink", "ink-1:ink", "ink-2:ink"],
	);
});

test("the file's order is the order in which providers are asked, whatever their kinds", () => {
	const { opened } = configure({
		providers: { b: { kind: "ink", word: "" }, a: { kind: "oil", word: "" } },
	});
	assert.deepEqual(
		opened.map(([name]) => name),
		["oil", "ink", "b", "a"],
	);
});

test("a provider that only the environment named needs no kind in the file", () => {
	const { opened, faults } = configure(
		{ providers: { fresco: { concurrency: 2 } } },
		{ OIL_SECOND: "fresco" },
	);
	assert.deepEqual(faults, []);
	assert.deepEqual(opened[2], ["fresco", "oil", "ready", "2nd", 2, ""]);
});

test("a provider that is switched off is still there, and is not ready", () => {
	const { opened } = configure({ providers: { oil: { enabled: false } } });
	const oil = opened.find(([name]) => name === "oil");
	assert.deepEqual(oil?.slice(2, 4), [
		"not_configured",
		"switched off (providers.oil.enabled in the configuration)",
	]);
});

test("a kind that nobody knows, no kind, and a name that is none are faults that say what is allowed", () => {
	const { faults } = configure({
		providers: {
			fresco: {},
			mural: { kind: "spray" },
			"Big Ink": { kind: "ink", word: "" },
			odd: { kind: 7 },
		},
	});
	assert.deepEqual(faults, [
		"providers.fresco in the configuration has no kind; allowed are oil, ink.",
		"providers.mural in the configuration is of a kind that nobody knows; allowed are oil, ink.",
		"providers.Big Ink in the configuration: a name has 1 to 40 small letters, digits and hyphens.",
		"providers.odd in the configuration is of a kind that nobody knows; allowed are oil, ink.",
	]);
});

test("two providers under one name are a fault", () => {
	const { faults } = configure({}, { OIL_SECOND: "same", INK_SECOND: "same" });
	assert.deepEqual(faults, [
		"Two providers are called same; give one another name.",
	]);
});

test("a mistyped option is a fault that names it", () => {
	const { faults } = configure({ providers: { oil: { concurency: 3 } } });
	assert.equal(faults.length, 1);
	assert.match(faults[0] ?? "", /^providers\.oil in .*"concurency"/);
});

test("S4-30: the other program's providers become ours where the name is known, and are passed over where it is not", () => {
	const { opened, faults } = configure(
		{
			providers: { oil: { concurrency: 2 } },
			llm: {
				text2image: undefined,
				providers: {
					oil: { word: "theirs", models: ["m"], enabled: false },
					whoever: { apiKey: "x", models: ["n"] },
				},
			},
		},
		{ OIL_WORD: "ours" },
	);
	assert.deepEqual(faults, []);
	assert.deepEqual(
		opened.map(([name, , , , concurrency, models]) => [
			name,
			concurrency,
			models,
		]),
		[
			["ink", 8, ""],
			["oil", 2, "m"],
		],
	);
	assert.equal(opened[1]?.[2], "not_configured");
});
