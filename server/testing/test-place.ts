/** A place for one test: its own data directory and, when the suite runs on PostgreSQL, its own database. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { openDatabase } from "../db/open-database.ts";
import {
	createDatabase,
	databaseKind,
	type TestDatabase,
	takeMigratedDatabase,
} from "./test-database.ts";

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
	const place = await openPlace(test, await takeMigratedDatabase());
	if (databaseKind === "sqlite") {
		migratedFile ??= makeMigratedFile();
		const file = await migratedFile;
		copyFileSync(file, path.join(place.dataDirectory, path.basename(file)));
	}
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
		// Taken out: the test runner keeps this function to its end, and with it would keep every app that there was.
		for (const close of closings.splice(0).reverse()) await close();
		await database.letGo();
		rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
	});
	return {
		dataDirectory,
		databaseUrl: database.url,
		closeFirst: (close) => closings.push(close),
	};
}
