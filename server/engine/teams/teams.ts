/** Teams and their apiKeys. An apiKey is shown once, when it is made; only its hash is stored. */
import { createHash } from "node:crypto";
import type { Queries } from "../../db/database.ts";
import { grant } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import { newSecret } from "../ids.ts";

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

/** Makes a team and gives it its first credits. @returns its id. */
export async function createTeam(
	dependencies: TeamDependencies,
	team: { name: string; credits: number },
): Promise<string> {
	const id = dependencies.newId("team");
	await dependencies.database.transaction(async (transaction) => {
		await transaction
			.insertInto("teams")
			.values({
				id,
				name: team.name,
				balance_credits: 0,
				created_at: dependencies.clock(),
			})
			.execute();
		if (team.credits > 0) {
			await grant(transaction, dependencies, {
				teamId: id,
				credits: team.credits,
				note: "first credits",
			});
		}
	});
	return id;
}

export async function listTeams(
	queries: Queries,
): Promise<{ id: string; name: string; balance: number }[]> {
	return await queries
		.selectFrom("teams")
		.select(["id", "name", "balance_credits as balance"])
		.orderBy("created_at")
		.orderBy("id")
		.execute();
}

/** Makes an apiKey. @returns the secret, which nothing can show again. */
export async function createApiKey(
	dependencies: TeamDependencies,
	key: { teamId: string; name: string; role: "admin" | "member" },
): Promise<{ id: string; apiKey: string }> {
	const apiKey = PREFIX + newSecret(SECRET_BYTES);
	const id = dependencies.newId("key");
	await dependencies.database.queries
		.insertInto("api_keys")
		.values({
			id,
			team_id: key.teamId,
			name: key.name,
			role: key.role,
			sha256: sha256(apiKey),
			hint: apiKey.slice(0, HINT_LENGTH),
			created_at: dependencies.clock(),
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
	return { teamId: row.team_id, apiKeyId: row.id, role: row.role };
}

function sha256(apiKey: string): string {
	return createHash("sha256").update(apiKey).digest("hex");
}
