/** What is settled of a batch when it is made or checked: for how long its results are kept, and who may work on it. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const batchTerms: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("batches")
		.addColumn("results_kept_ms", "bigint")
		.execute();
	await db.schema
		.alterTable("batches")
		// Nobody knows it of those that are there: at worst they wait for a process that draws.
		.addColumn("needs_drawing", "integer", (c) => c.notNull().defaultTo(1))
		.execute();
}
