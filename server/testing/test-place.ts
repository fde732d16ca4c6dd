/** A place for one test: its own data directory and, when the suite runs on PostgreSQL, its own database. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import pg from "pg";

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

/** Makes a place, and has it removed after the test. */
export async function openTestPlace(
	test: Pick<TestContext, "after">,
): Promise<TestPlace> {
	const dataDirectory = mkdtempSync(path.join(tmpdir(), "gesso-test-"));
	const database = await createDatabase();
	const closings: (() => Promise<void>)[] = [];
	test.after(async () => {
		for (const close of closings.reverse()) await close();
		await database.drop();
		rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
	});
	return {
		dataDirectory,
		databaseUrl: database.url,
		closeFirst: (close) => closings.push(close),
	};
}

async function createDatabase(): Promise<{
	url: string;
	drop: () => Promise<void>;
}> {
	if (administratorUrl === undefined) return { url: "", drop: async () => {} };
	const name = `gesso_${randomUUID().replaceAll("-", "")}`;
	await administrate(`create database ${name}`);
	const url = new URL(administratorUrl);
	url.pathname = `/${name}`;
	return {
		url: url.href,
		drop: () => administrate(`drop database ${name} with (force)`),
	};
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
