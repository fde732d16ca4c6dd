/** Uploads that come in pieces, names that callers give their files, tiers of teams, and what batches need for lines that fail alone or are answered in words. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const uploads: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema.alterTable("teams").addColumn("tier", "text").execute();
	await db.schema.alterTable("files").addColumn("own_name", "text").execute();
	await db.schema
		.alterTable("files")
		.addColumn("display_name", "text")
		.execute();
	await db.schema
		.createIndex("files_by_own_name")
		.on("files")
		.columns(["team_id", "own_name"])
		.unique()
		.execute();
	await db.schema
		.alterTable("batches")
		.addColumn("deleted_at", "bigint")
		.execute();
	await db.schema
		.alterTable("batch_lines")
		.addColumn("answer_json", "text")
		.execute();
	await createUploads(db);
}

async function createUploads(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("uploads")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("token_sha256", "text", (c) => c.notNull().unique())
		.addColumn("facts_json", "text", (c) => c.notNull())
		.addColumn("announced_bytes", "bigint")
		.addColumn("received_bytes", "bigint", (c) => c.notNull())
		// No foreign key: the file may be deleted meanwhile.
		.addColumn("file_id", "text")
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("expires_at", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("uploads_of_team")
		.on("uploads")
		.column("team_id")
		.execute();
	await db.schema
		.createIndex("uploads_to_forget")
		.on("uploads")
		.column("expires_at")
		.execute();
	await db.schema
		.createTable("upload_parts")
		.addColumn("upload_id", "text", (c) => c.notNull().references("uploads.id"))
		.addColumn("byte_offset", "bigint", (c) => c.notNull())
		.addColumn("size_bytes", "bigint", (c) => c.notNull())
		.addColumn("storage_key", "text", (c) => c.notNull())
		.addPrimaryKeyConstraint("upload_parts_key", ["upload_id", "byte_offset"])
		.execute();
	await db.schema
		.createIndex("upload_parts_by_object")
		.on("upload_parts")
		.column("storage_key")
		.execute();
}
