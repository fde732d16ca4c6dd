/** Runs all tests that may touch a database on a PostgreSQL that it starts for itself from installed binaries, in a temporary directory, and ends afterwards. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
	chownSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { openDatabase } from "../db/open-database.ts";
import { filesWithDatabase } from "./files-with-database.ts";

const DEBIAN_DIRECTORY = "/usr/lib/postgresql";
const START_TIMEOUT_MS = 30_000;

interface Account {
	readonly uid: number;
	readonly gid: number;
}

/** Where `initdb` and `postgres` are, or `null`. */
function findBinaries(): string | null {
	const versions = existsSync(DEBIAN_DIRECTORY)
		? readdirSync(DEBIAN_DIRECTORY).sort((a, b) => Number(b) - Number(a))
		: [];
	const candidates = [
		...versions.map((version) => path.join(DEBIAN_DIRECTORY, version, "bin")),
		...(process.env.PATH ?? "").split(path.delimiter),
	];
	return (
		candidates.find(
			(directory) =>
				existsSync(path.join(directory, "initdb")) &&
				existsSync(path.join(directory, "postgres")),
		) ?? null
	);
}

/** PostgreSQL refuses to run as root; Debian's packages bring an account for it. */
function findAccount(): Account | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) =>
		Number(spawnSync("id", [flag, "postgres"]).stdout.toString());
	return { uid: id("-u"), gid: id("-g") };
}

async function startPostgres(
	binaries: string,
	directory: string,
): Promise<ChildProcess> {
	const account = findAccount();
	if (account !== undefined) chownSync(directory, account.uid, account.gid);
	const data = path.join(directory, "data");
	const made = spawnSync(
		path.join(binaries, "initdb"),
		[
			"-D",
			data,
			"-U",
			"gesso",
			"-A",
			"trust",
			"-E",
			"UTF8",
			"--locale=C.UTF-8",
			"--no-sync",
		],
		{ ...account, cwd: directory },
	);
	if (made.status !== 0) throw new Error(made.stderr.toString());
	const server = spawn(
		path.join(binaries, "postgres"),
		[
			["-D", data],
			["-k", directory],
			["-c", "listen_addresses="],
			["-c", "max_connections=300"],
			// The tests kill Gesso, not PostgreSQL; what would survive a power cut is PostgreSQL's own affair.
			["-c", "fsync=off"],
			["-c", "synchronous_commit=off"],
			["-c", "full_page_writes=off"],
		].flat(),
		{ ...account, cwd: directory, stdio: ["ignore", "ignore", "pipe"] },
	);
	let output = "";
	server.stderr?.on("data", (chunk: Buffer) => {
		output += chunk.toString();
	});
	const until = Date.now() + START_TIMEOUT_MS;
	while (!output.includes("ready to accept connections")) {
		if (server.exitCode !== null || Date.now() > until)
			throw new Error(`PostgreSQL did not start:\n${output}`);
		await sleep(50);
	}
	server.stderr?.removeAllListeners("data").resume();
	return server;
}

/** The database that tests copy instead of bringing one up to date themselves. */
async function makeMigratedDatabase(administratorUrl: string): Promise<string> {
	const name = "gesso_migrated";
	const client = new pg.Client({ connectionString: administratorUrl });
	await client.connect();
	await client.query(`create database ${name}`);
	await client.end();
	const url = new URL(administratorUrl);
	url.pathname = `/${name}`;
	const database = await openDatabase({
		url: url.href,
		dataDirectory: "",
		report: console.error,
	});
	await database.close();
	return name;
}

async function runSuite(url: string): Promise<number> {
	const patterns = process.argv.slice(2);
	const suite = spawn(
		process.execPath,
		[
			"--test",
			"--test-timeout=400000",
			"--test-concurrency=3",
			...(patterns.length > 0 ? patterns : filesWithDatabase()),
		],
		{
			stdio: "inherit",
			env: {
				...process.env,
				TEST_DATABASE_URL: url,
				TEST_MIGRATED_DATABASE: await makeMigratedDatabase(url),
			},
		},
	);
	// Who is told to stop stops the suite, and with it ends the server below.
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
		process.on(signal, () => suite.kill(signal));
	return await new Promise((resolve) => {
		suite.on("exit", (code) => resolve(code ?? 1));
	});
}

const binaries = findBinaries();
if (binaries === null) {
	console.error(
		"There is no PostgreSQL on this machine (initdb and postgres were looked for), so the suite was not run on it. On Debian: apt-get install postgresql",
	);
	// Nobody would notice a skipped suite there.
	process.exit(process.env.CI === undefined ? 0 : 1);
}
const directory = mkdtempSync(path.join(tmpdir(), "gesso-postgres-"));
let server: ChildProcess | undefined;
try {
	server = await startPostgres(binaries, directory);
	process.exitCode = await runSuite(
		`postgres://gesso@localhost/postgres?host=${encodeURIComponent(directory)}`,
	);
} finally {
	if (server !== undefined && server.exitCode === null) {
		const ended = new Promise((resolve) => server?.on("exit", resolve));
		server.kill("SIGINT");
		await ended;
	}
	rmSync(directory, { recursive: true, force: true });
}
