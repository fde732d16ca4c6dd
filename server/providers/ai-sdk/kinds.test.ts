/** How vendors of the AI SDK are configured, and that nothing of it is loaded before it is needed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import {
	imageCall,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import { openVendorStub } from "../../testing/vendor-stub.ts";
import { ProviderError } from "../provider.ts";
import { aiSdkKinds } from "./kinds.ts";

function configure(
	kind: string,
	environment: Record<string, string>,
	entries: Record<string, unknown> = {},
) {
	const faults: string[] = [];
	const instances =
		aiSdkKinds
			.find((each) => each.kind === kind)
			?.configure({ environment, entries }, faults) ?? [];
	return { instances, faults };
}

/** What makes each of them ready, by the environment alone. */
const ENVIRONMENTS: readonly [string, Record<string, string>, string][] = [
	["fal", { FAL_API_KEY: "k" }, "fal.run"],
	["fal", { FAL_KEY: "k" }, "fal.run"],
	["replicate", { REPLICATE_API_TOKEN: "k" }, "api.replicate.com"],
	["black-forest-labs", { BFL_API_KEY: "k" }, "api.bfl.ai"],
	["together", { TOGETHER_API_KEY: "k" }, "api.together.xyz"],
	["together", { TOGETHER_AI_API_KEY: "k" }, "api.together.xyz"],
	["fireworks", { FIREWORKS_API_KEY: "k" }, "api.fireworks.ai"],
	["xai", { XAI_API_KEY: "k" }, "api.x.ai"],
	["luma", { LUMA_API_KEY: "k" }, "api.lumalabs.ai"],
	["deepinfra", { DEEPINFRA_API_KEY: "k" }, "api.deepinfra.com"],
	[
		"bedrock",
		{
			AWS_REGION: "eu-west-1",
			AWS_ACCESS_KEY_ID: "i",
			AWS_SECRET_ACCESS_KEY: "s",
		},
		"bedrock-runtime.eu-west-1.amazonaws.com",
	],
	[
		"bedrock",
		{ AWS_REGION: "cn-north-1", AWS_BEARER_TOKEN_BEDROCK: "k" },
		"bedrock-runtime.cn-north-1.amazonaws.com.cn",
	],
	["vertex", { GOOGLE_VERTEX_API_KEY: "k" }, "aiplatform.googleapis.com"],
	[
		"vertex",
		{ GOOGLE_VERTEX_PROJECT: "p", GOOGLE_VERTEX_LOCATION: "us-central1" },
		"us-central1-aiplatform.googleapis.com",
	],
	[
		"vertex",
		{ GOOGLE_VERTEX_PROJECT: "p", GOOGLE_VERTEX_LOCATION: "eu" },
		"aiplatform.eu.rep.googleapis.com",
	],
	[
		"azure",
		{ AZURE_API_KEY: "k", AZURE_RESOURCE_NAME: "shop" },
		"shop.openai.azure.com",
	],
];

test("each vendor is ready by its usual environment variables, and without any of them says which", () => {
	for (const [kind, environment, host] of ENVIRONMENTS) {
		const { instances, faults } = configure(kind, environment);
		assert.deepEqual(faults, []);
		const { readiness, name } =
			instances[0]?.open(providerServices()) ?? assert.fail(kind);
		assert.deepEqual(readiness, { status: "ready", detail: `asks ${host}` });
		assert.equal(name, kind);
		for (const variable of Object.keys(environment)) {
			const { [variable]: _left, ...rest } = environment;
			const [lacking] = configure(kind, rest).instances;
			const lack = lacking?.open(providerServices()).readiness;
			assert.equal(lack?.status, "not_configured", variable);
			assert.ok(lack?.detail.includes(variable), lack?.detail);
		}
	}
});

test("a further provider of a kind needs its own apiKey, and says where it is to be written", async (t) => {
	const { instances } = configure(
		"fal",
		{ FAL_KEY: "k" },
		{ "fal-two": { kind: "fal", models: ["fal-ai/flux/dev"] } },
	);
	const second = instances.find(({ name }) => name === "fal-two");
	const provider = second?.open(providerServices()) ?? assert.fail();
	assert.deepEqual(provider.readiness, {
		status: "not_configured",
		detail: "apiKey of providers.fal-two in the configuration must be set",
	});
	await assert.rejects(
		provider.generateImages(imageCall(), await openCallContext(t)),
		(error) =>
			error instanceof ProviderError && error.kind === "not_configured",
	);
});

test("every vendor offers models under its own name, but Azure, whose deployments are its owner's", () => {
	for (const { kind } of aiSdkKinds) {
		const { instances, faults } = configure(kind, {});
		assert.deepEqual(faults, []);
		const offers = instances[0]?.offers ?? assert.fail();
		assert.equal(offers.length > 0, kind !== "azure");
		for (const { id } of offers) assert.ok(id.startsWith(`${kind}/`), id);
		assert.equal(new Set(offers.map(({ id }) => id)).size, offers.length);
	}
	const { instances } = configure(
		"fal",
		{ FAL_KEY: "k" },
		{ fal: { models: [{ id: "fox", providerModel: "fal-ai/fox" }] } },
	);
	assert.deepEqual(
		instances[0]?.offers.map(({ id }) => id),
		["fox"],
	);
});

test("a mistyped option is told", () => {
	const { faults } = configure("bedrock", {}, { bedrock: { regoin: "x" } });
	assert.match(faults.join(), /providers\.bedrock/);
});

test("a package finds nothing in the environment that we did not tell it", async (t) => {
	const stub = await openVendorStub(t);
	stub.script = () => ({ status: 500 });
	const elsewhere = {
		AWS_BEARER_TOKEN_BEDROCK: "bearer-of-another",
		AWS_ENDPOINT_URL: "http://127.0.0.1:1",
		AWS_SESSION_TOKEN: "session-of-another",
	};
	Object.assign(process.env, elsewhere);
	t.after(() => {
		for (const name of Object.keys(elsewhere)) delete process.env[name];
	});
	const { instances } = configure(
		"bedrock",
		{},
		{
			bedrock: {
				region: "eu-west-1",
				accessKeyId: "AKIDEXAMPLE",
				secretAccessKey: "secret",
				url: stub.url,
			},
		},
	);
	const provider = instances[0]?.open(providerServices()) ?? assert.fail();
	await assert.rejects(
		provider.generateImages(imageCall(), await openCallContext(t)),
		ProviderError,
	);
	const { headers } = stub.received[0] ?? assert.fail("nothing was asked");
	assert.match(
		headers.authorization ?? "",
		/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d+\/eu-west-1\/bedrock\//,
	);
	assert.equal(headers["x-amz-security-token"], undefined);
});

test("Vertex draws with Google's application default credentials, and fetches a token once", async (t) => {
	const stub = await openVendorStub(t);
	stub.script = ({ path: asked }) =>
		asked === "/token"
			? { body: JSON.stringify({ access_token: "token-1", expires_in: 3600 }) }
			: {
					body: JSON.stringify({
						candidates: [
							{
								content: {
									parts: [
										{
											inlineData: {
												mimeType: "image/png",
												data: "iVBORw0KGgo=",
											},
										},
									],
								},
								finishReason: "STOP",
							},
						],
					}),
				};
	const directory = await mkdtemp(path.join(tmpdir(), "gesso-google-"));
	t.after(() => rm(directory, { recursive: true }));
	const file = path.join(directory, "credentials.json");
	await writeFile(
		file,
		JSON.stringify({
			type: "external_account_authorized_user",
			audience:
				"//iam.googleapis.com/locations/global/workforcePools/p/providers/q",
			client_id: "client",
			client_secret: "secret",
			refresh_token: "refresh",
			token_url: `${stub.url}/token`,
			token_info_url: `${stub.url}/introspect`,
		}),
	);
	process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
	t.after(() => delete process.env.GOOGLE_APPLICATION_CREDENTIALS);
	const { instances } = configure(
		"vertex",
		{ GOOGLE_VERTEX_PROJECT: "shop", GOOGLE_VERTEX_LOCATION: "global" },
		{ vertex: { url: stub.url } },
	);
	const provider = instances[0]?.open(providerServices()) ?? assert.fail();
	const context = await openCallContext(t);
	for (const prompt of ["a red fox", "a blue fox"])
		await provider.generateImages(
			imageCall({ model: "gemini-2.5-flash-image", prompt }),
			context,
		);
	assert.deepEqual(
		stub.received.map(
			({ path: asked, headers }) => `${asked} ${headers.authorization}`,
		),
		[
			`/token Basic ${Buffer.from("client:secret").toString("base64")}`,
			"/models/gemini-2.5-flash-image:generateContent Bearer token-1",
			"/models/gemini-2.5-flash-image:generateContent Bearer token-1",
		],
	);
	await writeFile(file, "{}");
	const astray = instances[0]?.open(providerServices()) ?? assert.fail();
	await assert.rejects(
		astray.generateImages(
			imageCall({ model: "gemini-2.5-flash-image" }),
			context,
		),
		(error) => error instanceof ProviderError && error.kind === "auth",
	);
});

test("no package of the AI SDK is loaded at start-up, nor when a provider is opened, but when a picture is asked for", () => {
	const server = path.join(import.meta.dirname, "../..");
	const script = `
		import { registerHooks } from "node:module";
		const loaded = new Set();
		registerHooks({
			resolve(specifier, context, next) {
				const found = next(specifier, context);
				const name = /node_modules\\/(@ai-sdk\\/[^/]+|google-auth-library)\\//.exec(found.url)?.[1];
				if (name) loaded.add(name);
				return found;
			},
		});
		const { providerKinds } = await import("./providers/registry.ts");
		const { providerServices, imageCall } = await import("./testing/test-call.ts");
		const entry = { apiKey: "k", url: "http://127.0.0.1:1" };
		const providers = providerKinds.flatMap((kind) =>
			kind.configure({ environment: {}, entries: { fal: entry, xai: entry } }, []),
		).map((instance) => instance.open(providerServices()));
		const before = [...loaded];
		const fal = providers.find(({ name }) => name === "fal");
		const context = { signal: new AbortController().signal, keepFile: () => {} };
		const { kind } = await fal.generateImages(imageCall(), context).catch((error) => error);
		for (const provider of providers) await provider.close();
		console.log(JSON.stringify({ before, kind, after: [...loaded] }));
	`;
	const output = execFileSync(
		process.execPath,
		["--input-type=module", "--eval", script],
		{ cwd: server, encoding: "utf8" },
	);
	const { before, kind, after } = JSON.parse(output) as {
		before: string[];
		kind: string;
		after: string[];
	};
	assert.deepEqual(before, []);
	assert.equal(kind, "unavailable");
	assert.ok(after.includes("@ai-sdk/fal"), after.join());
	assert.ok(!after.includes("@ai-sdk/xai"), after.join());
});
