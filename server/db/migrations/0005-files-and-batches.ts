/** Files that teams hand in or that are written for them, batches of requests with their lines, and prices that are no multiple of a picture's. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const filesAndBatches: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("generations")
		.addColumn("dearer_images", "integer", (c) => c.notNull().defaultTo(0))
		.execute();
	await createFiles(db);
	await createBatches(db);
	await createLines(db);
}

async function createFiles(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("files")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("purpose", "text", (c) => c.notNull())
		.addColumn("file_name", "text", (c) => c.notNull())
		.addColumn("media_type", "text", (c) => c.notNull())
		.addColumn("size_bytes", "bigint", (c) => c.notNull())
		.addColumn("sha256", "text", (c) => c.notNull())
		.addColumn("storage_key", "text", (c) => c.notNull())
		.addColumn("source", "text", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("expires_at", "bigint")
		.execute();
	await db.schema
		.createIndex("files_of_team")
		.on("files")
		.columns(["team_id", "created_at", "id"])
		.execute();
	await db.schema
		.createIndex("files_by_object")
		.on("files")
		.column("storage_key")
		.execute();
	await db.schema
		.createIndex("files_to_forget")
		.on("files")
		.column("expires_at")
		.execute();
}

async function createBatches(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("batches")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("api_key_id", "text", (c) => c.references("api_keys.id"))
		.addColumn("dialect", "text", (c) => c.notNull())
		.addColumn("endpoint", "text", (c) => c.notNull())
		.addColumn("status", "text", (c) => c.notNull())
		.addColumn("closing", "text")
		// No foreign key: the file may be deleted meanwhile, its bytes are kept for the batch.
		.addColumn("input_file_id", "text", (c) => c.notNull())
		.addColumn("input_storage_key", "text")
		.addColumn("dialect_json", "text", (c) => c.notNull())
		.addColumn("faults_json", "text", (c) => c.notNull())
		.addColumn("total", "integer", (c) => c.notNull())
		.addColumn("completed", "integer", (c) => c.notNull())
		.addColumn("failed", "integer", (c) => c.notNull())
		.addColumn("output_file_id", "text")
		.addColumn("error_file_id", "text")
		.addColumn("failed_steps", "integer", (c) => c.notNull())
		.addColumn("due_at", "bigint", (c) => c.notNull())
		.addColumn("claim_token", "text")
		.addColumn("lease_expires_at", "bigint")
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("started_at", "bigint")
		.addColumn("canceling_at", "bigint")
		.addColumn("finalizing_at", "bigint")
		.addColumn("ended_at", "bigint")
		.addColumn("expires_at", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("batches_of_team")
		.on("batches")
		.columns(["team_id", "created_at", "id"])
		.execute();
	await db.schema
		.createIndex("batches_by_object")
		.on("batches")
		.column("input_storage_key")
		.execute();
	await db.schema
		.createIndex("batches_due")
		.on("batches")
		.column("due_at")
		.where(sql.ref("ended_at"), "is", null)
		.execute();
}

async function createLines(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("batch_lines")
		.addColumn("batch_id", "text", (c) => c.notNull().references("batches.id"))
		.addColumn("position", "integer", (c) => c.notNull())
		.addColumn("custom_id", "text", (c) => c.notNull())
		.addColumn("byte_offset", "bigint", (c) => c.notNull())
		.addColumn("byte_length", "integer", (c) => c.notNull())
		.addColumn("price_per_image_credits", "integer", (c) => c.notNull())
		.addColumn("dearer_images", "integer", (c) => c.notNull())
		.addColumn("status", "text", (c) => c.notNull())
		.addColumn("generation_id", "text", (c) => c.references("generations.id"))
		.addColumn("error_json", "text")
		.addPrimaryKeyConstraint("batch_lines_key", ["batch_id", "position"])
		.execute();
	await db.schema
		.createIndex("batch_lines_by_status")
		.on("batch_lines")
		.columns(["batch_id", "status", "position"])
		.execute();
}
