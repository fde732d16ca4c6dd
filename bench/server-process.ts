/** Starts a server in a process of its own for a measurement, and reads how much memory it used at its peak. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface ServerProcess {
	readonly url: string;
	/** All that it printed until it was ready. */
	readonly output: string;
	/** Highest resident memory so far, in bytes; Linux only. */
	peakMemoryBytes(): number;
	stop(): Promise<void>;
}

/** Starts a file that prints a line with its URL when it is ready. */
export async function startProcess(
	file: string,
	environment: Readonly<Record<string, string>>,
	args: readonly string[] = [],
): Promise<ServerProcess> {
	const child = spawn(process.execPath, [file, ...args], {
		env: { ...process.env, ...environment },
		stdio: ["ignore", "pipe", "inherit"],
	});
	const { url, output } = await readUrl(child);
	return {
		url,
		output,
		peakMemoryBytes: () => {
			const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
			return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
		},
		stop: async () => {
			const ended = new Promise((resolve) => child.on("exit", resolve));
			child.kill("SIGTERM");
			await ended;
		},
	};
}

async function readUrl(
	child: ChildProcess,
): Promise<{ url: string; output: string }> {
	let output = "";
	return await new Promise((resolve, reject) => {
		child.stdout?.on("data", (chunk: Buffer) => {
			output += chunk.toString();
			const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
			// The last thing on Gesso's start page, after the apiKey.
			if (url !== undefined && /ready\b|-d '/.test(output))
				resolve({ url, output });
		});
		child.on("exit", (code) =>
			reject(new Error(`The process ended with ${code}:\n${output}`)),
		);
	});
}

/** Gesso itself on an empty data directory. */
export async function startGesso(
	environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess & { apiKey: string; dataDirectory: string }> {
	const dataDirectory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
	const main = path.join(import.meta.dirname, "../server/main.ts");
	const server = await startProcess(main, {
		PORT: "0",
		GESSO_DATA_DIR: dataDirectory,
		GESSO_FIRST_TEAM_CREDITS: "1000000",
		GESSO_LOG_LEVEL: "warn",
		...environment,
	});
	return {
		...server,
		dataDirectory,
		apiKey: /sk-img-[\w-]+/.exec(server.output)?.[0] ?? "",
		stop: async () => {
			await server.stop();
			rmSync(dataDirectory, { recursive: true, force: true });
		},
	};
}
