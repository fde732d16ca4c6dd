/** The real server as a process of its own, for tests that start it, stop it and kill it. */
import { spawn } from "node:child_process";
import path from "node:path";
import { childEnvironment } from "./child-environment.ts";
import type { TestPlace } from "./test-place.ts";

export interface ServerProcess {
	readonly url: string;
	/** The start page. */
	readonly output: string;
	/** The one shown at the first start; empty at every later one. */
	readonly apiKey: string;
	/** Asks it to stop. @returns its exit code. */
	stop(): Promise<number | null>;
	/** Ends it at once, as a power cut would. */
	kill(): Promise<void>;
}

const MAIN = path.join(import.meta.dirname, "../main.ts");

/** Starts a server on any free port and waits until it listens; it is killed with the place if it still runs then. */
export async function startServer(
	place: TestPlace,
	environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
	return await spawnServer(place, environment).listening;
}

/** A server that may be killed before it listens; `listening` rejects then. */
export function spawnServer(
	place: TestPlace,
	environment: Readonly<Record<string, string>> = {},
): { listening: Promise<ServerProcess>; kill(): Promise<void> } {
	const child = spawn(process.execPath, [MAIN], {
		// Where no gesso.yaml of the developer's lies.
		cwd: place.dataDirectory,
		env: childEnvironment({
			PORT: "0",
			GESSO_DATA_DIR: place.dataDirectory,
			DATABASE_URL: place.databaseUrl,
			GESSO_LOG_LEVEL: "error",
			PAINTER_DRAFT: "true",
			...environment,
		}),
		stdio: ["ignore", "pipe", "pipe"],
	});
	const ended = new Promise<number | null>((resolve) =>
		child.on("exit", resolve),
	);
	const kill = async () => {
		child.kill("SIGKILL");
		await ended;
	};
	place.closeFirst(kill);
	let errors = "";
	child.stderr.on("data", (chunk: Buffer) => {
		errors += chunk.toString();
	});
	const startPage = new Promise<string>((resolve, reject) => {
		let text = "";
		child.stdout.on("data", (chunk: Buffer) => {
			text += chunk.toString();
			// The curl is the last thing on the start page.
			if (/-d '.*\n/.test(text)) resolve(text);
		});
		void ended.then((code) =>
			reject(new Error(`The server ended with ${code}:\n${text}${errors}`)),
		);
	});
	const stop = async () => {
		child.kill("SIGTERM");
		return await ended;
	};
	return {
		listening: startPage.then((output) => ({
			url: /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? "",
			output,
			apiKey: /sk-img-[\w-]+/.exec(output)?.[0] ?? "",
			stop,
			kill,
		})),
		kill,
	};
}
