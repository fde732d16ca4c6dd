/** What vendors tell of their models reaches the catalogue, and their failures reach nobody but the log. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createCatalogue } from "./engine/models/catalogue.ts";
import { startDiscovery } from "./model-discovery.ts";
import {
	type ImageCapabilities,
	type Provider,
	ProviderError,
} from "./providers/provider.ts";
import { createScriptedProvider } from "./testing/scripted-provider.ts";
import { waitUntil } from "./testing/wait-until.ts";

const DEFAULTS: ImageCapabilities = {
	sizing: { kind: "free", minEdge: 64, maxEdge: 1024 },
	countPerCall: 1,
	maxInputImages: 0,
	mask: false,
	seed: "ignored",
	negativePrompt: "folded",
	qualities: [],
	backgrounds: [],
	partialImages: 0,
};

function vendor(name: string, changes: Partial<Provider>): Provider {
	return { ...createScriptedProvider({ name }), discovers: true, ...changes };
}

function discover(
	t: TestContext,
	providers: readonly Provider[],
	options: { readonly intervalMs?: number; readonly timeoutMs?: number } = {},
) {
	const catalogue = createCatalogue({ models: [], retired: [] });
	const lines: string[] = [];
	const log = (facts: object, message: string) =>
		lines.push(`${message} ${JSON.stringify(facts)}`);
	const discovery = startDiscovery({
		providers,
		catalogue,
		defaultsOf: () => DEFAULTS,
		log: { info: () => {}, warn: log },
		...options,
	});
	t.after(() => discovery.stop());
	return { catalogue, lines, discovery };
}

test("a model that only its vendor told of can be asked for, with what it can do", async (t) => {
	const { catalogue, lines, discovery } = discover(t, [
		vendor("router", {
			listModels: async () => [
				{ id: "new/model", image: { countPerCall: 4 } },
				{ id: "talks/only" },
			],
		}),
	]);
	await discovery.firstRound;
	const { model } = catalogue.find("new/model") ?? {};
	assert.deepEqual(model?.image, { ...DEFAULTS, countPerCall: 4 });
	assert.equal(model?.offers[0]?.provider, "router");
	assert.equal(catalogue.find("talks/only"), undefined);
	assert.deepEqual(lines, []);
});

test("who is not ready, or has nothing to tell, is not asked", async (t) => {
	let asked = 0;
	const listModels = async () => {
		asked++;
		return [];
	};
	const { discovery } = discover(t, [
		vendor("silent", { listModels, discovers: false }),
		vendor("keyless", {
			listModels,
			readiness: { status: "not_configured", detail: "no key" },
		}),
		vendor("listless", {}),
	]);
	await discovery.firstRound;
	assert.equal(asked, 0);
});

test("a failure is logged once in our own words, goes on being tried, and keeps nobody else from being heard", async (t) => {
	let asked = 0;
	const { catalogue, lines, discovery } = discover(
		t,
		[
			vendor("broken", {
				listModels: async () => {
					asked++;
					if (asked > 4) return [{ id: "late", image: {} }];
					throw new ProviderError("auth", "vendor: key sk-secret is wrong");
				},
			}),
			vendor("router", {
				listModels: async () => [{ id: "new", image: {} }],
			}),
		],
		{ intervalMs: 5 },
	);
	await waitUntil(() => catalogue.find("late") !== undefined);
	assert.ok(catalogue.find("new"));
	assert.equal(lines.length, 1);
	assert.match(lines[0] ?? "", /broken.*does not accept/);
	assert.doesNotMatch(lines.join(), /sk-secret/);
	await discovery.stop();
});

test("a vendor that never answers is given up, and a stop does not wait for it", async (t) => {
	const silent = vendor("silent", {
		listModels: (signal) =>
			new Promise((_, reject) =>
				signal.addEventListener("abort", () => reject(signal.reason)),
			),
	});
	const slow = discover(t, [silent], { timeoutMs: 5 });
	await slow.discovery.firstRound;
	assert.match(slow.lines[0] ?? "", /silent.*took too long/);

	const stopped = discover(t, [silent]);
	await stopped.discovery.stop();
	assert.deepEqual(stopped.lines, [], "a stop is no failure");
});
