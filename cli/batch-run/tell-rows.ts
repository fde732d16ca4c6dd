/** Tells row by row what could not be drawn and why, and what to do about it. */
import type { GessoClient } from "@gesso/client";
import type { BatchRow, RowStatus } from "@gesso/client/batch";
import type { Terminal } from "../terminal/terminal.ts";
import { counted, shortened, withoutLine } from "../terminal/words.ts";

const SHOWN_ROWS = 20;
const KEY_WIDTH = 20;

/** What whoever has such a fault can do; what is not here may pass by itself. */
const ADVICE: Readonly<Record<string, string>> = {
	content_blocked:
		"Some are refused for what they show: change these in a table of their own, and draw that.",
	insufficient_credits:
		"Credits ran out: have some granted (npm run admin -- credits grant N), then",
	team_quota_exhausted: "Today's pictures are used up: tomorrow,",
	provider_not_configured:
		"Nobody is there who draws this: `npm run doctor` says what is missing; then",
};

export interface Telling {
	readonly client: GessoClient;
	readonly batchId: string;
	readonly terminal: Terminal;
	readonly signal: AbortSignal;
}

/** Shows the first of the rows that failed, and how many could not be used. @param again how to try them again. */
export async function tellFailures(
	telling: Telling,
	{ failed, invalid }: { readonly failed: number; readonly invalid: number },
	again: string,
): Promise<void> {
	const { terminal } = telling;
	if (failed > 0) {
		const rows = await firstRows(telling, ["failed"]);
		terminal.say(
			`  ${terminal.style("red", "✗")} ${counted(failed, "row")} failed:`,
		);
		tellRows(terminal, rows, failed);
		const codes = new Set(rows.map(({ error }) => error?.code ?? ""));
		for (const [code, advice] of Object.entries(ADVICE))
			if (codes.has(code)) terminal.say(`    ${advice}`);
		terminal.say(`    ${again}`);
	}
	if (invalid > 0)
		terminal.say(
			`  ${terminal.style("yellow", "✗")} ${counted(invalid, "row")} of the table could not be used, for the problems above. Mend them in a table of their own.`,
		);
}

async function firstRows(
	{ client, batchId, signal }: Telling,
	statuses: readonly RowStatus[],
): Promise<readonly BatchRow[]> {
	const query = { statuses, limit: SHOWN_ROWS };
	return (await client.batches.rows(batchId, query, { signal })).rows;
}

function tellRows(
	terminal: Terminal,
	rows: readonly BatchRow[],
	all: number,
): void {
	const keyWidth = Math.min(
		KEY_WIDTH,
		Math.max(...rows.map(({ key }) => key.length)),
	);
	for (const { line, key, error } of rows) {
		const head = `    line ${String(line).padEnd(5)}${shortened(key, keyWidth).padEnd(keyWidth)}  `;
		const room = Math.max(40, terminal.columns - head.length - 1);
		terminal.say(
			terminal.style("dim", head) +
				shortened(withoutLine(error?.message ?? "No reason was given."), room),
		);
	}
	if (all > rows.length)
		terminal.say(`    and ${counted(all - rows.length, "more")}`);
}
