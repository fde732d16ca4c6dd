/** The model that draws for a team when a request names none. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const teamModels: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("teams")
		.addColumn("default_model", "text")
		.execute();
}
