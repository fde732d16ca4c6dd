/** Takes down all there is in a database and in a directory, to be the same before and after what must change nothing. */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";

const TABLES: readonly (keyof Schema)[] = [
	"teams",
	"ledger_entries",
	"generations",
	"generation_inputs",
	"images",
	"unreferenced_objects",
	"idempotency_keys",
];

/** Every row of the tables, as text, in an order that does not depend on the database. */
export async function rowsOf(
	{ queries }: Database,
	tables: readonly (keyof Schema)[] = TABLES,
): Promise<Record<string, string[]>> {
	const found: Record<string, string[]> = {};
	for (const table of tables) {
		const rows = await queries.selectFrom(table).selectAll().execute();
		found[table] = rows.map((row) => JSON.stringify(row)).sort();
	}
	return found;
}

/** The paths of all files below a directory; none when it is not there. */
export function filesBelow(directory: string): string[] {
	try {
		return readdirSync(directory, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => path.join(entry.parentPath, entry.name))
			.sort();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
	}
}
