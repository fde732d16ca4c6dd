/** The start page: short, true, and of use to somebody who has never seen it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import { createApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { startPage } from "./start-page.ts";
import { openTestPlace } from "./testing/test-place.ts";

const MOST_LINES = 25;

async function pageOf(
	t: TestContext,
	environment: Readonly<Record<string, string>> = {},
	yaml?: string,
): Promise<{ page: string; directory: string }> {
	const place = await openTestPlace(t);
	const directory = place.dataDirectory;
	if (yaml !== undefined)
		writeFileSync(path.join(directory, "gesso.yaml"), yaml);
	const config = readConfig(
		{
			GESSO_DATA_DIR: directory,
			DATABASE_URL: place.databaseUrl,
			GESSO_SHUTDOWN_SECONDS: "0",
			...environment,
		},
		directory,
	);
	const app = await createApp(config, { log: pino({ level: "silent" }) });
	place.closeFirst(() => app.close());
	const page = startPage({
		address: "http://127.0.0.1:8000",
		firstApiKey: "sk-img-first",
		config,
		app,
	});
	assert.ok(page.split("\n").length <= MOST_LINES, page);
	return { page, directory };
}

test("without any configuration the painter is ready, and all others share one line", async (t) => {
	const { page } = await pageOf(t);
	const [, ready = ""] = /providers:\n((?: {2}.*\n)+)/.exec(page) ?? [];
	const lines = ready.trimEnd().split("\n");
	assert.equal(lines.length, 2, page);
	assert.match(lines[0] ?? "", /^ {2}ready {4}painter: paints on /);
	assert.match(
		lines[1] ?? "",
		/^ {2}missing {2}.*gemini.*openai.*\(npm run doctor says what for\)$/,
	);
	assert.match(
		page,
		/model: +painter, for requests that name none \(GESSO_DEFAULT_MODEL\)/,
	);
	assert.match(page, /settings: +the environment \(a gesso\.yaml here would/);
});

test("the configuration file in use and the model that it leads to are told", async (t) => {
	const { page, directory } = await pageOf(
		t,
		{ IMAGE_PROVIDER_URL: "http://studio:8003/v1" },
		"providers: {image-provider: {concurrency: 2}}",
	);
	assert.ok(page.includes(`settings:  ${directory}/gesso.yaml`), page);
	assert.match(page, /model: +image-provider, for requests/);
	assert.match(page, /ready {4}image-provider: /);
});

test("a server on which nothing is drawn says so", async (t) => {
	const none = await pageOf(t, { PAINTER_ENABLED: "false" });
	assert.match(
		none.page,
		/model: +none: nobody here can draw \(npm run doctor\)/,
	);
	assert.doesNotMatch(none.page, / ready /);
	const disabled = await pageOf(t, { IMAGE_GENERATION_ENABLED: "false" });
	assert.match(
		disabled.page,
		/model: +none: .*IMAGE_GENERATION_ENABLED is false/,
	);
});
