/** Servers are configured by the environment, by the configuration file, or by both. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	imageCall,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import { openVendorStub } from "../../testing/vendor-stub.ts";
import type { Provider } from "../provider.ts";
import { openai } from "./kind.ts";
import { configured } from "./test-instance.ts";

function opened(
	environment: Readonly<Record<string, string>>,
	entries: Readonly<Record<string, unknown>> = {},
): Record<string, Provider> {
	return Object.fromEntries(
		[...configured(environment, entries)].map(([name, instance]) => [
			name,
			instance.open(providerServices()),
		]),
	);
}

test("without any configuration there is OpenAI, and it says what is missing", () => {
	const providers = opened({});
	assert.deepEqual(Object.keys(providers), ["openai"]);
	assert.deepEqual(providers.openai?.readiness, {
		status: "not_configured",
		detail: "OPENAI_API_KEY is not set",
	});
});

test("a key is all that OpenAI needs, and it is shown nowhere", () => {
	const { openai: provider } = opened({ OPENAI_API_KEY: "sk-secret" });
	assert.equal(provider?.readiness.status, "ready");
	assert.match(provider?.readiness.detail ?? "", /api\.openai\.com/);
	assert.doesNotMatch(JSON.stringify(provider?.readiness), /secret/);
});

test("OpenAI's address is OPENAI_URL; OPENAI_BASE_URL is for applications", () => {
	const { openai: provider } = opened({
		OPENAI_URL: "http://proxy:4000/v1",
		OPENAI_BASE_URL: "http://ourselves:8080/v1",
	});
	assert.deepEqual(provider?.readiness, {
		status: "ready",
		detail: "asks proxy:4000",
	});
});

test("the block of variables of a team chat server's guide is understood as it stands", () => {
	const instances = configured({
		IMAGE_GENERATION_ENABLED: "true",
		IMAGE_PROVIDER_ENABLED: "true",
		IMAGE_PROVIDER_URL: "http://your-image-provider:8003/v1",
		IMAGE_PROVIDER_API_KEY: "<your-api-key-if-needed>",
	});
	const instance = instances.get("image-provider");
	assert.deepEqual(instance?.offers, [
		{ id: "image-provider", providerModel: "", capabilities: {} },
	]);
	assert.deepEqual(instance?.open(providerServices()).readiness, {
		status: "ready",
		detail: "asks your-image-provider:8003",
	});
});

for (const [written, path] of [
	["", "/v1/images/generations"],
	["/", "/v1/images/generations"],
	["/v1", "/v1/images/generations"],
	["/v1/", "/v1/images/generations"],
	["/image/api", "/image/api/v1/images/generations"],
] as const) {
	test(`an image provider at the URL "${written}" is asked at ${path}, without a key and without a model`, async (t) => {
		const stub = await openVendorStub(t);
		const { "image-provider": provider } = opened({
			IMAGE_PROVIDER_URL: `${stub.url}${written}`,
		});
		assert.ok(provider !== undefined);
		t.after(() => provider.close());
		const [offer] =
			configured({ IMAGE_PROVIDER_URL: stub.url }).get("image-provider")
				?.offers ?? [];
		const context = await openCallContext(t);
		const call = imageCall({ model: offer?.providerModel ?? "none" });
		await assert.rejects(provider.generateImages(call, context));
		const [request] = stub.received;
		assert.equal(request?.path, path);
		assert.equal(request?.headers.authorization, undefined);
		assert.equal("model" in JSON.parse(request?.body.toString() ?? ""), false);
	});
}

test("an image provider's model may be named", () => {
	const instance = configured({
		IMAGE_PROVIDER_URL: "http://gpu:8003",
		IMAGE_DEFAULT_MODEL: "z-image",
	}).get("image-provider");
	assert.deepEqual(instance?.offers, [
		{ id: "z-image", providerModel: "z-image", capabilities: {} },
	]);
});

test("an image provider can be switched off", () => {
	const { "image-provider": provider } = opened({
		IMAGE_PROVIDER_URL: "http://gpu:8003",
		IMAGE_PROVIDER_ENABLED: "false",
	});
	assert.deepEqual(provider?.readiness, {
		status: "not_configured",
		detail: "switched off (IMAGE_PROVIDER_ENABLED)",
	});
});

test("a configuration file names as many servers as wanted, and adds to those of the environment", () => {
	const instances = configured(
		{ IMAGE_PROVIDER_URL: "http://gpu:8003" },
		{
			"image-provider": { server: "sd-server" },
			desk: {
				kind: "openai",
				url: "http://desk:1234/v1/",
				concurrency: 1,
				imagesPerMinute: 6,
				timeoutSeconds: 900,
				models: [{ id: "flux", providerModel: "flux.1-dev", seed: "honoured" }],
			},
			azure: {
				kind: "openai",
				url: "https://house.openai.azure.com/openai/v1",
				apiKey: "k",
				responseFormat: "none",
			},
			europe: { kind: "openai", url: "https://eu.api.openai.com/v1" },
			attic: { kind: "openai", url: "http://attic/v1", enabled: false },
			other: { kind: "other" },
		},
	);
	assert.deepEqual(
		[...instances.keys()],
		["openai", "image-provider", "desk", "azure", "europe", "attic"],
	);
	const provider = (name: string) =>
		instances.get(name)?.open(providerServices());
	assert.equal(
		instances.get("image-provider")?.defaultCapabilities.seed,
		"honoured",
	);
	assert.deepEqual(provider("desk")?.limits, {
		concurrency: 1,
		imagesPerMinute: 6,
		callTimeoutMs: 900_000,
	});
	assert.deepEqual(instances.get("desk")?.offers, [
		{
			id: "flux",
			providerModel: "flux.1-dev",
			capabilities: { seed: "honoured" },
		},
	]);
	assert.deepEqual(provider("europe")?.readiness, {
		status: "not_configured",
		detail: "providers.europe.apiKey in the configuration is not set",
	});
	assert.deepEqual(provider("attic")?.readiness, {
		status: "not_configured",
		detail: "switched off (providers.attic.enabled in the configuration)",
	});
});

test("only OpenAI has batches, unless the configuration says otherwise", () => {
	const {
		openai: itself,
		desk,
		azure,
	} = opened(
		{ OPENAI_API_KEY: "k" },
		{
			desk: { kind: "openai", url: "http://desk/v1" },
			azure: { kind: "openai", url: "https://azure/v1", batches: true },
		},
	);
	assert.ok(itself?.batches !== undefined);
	assert.ok(desk !== undefined && desk.batches === undefined);
	assert.ok(azure?.batches !== undefined);
});

test("OpenAI's unknown models are taken to do what its newest does", () => {
	const capabilities = configured({}).get("openai")?.defaultCapabilities;
	assert.equal(capabilities?.countPerCall, 10);
	assert.equal(capabilities?.partialImages, 3);
	assert.equal(capabilities?.seed, "ignored");
	assert.ok(capabilities?.sizing.kind === "free");
	assert.equal(capabilities.sizing.multipleOf, 16);
});

test("a mistyped option, an address that is none and an unknown program are told", () => {
	const faults: string[] = [];
	openai.configure(
		{
			environment: { IMAGE_PROVIDER_URL: "gpu:8003" },
			entries: {
				desk: {
					kind: "openai",
					url: "ftp://desk",
					server: "comfy",
					sendSeed: true,
				},
			},
		},
		faults,
	);
	const all = faults.join("\n");
	assert.match(all, /IMAGE_PROVIDER_URL is "gpu:8003"/);
	assert.match(all, /providers\.desk\.url/);
	assert.match(all, /providers\.desk\.server/);
	assert.match(all, /sendSeed/);
});
