/** Opens the table that is to be drawn, and tells by its bytes whether it is the one of an earlier run. */
import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "../command-line/refusal.ts";

export interface Table {
	readonly fileName: string;
	readonly sha256: string;
	/** Read from the file as it is sent, which must not have changed until then. */
	readonly bytes: Blob;
}

/** @param file its path. @param shown how the caller calls it. @throws {Refusal} when there is no such file. */
export async function readTable(file: string, shown: string): Promise<Table> {
	const found = await stat(file).catch(() => null);
	if (found === null)
		throw new Refusal(
			`There is no file ${shown}.`,
			"The table comes right behind the command: gesso batch run TABLE",
		);
	if (!found.isFile())
		throw new Refusal(
			`${shown} is no file.`,
			"A table is a file with CSV, TSV or JSON lines.",
		);
	try {
		const bytes = await openAsBlob(file);
		const hash = createHash("sha256");
		for await (const piece of bytes.stream()) hash.update(piece);
		return { fileName: path.basename(file), sha256: hash.digest("hex"), bytes };
	} catch (fault) {
		throw new Refusal(
			`${shown} cannot be read: ${fault instanceof Error ? fault.message : fault}`,
			"See to it that you may read it.",
		);
	}
}
