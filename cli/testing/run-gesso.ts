/** The command as its user starts it, a process of its own, for tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { childEnvironment } from "../../server/testing/child-environment.ts";
import { openServedApp } from "../../server/testing/served-app.ts";

export interface Outcome {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface RunningGesso {
	readonly child: ChildProcess;
	readonly ended: Promise<Outcome>;
}

const MAIN = path.join(import.meta.dirname, "../main.ts");

export function startGesso(
	words: readonly string[],
	{
		directory,
		environment = {},
		program = [MAIN],
	}: {
		readonly directory: string;
		readonly environment?: Readonly<Record<string, string>>;
		/** What Node runs. */
		readonly program?: readonly string[];
	},
): RunningGesso {
	const child = spawn(process.execPath, [...program, ...words], {
		cwd: directory,
		env: childEnvironment(environment),
		stdio: ["ignore", "pipe", "pipe"],
	});
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (chunk: Buffer) => {
		stdout += chunk.toString();
	});
	child.stderr.on("data", (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	const ended = new Promise<Outcome>((resolve) =>
		child.on("close", (code) => resolve({ code, stdout, stderr })),
	);
	return { child, ended };
}

/** A folder for one test. */
export function openFolder(t: Pick<TestContext, "after">): string {
	const folder = mkdtempSync(path.join(tmpdir(), "gesso-test-"));
	t.after(() =>
		rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
	);
	return folder;
}

/** A server, a team with credits, and commands that know both. */
export async function openGesso(t: TestContext, credits = 100) {
	const house = await openServedApp(t);
	const team = await house.team(credits);
	const directory = openFolder(t);
	const environment = { GESSO_URL: house.url, GESSO_API_KEY: team.apiKey };
	const start = (...words: readonly string[]) =>
		startGesso(words, { directory, environment });
	const ask = async (
		method: "GET" | "POST" | "PATCH",
		route: string,
		body?: object,
	): Promise<Response> =>
		await fetch(`${house.url}/v0${route}`, {
			method,
			headers: {
				...team.headers,
				...(body !== undefined && { "content-type": "application/json" }),
			},
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
	return {
		directory,
		start,
		gesso: async (...words: readonly string[]) => await start(...words).ended,
		ask,
		balance: async () => {
			const { data } = (await (await ask("GET", "/usage")).json()) as {
				data: { credits: { balance: number } };
			};
			return data.credits.balance;
		},
		/** Of the requests that arrived, those to such a path. */
		received: (pattern: RegExp) =>
			house.received.filter((line) => pattern.test(line)),
	};
}
