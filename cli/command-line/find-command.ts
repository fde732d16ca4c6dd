/** Finds the command that the words of a command line begin with. */
import type { Command } from "./command.ts";
import { commandList } from "./help.ts";
import { nearest } from "./nearest.ts";
import { Refusal } from "./refusal.ts";

export type Found =
	| {
			readonly kind: "command";
			readonly command: Command;
			readonly words: readonly string[];
	  }
	| { readonly kind: "help"; readonly text: string };

const HELP = ["--help", "-h", "help"];

/** @throws {Refusal} with the command that may have been meant. */
export function findCommand(
	commands: readonly Command[],
	words: readonly string[],
): Found {
	const [first = "--help", second = ""] = words;
	if (HELP.includes(first)) {
		const rest = words.slice(1);
		return rest.length > 0 && first === "help"
			? findCommand(commands, [...rest, "--help"])
			: { kind: "help", text: overview(commands) };
	}
	if (first.startsWith("-"))
		throw new Refusal(
			`The command comes first, and then its options; "${first}" is no command.`,
			"gesso --help",
		);
	const command = commands.find(
		({ name }) => name === first || name === `${first} ${second}`,
	);
	if (command !== undefined)
		return {
			kind: "command",
			command,
			words: words.slice(command.name.split(" ").length),
		};
	const siblings = commands.filter(({ name }) => name.startsWith(`${first} `));
	if (siblings.length > 0 && (second === "" || HELP.includes(second)))
		return {
			kind: "help",
			text: `${commandList(siblings)}\n\nEach has its own --help.`,
		};
	throw unknown(commands, siblings, first, second);
}

function unknown(
	commands: readonly Command[],
	siblings: readonly Command[],
	first: string,
	second: string,
): Refusal {
	const names = commands.map(({ name }) => name);
	const nouns = [...new Set(names.map((name) => name.split(" ")[0] ?? ""))];
	const noun = siblings.length > 0 ? first : nearest(first, nouns);
	const verbs = names
		.filter((name) => name.startsWith(`${noun} `))
		.map((name) => name.split(" ")[1] ?? "");
	const meant = [noun, nearest(second, verbs)].filter(Boolean).join(" ");
	return new Refusal(
		`There is no command ${siblings.length > 0 ? `${first} ${second}` : first}.`,
		noun === null
			? "gesso --help lists those that there are."
			: `Did you mean gesso ${meant}?`,
	);
}

function overview(commands: readonly Command[]): string {
	return `Gesso draws pictures: one from a few words, or one for every row of a table.

${commandList(commands)}

Begin with one of these; without a server, each runs one of its own for as long as it takes:

  gesso generate "a fox in the snow" -o fox.png
  gesso batch run examples/sample-rugs.csv --kind rugs --out ./pictures

Each command has its own --help. Where a server runs already (npm start), say which and whose credits:

  --server URL   or GESSO_URL        http://localhost:8000 when left out; \`own\` for one of the command's own
  --api-key KEY  or GESSO_API_KEY    made where the server runs: npm run admin -- api-key create

  --version      which Gesso this is
  NO_COLOR=1     shows no colours`;
}
