/** Catalogues with their rows, the batches in which those are worked on, and batches that pause. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const catalogues: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	for (const [column, type] of [
		["paused_at", "bigint"],
		["lines_at_once", "integer"],
	] as const)
		await db.schema.alterTable("batches").addColumn(column, type).execute();
	await createCatalogues(db);
	await createRows(db);
	await createParts(db);
}

async function createCatalogues(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("catalogues")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("api_key_id", "text", (c) => c.references("api_keys.id"))
		.addColumn("name", "text", (c) => c.notNull())
		.addColumn("choice_json", "text", (c) => c.notNull())
		.addColumn("strategy", "text", (c) => c.notNull())
		.addColumn("settings_json", "text", (c) => c.notNull())
		.addColumn("columns_json", "text", (c) => c.notNull())
		.addColumn("headers_json", "text", (c) => c.notNull())
		.addColumn("format_json", "text", (c) => c.notNull())
		.addColumn("problems_json", "text", (c) => c.notNull())
		.addColumn("problem_count", "integer", (c) => c.notNull())
		.addColumn("row_count", "integer", (c) => c.notNull())
		.addColumn("invalid_count", "integer", (c) => c.notNull())
		.addColumn("rows_storage_key", "text")
		.addColumn("prices_json", "text")
		.addColumn("described_microcredits", "bigint", (c) => c.notNull())
		.addColumn("pass_step", "text")
		.addColumn("pass_selection", "text")
		.addColumn("pass_position", "integer", (c) => c.notNull())
		.addColumn("is_under_way", "integer", (c) => c.notNull())
		.addColumn("paused_at", "bigint")
		.addColumn("canceling_at", "bigint")
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("taken_in_at", "bigint")
		.addColumn("deleted_at", "bigint")
		.execute();
	await db.schema
		.createIndex("catalogues_of_team")
		.on("catalogues")
		.columns(["team_id", "created_at", "id"])
		.execute();
	await db.schema
		.createIndex("catalogues_by_object")
		.on("catalogues")
		.column("rows_storage_key")
		.execute();
	await db.schema
		.createIndex("catalogues_under_way")
		.on("catalogues")
		.column("id")
		.where(sql.ref("is_under_way"), "=", sql.lit(1))
		.execute();
}

async function createRows(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("catalogue_rows")
		.addColumn("catalogue_id", "text", (c) =>
			c.notNull().references("catalogues.id"),
		)
		.addColumn("position", "integer", (c) => c.notNull())
		.addColumn("line", "integer", (c) => c.notNull())
		.addColumn("row_key", "text", (c) => c.notNull())
		.addColumn("byte_offset", "bigint", (c) => c.notNull())
		.addColumn("byte_length", "integer", (c) => c.notNull())
		.addColumn("fault", "text")
		.addColumn("prompt", "text")
		.addColumn("description", "text")
		.addColumn("step", "text")
		.addColumn("batch_id", "text", (c) => c.references("batches.id"))
		.addColumn("description_batch_id", "text", (c) =>
			c.references("batches.id"),
		)
		.addPrimaryKeyConstraint("catalogue_rows_key", ["catalogue_id", "position"])
		.execute();
	await db.schema
		.createIndex("catalogue_rows_by_key")
		.unique()
		.on("catalogue_rows")
		.columns(["catalogue_id", "row_key"])
		.execute();
	await db.schema
		.createIndex("catalogue_rows_by_batch")
		.on("catalogue_rows")
		.columns(["batch_id", "position"])
		.execute();
	await db.schema
		.createIndex("catalogue_rows_not_begun")
		.on("catalogue_rows")
		.columns(["catalogue_id", "position"])
		.where(sql.ref("batch_id"), "is", null)
		.execute();
}

async function createParts(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("catalogue_parts")
		.addColumn("batch_id", "text", (c) =>
			c.primaryKey().references("batches.id"),
		)
		.addColumn("catalogue_id", "text", (c) =>
			c.notNull().references("catalogues.id"),
		)
		.addColumn("step", "text", (c) => c.notNull())
		.addColumn("is_to_be_drawn", "integer", (c) => c.notNull())
		.addColumn("superseded_completed", "integer", (c) => c.notNull())
		.addColumn("superseded_failed", "integer", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("catalogue_parts_of_catalogue")
		.on("catalogue_parts")
		.columns(["catalogue_id", "batch_id"])
		.execute();
}
