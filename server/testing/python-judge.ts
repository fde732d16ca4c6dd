/** Runs a program in Python that puts a vendor's client through this server's promises, one test for each of them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

/** What the program prints of each promise, a line of JSON. */
interface Verdict {
	readonly name: string;
	/** A traceback. */
	readonly fault: string | null;
}

export interface JudgingProgram {
	/** As `findPython` has it. */
	readonly python: string;
	readonly program: string;
	/** Beside this process's own. */
	readonly environment: Readonly<Record<string, string>>;
	/** So many must be judged, or the program has not come to its end. */
	readonly promises: number;
}

export async function judgeByPython(
	t: TestContext,
	{ python, program, environment, promises }: JudgingProgram,
): Promise<void> {
	const running = spawn(python, [program], {
		stdio: ["ignore", "pipe", "inherit"],
		env: { ...process.env, ...environment },
	});
	t.after(() => running.kill());
	let judged = 0;
	for await (const line of createInterface({ input: running.stdout })) {
		const { name, fault }: Verdict = JSON.parse(line);
		await t.test(name, () => {
			assert.equal(fault, null, fault ?? "");
		});
		judged++;
	}
	assert.equal(judged, promises, "the program came to its end");
}
