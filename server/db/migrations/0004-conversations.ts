/** Conversations with their items and the pictures handed in with them, and the replies that are charged. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const conversations: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("conversations")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("title", "text")
		.addColumn("metadata_json", "text", (c) => c.notNull())
		.addColumn("last_sequence", "integer", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("updated_at", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("conversations_of_team")
		.on("conversations")
		.columns(["team_id", "created_at", "id"])
		.execute();

	await db.schema
		.createTable("conversation_items")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("conversation_id", "text", (c) =>
			c.notNull().references("conversations.id"),
		)
		.addColumn("sequence", "integer", (c) => c.notNull())
		.addColumn("kind", "text", (c) => c.notNull())
		.addColumn("role", "text", (c) => c.notNull())
		.addColumn("status", "text", (c) => c.notNull())
		.addColumn("parts_json", "text", (c) => c.notNull())
		.addColumn("model", "text")
		.addColumn("generation_id", "text", (c) => c.references("generations.id"))
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addUniqueConstraint("conversation_items_in_order", [
			"conversation_id",
			"sequence",
		])
		.execute();
	// For whoever deletes generations: whether an item tells of one.
	await db.schema
		.createIndex("conversation_items_of_generation")
		.on("conversation_items")
		.column("generation_id")
		.execute();

	await db.schema
		.createTable("conversation_inputs")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("item_id", "text", (c) =>
			c.notNull().references("conversation_items.id"),
		)
		.addColumn("storage_key", "text", (c) => c.notNull())
		.addColumn("sha256", "text", (c) => c.notNull())
		.addColumn("media_type", "text", (c) => c.notNull())
		.addColumn("width", "integer", (c) => c.notNull())
		.addColumn("height", "integer", (c) => c.notNull())
		.addColumn("size_bytes", "bigint", (c) => c.notNull())
		.execute();
	for (const column of ["item_id", "storage_key"] as const)
		await db.schema
			.createIndex(`conversation_inputs_by_${column}`)
			.on("conversation_inputs")
			.column(column)
			.execute();

	await db.schema
		.createTable("replies")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("dialect", "text", (c) => c.notNull())
		.addColumn("status", "text", (c) => c.notNull())
		.addColumn("model", "text", (c) => c.notNull())
		.addColumn("provider", "text", (c) => c.notNull())
		.addColumn("provider_model", "text", (c) => c.notNull())
		.addColumn("credits", "integer", (c) => c.notNull())
		.addColumn("cost_microdollars", "bigint")
		.addColumn("is_cost_estimated", "integer", (c) => c.notNull())
		.addColumn("usage_json", "text")
		.addColumn("lease_expires_at", "bigint")
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("ended_at", "bigint")
		.execute();
	for (const [name, columns] of [
		["replies_under_way", ["status", "lease_expires_at"]],
		["replies_at_provider", ["provider", "status"]],
		["replies_of_team", ["team_id", "created_at"]],
	] as const)
		await db.schema
			.createIndex(name)
			.on("replies")
			.columns([...columns])
			.execute();
}
