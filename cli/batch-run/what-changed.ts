/** Holds a command against the batch that its folder remembers: going on with another table or other options would draw a mixture. */
import type { BatchFields } from "@gesso/client/batch";
import { optionOfField } from "../command-line/api-fields.ts";
import { Refusal } from "../command-line/refusal.ts";
import type { Memory } from "./out-folder.ts";
import type { Table } from "./read-table.ts";

/** @param server the one that the caller names. @param folder how he calls his. @throws {Refusal} naming what is another now. */
export function whatChanged(
	{ table: earlier, options, server: earlierServer }: Memory,
	{ fileName, sha256 }: Pick<Table, "fileName" | "sha256">,
	fields: BatchFields,
	server: string | undefined,
	folder: string,
): void {
	const hint =
		"Begin anew with --new, which draws and costs all of it again; or name another folder: --out FOLDER";
	if (server !== undefined && server !== earlierServer)
		throw new Refusal(
			`The batch of ${folder} is at ${placed(earlierServer)}, not at ${placed(server)}.`,
			hint,
		);
	if (sha256 !== earlier.sha256)
		throw new Refusal(
			fileName === earlier.fileName
				? `${fileName} has changed since ${folder} was begun with it.`
				: `${folder} was begun with another table, ${earlier.fileName}.`,
			hint,
		);
	const changed = changedOptions(options, fields);
	if (changed.length > 0)
		throw new Refusal(
			`${folder} was begun with other options: ${changed.join("; ")}.`,
			"Go on with the earlier ones; or begin anew with --new, which draws and costs all of it again",
		);
}

function placed(server: string): string {
	return server === "own" ? "the command's own server" : server;
}

function changedOptions(earlier: BatchFields, now: BatchFields): string[] {
	const names = new Set([...Object.keys(earlier), ...Object.keys(now)]);
	return [...names].flatMap((name) => {
		const before = told(earlier[name as keyof BatchFields]);
		const after = told(now[name as keyof BatchFields]);
		if (before === after) return [];
		return [`${optionOfField(name) ?? name} was ${before}, is ${after}`];
	});
}

function told(value: unknown): string {
	if (value === undefined) return "left out";
	return typeof value === "string" ? value : JSON.stringify(value);
}
