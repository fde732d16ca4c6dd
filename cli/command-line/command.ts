/** What a command is: how it is called, what it takes, and what it does. */
import type { Terminal } from "../terminal/terminal.ts";
import { commandHelp } from "./help.ts";
import {
	type CommandLine,
	type Option,
	type Options,
	readOptions,
} from "./options.ts";

/** What a command finds around it. */
export interface Context {
	readonly terminal: Terminal;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Where relative paths begin. */
	readonly directory: string;
	/** Aborts with a {Leaving} when the command is to leave. */
	readonly signal: AbortSignal;
}

export interface Command {
	/** Its words, as `batch run`. */
	readonly name: string;
	readonly summary: string;
	readonly help: string;
	/** @returns the exit code. @throws {Refusal} {GessoError} */
	run(words: readonly string[], context: Context): Promise<number>;
}

export interface CommandDefinition<T extends Options> {
	readonly name: string;
	readonly summary: string;
	/** What stands behind its name, as `TABLE [options]`. */
	readonly usage: string;
	readonly description: string;
	readonly options: T;
	readonly examples: readonly string[];
	run(
		line: CommandLine<T & typeof HELP_OPTION>,
		context: Context,
	): Promise<number>;
}

const HELP_OPTION = {
	help: { kind: "flag", short: "h", meaning: "Shows this" },
} as const satisfies Readonly<Record<string, Option>>;

export function defineCommand<T extends Options>(
	definition: CommandDefinition<T>,
): Command {
	const options = { ...definition.options, ...HELP_OPTION };
	const help = commandHelp({ ...definition, options });
	return {
		name: definition.name,
		summary: definition.summary,
		help,
		run: async (words, context) => {
			if (isHelpAsked(words)) {
				context.terminal.say(help);
				return 0;
			}
			return await definition.run(readOptions(words, options), context);
		},
	};
}

/** Whoever asks for help gets it, whatever else is wrong. */
function isHelpAsked(words: readonly string[]): boolean {
	const end = words.indexOf("--");
	return words
		.slice(0, end === -1 ? undefined : end)
		.some((word) => word === "--help" || word === "-h");
}
