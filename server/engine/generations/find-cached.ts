/** Finds the pictures a team already has for a request under the same cacheKey (S4-35). */
import { createHash } from "node:crypto";
import type { Queries } from "../../db/database.ts";
import type { Generation } from "./request.ts";
import { findGeneration } from "./rows.ts";

/** More complete answers to one wish than this, each with a picture deleted, are not worth another look. */
const LOOK_AT_MOST = 5;

/**
 * A stable name for the facts that make two requests want the same pictures. The team is not among them: a lookup never
 * leaves the team.
 */
export function cacheKeyOf(facts: readonly unknown[]): string {
	return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/** @returns the newest complete generation under the key that still has all its images, or `null`. */
export async function findCached(
	queries: Queries,
	teamId: string,
	cacheKey: string,
): Promise<Generation | null> {
	const rows = await queries
		.selectFrom("generations")
		.select("id")
		.where("team_id", "=", teamId)
		.where("cache_key", "=", cacheKey)
		.where("status", "=", "completed")
		.where("refunded_credits", "=", 0)
		.orderBy("ended_at", "desc")
		.limit(LOOK_AT_MOST)
		.execute();
	for (const { id } of rows) {
		const generation = await findGeneration(queries, id, teamId);
		if (generation?.images.length === generation?.count) return generation;
	}
	return null;
}
