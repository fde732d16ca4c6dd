/** Looks at what a server needs on its own machine: a place for its data, and a database. Changes nothing. */
import { constants } from "node:fs";
import { access, mkdtemp, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import type { Database } from "../db/database.ts";
import { openPostgres } from "../db/open-postgres.ts";
import { openSqlite } from "../db/open-sqlite.ts";

export interface Finding {
	readonly status: "ok" | "broken" | "not_asked";
	/** For people. */
	readonly detail: string;
}

/** @param directory an absolute path. */
export async function examineDataDirectory(
	directory: string,
): Promise<Finding> {
	try {
		const probe = await mkdtemp(path.join(directory, "probe-"));
		await rmdir(probe);
		return { status: "ok", detail: directory };
	} catch (error) {
		if (codeOf(error) !== "ENOENT")
			return broken(`${directory} cannot be written to (${codeOf(error)})`);
	}
	const parent = await nearestThatIs(directory);
	try {
		await access(parent, constants.W_OK);
		return { status: "ok", detail: `${directory}, made at the first start` };
	} catch (error) {
		return broken(
			`${directory} cannot be made in ${parent} (${codeOf(error)})`,
		);
	}
}

async function nearestThatIs(directory: string): Promise<string> {
	const parent = path.dirname(directory);
	const isThere = await stat(parent).then(
		() => true,
		() => false,
	);
	return isThere || parent === directory ? parent : nearestThatIs(parent);
}

/** @param timeoutMs how long a database on another machine may take to answer. */
export async function examineDatabase(options: {
	/** Empty for SQLite. */
	readonly url: string;
	/** An absolute path. */
	readonly dataDirectory: string;
	readonly timeoutMs: number;
	readonly isOffline: boolean;
}): Promise<Finding> {
	if (options.url !== "")
		return options.isOffline
			? { status: "not_asked", detail: "PostgreSQL (DATABASE_URL)" }
			: await examinePostgres(options.url, options.timeoutMs);
	const file = path.join(options.dataDirectory, "gesso.db");
	try {
		await stat(file);
	} catch {
		return {
			status: "ok",
			detail: `SQLite in ${file}, made at the first start`,
		};
	}
	try {
		await askAndClose(openSqlite(file));
		return { status: "ok", detail: `SQLite in ${file}` };
	} catch (error) {
		return broken(`SQLite in ${file} cannot be opened (${codeOf(error)})`);
	}
}

async function examinePostgres(
	url: string,
	timeoutMs: number,
): Promise<Finding> {
	const name = "PostgreSQL (DATABASE_URL)";
	const timer = Promise.withResolvers<never>();
	const timeout = setTimeout(
		() => timer.reject(Object.assign(new Error(), { code: "ETIMEDOUT" })),
		timeoutMs,
	);
	try {
		const answer = openPostgres(url, () => {}).then(askAndClose);
		await Promise.race([answer, timer.promise]);
		return { status: "ok", detail: name };
	} catch (error) {
		const code = codeOf(error);
		return broken(
			`${name} ${POSTGRES_REFUSALS[code] ?? `cannot be reached (${code})`}`,
		);
	} finally {
		clearTimeout(timeout);
	}
}

/** By the codes of PostgreSQL's manual, appendix A. */
const POSTGRES_REFUSALS: Readonly<Record<string, string>> = {
	"28000": "does not accept the user",
	"28P01": "does not accept the user or the password",
	"3D000": "has no database of that name",
	"53300": "has no connection left",
	"57P03": "is just starting",
};

async function askAndClose(database: Database): Promise<void> {
	try {
		await sql`select 1`.execute(database.queries);
	} finally {
		await database.close();
	}
}

function broken(detail: string): Finding {
	return { status: "broken", detail };
}

/** An error's own words might hold an address with a password in it; its code does not. */
function codeOf(error: unknown): string {
	const { code } = error as NodeJS.ErrnoException;
	return typeof code === "string" ? code : "it says no more";
}
