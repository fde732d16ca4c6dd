/** Gesso started as its owner starts it: a process, a terminal, and a few wrong settings. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { childEnvironment } from "./testing/child-environment.ts";
import { startServer } from "./testing/server-process.ts";
import { openTestPlace, type TestPlace } from "./testing/test-place.ts";

function run(
	file: string,
	args: readonly string[],
	environment: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
	return new Promise((resolve) => {
		execFile(
			process.execPath,
			[path.join(import.meta.dirname, file), ...args],
			{ env: childEnvironment(environment) },
			(fault, stdout, stderr) => {
				const code = fault === null ? 0 : Number(fault.code);
				resolve({ code, stdout, stderr });
			},
		);
	});
}

function environmentOf(place: TestPlace): Record<string, string> {
	return {
		GESSO_DATA_DIR: place.dataDirectory,
		DATABASE_URL: place.databaseUrl,
	};
}

test("the first start prints an apiKey and a curl that works; the second prints no secret and says how to make another", async (t: TestContext) => {
	const place = await openTestPlace(t);
	const first = await startServer(place);
	const { apiKey } = first;
	assert.match(apiKey, /^sk-img-[\w-]{43}$/);
	assert.match(first.output, /database: {2}/);
	assert.match(first.output, /ready {4}painter/);
	const curl = /curl (\S+)[^']*'([^']+)'/.exec(
		first.output.replaceAll("\\\n", ""),
	);
	assert.ok(curl, first.output);
	const [, url = "", body] = curl;
	const response = await fetch(url, {
		method: "POST",
		headers: {
			authorization: `Bearer ${apiKey}`,
			"content-type": "application/json",
		},
		body,
	});
	assert.equal(response.status, 200);
	const { data } = (await response.json()) as {
		data: { data: { url: string }[] };
	};
	const picture = await fetch(data.data[0]?.url ?? "");
	assert.equal(picture.headers.get("content-type"), "image/webp");
	assert.equal(await first.stop(), 0, "it stops in good order");

	const second = await startServer(place);
	assert.doesNotMatch(second.output, /sk-img-/);
	assert.match(second.output, /npm run admin -- api-key create/);
	const usage = await fetch(`${second.url}/v0/usage`, {
		headers: { authorization: `Bearer ${apiKey}` },
	});
	assert.match(await usage.text(), /"balance":999/);
	await second.stop();
});

test("wrong settings are told all at once, and nothing starts", async (t) => {
	const place = await openTestPlace(t);
	const { code, stderr } = await run("main.ts", [], {
		...environmentOf(place),
		PORT: "x",
		GESSO_LEASE_MS: "1",
	});
	assert.equal(code, 1);
	assert.match(stderr, /PORT is "x"; allowed is/);
	assert.match(stderr, /GESSO_LEASE_MS is "1"; allowed is/);
	assert.doesNotMatch(stderr, /at .*\.ts:\d+/, "no stack trace");
});

test("--help helps, and an argument that nobody knows starts nothing", async (t) => {
	const place = await openTestPlace(t);
	const start = (...words: string[]) =>
		run("main.ts", words, environmentOf(place));
	const [helped, refused] = await Promise.all([
		start("--help"),
		start("--port=80"),
	]);
	assert.equal(helped.code, 0);
	assert.match(helped.stdout, /npm run admin -- settings/);
	assert.equal(refused.code, 2);
	assert.match(refused.stderr, /got: --port=80/);
	assert.match(refused.stdout, /PORT=8001 npm start/);
});

test("the owner makes and revokes apiKeys, grants credits, and reads the settings", async (t) => {
	const place = await openTestPlace(t);
	const environment = environmentOf(place);
	const admin = (...args: string[]) => run("admin.ts", args, environment);

	const early = await admin("api-key", "create");
	assert.equal(early.code, 2);
	assert.match(early.stderr, /There is no team yet/);

	const teamId = (await admin("team", "create", "Rugs", "10")).stdout.trim();
	assert.match(teamId, /^team_/);
	const made = await admin("api-key", "create", "shop", teamId);
	const apiKey = /sk-img-\S+/.exec(made.stdout)?.[0] ?? "";
	const list = await admin("api-key", "list", teamId);
	assert.match(list.stdout, /shop/);
	assert.doesNotMatch(list.stdout, new RegExp(apiKey), "shown once");
	await admin("credits", "grant", "32", teamId);
	assert.match((await admin("team", "list")).stdout, /42 credits {2}Rugs/);

	const server = await startServer(place);
	const usage = () =>
		fetch(`${server.url}/v0/usage`, {
			headers: { authorization: `Bearer ${apiKey}` },
		});
	assert.equal((await usage()).status, 200);
	const keyId = /key_\w+/.exec(list.stdout)?.[0] ?? "";
	await admin("api-key", "revoke", keyId, teamId);
	assert.equal((await usage()).status, 401, "revoked while the server runs");
	await server.stop();

	assert.match((await admin("settings")).stdout, /GESSO_DATA_DIR/);
	assert.equal((await admin("--help")).code, 0);
	assert.equal((await admin("nonsense")).code, 2);
});
