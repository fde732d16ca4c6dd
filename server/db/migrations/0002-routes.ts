/** Who may draw a generation and who did, what that cost the server's owner, and what a provider's gate knows of its vendor. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const routes: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	for (const [column, fallback] of [
		["routes_json", "[]"],
		["wishes_json", "{}"],
		["given_up_json", "[]"],
	] as const)
		await db.schema
			.alterTable("generations")
			.addColumn(column, "text", (c) => c.notNull().defaultTo(fallback))
			.execute();
	for (const column of ["route", "is_cost_estimated"] as const)
		await db.schema
			.alterTable("generations")
			.addColumn(column, "integer", (c) => c.notNull().defaultTo(0))
			.execute();
	await db.schema
		.alterTable("generations")
		.addColumn("usage_json", "text")
		.execute();
	await db.schema
		.alterTable("generations")
		.addColumn("progress_percent", "integer")
		.execute();
	await db.schema
		.alterTable("generation_inputs")
		.addColumn("role", "text", (c) => c.notNull().defaultTo("reference"))
		.execute();
	for (const [column, fallback] of [
		["provider", ""],
		["provider_model", ""],
		["watermark", "unknown"],
	] as const)
		await db.schema
			.alterTable("images")
			.addColumn(column, "text", (c) => c.notNull().defaultTo(fallback))
			.execute();

	for (const column of ["failures", "closed_until"] as const)
		await db.schema
			.alterTable("provider_gates")
			.addColumn(column, "bigint", (c) => c.notNull().defaultTo(0))
			.execute();
	await db.schema
		.createTable("provider_permits")
		.addColumn("id", "text", (c) => c.primaryKey())
		.addColumn("provider", "text", (c) => c.notNull())
		.addColumn("images", "integer", (c) => c.notNull())
		.addColumn("given_at", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("provider_permits_of_provider")
		.on("provider_permits")
		.columns(["provider", "given_at"])
		.execute();
}
