/** SQLite in a file of the data directory: no server, safe against power cuts, one process. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import SQLite from "better-sqlite3";
import { Kysely, SqliteAdapter, SqliteDialect, sql } from "kysely";
import type { Announcement, Database } from "./database.ts";
import type { Schema } from "./schema.ts";

/**
 * SQLite can change tables inside a transaction, so a process that is killed in the middle of a migration leaves nothing
 * behind. Kysely plays safe and says it cannot.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
	override get supportsTransactionalDdl(): boolean {
		return true;
	}

	override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
		// A write takes SQLite's lock: whoever starts at the same time waits here until the tables are there.
		await sql`update kysely_migration_lock set is_locked = is_locked`.execute(
			db,
		);
	}
}

class Dialect extends SqliteDialect {
	override createAdapter(): SqliteAdapter {
		return new TransactionalSqliteAdapter();
	}
}

/** @param file the database file; its directory is made when missing. */
export function openSqlite(file: string): Database {
	mkdirSync(path.dirname(file), { recursive: true });
	const connection = new SQLite(file, { timeout: 10_000 });
	connection.pragma("journal_mode = WAL");
	// FULL: a commit is on the disk before it is acknowledged; NORMAL could lose the last ones to a power cut.
	connection.pragma("synchronous = FULL");
	connection.pragma("foreign_keys = ON");
	const queries = new Kysely<Schema>({
		dialect: new Dialect({ database: connection }),
	});
	const listeners = new Set<(announcement: Announcement) => void>();
	return {
		kind: "sqlite",
		queries,
		transaction: (work) => queries.transaction().execute(work),
		announce: async (announcement) => {
			for (const listener of listeners) listener(announcement);
		},
		listen: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close: () => queries.destroy(),
	};
}
