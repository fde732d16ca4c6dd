/** A server that a command starts for itself, for as long as it runs, in a directory of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Refusal } from "../command-line/refusal.ts";
import { isAlive } from "./is-alive.ts";

export interface OwnServer {
	readonly url: string;
	readonly apiKey: string;
	/** Aborts with a {Refusal} when the server ends by itself. */
	readonly ended: AbortSignal;
	/** Has it stop in good order: what is being drawn is finished or handed back. */
	stop(): Promise<void>;
	/** Leaves it to itself: it stops as soon as this process has ended. */
	letGo(): void;
}

export interface OwnServerPlace {
	/** Where its books and pictures are. */
	readonly dataDirectory: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly signal: AbortSignal;
}

/** Of the checkout that this file is in. */
const REPOSITORY = path.join(import.meta.dirname, "../..");
const STARTING_MS = 60_000;
/** A little longer than a server takes by itself. */
const STOPPING_MS = 15_000;
const MAX_SAID_CHARACTERS = 4_000;
/** Whoever runs a server for himself need not count: he is asked before anything is drawn. */
const CREDITS = "1000000000";

/** @throws {Refusal} with what the server says, when it cannot start. */
export async function startOwnServer(
	place: OwnServerPlace,
): Promise<OwnServer> {
	const { dataDirectory, signal } = place;
	await mkdir(dataDirectory, { recursive: true });
	const noteFile = path.join(dataDirectory, "process-id");
	await waitForEarlier(noteFile, signal);
	const environment = environmentOf(place);
	const earlierApiKey = await makeApiKey(dataDirectory, environment);
	signal.throwIfAborted();
	const child = spawn(
		process.execPath,
		[
			`--import=${new URL("end-with-parent.ts", import.meta.url)}`,
			path.join(REPOSITORY, "server/main.ts"),
		],
		{
			// Where `npm start` finds its gesso.yaml.
			cwd: REPOSITORY,
			env: environment,
			stdio: ["ignore", "pipe", "pipe", "ipc"],
			// Ctrl-C on a terminal is for the command, which has the server stop when it is done with it.
			detached: process.platform !== "win32",
			windowsHide: true,
		},
	);
	const watched = watch(child);
	if (child.pid !== undefined) await writeFile(noteFile, String(child.pid));
	try {
		const { url, apiKey } = await watched.listening(signal);
		return {
			url,
			apiKey: apiKey ?? earlierApiKey ?? "",
			ended: watched.ended,
			stop: watched.stop,
			letGo: watched.letGo,
		};
	} catch (error) {
		await watched.stop();
		throw error;
	}
}

/** All that the owner has configured counts, but for where it listens and what it keeps. */
function environmentOf({ dataDirectory, environment }: OwnServerPlace) {
	return {
		GESSO_FIRST_TEAM_CREDITS: CREDITS,
		GESSO_LOG_LEVEL: "error",
		...environment,
		HOST: "127.0.0.1",
		PORT: "0",
		GESSO_DATA_DIR: dataDirectory,
		GESSO_PUBLIC_URL: "",
		DATABASE_URL: "",
	};
}

/** A database in a file is for one server at a time; that of a command that was killed may still be stopping. */
async function waitForEarlier(
	noteFile: string,
	signal: AbortSignal,
): Promise<void> {
	const pid = Number(await readFile(noteFile, "utf8").catch(() => ""));
	const end = Date.now() + STOPPING_MS;
	while (pid > 0 && isAlive(pid) && Date.now() < end)
		await sleep(100, undefined, { signal });
}

/**
 * One for this run alone: only its hash is kept, so that it is worth nothing afterwards.
 * @returns `null` where no server has run yet; the first start makes one itself.
 */
async function makeApiKey(
	dataDirectory: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
	if (!existsSync(path.join(dataDirectory, "gesso.db"))) return null;
	const output = await new Promise<string>((resolve) => {
		execFile(
			process.execPath,
			[
				path.join(REPOSITORY, "server/admin.ts"),
				"api-key",
				"create",
				"gesso command",
			],
			{ cwd: REPOSITORY, env: environment },
			// It fails where the first start was cut short before there was a team; the next one makes it.
			(_fault, stdout) => resolve(stdout),
		);
	});
	return /sk-img-\S+/.exec(output)?.[0] ?? null;
}

function watch(child: ChildProcess) {
	const ended = new AbortController();
	let said = "";
	let isStopping = false;
	const hear = (chunk: Buffer) => {
		said = (said + chunk.toString()).slice(-MAX_SAID_CHARACTERS);
	};
	child.stdout?.on("data", hear);
	child.stderr?.on("data", hear);
	const exited = new Promise<void>((resolve) => {
		child.once("error", () => resolve());
		// After its last words.
		child.once("close", () => resolve());
	});
	void exited.then(() => {
		if (!isStopping) ended.abort(endedByItself(said));
	});
	return {
		ended: ended.signal,
		listening: async (signal: AbortSignal) => {
			const end = Date.now() + STARTING_MS;
			while (Date.now() < end) {
				ended.signal.throwIfAborted();
				const url = /Gesso is running at (\S+)/.exec(said)?.[1];
				// The curl is the last thing on its start page.
				if (url !== undefined && /-d '.*\n/.test(said))
					return { url, apiKey: /apiKey: +(sk-img-\S+)/.exec(said)?.[1] };
				await sleep(20, undefined, { signal });
			}
			throw endedByItself(said);
		},
		stop: async () => {
			isStopping = true;
			child.kill("SIGTERM");
			const timer = setTimeout(() => child.kill("SIGKILL"), STOPPING_MS);
			await exited;
			clearTimeout(timer);
		},
		letGo: () => {
			isStopping = true;
			child.unref();
		},
	};
}

function endedByItself(said: string): Refusal {
	const words = said.trim().split("\n").slice(-8).join("\n  ");
	return new Refusal(
		`The server that this command started for itself ended${words === "" ? "." : `:\n  ${words}`}`,
		"`npm run doctor` says what is missing. Then run the same command again.",
		EXIT.failed,
	);
}
