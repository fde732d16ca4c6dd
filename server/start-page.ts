/** What `npm start` prints: where Gesso is, how to use it, and what is ready. */
import path from "node:path";
import type { App } from "./app.ts";
import type { Config } from "./config.ts";
import { createApiKey, createTeam, listTeams } from "./engine/teams/teams.ts";

/**
 * Makes the first team, its credits and its admin apiKey, when there is no team yet.
 * @returns the apiKey, this once; `null` on every later start.
 */
export async function prepareFirstTeam(
	app: App,
	config: Config,
): Promise<string | null> {
	if ((await listTeams(app.database.queries)).length > 0) return null;
	const teamId = await createTeam(app, {
		name: "first team",
		credits: config.engine.firstTeamCredits,
	});
	const { apiKey } = await createApiKey(app, {
		teamId,
		name: "first apiKey",
		role: "admin",
	});
	return apiKey;
}

export function startPage(facts: {
	address: string;
	firstApiKey: string | null;
	config: Config;
	app: App;
}): string {
	const { address, firstApiKey, config, app } = facts;
	const data = path.resolve(config.house.dataDirectory);
	const providers = app.providers.map(
		({ name, readiness }) =>
			`  ${readiness.status === "ready" ? "ready  " : "missing"}  ${name}: ${readiness.detail}`,
	);
	return [
		"",
		`Gesso is running at ${address}`,
		"",
		`open:      ${address}/${firstApiKey === null ? "" : `#apiKey=${firstApiKey}`}`,
		`docs:      ${address}/docs`,
		"",
		firstApiKey === null
			? "apiKey:    the one shown at the first start. Make another with: npm run admin -- api-key create"
			: `apiKey:    ${firstApiKey}   (shown this once; keep it)`,
		`images:    ${path.join(data, "storage")}`,
		`database:  ${config.house.databaseUrl === "" ? path.join(data, "gesso.db") : "PostgreSQL (DATABASE_URL)"}`,
		"providers:",
		...providers,
		"",
		"Try it:",
		`  curl ${address}/v0/images/generations \\`,
		`    -H "Authorization: Bearer ${firstApiKey ?? "$GESSO_API_KEY"}" \\`,
		`    -H "Content-Type: application/json" \\`,
		`    -d '{"prompt": "a serene mountain lake at sunrise", "aspectRatio": "16:9", "seed": 7}'`,
		"",
	].join("\n");
}
