/** What the environment and the configuration file make of the server together, as the requirement documents write them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { allSettings, type Config, readConfig } from "./config.ts";
import { createProviderServices } from "./provider-services.ts";
import { providerKinds } from "./providers/registry.ts";
import { SettingsError } from "./settings.ts";

function directoryWith(t: TestContext, name: string, text: string): string {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-config-"));
	t.after(() => rmSync(directory, { recursive: true }));
	writeFileSync(path.join(directory, name), text);
	return directory;
}

/** Opens the provider of this name, and says whether it is ready. */
async function readinessOf(config: Config, name: string) {
	const instance = config.providers.find((each) => each.name === name);
	assert.ok(instance, `there is no provider ${name}`);
	const provider = instance.open(
		createProviderServices(config.net, {
			staging: {
				stage: () => Promise.reject(new Error("nothing is drawn here")),
				discard: async () => {},
			},
			dataDirectory: "nowhere",
			clock: () => 0,
			random: () => 0,
		}),
	);
	await provider.close();
	return provider.readiness.status;
}

function faultsOf(read: () => unknown): string[] {
	try {
		read();
	} catch (error) {
		assert.ok(error instanceof SettingsError);
		return error.message.split("\n");
	}
	return [];
}

/** The variables of seed 003, with an address that is one. */
const SEED_003 = {
	IMAGE_GENERATION_ENABLED: "true",
	IMAGE_PROVIDER_ENABLED: "true",
	IMAGE_PROVIDER_URL: "http://your-image-provider:8003/v1",
	IMAGE_PROVIDER_API_KEY: "<your-api-key-if-needed>",
};

test("S3-10: the four variables describe an image server that draws", async () => {
	const config = readConfig(SEED_003);
	assert.equal(config.engine.generationEnabled, true);
	assert.equal(await readinessOf(config, "image-provider"), "ready");
	const drawn = config.catalogue.models.filter(({ offers }) =>
		offers.some(({ provider }) => provider === "image-provider"),
	);
	assert.equal(drawn.length, 1);
});

test("S3-10: each of the two flags switches off what it says", async () => {
	const off = readConfig({ ...SEED_003, IMAGE_PROVIDER_ENABLED: "false" });
	assert.equal(await readinessOf(off, "image-provider"), "not_configured");
	assert.equal(
		readConfig({ ...SEED_003, IMAGE_GENERATION_ENABLED: "false" }).engine
			.generationEnabled,
		false,
	);
});

test("S4-30: the block of seed 004 says who draws, and that provider has those models", async (t) => {
	const directory = directoryWith(
		t,
		"config.yaml",
		`llm_config:
  use_cases:
    text2image:
      provider: openrouter
      model: openai/dall-e-3

llm_providers:
  openrouter:
    available_models:
      text2image:
        - openai/dall-e-3
        - stability-ai/stable-diffusion-xl-base-1.0
        - black-forest-labs/flux-pro
        - black-forest-labs/flux-schnell
`,
	);
	const config = readConfig({ OPENROUTER_API_KEY: "sk-or-1" }, directory);
	assert.equal(config.configFile, path.join(directory, "config.yaml"));
	assert.deepEqual(config.text2image, {
		provider: "openrouter",
		model: "openai/dall-e-3",
	});
	assert.equal(await readinessOf(config, "openrouter"), "ready");
	const offers = config.providers.find(({ name }) => name === "openrouter");
	assert.deepEqual(
		offers?.offers.map(({ id }) => id),
		[
			"openai/dall-e-3",
			"stability-ai/stable-diffusion-xl-base-1.0",
			"black-forest-labs/flux-pro",
			"black-forest-labs/flux-schnell",
		],
	);
	const keyless = readConfig({}, directory);
	assert.equal(await readinessOf(keyless, "openrouter"), "not_configured");
});

test("who draws for /api/text2image is taken whole from the environment, or whole from the file", (t) => {
	const directory = directoryWith(
		t,
		"gesso.yaml",
		"llm_config: {use_cases: {text2image: {provider: a, model: b}}}",
	);
	const read = (environment: Readonly<Record<string, string>>) => {
		const { provider, model } = readConfig(environment, directory).text2image;
		return `${provider}/${model}`;
	};
	assert.equal(read({}), "a/b");
	assert.equal(read({ TEXT2IMAGE_MODEL: "", TEXT2IMAGE_PROVIDER: " " }), "a/b");
	assert.equal(read({ TEXT2IMAGE_MODEL: "c" }), "undefined/c");
	assert.equal(read({ TEXT2IMAGE_PROVIDER: "d" }), "d/undefined");
});

test("the file's models change the catalogue's, add to them, and retire names", (t) => {
	const directory = directoryWith(
		t,
		"gesso.yaml",
		`providers:
  studio: {kind: openai, url: "http://studio:8080/v1", models: [flux-of-ours]}
models:
  - id: painter
    creditPrices: {low: 0, standard: 0}
  - id: flux-of-ours
    title: Our own
    image:
      sizing: {kind: free, minEdge: 256, maxEdge: 1024}
    fallbacks: [painter]
retired:
  - {id: flux-of-old, retiredOn: 2026-01-31, successor: flux-of-ours}
`,
	);
	const { models, retired } = readConfig({}, directory).catalogue;
	const find = (id: string) => models.find((model) => model.id === id);
	assert.equal(find("painter")?.creditPrices.standard, 0);
	assert.equal(find("flux-of-ours")?.title, "Our own");
	assert.deepEqual(
		find("flux-of-ours")?.offers.map(({ provider }) => provider),
		["studio"],
	);
	assert.ok(retired.some(({ id }) => id === "flux-of-old"));
});

test("what is wrong in the environment, in the file and in the catalogue is told together", (t) => {
	const directory = directoryWith(
		t,
		"gesso.yaml",
		`provider: {}
providers: {studio: {kind: easel}, openai: {url: nowhere}}
models: [{id: painter, creditPrices: {low: much}}]
`,
	);
	const faults = faultsOf(() => readConfig({ PORT: "x" }, directory));
	for (const words of [
		/^PORT is "x"; allowed is/,
		/^gesso\.yaml: provider is no key of it; allowed are providers, models/,
		/^providers\.studio in the configuration is of a kind that nobody knows; allowed are painter, /,
		/^providers\.openai\.url in the configuration: /,
		/^models\.painter\.creditPrices\.low in the configuration: /,
	])
		assert.equal(
			faults.filter((fault) => words.test(fault)).length,
			1,
			`${words} in\n${faults.join("\n")}`,
		);
	assert.equal(faults.length, 5, faults.join("\n"));
});

test("every example of the documentation is read without a fault", async (t) => {
	const page = readFileSync(
		path.join(import.meta.dirname, "../docs/configuration.md"),
		"utf8",
	);
	const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)];
	assert.equal(examples.length, 2);
	const [complete] = examples.map(([, text = ""]) =>
		readConfig({}, directoryWith(t, "gesso.yaml", text)),
	);
	assert.ok(complete);
	const { models, retired } = complete.catalogue;
	const find = (id: string) => models.find((model) => model.id === id);
	assert.deepEqual(find("flux-at-home")?.fallbacks, ["gpt-image-2", "painter"]);
	assert.equal("high" in (find("flux-at-home")?.creditPrices ?? {}), false);
	assert.equal(find("gpt-image-2")?.offers[0]?.provider, "second-account");
	assert.equal(find("flux-schnell-at-home")?.offers[0]?.provider, "studio");
	assert.ok(retired.some(({ id }) => id === "house-style-2025"));
	assert.equal(await readinessOf(complete, "attic"), "ready");
	assert.equal(await readinessOf(complete, "gemini"), "not_configured");
});

test("a file that lies in a directory is read only by who starts there", (t) => {
	const directory = directoryWith(t, "gesso.yaml", "nonsense: 1");
	assert.equal(readConfig({}).configFile, null);
	assert.equal(faultsOf(() => readConfig({}, directory)).length, 1);
});

test("every kind of provider has its settings listed", () => {
	const rooms = allSettings.map(([room]) => room);
	for (const { kind } of providerKinds) assert.ok(rooms.includes(kind), kind);
});
