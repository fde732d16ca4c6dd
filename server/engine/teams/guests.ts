/**
 * Guests: teams of one who come in without an apiKey, with a few credits of their own, and see only what is theirs. A guest
 * may become a team, and keeps everything.
 */
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import { isId } from "../ids.ts";
import { takeUse, waitMsFor } from "../limits/limits.ts";
import { Refusals } from "../limits/refusals.ts";
import {
	issueRefreshToken,
	lockGuest,
	revokeRefreshTokens,
	rotateRefreshToken,
} from "./refresh-tokens.ts";
import { insertApiKey, insertTeam } from "./teams.ts";

const MINUTE_MS = 60_000;
const MAX_NAME_CHARACTERS = 200;

type GuestDependencies = Pick<
	EngineDependencies,
	"database" | "settings" | "clock" | "newId"
>;

/** What a guest needs to be let in again. */
export interface GuestSession {
	readonly teamId: string;
	/** Good for one `refresh`, and for a minute after it. */
	readonly refreshToken: string;
}

export interface Guests {
	/**
	 * Makes a guest.
	 * @param addressHash tells callers apart without telling their address.
	 * @throws {EngineError} `forbidden` when guests are not admitted, `rate_limited` when too many come from one address.
	 */
	admit(addressHash: string): Promise<GuestSession>;
	/**
	 * Lets a guest in who proved to be this one.
	 * @throws {EngineError} `unauthenticated` when it was logged out, became a team or is forgotten; `forbidden` when guests
	 * are not admitted.
	 */
	authenticate(teamId: string): Promise<Principal>;
	/**
	 * @throws {EngineError} `unauthenticated`, and all tokens of the guest are revoked when this one was used more than a
	 * minute before; `forbidden`
	 */
	refresh(refreshToken: string): Promise<GuestSession>;
	/**
	 * Makes a guest a team, with an apiKey that is shown this once. The guest's tokens end.
	 * @throws {EngineError} `invalid_request` for the name, `conflict` when it is a team already.
	 */
	upgrade(principal: Principal, name: string): Promise<{ apiKey: string }>;
	/** Ends a guest's tokens. An apiKey is not ended by this. */
	logOut(principal: Principal): Promise<void>;
}

export function createGuests(dependencies: GuestDependencies): Guests {
	const { database, settings, clock } = dependencies;
	const refusals = new Refusals();
	return {
		admit: async (addressHash) => {
			requireGuests(settings);
			return await admit(dependencies, refusals, addressHash);
		},
		authenticate: async (teamId) => {
			requireGuests(settings);
			if (isId(teamId) && (await isLoggedIn(dependencies, teamId)))
				return { teamId, kind: "guest", apiKeyId: null, role: "member" };
			throw new EngineError(
				"unauthenticated",
				"This guest is not logged in any more. Log in again, or use the apiKey it was given as a team.",
			);
		},
		refresh: async (refreshToken) => {
			requireGuests(settings);
			const session = await rotateRefreshToken(dependencies, refreshToken);
			if (session !== null) return session;
			throw new EngineError(
				"unauthenticated",
				"This refresh token is not valid: it is unknown, expired, revoked or was used before. Log in again.",
			);
		},
		upgrade: (principal, name) => upgrade(dependencies, principal, name),
		logOut: async ({ teamId }) =>
			await database.transaction(async (transaction) => {
				await lockGuest(transaction, teamId);
				await revokeRefreshTokens(transaction, teamId, clock());
			}),
	};
}

function requireGuests({
	guestsEnabled,
}: Pick<GuestDependencies["settings"], "guestsEnabled">): void {
	if (guestsEnabled) return;
	throw new EngineError(
		"forbidden",
		"This server admits no guests (GESSO_GUESTS_ENABLED). Use a team's apiKey.",
	);
}

async function admit(
	dependencies: GuestDependencies,
	refusals: Refusals,
	addressHash: string,
): Promise<GuestSession> {
	const { database, settings, clock, newId } = dependencies;
	const limit = {
		key: `guest-logins ${addressHash}`,
		atMost: settings.guestLoginsPerMinute,
		windowMs: MINUTE_MS,
	};
	const refuseFor = (waitMs: number) => {
		if (waitMs === 0) return;
		refusals.remember(limit.key, clock() + waitMs);
		throw tooMany(waitMs);
	};
	// A flood of them is turned away here, and nobody waits for the lock in vain.
	const waitMs = refusals.waitMsFor(limit.key, clock());
	if (waitMs > 0) throw tooMany(waitMs);
	refuseFor(await waitMsFor(database.queries, limit, clock()));
	return await database.transaction(async (transaction) => {
		refuseFor(await takeUse(transaction, dependencies, limit));
		const teamId = newId("team");
		await insertTeam(transaction, dependencies, {
			id: teamId,
			kind: "guest",
			name: "guest",
			credits: settings.guestCredits,
		});
		return {
			teamId,
			refreshToken: await issueRefreshToken(transaction, dependencies, teamId),
		};
	});
}

function tooMany(waitMs: number): EngineError {
	return new EngineError(
		"rate_limited",
		"Too many guests have come from this address. Wait a little, or use the access token or refresh token of one of them.",
		{ details: { retryAfterMs: waitMs } },
	);
}

/** Access tokens live shorter than refresh tokens: while one is good there is one of these, unless all were revoked. */
async function isLoggedIn(
	{ database, clock }: GuestDependencies,
	teamId: string,
): Promise<boolean> {
	const row = await database.queries
		.selectFrom("refresh_tokens")
		.innerJoin("teams", "teams.id", "refresh_tokens.team_id")
		.select("teams.id")
		.where("teams.id", "=", teamId)
		.where("teams.kind", "=", "guest")
		.where("refresh_tokens.revoked_at", "is", null)
		.where("refresh_tokens.expires_at", ">", clock())
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

async function upgrade(
	dependencies: GuestDependencies,
	{ teamId }: Principal,
	name: string,
): Promise<{ apiKey: string }> {
	checkName(name);
	return await dependencies.database.transaction(async (transaction) => {
		const { numUpdatedRows } = await transaction
			.updateTable("teams")
			.set({ kind: "team", name })
			.where("id", "=", teamId)
			.where("kind", "=", "guest")
			.executeTakeFirst();
		if (numUpdatedRows !== 1n)
			throw new EngineError("conflict", "This is a team already.");
		await revokeRefreshTokens(transaction, teamId, dependencies.clock());
		const { apiKey } = await insertApiKey(transaction, dependencies, {
			teamId,
			name: "first apiKey",
			role: "admin",
		});
		return { apiKey };
	});
}

function checkName(name: string): void {
	const allowed = `text of 1 to ${MAX_NAME_CHARACTERS} characters`;
	const isText = name.isWellFormed() && !/\p{Cc}/u.test(name);
	if (name.trim() === "" || name.length > MAX_NAME_CHARACTERS || !isText)
		throw invalid("name", `The name must be ${allowed}.`, allowed);
}
