/** Writes the help of commands. */
import type { Option, Options } from "./options.ts";

const WIDTH = 100;
const MEANING_COLUMN = 30;

export function commandHelp({
	name,
	usage,
	description,
	options,
	examples,
}: {
	readonly name: string;
	readonly usage: string;
	readonly description: string;
	readonly options: Options;
	readonly examples: readonly string[];
}): string {
	return [
		`gesso ${name} ${usage}`.trimEnd(),
		"",
		description,
		"",
		...groupsOf(options).flatMap(([group, named]) => [
			`${group}:`,
			...named.flatMap(optionLines),
			"",
		]),
		"Examples:",
		...examples.map((example) => `  ${example}`),
	].join("\n");
}

export interface Listed {
	readonly name: string;
	readonly summary: string;
}

/** @returns one line for each command. */
export function commandList(commands: readonly Listed[]): string {
	const width = Math.max(...commands.map(({ name }) => name.length)) + 3;
	return commands
		.map(({ name, summary }) => `  gesso ${name.padEnd(width)}${summary}`)
		.join("\n");
}

type Named = readonly [name: string, option: Option];

function groupsOf(options: Options): [string, Named[]][] {
	const groups = Map.groupBy(
		Object.entries(options),
		([, { group }]) => group ?? "Options",
	);
	return [...groups];
}

function optionLines([name, option]: Named): string[] {
	const short = option.short === undefined ? "" : `-${option.short}, `;
	const value = option.kind === "flag" ? "" : ` ${option.value}`;
	const head = `  ${short}--${name}${value}`;
	const lines = wrapped(option.meaning, WIDTH - MEANING_COLUMN);
	const indent = " ".repeat(MEANING_COLUMN);
	if (head.length > MEANING_COLUMN - 2)
		return [head, ...lines.map((line) => indent + line)];
	return lines.map((line, index) =>
		index === 0 ? head.padEnd(MEANING_COLUMN) + line : indent + line,
	);
}

/** Breaks a text into lines between its words. @param width in characters. */
export function wrapped(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(/\s+/)) {
		if (line !== "" && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else line = line === "" ? word : `${line} ${word}`;
	}
	return [...lines, line];
}
