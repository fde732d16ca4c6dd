/** A Python with the packages that tests need, in an environment of its own; started by itself, this file makes it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";

const ENVIRONMENT = path.join(
	import.meta.dirname,
	"../../node_modules/.cache/python",
);
const REQUIREMENTS = path.join(import.meta.dirname, "python/requirements.txt");
const HOW = "`npm run prepare:python` makes it; else set GESSO_TEST_PYTHON";

/**
 * @returns a Python that has all of the requirements; `null`, having marked the test as skipped, where there is none. Where
 * nobody would notice that (CI), it fails instead.
 */
export function findPython(test: Pick<TestContext, "skip">): string | null {
	const python = process.env.GESSO_TEST_PYTHON ?? pythonIn(ENVIRONMENT);
	const lack = lackOf(python);
	if (lack === null) return python;
	if (process.env.CI !== undefined) throw new Error(lack);
	test.skip(lack);
	return null;
}

function pythonIn(environment: string): string {
	return process.platform === "win32"
		? path.join(environment, "Scripts/python.exe")
		: path.join(environment, "bin/python");
}

/** @returns `null` when nothing is missing. */
function lackOf(python: string): string | null {
	if (path.isAbsolute(python) && !existsSync(python))
		return `There is no Python at ${python}. ${HOW}.`;
	const asked = requirements();
	const program =
		"import sys; from importlib.metadata import version; print(*(version(name) for name in sys.argv[1:]))";
	const { stdout, stderr, status } = spawnSync(
		python,
		["-c", program, ...asked.map(([name]) => name)],
		{ encoding: "utf8" },
	);
	const versions = asked.map(([, version]) => version).join(" ");
	if (status === 0 && stdout.trim() === versions) return null;
	const found = status === 0 ? stdout : (stderr ?? "it cannot be started");
	return `${python} has not the packages of ${REQUIREMENTS}: ${found.trim()}. ${HOW}.`;
}

/** Names and versions. */
function requirements(): (readonly [string, string])[] {
	return readFileSync(REQUIREMENTS, "utf8")
		.split("\n")
		.flatMap((line) => {
			const [name, version] = line.trim().split("==");
			return name && version ? [[name, version] as const] : [];
		});
}

function prepare(): void {
	const run = (command: string, ...parameters: string[]) => {
		const { status, error } = spawnSync(command, parameters, {
			stdio: "inherit",
		});
		if (status !== 0) throw error ?? new Error(`${command} failed`);
	};
	run("python3", "-m", "venv", ENVIRONMENT);
	// What is imported is compiled then, which is little of it all.
	const quick = ["--quiet", "--no-compile", "--disable-pip-version-check"];
	run(
		pythonIn(ENVIRONMENT),
		"-m",
		"pip",
		"install",
		...quick,
		"-r",
		REQUIREMENTS,
	);
}

if (import.meta.main) prepare();
