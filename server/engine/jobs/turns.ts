/** What is looked at before work is handed out: what a provider can take, and which team comes next. */
import type { Queries } from "../../db/database.ts";
import { waitForRoom } from "./provider-gates.ts";

/** Whether the limit of pictures a minute lets one more begin. */
export async function hasRoom(
	queries: Queries,
	{
		provider,
		imagesPerMinute,
	}: {
		readonly provider: string;
		readonly imagesPerMinute?: number | undefined;
	},
	now: number,
): Promise<boolean> {
	if (imagesPerMinute === undefined) return true;
	const limit = { provider, imagesPerMinute };
	return (await waitForRoom(queries, limit, 1, now)) === 0;
}

/** Calls to the provider that all holders together may have under way, and the answers in words that it is giving. */
export async function slotsInUse(
	queries: Queries,
	provider: string,
): Promise<number> {
	const { used } = await queries
		.selectFrom("generations")
		.select((eb) => eb.fn.sum("slots").as("used"))
		.where("status", "=", "active")
		.where("provider", "=", provider)
		.executeTakeFirstOrThrow();
	const { replies } = await queries
		.selectFrom("replies")
		.select((eb) => eb.fn.countAll().as("replies"))
		.where("status", "=", "active")
		// One in a vendor's batch is under no lease, and no call.
		.where("lease_expires_at", "is not", null)
		.where("provider", "=", provider)
		.executeTakeFirstOrThrow();
	return Number(used ?? 0) + Number(replies);
}

/** The team whose turn it is, and whether its interactive or its batch work is next. */
export async function nextTeam(
	queries: Queries,
	provider: string,
	now: number,
): Promise<{ teamId: string; priority: number } | null> {
	for (const priority of [0, 1]) {
		const team = await queries
			.selectFrom("teams")
			.leftJoin("team_turns", (join) =>
				join
					.onRef("team_turns.team_id", "=", "teams.id")
					.on("team_turns.provider", "=", provider),
			)
			.select("teams.id")
			.where((eb) =>
				eb.exists(
					eb
						.selectFrom("generations")
						.select("generations.id")
						.whereRef("generations.team_id", "=", "teams.id")
						.where("generations.status", "=", "queued")
						.where("generations.provider", "=", provider)
						.where("generations.priority", "=", priority)
						.where("generations.due_at", "<=", now),
				),
			)
			.orderBy((eb) => eb.fn.coalesce("team_turns.turn", eb.lit(0)))
			.orderBy("teams.id")
			.limit(1)
			.executeTakeFirst();
		if (team !== undefined) return { teamId: team.id, priority };
	}
	return null;
}
