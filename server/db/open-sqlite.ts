/** SQLite in a file of the data directory: no server, safe against power cuts, one process. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import SQLite from "better-sqlite3";
import {
	CompiledQuery,
	type DatabaseConnection,
	Kysely,
	SqliteAdapter,
	SqliteDialect,
	type SqliteDialectConfig,
	SqliteDriver,
} from "kysely";
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
}

/**
 * Begins every transaction by taking SQLite's one write lock, and waits for it. A transaction that only took it with its
 * first write could have read before what another process changed since, and would fail at once, without waiting.
 */
class ImmediateSqliteDriver extends SqliteDriver {
	override async beginTransaction(
		connection: DatabaseConnection,
	): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw("begin immediate"));
	}
}

class Dialect extends SqliteDialect {
	readonly #config: SqliteDialectConfig;

	constructor(config: SqliteDialectConfig) {
		super(config);
		this.#config = config;
	}

	override createAdapter(): SqliteAdapter {
		return new TransactionalSqliteAdapter();
	}

	override createDriver(): SqliteDriver {
		return new ImmediateSqliteDriver(this.#config);
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
