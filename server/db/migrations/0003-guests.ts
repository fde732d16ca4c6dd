/** Guests, who are teams without an apiKey, their refresh tokens, and the uses by which limits are counted. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const guests: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("teams")
		.addColumn("kind", "text", (c) => c.notNull().defaultTo("team"))
		.execute();
	await db.schema
		.createIndex("teams_by_kind")
		.on("teams")
		.columns(["kind", "created_at"])
		.execute();
	// Whether a guest has anything is asked for many at once.
	await db.schema
		.createIndex("generations_of_team")
		.on("generations")
		.columns(["team_id", "created_at"])
		.execute();

	await db.schema
		.createTable("refresh_tokens")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("sha256", "text", (c) => c.notNull().unique())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("expires_at", "bigint", (c) => c.notNull())
		.addColumn("revoked_at", "bigint")
		.execute();
	await db.schema
		.createIndex("refresh_tokens_of_team")
		.on("refresh_tokens")
		.columns(["team_id", "created_at"])
		.execute();

	await db.schema
		.createTable("limits")
		.addColumn("limit_key", "text", (c) => c.primaryKey())
		.addColumn("forget_after", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createTable("limit_uses")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("limit_key", "text", (c) => c.notNull())
		.addColumn("amount", "integer", (c) => c.notNull())
		.addColumn("used_at", "bigint", (c) => c.notNull())
		.addColumn("forget_after", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("limit_uses_of_limit")
		.on("limit_uses")
		.columns(["limit_key", "used_at"])
		.execute();
	for (const table of ["limits", "limit_uses"] as const)
		await db.schema
			.createIndex(`${table}_to_forget`)
			.on(table)
			.column("forget_after")
			.execute();
}
