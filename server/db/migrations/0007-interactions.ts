/** Interactions: what was asked and answered in one turn, each knowing the one before it. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const interactions: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("interactions")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("dialect", "text", (c) => c.notNull())
		.addColumn("model", "text", (c) => c.notNull())
		// No foreign key: the one before may be deleted meanwhile.
		.addColumn("previous_id", "text")
		.addColumn("status", "text", (c) => c.notNull())
		.addColumn("messages_json", "text", (c) => c.notNull())
		.addColumn("generation_id", "text", (c) => c.references("generations.id"))
		.addColumn("text", "text")
		.addColumn("usage_json", "text")
		.addColumn("error_json", "text")
		.addColumn("dialect_json", "text", (c) => c.notNull())
		.addColumn("idempotency_key", "text")
		.addColumn("request_sha256", "text")
		.addColumn("lease_expires_at", "bigint", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("updated_at", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("interactions_by_idempotency_key")
		.on("interactions")
		.columns(["team_id", "idempotency_key"])
		.unique()
		.execute();
	await db.schema
		.createIndex("interactions_to_forget")
		.on("interactions")
		.column("created_at")
		.execute();
	await db.schema
		.createTable("interaction_inputs")
		.addColumn("interaction_id", "text", (c) =>
			c.notNull().references("interactions.id"),
		)
		.addColumn("position", "integer", (c) => c.notNull())
		.addColumn("storage_key", "text", (c) => c.notNull())
		.addPrimaryKeyConstraint("interaction_inputs_key", [
			"interaction_id",
			"position",
		])
		.execute();
	await db.schema
		.createIndex("interaction_inputs_by_object")
		.on("interaction_inputs")
		.column("storage_key")
		.execute();
}
