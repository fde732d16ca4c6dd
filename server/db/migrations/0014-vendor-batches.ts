/** Batches of vendors' own, in which lines of our batches are drawn and answered. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const vendorBatches: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("batches")
		.addColumn("delivery", "text", (c) => c.notNull().defaultTo("queue"))
		.execute();
	await createVendorBatches(db);
	for (const column of [
		"vendor_batch_id",
		"vendor_key",
		"reply_id",
		"dialect_json",
	])
		await db.schema
			.alterTable("batch_lines")
			.addColumn(column, "text")
			.execute();
	await db.schema
		.createIndex("batch_lines_in_vendor_batch")
		.on("batch_lines")
		.columns(["vendor_batch_id", "vendor_key"])
		.where(sql.ref("vendor_batch_id"), "is not", null)
		.execute();
	await db.schema
		.alterTable("catalogues")
		.addColumn("paused_for", "text")
		.execute();
	await db.schema
		.alterTable("catalogues")
		.renameColumn("described_microcredits", "batch_microcredits")
		.execute();
}

async function createVendorBatches(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("vendor_batches")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("batch_id", "text", (c) => c.notNull().references("batches.id"))
		.addColumn("provider", "text", (c) => c.notNull())
		.addColumn("provider_model", "text", (c) => c.notNull())
		.addColumn("kind", "text", (c) => c.notNull())
		.addColumn("status", "text", (c) => c.notNull())
		.addColumn("outcome", "text")
		.addColumn("display_name", "text", (c) => c.notNull())
		.addColumn("vendor_id", "text")
		.addColumn("line_count", "integer", (c) => c.notNull())
		.addColumn("input_bytes", "bigint", (c) => c.notNull())
		.addColumn("output_bytes", "bigint", (c) => c.notNull())
		.addColumn("vendor_done", "integer")
		.addColumn("submit_tries", "integer", (c) => c.notNull())
		.addColumn("submit_began_at", "bigint")
		.addColumn("polls", "integer", (c) => c.notNull())
		.addColumn("fault", "text")
		.addColumn("canceling_at", "bigint")
		.addColumn("cancel_told_at", "bigint")
		.addColumn("failed_steps", "integer", (c) => c.notNull())
		.addColumn("due_at", "bigint", (c) => c.notNull())
		.addColumn("claim_token", "text")
		.addColumn("lease_expires_at", "bigint")
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("submitted_at", "bigint")
		.addColumn("ended_at", "bigint")
		.execute();
	await db.schema
		.createIndex("vendor_batches_due")
		.on("vendor_batches")
		.column("due_at")
		.where(sql.ref("ended_at"), "is", null)
		.execute();
	await db.schema
		.createIndex("vendor_batches_of_batch")
		.on("vendor_batches")
		.column("batch_id")
		.execute();
}
