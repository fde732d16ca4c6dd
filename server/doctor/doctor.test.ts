/** The doctor, called as the owner of a server calls it, with vendors that are well, locked, gone and out of order. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { readConfig } from "../config.ts";
import { childEnvironment } from "../testing/child-environment.ts";
import { openTestPlace, type TestPlace } from "../testing/test-place.ts";
import { openVendorStub } from "../testing/vendor-stub.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";

const SECRET = "sk-secret-0123456789";

interface Outcome {
	readonly code: number;
	readonly output: string;
}

function environmentOf(
	place: Pick<TestPlace, "dataDirectory" | "databaseUrl">,
	changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
	return {
		GESSO_DATA_DIR: place.dataDirectory,
		DATABASE_URL: place.databaseUrl,
		...changes,
	};
}

/** @param directory where it is called. */
function runDoctor(
	directory: string,
	environment: Readonly<Record<string, string>>,
	...words: readonly string[]
): Promise<Outcome> {
	return new Promise((resolve) => {
		execFile(
			process.execPath,
			[path.join(import.meta.dirname, "..", "doctor.ts"), ...words],
			{ cwd: directory, env: childEnvironment(environment) },
			(fault, stdout, stderr) =>
				resolve({
					code: fault === null ? 0 : Number(fault.code),
					output: stdout + stderr,
				}),
		);
	});
}

function directoryWith(t: TestContext, yaml?: string): string {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-doctor-"));
	t.after(() => rmSync(directory, { recursive: true }));
	if (yaml !== undefined)
		writeFileSync(path.join(directory, "gesso.yaml"), yaml);
	return directory;
}

/** A list of models, for whoever has the apiKey. */
async function openVendor(t: TestContext) {
	const vendor = await openVendorStub(t);
	vendor.script = ({ path: asked, headers }) => {
		if (asked.includes("broken")) return { status: 503, body: SECRET };
		if (asked.includes("page")) return { body: "<html>Welcome</html>" };
		if (asked.includes("plain")) return { status: 404, body: "no such path" };
		if (headers.authorization !== `Bearer ${SECRET}`)
			return { status: 401, body: `{"error": {"message": "${SECRET}"}}` };
		return { body: JSON.stringify({ data: [{ id: "one" }, { id: "two" }] }) };
	};
	return vendor;
}

test("a new server is well, and is told what it might still have", async (t) => {
	const place = await openTestPlace(t);
	const directory = directoryWith(t);
	const { code, output } = await runDoctor(directory, environmentOf(place));
	assert.equal(code, 0, output);
	assert.match(output, /the environment alone/);
	assert.match(output, /ok +data: /);
	assert.match(output, /ok +database: /);
	assert.match(output, /ok +default model: painter\n/);
	assert.match(output, /ok +painter: paints on/);
	assert.match(output, /missing +openai: OPENAI_API_KEY is not set/);
	assert.match(output, /painter draws, and the answer says so in a warning/);
	assert.match(output, /All is well/);
});

test("every provider is asked, and what is wrong with it is told in our own words and without a secret", async (t) => {
	const place = await openTestPlace(t);
	const vendor = await openVendor(t);
	const directory = directoryWith(
		t,
		`providers:
  well:
    kind: openai
    url: ${vendor.url}/v1
    apiKey: \${VENDOR_KEY}
    models: [one, {id: mine, providerModel: three}]
    concurrency: 2
    imagesPerMinute: 30
    timeoutSeconds: 90
  locked: {kind: openai, url: "${vendor.url}/v1", apiKey: ${SECRET}-wrong}
  gone: {kind: openai, url: "http://127.0.0.1:1/v1"}
  outoforder: {kind: openai, url: "${vendor.url}/broken"}
  page: {kind: openai, url: "${vendor.url}/page"}
  plain: {kind: openai, url: "http://user:${SECRET}@${vendor.host}/plain"}
  off: {kind: openai, url: "${vendor.url}/v1", enabled: false}
`,
	);
	const { code, output } = await runDoctor(
		directory,
		environmentOf(place, { VENDOR_KEY: SECRET }),
	);
	assert.equal(code, 1, output);
	assert.match(output, new RegExp(`configuration: ${directory}/gesso.yaml`));
	assert.match(output, /ok +well \(openai\): .*it has 2 models/);
	assert.match(output, /draws one, mine \(as three\)\n/);
	assert.match(output, /not in its own list: mine \(as three\)\n/);
	assert.match(output, /2 at once, 30 a minute, 90 seconds for a call\n/);
	assert.match(output, /BROKEN +locked .*does not accept the apiKey/);
	assert.match(output, /BROKEN +gone .*cannot be reached \(ECONNREFUSED\)/);
	assert.match(output, /BROKEN +outoforder .*is out of order/);
	assert.match(output, /BROKEN +page .*something else than a list/);
	assert.match(output, /ok +plain .*has no list of its models/);
	assert.match(output, /missing +off .*switched off \(providers\.off\.enabled/);
	assert.match(output, /Not all is well/);
	assert.doesNotMatch(output, new RegExp(SECRET));
});

test("--offline asks nobody, and --json is for programs", async (t) => {
	const place = await openTestPlace(t);
	const vendor = await openVendor(t);
	const directory = directoryWith(
		t,
		`providers: {well: {kind: openai, url: "${vendor.url}/v1", apiKey: ${SECRET}, models: [one]}}`,
	);
	const environment = environmentOf(place);
	const ask = async (...words: string[]) => {
		const outcome = await runDoctor(directory, environment, "--json", ...words);
		assert.equal(outcome.code, 0, outcome.output);
		assert.doesNotMatch(outcome.output, new RegExp(SECRET));
		const diagnosis = JSON.parse(outcome.output) as Diagnosis;
		return diagnosis.providers.find(({ name }) => name === "well");
	};
	const offline = await ask("--offline");
	assert.equal(offline?.status, "not_asked");
	assert.equal(offline?.models[0]?.isListed, null);
	assert.equal(vendor.received.length, 0);

	const online = await ask();
	assert.equal(online?.status, "reachable");
	assert.deepEqual(online?.models, [
		{ id: "one", providerModel: "one", isListed: true },
	]);
});

test("a configuration with which no server would start is told fault by fault", async (t) => {
	const directory = directoryWith(t, "providers: {studio: {kind: easel}}");
	const environment = { PORT: "x" };
	const { code, output } = await runDoctor(directory, environment);
	assert.equal(code, 1);
	assert.match(output, /PORT is "x"; allowed is/);
	assert.match(output, /providers\.studio .* of a kind that nobody knows/);
	assert.doesNotMatch(output, /at .*\.ts:\d+/, "no stack trace");
	const { output: json } = await runDoctor(directory, environment, "--json");
	const { isWell, faults } = JSON.parse(json) as {
		isWell: boolean;
		faults: string[];
	};
	assert.deepEqual([isWell, faults.length], [false, 2]);
});

test("a place for the data and a database that do not do are told", async (t) => {
	const directory = directoryWith(t);
	const file = path.join(directory, "file");
	writeFileSync(file, "");
	const full = await runDoctor(directory, { GESSO_DATA_DIR: file });
	assert.equal(full.code, 1);
	assert.match(full.output, /BROKEN +data: .*cannot be written to \(ENOTDIR\)/);

	writeFileSync(path.join(directory, "gesso.db"), "no database".repeat(100));
	const spoilt = await runDoctor(directory, { GESSO_DATA_DIR: directory });
	assert.equal(spoilt.code, 1);
	assert.match(spoilt.output, /BROKEN +database: .*cannot be opened/);

	const elsewhere = await runDoctor(directory, {
		GESSO_DATA_DIR: path.join(directory, "new", "place"),
		DATABASE_URL: `postgres://me:${SECRET}@127.0.0.1:1/gesso`,
	});
	assert.equal(elsewhere.code, 1);
	assert.match(elsewhere.output, /ok +data: .*place, made at the first start/);
	assert.match(
		elsewhere.output,
		/BROKEN +database: .*cannot be reached \(ECONNREFUSED\)/,
	);
	assert.doesNotMatch(elsewhere.output, new RegExp(SECRET));
	assert.equal(
		existsSync(path.join(directory, "new")),
		false,
		"nothing is made",
	);
});

test("a vendor that falls silent is given up", async (t) => {
	const place = await openTestPlace(t);
	const vendor = await openVendorStub(t);
	vendor.script = () => ({ body: '{"data": [', hangAfterBytes: 5 });
	const directory = directoryWith(
		t,
		`providers: {silent: {kind: openai, url: "${vendor.url}/v1"}}`,
	);
	const { providers, isWell } = await diagnose(
		readConfig(environmentOf(place), directory),
		{ isOffline: false, timeoutMs: 200 },
	);
	const silent = providers.find(({ name }) => name === "silent");
	assert.equal(silent?.status, "unreachable");
	assert.match(silent?.detail ?? "", /did not answer within 0.2 seconds/);
	assert.equal(isWell, false);
});

test("who draws for /api/text2image is told, also when nobody can", async (t) => {
	const place = await openTestPlace(t);
	const text2image = async (yaml: string, changes = {}) => {
		const config = readConfig(
			environmentOf(place, changes),
			directoryWith(t, yaml),
		);
		return (await diagnose(config, { isOffline: true })).text2image;
	};
	const useCase = (content: string) =>
		`llm_config: {use_cases: {text2image: ${content}}}`;
	assert.deepEqual(await text2image(""), { status: "ok", detail: "painter" });
	const standIn = await text2image(useCase("{model: openai/dall-e-3}"));
	assert.equal(standIn.status, "ok");
	assert.match(standIn.detail, /openai\/dall-e-3, drawn as painter by painter/);
	for (const [content, changes, detail] of [
		["{provider: painter}", {}, /no model is named/],
		["{provider: nobody, model: painter}", {}, /"nobody"/],
		["{model: no-such-model}", {}, /There is no model "no-such-model"/],
		[
			"{model: openai/dall-e-3}",
			{ GESSO_PAINTER_STANDS_IN: "false" },
			/not ready on this server/,
		],
	] as const) {
		const finding = await text2image(useCase(content), changes);
		assert.equal(finding.status, "broken", content);
		assert.match(finding.detail, detail);
	}
});

test("--help helps, and what it does not know is refused", async (t) => {
	const directory = directoryWith(t);
	assert.equal((await runDoctor(directory, {}, "--help")).code, 0);
	const { code, output } = await runDoctor(directory, {}, "--offlien");
	assert.equal(code, 2);
	assert.match(output, /--offline/);
});
