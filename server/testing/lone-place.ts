/** A place for a program that is no test: its own directory and, on PostgreSQL, its own database. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestPlace } from "./test-place.ts";

/**
 * Makes a place where nothing is yet.
 * @param serverUrl of a PostgreSQL on which a database may be made; empty for SQLite.
 * @param closeFirst has something called when the program has done with the place, last come first called.
 */
export async function openLonePlace(
	serverUrl: string,
	closeFirst: TestPlace["closeFirst"],
): Promise<TestPlace> {
	const dataDirectory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
	closeFirst(async () => rmSync(dataDirectory, { recursive: true }));
	if (serverUrl === "") return { dataDirectory, databaseUrl: "", closeFirst };
	const name = `gesso_${randomUUID().replaceAll("-", "")}`;
	await administrate(serverUrl, `create database ${name}`);
	closeFirst(() =>
		administrate(serverUrl, `drop database ${name} with (force)`),
	);
	const url = new URL(serverUrl);
	url.pathname = `/${name}`;
	return { dataDirectory, databaseUrl: url.href, closeFirst };
}

async function administrate(
	serverUrl: string,
	statement: string,
): Promise<void> {
	const client = new pg.Client({ connectionString: serverUrl });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
}
