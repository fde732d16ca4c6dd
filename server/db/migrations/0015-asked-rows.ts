/** Rows of catalogues that say themselves how they are to be drawn: their own terms, and the pictures that came with them. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const askedRows: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("catalogue_rows")
		.addColumn("terms", "integer", (c) => c.notNull().defaultTo(0))
		.execute();
	await db.schema
		.alterTable("catalogues")
		.addColumn("terms_json", "text")
		.execute();
	await db.schema
		.createTable("catalogue_inputs")
		.addColumn("catalogue_id", "text", (c) =>
			c.notNull().references("catalogues.id"),
		)
		.addColumn("storage_key", "text", (c) => c.notNull())
		.addPrimaryKeyConstraint("catalogue_inputs_key", [
			"catalogue_id",
			"storage_key",
		])
		.execute();
	await db.schema
		.createIndex("catalogue_inputs_by_object")
		.on("catalogue_inputs")
		.column("storage_key")
		.execute();
}
