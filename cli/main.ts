/** Runs a command of `gesso`: finds it, has it leave when it is told to, and says what went wrong. */
import { readFileSync } from "node:fs";
import type { Context } from "./command-line/command.ts";
import { findCommand } from "./command-line/find-command.ts";
import { Leaving } from "./command-line/refusal.ts";
import { tellError } from "./command-line/tell-error.ts";
import { commands } from "./commands/registry.ts";
import { Terminal } from "./terminal/terminal.ts";

/** One press of Ctrl-C arrives twice: from the terminal, and from whoever started this process. */
const SAME_PRESS_MS = 500;
const PARENT_LOOK_MS = 300;

const terminal = new Terminal(process, process.env);
const leaving = new AbortController();

async function run(): Promise<number> {
	const words = process.argv.slice(2);
	if (words[0] === "--version") {
		terminal.say(version());
		return 0;
	}
	const context: Context = {
		terminal,
		environment: process.env,
		directory: process.cwd(),
		signal: leaving.signal,
	};
	const found = findCommand(commands, words);
	if (found.kind === "command")
		return await found.command.run(found.words, context);
	terminal.say(found.text);
	return 0;
}

function version(): string {
	const file = new URL("package.json", import.meta.url);
	const facts = JSON.parse(readFileSync(file, "utf8")) as { version: string };
	return facts.version;
}

/** The first word has a command leave in good order, a second one at once. */
function leaveWhenTold(): void {
	let toldAt = 0;
	const leave = () => {
		if (toldAt > 0 && Date.now() - toldAt > SAME_PRESS_MS) process.exit(130);
		if (toldAt > 0) return;
		toldAt = Date.now();
		leaving.abort(new Leaving());
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
		process.on(signal, leave);
	// Whoever reads what is said may leave, too.
	process.stdout.on("error", leave);
}

/** `gesso.cjs` hands over to this process; when it is killed, nobody waits any more, and nobody could be told. */
function leaveWithParent(): void {
	const { GESSO_STARTED_BY: parent } = process.env;
	delete process.env.GESSO_STARTED_BY;
	if (parent !== String(process.ppid)) return;
	setInterval(() => {
		if (String(process.ppid) !== parent) leaving.abort(new Leaving(true));
	}, PARENT_LOOK_MS).unref();
}

leaveWhenTold();
leaveWithParent();
let exitCode: number;
try {
	exitCode = await run();
} catch (fault) {
	// What breaks off because the command is to leave breaks off in many words.
	const error = leaving.signal.aborted ? leaving.signal.reason : fault;
	exitCode = tellError(terminal, error);
	if (process.env.GESSO_DEBUG) console.error(error);
}
terminal.setStatus("");
// Connections that are kept for a next request would keep the process.
process.stdout.write("", () => process.exit(exitCode));
