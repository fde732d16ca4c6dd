/** One key for all processes, however many start at once and wherever one is killed; and nothing else is taken for a key. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { seededRandom } from "../../testing/seeded-random.ts";
import { makeTestDirectory } from "../../testing/test-directory.ts";
import { openSigningKey } from "./signing-key.ts";

const FILE = "signing-key.pem";

function pemOf(bits: number, type: "pkcs1" | "pkcs8" = "pkcs8"): string {
	return generateKeyPairSync("rsa", { modulusLength: bits })
		.privateKey.export({ type, format: "pem" })
		.toString();
}

/** A program that opens the key of a directory and prints what came of it. */
function opener(directory: string): string[] {
	const script = `
		import { openSigningKey } from ${JSON.stringify(import.meta.resolve("./signing-key.ts"))};
		const key = await openSigningKey("", ${JSON.stringify(directory)});
		console.log(key.derive("test").toString("hex"));`;
	return ["--input-type=module", "--eval", script];
}

test("the key is made at the first start, for its owner alone, and found at every later one", async (t) => {
	const dataDirectory = makeTestDirectory(t);
	const directory = path.join(dataDirectory, "not", "there", "yet");
	const first = await openSigningKey("", directory);
	const later = await openSigningKey("", directory);
	assert.deepEqual(first.derive("a"), later.derive("a"));
	assert.notDeepEqual(first.derive("a"), first.derive("b"));
	assert.equal(first.derive("a").length, 32);
	assert.deepEqual(readdirSync(directory), [FILE]);
	if (process.platform !== "win32")
		assert.equal(statSync(path.join(directory, FILE)).mode & 0o777, 0o600);
});

test("processes that start at once on an empty directory have the same key", async (t) => {
	const dataDirectory = makeTestDirectory(t);
	const runs = Array.from({ length: 6 }, () =>
		promisify(execFile)(process.execPath, opener(dataDirectory)),
	);
	const secrets = (await Promise.all(runs)).map(({ stdout }) => stdout);
	assert.equal(new Set(secrets).size, 1);
	const key = await openSigningKey("", dataDirectory);
	assert.equal(`${key.derive("test").toString("hex")}\n`, secrets[0]);
	assert.deepEqual(readdirSync(dataDirectory), [FILE]);
});

test("a process killed while it makes the key leaves a whole key or none, and the next one cleans up", async (t) => {
	const dataDirectory = makeTestDirectory(t);
	const random = seededRandom(7);
	for (let round = 0; round < 6; round++) {
		const directory = path.join(dataDirectory, `${round}`);
		const child: ChildProcess = spawn(process.execPath, opener(directory), {
			stdio: "ignore",
		});
		const exit = once(child, "exit");
		await sleep(100 + random() * 400);
		child.kill("SIGKILL");
		await exit;
		const key = await openSigningKey("", directory);
		const again = await openSigningKey("", directory);
		assert.deepEqual(key.derive("a"), again.derive("a"));
		assert.deepEqual(readdirSync(directory), [FILE]);
	}
});

test("what a killed process left half made is removed, and what is there stays", async (t) => {
	const dataDirectory = makeTestDirectory(t);
	const pem = pemOf(2048);
	writeFileSync(path.join(dataDirectory, FILE), pem);
	writeFileSync(path.join(dataDirectory, `${FILE}.dead.new`), "-----BEGIN");
	await openSigningKey("", dataDirectory);
	assert.deepEqual(readdirSync(dataDirectory), [FILE]);
	assert.equal(readFileSync(path.join(dataDirectory, FILE), "utf8"), pem);
});

test("a key in the setting goes before the file, which is not made then", async (t) => {
	const dataDirectory = makeTestDirectory(t);
	const pem = pemOf(2048, "pkcs1");
	const key = await openSigningKey(pem, dataDirectory);
	const onOneLine = await openSigningKey(
		pem.trim().replaceAll("\n", "\\n"),
		dataDirectory,
	);
	assert.deepEqual(key.derive("a"), onOneLine.derive("a"));
	assert.deepEqual(readdirSync(dataDirectory), []);
});

test("what is no RSA private key of 2048 bits is refused, and not shown", async (t) => {
	const dataDirectory = makeTestDirectory(t);
	const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
	for (const pem of [
		"no key at all ".repeat(10),
		pemOf(1024),
		pemOf(2048).slice(0, 500),
		elliptic.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
		publicKey.export({ type: "spki", format: "pem" }).toString(),
	]) {
		await assert.rejects(openSigningKey(pem, dataDirectory), (fault: Error) => {
			assert.match(fault.message, /^GESSO_SIGNING_KEY is a value; allowed is/);
			assert.ok(!fault.message.includes(pem.slice(30, 60)));
			return true;
		});
	}
	for (const text of ["", pemOf(2048).slice(0, 500)]) {
		const file = path.join(dataDirectory, FILE);
		writeFileSync(file, text);
		await assert.rejects(openSigningKey("", dataDirectory), /Restore it/);
		assert.equal(readFileSync(file, "utf8"), text, "nothing is overwritten");
	}
});
