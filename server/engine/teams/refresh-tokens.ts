/** Refresh tokens, with which a guest gets its next access token. Each is used once; only its hash is stored. */
import { createHash } from "node:crypto";
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { newSecret } from "../ids.ts";

const PREFIX = "grt-";
const SECRET_BYTES = 32;
/** From one use to the next. Whoever stays away for longer has lost what it made as a guest. */
const LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

type TokenDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId"
>;

/** @returns the token, which nothing can show again. */
export async function issueRefreshToken(
	transaction: TransactionQueries,
	{ clock, newId }: Omit<TokenDependencies, "database">,
	teamId: string,
): Promise<string> {
	const token = PREFIX + newSecret(SECRET_BYTES);
	const now = clock();
	await transaction
		.insertInto("refresh_tokens")
		.values({
			id: newId("token"),
			team_id: teamId,
			sha256: sha256(token),
			created_at: now,
			expires_at: now + LIFETIME_MS,
			revoked_at: null,
		})
		.execute();
	return token;
}

/**
 * Exchanges a token for the next one. A token that comes a second time is in two hands, and nobody knows which are the
 * right ones: then all tokens of its guest are revoked.
 * @returns `null` for a token that is unknown, used, revoked or expired.
 */
export async function rotateRefreshToken(
	dependencies: TokenDependencies,
	token: string,
): Promise<{ teamId: string; refreshToken: string } | null> {
	if (!token.startsWith(PREFIX)) return null;
	return await dependencies.database.transaction(async (transaction) => {
		const now = dependencies.clock();
		const row = await transaction
			.selectFrom("refresh_tokens")
			.select(["id", "team_id", "expires_at"])
			.where("sha256", "=", sha256(token))
			.executeTakeFirst();
		if (row === undefined || row.expires_at <= now) return null;
		const { numUpdatedRows } = await transaction
			.updateTable("refresh_tokens")
			.set({ revoked_at: now })
			.where("id", "=", row.id)
			.where("revoked_at", "is", null)
			.executeTakeFirst();
		if (numUpdatedRows !== 1n) {
			await revokeRefreshTokens(transaction, row.team_id, now);
			return null;
		}
		return {
			teamId: row.team_id,
			refreshToken: await issueRefreshToken(
				transaction,
				dependencies,
				row.team_id,
			),
		};
	});
}

/** Ends what a guest was let in by; its access tokens end with them. */
export async function revokeRefreshTokens(
	queries: Queries,
	teamId: string,
	now: number,
): Promise<void> {
	await queries
		.updateTable("refresh_tokens")
		.set({ revoked_at: now })
		.where("team_id", "=", teamId)
		.where("revoked_at", "is", null)
		.execute();
}

/** Forgets those that would not be accepted any more even if nobody had used them. */
export async function forgetRefreshTokens({
	database,
	clock,
}: Pick<EngineDependencies, "database" | "clock">): Promise<void> {
	await database.queries
		.deleteFrom("refresh_tokens")
		.where("expires_at", "<=", clock())
		.execute();
}

function sha256(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}
