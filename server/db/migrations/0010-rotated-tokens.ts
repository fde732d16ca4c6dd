/** When a refresh token was exchanged, apart from whether it is revoked: it is good for a little longer then. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const rotatedTokens: Migration = { up };

/** Those that were exchanged until now count as revoked, as they did. */
async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("refresh_tokens")
		.addColumn("rotated_at", "bigint")
		.execute();
}
