/** Opens whichever database the settings name and brings its tables up to date. */
import path from "node:path";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./open-postgres.ts";
import { openSqlite } from "./open-sqlite.ts";

export interface DatabaseOptions {
	/** A PostgreSQL URL, or empty for SQLite in the data directory. */
	readonly url: string;
	readonly dataDirectory: string;
	readonly report: (fault: unknown) => void;
}

export async function openDatabase(
	options: DatabaseOptions,
): Promise<Database> {
	const database =
		options.url === ""
			? openSqlite(path.join(options.dataDirectory, "gesso.db"))
			: await openPostgres(options.url, options.report);
	await migrate(database);
	return database;
}
