/** The command line as a whole: it helps whoever asks, and names what was meant to whoever errs. */
import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { openFolder, startGesso } from "./testing/run-gesso.ts";

const HANDING_OVER = [path.join(import.meta.dirname, "gesso.cjs")];

function openLine(t: TestContext) {
	const directory = openFolder(t);
	return async (
		words: readonly string[],
		options: {
			readonly environment?: Readonly<Record<string, string>>;
			readonly program?: readonly string[];
		} = {},
	) => await startGesso(words, { directory, ...options }).ended;
}

test("help is enough to begin with: every command, its options, examples", async (t) => {
	const run = openLine(t);
	const [whole, batch, one] = await Promise.all([
		run(["--help"], { program: HANDING_OVER }),
		run(["batch", "--help"]),
		run(["batch", "run", "rugs.csv", "--nonsense", "--help"]),
	]);
	for (const { code, stderr } of [whole, batch, one])
		assert.equal(code, 0, stderr);
	assert.match(whole.stdout, /gesso generate "a fox in the snow" -o fox\.png/);
	assert.match(whole.stdout, /GESSO_API_KEY/);
	assert.match(batch.stdout, /gesso batch retry /);
	assert.match(one.stdout, /Examples:\n {2}gesso batch run rugs\.csv/);
	for (const option of ["out FOLDER", "dry-run", "retry", "strategy NAME"])
		assert.match(one.stdout, new RegExp(`--${option}`));
	for (const line of one.stdout.split("\n"))
		assert.ok(line.length <= 120, line);
	const version = await run(["--version"]);
	assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

test("an option or a command that there is not is refused with the nearest right one", async (t) => {
	const run = openLine(t);
	const cases = [
		[["batch", "run", "x.csv", "--knid", "rugs"], /Did you mean --kind\?/],
		[["batch", "run", "x.csv", "--ratio", "1:1"], /mean --aspect-ratio\?/],
		[["generate", "a", "-z"], /no option -z/],
		[["genrate", "a"], /Did you mean gesso generate\?/],
		[["bathc", "list"], /Did you mean gesso batch list\?/],
		[["--server", "http://x"], /The command comes first/],
	] as const;
	const outcomes = await Promise.all(cases.map(([words]) => run(words)));
	for (const [index, { code, stderr }] of outcomes.entries()) {
		assert.equal(code, 2);
		assert.match(stderr, cases[index]?.[1] ?? /never/);
	}
});

test("without an apiKey, and without a server, it is told where to get one", async (t) => {
	const run = openLine(t);
	const nobody = { GESSO_URL: "http://127.0.0.1:1" };
	const gone = await run(["batch", "list"], { environment: nobody });
	assert.equal(gone.code, 2);
	assert.match(gone.stderr, /No server answers at .*\n.*npm start/);
	const wrong = await run(["batch", "list", "--server", "nowhere"]);
	assert.match(wrong.stderr, /"nowhere" is no server's address/);
	const own = await run(["batch", "list", "--server", "own"]);
	assert.match(own.stderr, /for a server that runs already/);
});
