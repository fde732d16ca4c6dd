/** The databases of tests. On PostgreSQL they are kept from test to test, emptied, and so are the connections to them: both take longer to make than most tests take. */
import { randomUUID } from "node:crypto";
import { after } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import type { Database } from "../db/database.ts";
import { openDatabase } from "../db/open-database.ts";
import { withPowerSwitch } from "./power-switch.ts";
import { waitUntil } from "./wait-until.ts";

/** Set by `npm run test:postgres`: a database from which others may be created. */
const administratorUrl = process.env.TEST_DATABASE_URL;

/** Which database this run of the suite is on. */
export const databaseKind =
	administratorUrl === undefined ? "sqlite" : "postgres";

/** The database of one place, for as long as the place is there. */
export interface TestDatabase {
	/** Empty on SQLite. */
	readonly url: string;
	/** To be called when all ways to it are closed. */
	letGo(): Promise<void>;
}

/** A database in which there is nothing yet. */
export async function createDatabase(): Promise<TestDatabase> {
	if (administratorUrl === undefined) return sqlite;
	const name = newName();
	await administrate(`create database ${name} strategy file_copy`);
	return {
		url: urlOf(name),
		letGo: () => administrate(`drop database ${name} with (force)`),
	};
}

/** A database whose tables are up to date and empty; on SQLite its file has to be put into the data directory. */
export async function takeMigratedDatabase(): Promise<TestDatabase> {
	if (administratorUrl === undefined) return sqlite;
	const taken = idle.pop() ?? (await makeKept());
	return {
		url: taken.url,
		letGo: async () => {
			if (isFileOver) return await disconnect(taken);
			await empty(taken);
			idle.push(taken);
		},
	};
}

const sqlite: TestDatabase = { url: "", letGo: async () => {} };

/** A way to the database of a place, as a process of its own has it; to be closed by whoever asks. */
export async function openPlaceDatabase(place: {
	readonly dataDirectory: string;
	readonly databaseUrl: string;
}): Promise<Database> {
	const known = kept.get(place.databaseUrl);
	if (known !== undefined)
		return lend(known, known.ways.pop() ?? (await openWay(known)));
	const database = await openDatabase({
		url: place.databaseUrl,
		dataDirectory: place.dataDirectory,
		report: () => {},
	});
	// The tests kill Gesso, not the machine; what would survive a power cut is SQLite's own affair.
	if (database.kind === "sqlite")
		await sql`pragma synchronous = off`.execute(database.queries);
	return database;
}

interface KeptDatabase {
	readonly url: string;
	/** Outside of the ways that are lent. */
	readonly administrator: pg.Client;
	/** Those that nobody has at present. */
	readonly ways: Database[];
}

/** By their URLs. */
const kept = new Map<string, KeptDatabase>();
const idle: KeptDatabase[] = [];
let isFileOver = false;

// What is connected keeps its process from ending. A house that stands for a whole file may still be open then, and lets go later.
if (databaseKind === "postgres")
	after(async () => {
		isFileOver = true;
		for (const each of idle.splice(0)) await disconnect(each);
	});

/** The databases themselves end with their server. */
async function disconnect({ administrator, ways }: KeptDatabase) {
	for (const way of ways.splice(0)) await way.close();
	await administrator.end();
}

async function makeKept(): Promise<KeptDatabase> {
	const name = newName();
	await administrate(
		`create database ${name} template ${process.env.TEST_MIGRATED_DATABASE} strategy file_copy`,
	);
	const url = urlOf(name);
	const administrator = new pg.Client({ connectionString: url });
	await administrator.connect();
	const made: KeptDatabase = { url, administrator, ways: [] };
	kept.set(url, made);
	return made;
}

/** By this name our own connections are known to PostgreSQL. */
const WAY = "gesso_test_way";

async function openWay({ url }: KeptDatabase): Promise<Database> {
	const named = new URL(url);
	named.searchParams.set("application_name", WAY);
	return await openDatabase({
		url: named.href,
		dataDirectory: "",
		report: () => {},
	});
}

/** Once it is closed, its holder can neither read nor write a row any more, nor hears anything: the next test has it then. */
function lend({ ways }: KeptDatabase, way: Database): Database {
	const { database, cut } = withPowerSwitch(way);
	const deafenings = new Set<() => void>();
	return {
		...database,
		listen: (listener) => {
			const deafen = database.listen(listener);
			deafenings.add(deafen);
			return () => {
				deafenings.delete(deafen);
				deafen();
			};
		},
		close: async () => {
			cut();
			for (const deafen of deafenings) deafen();
			ways.push(way);
		},
	};
}

/** Whoever else is still connected is one of the processes that a test let die. As a replica, PostgreSQL minds no foreign keys. */
const EMPTY_ALL_TABLES = `
	select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid()
		and application_name <> '${WAY}';
	set session_replication_role = replica;
	do $$ declare name text; begin
		for name in select tablename from pg_tables
			where schemaname = 'public' and tablename not like 'kysely\\_%'
		loop execute format('delete from %I', name); end loop;
	end $$`;

/** A statement that was on its way when its way was closed, or a transaction that is being rolled back. */
const UNDER_WAY = `
	select 1 from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid()
		and application_name = '${WAY}' and state <> 'idle'`;

async function empty({ administrator }: KeptDatabase): Promise<void> {
	await waitUntil(
		async () => (await administrator.query(UNDER_WAY)).rowCount === 0,
	);
	await administrator.query(EMPTY_ALL_TABLES);
}

function newName(): string {
	return `gesso_${randomUUID().replaceAll("-", "")}`;
}

function urlOf(database: string): string {
	const url = new URL(administratorUrl ?? "");
	url.pathname = `/${database}`;
	return url.href;
}

async function administrate(statement: string): Promise<void> {
	const client = new pg.Client({ connectionString: administratorUrl });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
}
