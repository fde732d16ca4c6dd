/** Lists in pages: each begins after the last row of the page before, and says whether more come after it. */
import { type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** What rows are ordered by: when they were made, and of the same moment by their ids. */
export interface Place {
	readonly created_at: number;
	readonly id: string;
}

export interface PageWish {
	readonly limit: number;
	readonly order: "asc" | "desc";
	/** After whose place the page begins; `null` for the first page. */
	readonly after: Place | null;
}

/** @param query whose rows have `created_at` and `id`, and no order yet. */
export async function readPage<Tables extends keyof Schema, Row>(
	query: SelectQueryBuilder<Schema, Tables, Row>,
	{ limit, order, after }: PageWish,
) {
	const createdAt = sql.ref<number>("created_at");
	const id = sql.ref<string>("id");
	const beyond = sql.raw(order === "asc" ? ">" : "<");
	const begun =
		after === null
			? query
			: query.where(
					sql<SqlBool>`(${createdAt}, ${id}) ${beyond} (${after.created_at}, ${after.id})`,
				);
	// One more than asked for tells whether there is more.
	const rows = await begun
		.orderBy(createdAt, order)
		.orderBy(id, order)
		.limit(limit + 1)
		.execute();
	return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}
