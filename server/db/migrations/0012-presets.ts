/** Presets with all their versions, and which of them a generation was made from. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const presets: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("presets")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("team_id", "text", (c) => c.notNull().references("teams.id"))
		.addColumn("search_name", "text", (c) => c.notNull())
		.addColumn("version", "integer", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addColumn("deleted_at", "bigint")
		.execute();
	await db.schema
		.createIndex("presets_of_team")
		.on("presets")
		.columns(["team_id", "created_at", "id"])
		.execute();

	await db.schema
		.createTable("preset_versions")
		.addColumn("preset_id", "text", (c) => c.notNull().references("presets.id"))
		.addColumn("version", "integer", (c) => c.notNull())
		.addColumn("name", "text", (c) => c.notNull())
		.addColumn("description", "text")
		.addColumn("template", "text", (c) => c.notNull())
		.addColumn("negative_prompt", "text")
		.addColumn("model", "text")
		.addColumn("aspect_ratio", "text")
		.addColumn("resolution", "text")
		.addColumn("count", "integer")
		.addColumn("requirements_json", "text", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.addPrimaryKeyConstraint("preset_versions_key", ["preset_id", "version"])
		.execute();

	// No foreign key: a preset that comes with the server is in no table.
	for (const [column, type] of [
		["preset_id", "text"],
		["preset_version", "integer"],
		["variables_json", "text"],
	] as const)
		await db.schema.alterTable("generations").addColumn(column, type).execute();
	await db.schema
		.createIndex("generations_of_preset")
		.on("generations")
		.columns(["team_id", "preset_id"])
		.where(sql.ref("preset_id"), "is not", sql.lit(null))
		.execute();
}
