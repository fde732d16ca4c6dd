/** PostgreSQL, for any number of processes on any number of machines. */
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { Announcement, Database } from "./database.ts";
import type { Schema } from "./schema.ts";

const CHANNEL = "gesso";
const RECONNECT_AFTER_MS = 1_000;
const INT8_TYPE = 20;

/** All our 64-bit columns are milliseconds, bytes or credits, far below 2^53: as numbers they are the same on both databases. */
const types: pg.CustomTypesConfig = {
	getTypeParser: (id, format) =>
		id === INT8_TYPE
			? (text: string) => Number(text)
			: pg.types.getTypeParser(id, format),
};

/**
 * Opens a pool and one connection that listens for announcements and reconnects by itself.
 * @param report is told of connections that broke while idle; queries on them are retried on others by the pool.
 */
export async function openPostgres(
	url: string,
	report: (fault: unknown) => void,
): Promise<Database> {
	const pool = new pg.Pool({ connectionString: url, max: 10, types });
	pool.on("error", report);
	const queries = new Kysely<Schema>({
		dialect: new PostgresDialect({ pool }),
	});
	const listeners = new Set<(announcement: Announcement) => void>();
	const ear = await listenForever(url, report, (announcement) => {
		for (const listener of listeners) listener(announcement);
	});
	return {
		kind: "postgres",
		queries,
		transaction: (work) => queries.transaction().execute(work),
		announce: async (announcement) => {
			await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(announcement)})`.execute(
				queries,
			);
		},
		listen: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close: async () => {
			await ear.close();
			await queries.destroy();
		},
	};
}

async function listenForever(
	url: string,
	report: (fault: unknown) => void,
	hear: (announcement: Announcement) => void,
): Promise<{ close(): Promise<void> }> {
	let client: pg.Client | undefined;
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;

	async function connect(): Promise<void> {
		const next = new pg.Client({ connectionString: url });
		next.on("notification", ({ payload }) => {
			if (payload !== undefined) hear(JSON.parse(payload) as Announcement);
		});
		next.on("error", (fault) => {
			report(fault);
			reconnectLater();
		});
		await next.connect();
		await next.query(`listen ${CHANNEL}`);
		client = next;
	}

	function reconnectLater(): void {
		client = undefined;
		clearTimeout(timer);
		if (isClosed) return;
		timer = setTimeout(() => {
			connect().catch((fault: unknown) => {
				report(fault);
				reconnectLater();
			});
		}, RECONNECT_AFTER_MS);
	}

	await connect();
	return {
		close: async () => {
			isClosed = true;
			clearTimeout(timer);
			await client?.end();
		},
	};
}
