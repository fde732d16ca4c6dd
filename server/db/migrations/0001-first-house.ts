/** Teams, their apiKeys and credits; generations, which are also their jobs; images; and the bookkeeping of storage. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const firstHouse: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await createTeams(db);
	await createGenerations(db);
	await createImages(db);
	await createTurns(db);
}

async function createTeams(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("teams")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("name", "text", (c) => c.notNull())
		.addColumn("balance_credits", "bigint", (c) =>
			c.notNull().check(sql`balance_credits >= 0`),
		)
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.execute();

	await db.schema
		.createTable("api_keys")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("name", "text", (c) => c.notNull())
		.addColumn("role", "text", (c) => c.notNull())
		.addColumn("sha256", "text", (c) => c.notNull().unique())
		.addColumn("hint", "text", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("revoked_at", "bigint")
		.execute();

	await db.schema
		.createTable("ledger_entries")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("kind", "text", (c) => c.notNull())
		.addColumn("credits", "bigint", (c) => c.notNull())
		.addColumn("generation_id", "text")
		.addColumn("note", "text", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		// The last line of defence: whatever happens, a generation is charged once and refunded once.
		.addUniqueConstraint("ledger_entries_once", ["generation_id", "kind"])
		.execute();
	await db.schema
		.createIndex("ledger_entries_of_team")
		.on("ledger_entries")
		.columns(["team_id", "created_at"])
		.execute();
}

async function createGenerations(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("generations")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("api_key_id", "text", (c) => c.references("api_keys.id"))
		.addColumn("dialect", "text", (c) => c.notNull())
		.addColumn("status", "text", (c) => c.notNull())
		.addColumn("priority", "integer", (c) => c.notNull())
		.addColumn("model", "text", (c) => c.notNull())
		.addColumn("provider", "text", (c) => c.notNull())
		.addColumn("provider_model", "text", (c) => c.notNull())
		.addColumn("prompt", "text", (c) => c.notNull())
		.addColumn("rendered_prompt", "text", (c) => c.notNull())
		.addColumn("search_text", "text", (c) => c.notNull())
		.addColumn("revised_prompt", "text")
		.addColumn("negative_prompt", "text")
		.addColumn("count", "integer", (c) => c.notNull())
		.addColumn("aspect_ratio", "text")
		.addColumn("resolution", "text")
		.addColumn("drawn_width", "integer", (c) => c.notNull())
		.addColumn("drawn_height", "integer", (c) => c.notNull())
		.addColumn("width", "integer", (c) => c.notNull())
		.addColumn("height", "integer", (c) => c.notNull())
		.addColumn("seeds_json", "text")
		.addColumn("is_public", "integer", (c) => c.notNull())
		.addColumn("warnings_json", "text", (c) => c.notNull())
		.addColumn("dialect_json", "text", (c) => c.notNull())
		.addColumn("cache_key", "text")
		.addColumn("price_per_image_credits", "bigint", (c) => c.notNull())
		.addColumn("refunded_credits", "bigint", (c) => c.notNull())
		.addColumn("cost_microdollars", "bigint")
		.addColumn("total_tokens", "bigint", (c) => c.notNull())
		.addColumn("error_code", "text")
		.addColumn("error_message", "text")
		.addColumn("failed_attempts", "integer", (c) => c.notNull())
		.addColumn("takeovers", "integer", (c) => c.notNull())
		.addColumn("due_at", "bigint", (c) => c.notNull())
		.addColumn("claim_token", "text")
		.addColumn("lease_expires_at", "bigint")
		.addColumn("slots", "integer", (c) => c.notNull())
		.addColumn("cancel_requested_at", "bigint")
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("started_at", "bigint")
		.addColumn("ended_at", "bigint")
		.execute();
	// The queue: who waits for a provider, team by team. Partial, so that finished generations cost it nothing.
	await db.schema
		.createIndex("generations_waiting")
		.on("generations")
		.columns(["provider", "priority", "team_id", "created_at"])
		.where(sql.ref("status"), "=", sql.lit("queued"))
		.execute();
	await db.schema
		.createIndex("generations_active")
		.on("generations")
		.columns(["provider", "lease_expires_at"])
		.where(sql.ref("status"), "=", sql.lit("active"))
		.execute();
	await db.schema
		.createIndex("generations_cached")
		.on("generations")
		.columns(["team_id", "cache_key", "ended_at"])
		.where(sql.ref("cache_key"), "is not", sql.lit(null))
		.execute();

	await db.schema
		.createTable("generation_inputs")
		.addColumn("generation_id", "text", (c) =>
			c.notNull().references("generations.id"),
		)
		.addColumn("position", "integer", (c) => c.notNull())
		.addColumn("storage_key", "text", (c) => c.notNull())
		.addColumn("sha256", "text", (c) => c.notNull())
		.addColumn("media_type", "text", (c) => c.notNull())
		.addColumn("width", "integer", (c) => c.notNull())
		.addColumn("height", "integer", (c) => c.notNull())
		.addColumn("size_bytes", "bigint", (c) => c.notNull())
		.addPrimaryKeyConstraint("generation_inputs_key", [
			"generation_id",
			"position",
		])
		.execute();
	await db.schema
		.createIndex("generation_inputs_by_object")
		.on("generation_inputs")
		.column("storage_key")
		.execute();

	await db.schema
		.createTable("idempotency_keys")
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("idempotency_key", "text", (c) => c.notNull())
		.addColumn("request_sha256", "text", (c) => c.notNull())
		// No foreign key: this row is written first, so that a repetition is found before anything is charged.
		.addColumn("generation_id", "text", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addPrimaryKeyConstraint("idempotency_keys_key", [
			"team_id",
			"idempotency_key",
		])
		.execute();
}

async function createImages(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("images")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("generation_id", "text", (c) =>
			c.notNull().references("generations.id"),
		)
		.addColumn("position", "integer", (c) => c.notNull())
		.addColumn("seed", "bigint")
		.addColumn("storage_key", "text", (c) => c.notNull())
		.addColumn("sha256", "text", (c) => c.notNull())
		.addColumn("media_type", "text", (c) => c.notNull())
		.addColumn("size_bytes", "bigint", (c) => c.notNull())
		.addColumn("original_width", "integer", (c) => c.notNull())
		.addColumn("original_height", "integer", (c) => c.notNull())
		.addColumn("width", "integer", (c) => c.notNull())
		.addColumn("height", "integer", (c) => c.notNull())
		.addColumn("provenance", "text", (c) => c.notNull())
		.addColumn("public_token", "text", (c) => c.notNull().unique())
		.addColumn("is_public", "integer", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		// A picture drawn twice by a worker that lost its lease cannot be recorded twice.
		.addUniqueConstraint("images_once", ["generation_id", "position"])
		.execute();
	await db.schema
		.createIndex("images_of_team")
		.on("images")
		.columns(["team_id", "created_at", "id"])
		.execute();
	await db.schema
		.createIndex("images_by_object")
		.on("images")
		.column("storage_key")
		.execute();
	await db.schema
		.createIndex("images_public")
		.on("images")
		.columns(["created_at", "id"])
		.where(sql.ref("is_public"), "=", sql.lit(1))
		.execute();

	await db.schema
		.createTable("unreferenced_objects")
		.addColumn("storage_key", "text", (c) => c.primaryKey())
		.addColumn("collect_after", "bigint", (c) => c.notNull())
		.execute();
}

async function createTurns(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("provider_gates")
		.addColumn("provider", "text", (c) => c.primaryKey())
		.addColumn("turn", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createTable("team_turns")
		.addColumn("provider", "text", (c) => c.notNull())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("turn", "bigint", (c) => c.notNull())
		.addPrimaryKeyConstraint("team_turns_key", ["provider", "team_id"])
		.execute();
}
