/** The whole house with providers that the configuration file describes: they draw, and what they tell is learned. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import path from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import {
	createScriptedProvider,
	scriptedModel,
} from "./testing/scripted-provider.ts";
import { openServedApp } from "./testing/served-app.ts";
import { openTestApp } from "./testing/test-app.ts";
import { openTestPlace } from "./testing/test-place.ts";
import { openVendorStub } from "./testing/vendor-stub.ts";
import { waitUntil } from "./testing/wait-until.ts";

async function openHouse(
	t: TestContext,
	yaml: string,
	environment: Readonly<Record<string, string>> = {},
) {
	const place = await openTestPlace(t);
	const file = path.join(place.dataDirectory, "gesso.yaml");
	writeFileSync(file, yaml);
	const { app, team } = await openTestApp(t, {
		place,
		environment: { GESSO_CONFIG: file, ...environment },
	});
	const { headers } = await team(10);
	return {
		app,
		draw: async (body: object) =>
			await app.server.inject({
				method: "POST",
				url: "/v0/images/generations",
				headers,
				payload: { prompt: "a lake", ...body },
			}),
		get: async (url: string) => await app.server.inject({ url, headers }),
	};
}

test("a server of the configuration file draws under the name that the file gives its model", async (t) => {
	const png = await sharp({
		create: { width: 1024, height: 1024, channels: 3, background: "teal" },
	})
		.png()
		.toBuffer();
	const vendor = await openVendorStub(t);
	vendor.script = () => ({
		body: JSON.stringify({ data: [{ b64_json: png.toString("base64") }] }),
	});
	const { app, draw } = await openHouse(
		t,
		`providers:
  studio:
    kind: openai
    url: ${vendor.url}/v1
    apiKey: \${STUDIO_KEY}
    models: [{id: house-style, providerModel: flux-dev}]
`,
		{ STUDIO_KEY: "sk-studio" },
	);
	const answer = await draw({ modelVersion: "house-style" });
	assert.equal(answer.statusCode, 200, answer.body);
	assert.equal(answer.json().data.model, "house-style");
	const [asked] = vendor.received;
	assert.equal(asked?.headers.authorization, "Bearer sk-studio");
	assert.match(String(asked?.body), /"flux-dev"/);
	const kept = await app.database.queries
		.selectFrom("images")
		.select("sha256")
		.executeTakeFirstOrThrow();
	assert.equal(kept.sha256, createHash("sha256").update(png).digest("hex"));
});

test("a model that a vendor tells of can be asked for soon after the start, which does not wait for it", async (t) => {
	const vendor = await openVendorStub(t);
	const told = Promise.withResolvers<void>();
	vendor.script = async ({ path: asked }) => {
		await told.promise;
		return {
			body: JSON.stringify({
				data: asked.includes("/images/models")
					? [{ id: "new-lab/just-out", supported_parameters: {} }]
					: [],
			}),
		};
	};
	const { app, get } = await openHouse(
		t,
		`providers: {openrouter: {url: "${vendor.url}/api/v1", apiKey: k}}`,
	);
	assert.equal(app.catalogue.find("new-lab/just-out"), undefined);
	told.resolve();
	await waitUntil(() => app.catalogue.find("new-lab/just-out") !== undefined);
	assert.match((await get("/v0/models")).body, /new-lab\/just-out/);
});

test("a house whose vendors tell nothing starts and closes all the same", async (t) => {
	const { app, draw } = await openHouse(
		t,
		`providers: {openrouter: {url: "http://127.0.0.1:1", apiKey: k}}`,
		{ PAINTER_THREADS: "1" },
	);
	assert.equal((await draw({ resolution: "low" })).statusCode, 200);
	await app.close();
});

test("a house closes as soon as the answers that had begun are read to their ends", {
	timeout: 60_000,
}, async (t) => {
	const provider = createScriptedProvider();
	// More than lies in the buffers between two sockets.
	const large = await sharp({
		create: {
			width: 2400,
			height: 2400,
			channels: 3,
			background: "black",
			noise: { type: "gaussian", mean: 128, sigma: 60 },
		},
	})
		.png({ compressionLevel: 1 })
		.toBuffer();
	provider.script = () => ({ kind: "spoil", broken: [0], bytes: large });
	const { app, team, url } = await openServedApp(t, {
		providers: [provider],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted" },
	});
	const { headers } = await team(10);
	const drawn = await app.server.inject({
		method: "POST",
		url: "/v1/images/generations",
		headers,
		payload: { prompt: "noise", size: "2400x2400", response_format: "url" },
	});
	const agent = new Agent({ keepAlive: true });
	t.after(() => agent.destroy());
	const [answer] = (await once(
		get(url + drawn.json().data[0].url.replace(/^https?:\/\/[^/]+/, ""), {
			agent,
		}),
		"response",
	)) as [IncomingMessage];
	const closed = app.close();
	await waitUntil(() => !app.server.server.listening);
	let bytes = 0;
	for await (const piece of answer) bytes += piece.length;
	assert.equal(bytes, Number(answer.headers["content-length"]));
	assert.ok(bytes > 10_000_000, String(bytes));
	await closed;
});
