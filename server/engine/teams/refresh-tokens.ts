/** Refresh tokens, with which a guest gets its next access token. Each is exchanged for the next one; only its hash is stored. */
import { createHash } from "node:crypto";
import type { TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { newSecret } from "../ids.ts";

const PREFIX = "grt-";
const SECRET_BYTES = 32;
/** From one use to the next. Whoever stays away for longer has lost what it made as a guest. */
const LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;
/** After its first exchange a token may come again: from another tab of the same browser, or because the answer was lost. */
const GRACE_MS = 60_000;

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
			rotated_at: null,
			revoked_at: null,
		})
		.execute();
	return token;
}

/**
 * Exchanges a token for the next one. A token that still comes a minute after its first exchange is in two hands, and nobody
 * knows which are the right ones: then all tokens of its guest are revoked.
 * @returns `null` for a token that is unknown, used, revoked or expired.
 */
export async function rotateRefreshToken(
	dependencies: TokenDependencies,
	token: string,
): Promise<{ teamId: string; refreshToken: string } | null> {
	if (!token.startsWith(PREFIX)) return null;
	return await dependencies.database.transaction(async (transaction) => {
		const teamId = (await findToken(transaction, token))?.team_id;
		if (teamId === undefined) return null;
		await lockGuest(transaction, teamId);
		// Read again, now that nobody else can change it.
		const row = await findToken(transaction, token);
		const now = dependencies.clock();
		if (row === undefined || row.expires_at <= now) return null;
		const goodUntil = (row.rotated_at ?? now) + GRACE_MS;
		if (row.revoked_at !== null || goodUntil < now) {
			await revokeRefreshTokens(transaction, teamId, now);
			return null;
		}
		if (row.rotated_at === null)
			await transaction
				.updateTable("refresh_tokens")
				.set({ rotated_at: now })
				.where("id", "=", row.id)
				.execute();
		return {
			teamId,
			refreshToken: await issueRefreshToken(transaction, dependencies, teamId),
		};
	});
}

async function findToken(transaction: TransactionQueries, token: string) {
	return await transaction
		.selectFrom("refresh_tokens")
		.select(["id", "team_id", "expires_at", "rotated_at", "revoked_at"])
		.where("sha256", "=", sha256(token))
		.executeTakeFirst();
}

/** Until the transaction ends nobody else gives this guest tokens or revokes them. */
export async function lockGuest(
	transaction: TransactionQueries,
	teamId: string,
): Promise<void> {
	await transaction
		// Changes nothing.
		.updateTable("teams")
		.set((eb) => ({ kind: eb.ref("kind") }))
		.where("id", "=", teamId)
		.execute();
}

/** Ends what a guest was let in by; its access tokens end with them. The transaction has its team locked. */
export async function revokeRefreshTokens(
	transaction: TransactionQueries,
	teamId: string,
	now: number,
): Promise<void> {
	await transaction
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
