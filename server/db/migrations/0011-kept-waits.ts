/** How long a vendor wanted to be left alone, kept with the generation that failed for it. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const keptWaits: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("generations")
		.addColumn("error_retry_after_ms", "bigint")
		.execute();
}
