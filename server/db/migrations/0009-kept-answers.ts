/** Answers in words that are kept: to be given again under the same idempotencyKey, and with all that was told of them. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const keptAnswers: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable("reply_answers")
		.addColumn("reply_id", "text", (c) =>
			c.primaryKey().references("replies.id"),
		)
		.addColumn("answer_json", "text", (c) => c.notNull())
		.addColumn("created_at", "bigint", (c) => c.notNull())
		.execute();
	await db.schema
		.createIndex("reply_answers_to_forget")
		.on("reply_answers")
		.column("created_at")
		.execute();
	await shareIdempotencyKeys(db);
	await db.schema
		.alterTable("interactions")
		.addColumn("reply_id", "text", (c) => c.references("replies.id"))
		.execute();
	await db.schema
		.alterTable("interactions")
		.addColumn("credits", "integer")
		.execute();
	await db.schema
		.alterTable("interactions")
		.addColumn("warnings_json", "text", (c) => c.notNull().defaultTo("[]"))
		.execute();
}

/** One table of idempotencyKeys for all that a request can make. */
async function shareIdempotencyKeys(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("idempotency_keys")
		.renameColumn("generation_id", "made_id")
		.execute();
	await sql`insert into idempotency_keys (team_id, idempotency_key, request_sha256, made_id, created_at)
		select team_id, idempotency_key, request_sha256, id, created_at from interactions
		where idempotency_key is not null
		on conflict do nothing`.execute(db);
	await db.schema.dropIndex("interactions_by_idempotency_key").execute();
	for (const column of ["idempotency_key", "request_sha256"])
		await db.schema.alterTable("interactions").dropColumn(column).execute();
}
