/**
 * Keeps account of objects in storage that no row refers to, so that a crash leaves no garbage for ever and a clean-up
 * never takes an object that somebody is about to refer to.
 *
 * An object is entered here before it is written, and struck out by the transaction that makes a row refer to it. When
 * the last row goes, it is entered again. The collector takes only entries that are old enough, under the entry's lock.
 */
import { sql } from "kysely";
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";

/** Far longer than it can take from writing an object to referring to it, so that the collector never comes in between. */
const GRACE_MS = 60 * 60 * 1000;
const BATCH = 100;

type CollectorDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "clock" | "log"
>;

/** Enters an object that is about to be written, or that may have lost its last reference. */
export async function enterUnreferenced(
	queries: Queries,
	storageKey: string,
	now: number,
): Promise<void> {
	const collect_after = now + GRACE_MS;
	await queries
		.insertInto("unreferenced_objects")
		.values({ storage_key: storageKey, collect_after })
		.onConflict((conflict) =>
			conflict.column("storage_key").doUpdateSet({ collect_after }),
		)
		.execute();
}

/** Strikes objects out, in the transaction that refers to them. */
export async function strikeReferenced(
	transaction: TransactionQueries,
	storageKeys: readonly string[],
): Promise<void> {
	if (storageKeys.length === 0) return;
	await transaction
		.deleteFrom("unreferenced_objects")
		.where("storage_key", "in", storageKeys)
		.execute();
}

/** Where the renderings of an original lie; they go with it. */
export function variantsPrefix(teamId: string, sha256: string): string {
	return `variants/${teamId}/${sha256}/`;
}

/** Forgets the objects whose time has come. @returns how many. */
export async function collectUnreferenced(
	dependencies: CollectorDependencies,
): Promise<number> {
	const { database, clock, log } = dependencies;
	let collected = 0;
	for (;;) {
		const due = await database.queries
			.selectFrom("unreferenced_objects")
			.select("storage_key")
			.where("collect_after", "<", clock())
			.limit(BATCH)
			.execute();
		let failed = 0;
		for (const { storage_key } of due) {
			try {
				if (await collect(dependencies, storage_key)) collected++;
			} catch (fault) {
				failed++;
				log.warn(
					{ storageKey: storage_key, fault: String(fault) },
					"Could not collect an object; it will be tried again",
				);
			}
		}
		if (due.length < BATCH || failed === due.length) return collected;
	}
}

/** @returns whether the object was forgotten. */
async function collect(
	{ database, storage, clock }: CollectorDependencies,
	storageKey: string,
): Promise<boolean> {
	return await database.transaction(async (transaction) => {
		// Deleting the entry locks it: whoever is about to write this object waits here, and then writes it anew.
		const { numDeletedRows } = await transaction
			.deleteFrom("unreferenced_objects")
			.where("storage_key", "=", storageKey)
			.where("collect_after", "<", clock())
			.executeTakeFirst();
		if (numDeletedRows !== 1n) return false;
		if (await isReferenced(transaction, storageKey)) return false;
		await storage.remove(storageKey);
		const [, teamId = "", file = ""] = storageKey.split("/");
		await storage.removeBelow(
			variantsPrefix(teamId, file.replace(/\..*$/, "")),
		);
		return true;
	});
}

/** Every column that names an object in storage. */
const REFERRING = [
	["images", "storage_key"],
	["generation_inputs", "storage_key"],
	["conversation_inputs", "storage_key"],
	["interaction_inputs", "storage_key"],
	["files", "storage_key"],
	["upload_parts", "storage_key"],
	["batches", "input_storage_key"],
	["catalogues", "rows_storage_key"],
	["catalogue_inputs", "storage_key"],
] as const;

async function isReferenced(
	queries: Queries,
	storageKey: string,
): Promise<boolean> {
	for (const [table, column] of REFERRING) {
		const { rows } = await sql`select 1 from ${sql.table(table)}
			where ${sql.ref(column)} = ${storageKey} limit 1`.execute(queries);
		if (rows.length > 0) return true;
	}
	return false;
}
