/** SQLite in a file of the data directory: no server, safe against power cuts, one process. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import SQLite from "better-sqlite3";
import {
	CompiledQuery,
	type DatabaseConnection,
	Kysely,
	SqliteAdapter,
	type SqliteDatabase,
	SqliteDialect,
	type SqliteDialectConfig,
	SqliteDriver,
} from "kysely";
import type { Announcement, Database } from "./database.ts";
import type { Schema } from "./schema.ts";

class Adapter extends SqliteAdapter {
	/**
	 * SQLite can change tables inside a transaction, so a process that is killed in the middle of a migration leaves nothing
	 * behind. Kysely plays safe and says it cannot.
	 */
	override get supportsTransactionalDdl(): boolean {
		return true;
	}

	/** There is one, and the driver has everybody wait for it; Kysely would wake all who wait each time it is free. */
	override get supportsMultipleConnections(): boolean {
		return true;
	}
}

class Driver extends SqliteDriver {
	readonly #waiting: (() => void)[] = [];
	#isTaken = false;

	/** Gives the connection to one at a time, in the order in which they came. */
	override async acquireConnection(): Promise<DatabaseConnection> {
		if (this.#isTaken)
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		this.#isTaken = true;
		return await super.acquireConnection();
	}

	override async releaseConnection(): Promise<void> {
		const next = this.#waiting.shift();
		if (next === undefined) this.#isTaken = false;
		else next();
	}

	/**
	 * Begins every transaction by taking SQLite's one write lock, and waits for it. A transaction that only took it with its
	 * first write could have read before what another process changed since, and would fail at once, without waiting.
	 */
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
		return new Adapter();
	}

	override createDriver(): SqliteDriver {
		return new Driver(this.#config);
	}
}

/** More than there are different ones, but for lists of many lengths. */
const MAX_KEPT_STATEMENTS = 500;
/** Longer ones write hundreds of rows at once: seldom, and with much memory to each. */
const MAX_KEPT_CHARACTERS = 4_000;

/** Prepares the same text once: SQLite takes as long to prepare most of ours as to run them. */
export function withKeptStatements(
	connection: SQLite.Database,
): SqliteDatabase {
	const kept = new Map<string, SQLite.Statement>();
	return {
		close: () => connection.close(),
		prepare: (text) => {
			if (text.length > MAX_KEPT_CHARACTERS) return connection.prepare(text);
			const found = kept.get(text);
			// One that is being read from row by row cannot be begun anew.
			if (found?.busy) return connection.prepare(text);
			const statement = found ?? connection.prepare(text);
			kept.delete(text);
			kept.set(text, statement);
			const [oldest] = kept.keys();
			if (kept.size > MAX_KEPT_STATEMENTS && oldest !== undefined)
				kept.delete(oldest);
			return statement;
		},
	};
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
		dialect: new Dialect({ database: withKeptStatements(connection) }),
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
