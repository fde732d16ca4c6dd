/** A place for one test: its own data directory and, when the suite runs on PostgreSQL, its own database. */
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import pg from "pg";
import { openDatabase } from "../db/open-database.ts";

/** Set by `npm run test:postgres`: a database from which others may be created. */
const administratorUrl = process.env.TEST_DATABASE_URL;

/** Which database this run of the suite is on. */
export const databaseKind =
	administratorUrl === undefined ? "sqlite" : "postgres";

export interface TestPlace {
	readonly dataDirectory: string;
	/** Empty on SQLite. */
	readonly databaseUrl: string;
	/** Has something closed before the place is removed, last come first closed. */
	closeFirst(close: () => Promise<void>): void;
}

/** Makes a place where nothing is yet, and has it removed after the test. */
export async function openTestPlace(
	test: Pick<TestContext, "after">,
): Promise<TestPlace> {
	return await openPlace(test, await createDatabase());
}

/** As `openTestPlace`, with tables that are up to date: bringing them there takes longer than many a test. */
export async function openMigratedPlace(
	test: Pick<TestContext, "after">,
): Promise<TestPlace> {
	if (databaseKind === "postgres")
		return await openPlace(test, await takeMigratedDatabase());
	migratedFile ??= makeMigratedFile();
	const file = await migratedFile;
	const place = await openPlace(test, await createDatabase());
	copyFileSync(file, path.join(place.dataDirectory, path.basename(file)));
	return place;
}

let migratedFile: Promise<string> | undefined;

/** @returns a SQLite file, which is removed when this process ends. */
async function makeMigratedFile(): Promise<string> {
	const dataDirectory = mkdtempSync(path.join(tmpdir(), "gesso-test-"));
	process.on("exit", () => rmSync(dataDirectory, { recursive: true }));
	const database = await openDatabase({
		url: "",
		dataDirectory,
		report: () => {},
	});
	await database.close();
	return path.join(dataDirectory, "gesso.db");
}

async function openPlace(
	test: Pick<TestContext, "after">,
	database: TestDatabase,
): Promise<TestPlace> {
	const dataDirectory = mkdtempSync(path.join(tmpdir(), "gesso-test-"));
	const closings: (() => Promise<void>)[] = [];
	test.after(async () => {
		for (const close of closings.reverse()) await close();
		await database.letGo();
		rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
	});
	return {
		dataDirectory,
		databaseUrl: database.url,
		closeFirst: (close) => closings.push(close),
	};
}

interface TestDatabase {
	readonly url: string;
	letGo(): Promise<void>;
}

async function createDatabase(): Promise<TestDatabase> {
	if (administratorUrl === undefined) return { url: "", letGo: async () => {} };
	const name = newName();
	await administrate("postgres", `create database ${name}`);
	return {
		url: urlOf(name),
		letGo: () => administrate("postgres", `drop database ${name} with (force)`),
	};
}

/** Copies of the migrated database that are empty again; PostgreSQL takes much longer to make one. They end with its server. */
const idleDatabases: string[] = [];

async function takeMigratedDatabase(): Promise<TestDatabase> {
	let name = idleDatabases.pop();
	if (name === undefined) {
		name = newName();
		await administrate(
			"postgres",
			`create database ${name} template ${process.env.TEST_MIGRATED_DATABASE}`,
		);
	}
	const taken = name;
	return {
		url: urlOf(taken),
		letGo: async () => {
			await administrate(taken, EMPTY_ALL_TABLES);
			idleDatabases.push(taken);
		},
	};
}

/** Whoever is still connected is one of the processes that a test let die. As a replica, PostgreSQL minds no foreign keys. */
const EMPTY_ALL_TABLES = `
	select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid();
	set session_replication_role = replica;
	do $$ declare name text; begin
		for name in select tablename from pg_tables
			where schemaname = 'public' and tablename not like 'kysely\\_%'
		loop execute format('delete from %I', name); end loop;
	end $$`;

function newName(): string {
	return `gesso_${randomUUID().replaceAll("-", "")}`;
}

function urlOf(database: string): string {
	const url = new URL(administratorUrl ?? "");
	url.pathname = `/${database}`;
	return url.href;
}

async function administrate(
	database: string,
	statements: string,
): Promise<void> {
	const client = new pg.Client({ connectionString: urlOf(database) });
	await client.connect();
	try {
		await client.query(statements);
	} finally {
		await client.end();
	}
}
