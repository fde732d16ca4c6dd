/** Forgets guests who came, made nothing, and did not come back. */
import { sql } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** At once; the rest is for the next time. */
const BATCH = 500;

/**
 * A guest with a row in one of these is kept: it has something to come back to, or the server's owner has an account to
 * settle. A generation is one even without a picture, since it may say what its vendor was paid.
 */
const KEPT_FOR = [
	"generations",
	"images",
	"api_keys",
	"files",
	"batches",
	"conversations",
	"interactions",
	"uploads",
	"replies",
	"presets",
	"catalogues",
] as const;

/** What there is of a guest who has nothing, in the order in which it may go. */
const FORGOTTEN = [
	"refresh_tokens",
	"ledger_entries",
	"idempotency_keys",
	"team_turns",
] as const;

type Dependencies = Pick<
	EngineDependencies,
	"database" | "settings" | "clock" | "log"
>;

/** @returns how many were forgotten. */
export async function forgetGuests(
	dependencies: Dependencies,
): Promise<number> {
	const { database, settings, clock, log } = dependencies;
	const before = clock() - settings.guestDays * DAY_MS;
	const candidates = await database.queries
		.selectFrom("teams")
		.select("id")
		.where("kind", "=", "guest")
		.where("created_at", "<", before)
		.where(hasNothing())
		.where(wasNotSeenSince(before))
		.orderBy("created_at")
		.limit(BATCH)
		.execute();
	let forgotten = 0;
	for (const { id } of candidates) {
		try {
			await database.transaction((transaction) =>
				forget(transaction, id, before),
			);
			forgotten++;
		} catch (fault) {
			// It came back just now, and all of it is there still.
			log.warn(
				{ teamId: id, fault: String(fault) },
				"A guest was not forgotten",
			);
		}
	}
	return forgotten;
}

/** @throws when the guest has something after all, for the transaction to be undone. */
async function forget(
	transaction: TransactionQueries,
	teamId: string,
	before: number,
): Promise<void> {
	const { numUpdatedRows } = await transaction
		// Changes nothing, but it cannot become a team meanwhile. Anything else that it makes in the meantime refers to its row,
		// which then cannot be deleted.
		.updateTable("teams")
		.set({ kind: "guest" })
		.where("id", "=", teamId)
		.where("kind", "=", "guest")
		.where(hasNothing())
		.where(wasNotSeenSince(before))
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new Error("The guest has come back");
	for (const table of FORGOTTEN)
		await transaction.deleteFrom(table).where("team_id", "=", teamId).execute();
	await transaction.deleteFrom("teams").where("id", "=", teamId).execute();
}

function hasNothing() {
	return sql<boolean>`not (${sql.join(
		KEPT_FOR.map(
			(table) =>
				sql`exists (select 1 from ${sql.table(table)} where ${sql.ref(`${table}.team_id`)} = ${sql.ref("teams.id")})`,
		),
		sql` or `,
	)})`;
}

/** Each time a guest is let in for another hour, it gets a new refresh token. */
function wasNotSeenSince(since: number) {
	return sql<boolean>`not exists (select 1 from ${sql.table("refresh_tokens")} where ${sql.ref("refresh_tokens.team_id")} = ${sql.ref("teams.id")} and ${sql.ref("refresh_tokens.created_at")} >= ${since})`;
}
