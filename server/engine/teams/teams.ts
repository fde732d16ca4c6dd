/** Teams and their apiKeys. An apiKey is shown once, when it is made; only its hash is stored. */
import { createHash } from "node:crypto";
import type { Queries, TransactionQueries } from "../../db/database.ts";
import { grant } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import { newSecret } from "../ids.ts";
import type { Tier } from "../limits/config.ts";

const PREFIX = "sk-img-";
const SECRET_BYTES = 32;
const HINT_LENGTH = PREFIX.length + 4;

type TeamDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId"
>;

export interface ApiKey {
	readonly id: string;
	readonly name: string;
	readonly role: "admin" | "member";
	/** Its first characters, to tell it from others. */
	readonly hint: string;
	readonly createdAt: number;
	readonly revokedAt: number | null;
}

interface NewApiKey {
	readonly teamId: string;
	readonly name: string;
	readonly role: "admin" | "member";
}

/** Makes a team and gives it its first credits. @returns its id. */
export async function createTeam(
	dependencies: TeamDependencies,
	team: { name: string; credits: number },
): Promise<string> {
	const id = dependencies.newId("team");
	await dependencies.database.transaction((transaction) =>
		insertTeam(transaction, dependencies, { id, kind: "team", ...team }),
	);
	return id;
}

/** Enters a team or a guest with its first credits. */
export async function insertTeam(
	transaction: TransactionQueries,
	dependencies: Pick<TeamDependencies, "clock" | "newId">,
	team: { id: string; kind: "team" | "guest"; name: string; credits: number },
): Promise<void> {
	await transaction
		.insertInto("teams")
		.values({
			id: team.id,
			kind: team.kind,
			name: team.name,
			balance_credits: 0,
			tier: null,
			default_model: null,
			created_at: dependencies.clock(),
		})
		.execute();
	if (team.credits > 0) {
		await grant(transaction, dependencies, {
			teamId: team.id,
			credits: team.credits,
			note: "first credits",
		});
	}
}

/** A team or a guest. */
export interface Team {
	readonly id: string;
	readonly kind: "team" | "guest";
	readonly name: string;
	readonly balance: number;
	/** By its id, or a name that only a provider knows; `null` where the server chooses. */
	readonly defaultModel: string | null;
}

/** @throws when there is none: a principal's team is there. */
export async function getTeam(queries: Queries, id: string): Promise<Team> {
	return await queries
		.selectFrom("teams")
		.select([
			"id",
			"kind",
			"name",
			"balance_credits as balance",
			"default_model as defaultModel",
		])
		.where("id", "=", id)
		.executeTakeFirstOrThrow();
}

/** A team as the owner of the server sees it. */
export interface ListedTeam {
	readonly id: string;
	readonly name: string;
	readonly balance: number;
	readonly tier: Tier | null;
	readonly defaultModel: string | null;
}

/** In the order they came; without guests. */
export async function listTeams(queries: Queries): Promise<ListedTeam[]> {
	return await queries
		.selectFrom("teams")
		.select([
			"id",
			"name",
			"balance_credits as balance",
			"tier",
			"default_model as defaultModel",
		])
		.where("kind", "=", "team")
		.orderBy("created_at")
		.orderBy("id")
		.execute();
}

/** From the next request on. @param tier `null` for that of all teams for whom none is set. */
export async function setTier(
	queries: Queries,
	teamId: string,
	tier: Tier | null,
): Promise<void> {
	await queries
		.updateTable("teams")
		.set({ tier })
		.where("id", "=", teamId)
		.execute();
}

/** From the next request on (S1-12). @param model `null` for the server's own default. */
export async function setDefaultModel(
	queries: Queries,
	teamId: string,
	model: string | null,
): Promise<void> {
	await queries
		.updateTable("teams")
		.set({ default_model: model })
		.where("id", "=", teamId)
		.execute();
}

/** @returns the model that draws for a team when nobody names one; `undefined` where that is left to the server. */
export async function findDefaultModel(
	queries: Queries,
	teamId: string,
): Promise<string | undefined> {
	const team = await queries
		.selectFrom("teams")
		.select("default_model")
		.where("id", "=", teamId)
		.executeTakeFirst();
	return team?.default_model ?? undefined;
}

/** Makes an apiKey. @returns the secret, which nothing can show again. */
export async function createApiKey(
	dependencies: TeamDependencies,
	key: NewApiKey,
): Promise<{ id: string; apiKey: string }> {
	return await insertApiKey(dependencies.database.queries, dependencies, key);
}

/** As `createApiKey`, within a transaction. */
export async function insertApiKey(
	queries: Queries,
	{ clock, newId }: Pick<TeamDependencies, "clock" | "newId">,
	key: NewApiKey,
): Promise<{ id: string; apiKey: string }> {
	const apiKey = PREFIX + newSecret(SECRET_BYTES);
	const id = newId("key");
	await queries
		.insertInto("api_keys")
		.values({
			id,
			team_id: key.teamId,
			name: key.name,
			role: key.role,
			sha256: sha256(apiKey),
			hint: apiKey.slice(0, HINT_LENGTH),
			created_at: clock(),
			revoked_at: null,
		})
		.execute();
	return { id, apiKey };
}

export async function listApiKeys(
	queries: Queries,
	teamId: string,
): Promise<ApiKey[]> {
	return await queries
		.selectFrom("api_keys")
		.select([
			"id",
			"name",
			"role",
			"hint",
			"created_at as createdAt",
			"revoked_at as revokedAt",
		])
		.where("team_id", "=", teamId)
		.orderBy("created_at")
		.orderBy("id")
		.execute();
}

/** @throws {EngineError} `not_found` when the team has no such apiKey, or it is revoked already. */
export async function revokeApiKey(
	{ database, clock }: TeamDependencies,
	key: { teamId: string; id: string },
): Promise<void> {
	const { numUpdatedRows } = await database.queries
		.updateTable("api_keys")
		.set({ revoked_at: clock() })
		.where("id", "=", key.id)
		.where("team_id", "=", key.teamId)
		.where("revoked_at", "is", null)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n)
		throw new EngineError("not_found", `There is no live apiKey ${key.id}.`);
}

/** @returns whose apiKey it is. @throws {EngineError} `unauthenticated` for none, and for one that is unknown or revoked. */
export async function requirePrincipal(
	queries: Queries,
	apiKey: string | undefined,
): Promise<Principal> {
	const principal =
		apiKey === undefined ? null : await authenticate(queries, apiKey);
	if (principal !== null) return principal;
	throw new EngineError(
		"unauthenticated",
		apiKey === undefined
			? "An apiKey is missing. Send it as `Authorization: Bearer sk-img-...`."
			: "This apiKey is not valid. It may be mistyped or revoked.",
	);
}

/** @returns whose apiKey it is, or `null` for one that is unknown or revoked. */
export async function authenticate(
	queries: Queries,
	apiKey: string,
): Promise<Principal | null> {
	if (!apiKey.startsWith(PREFIX)) return null;
	const row = await queries
		.selectFrom("api_keys")
		.select(["id", "team_id", "role"])
		// Looked up by hash: how long the database takes tells nothing about the apiKey.
		.where("sha256", "=", sha256(apiKey))
		.where("revoked_at", "is", null)
		.executeTakeFirst();
	if (row === undefined) return null;
	return {
		teamId: row.team_id,
		kind: "team",
		apiKeyId: row.id,
		role: row.role,
	};
}

function sha256(apiKey: string): string {
	return createHash("sha256").update(apiKey).digest("hex");
}
