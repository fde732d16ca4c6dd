/** What `npm start` prints: where Gesso is, how to use it, and what is ready. */
import path from "node:path";
import type { App } from "./app.ts";
import type { Config } from "./config.ts";
import { EngineError } from "./engine/errors.ts";
import { defaultModel } from "./engine/models/resolve-model.ts";
import { createApiKey, createTeam, listTeams } from "./engine/teams/teams.ts";
import type { Provider } from "./providers/provider.ts";

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
		`settings:  ${config.configFile ?? "the environment (a gesso.yaml here would be read too)"}`,
		`model:     ${defaultModelLine(app, config)}`,
		"providers:",
		...providerLines(app),
		"",
		"Try it:",
		`  curl ${address}/v0/images/generations \\`,
		`    -H "Authorization: Bearer ${firstApiKey ?? "$GESSO_API_KEY"}" \\`,
		`    -H "Content-Type: application/json" \\`,
		`    -d '{"prompt": "a serene mountain lake at sunrise", "aspectRatio": "16:9", "seed": 7}'`,
		"",
	].join("\n");
}

function defaultModelLine(
	{ catalogue, providers }: App,
	config: Config,
): string {
	if (!config.engine.generationEnabled)
		return "none: nothing is drawn while IMAGE_GENERATION_ENABLED is false";
	const house = {
		catalogue,
		providers: new Map(providers.map((each) => [each.name, each])),
		settings: config.engine,
	};
	try {
		return `${defaultModel(house)}, for requests that name none (GESSO_DEFAULT_MODEL)`;
	} catch (fault) {
		if (!(fault instanceof EngineError)) throw fault;
		return "none: nobody here can draw (npm run doctor)";
	}
}

/** Those that can draw, one by one; a newcomer need not read of all the others. */
function providerLines({ providers }: App): string[] {
	const isReady = ({ readiness }: Provider) => readiness.status === "ready";
	const others = providers.filter((each) => !isReady(each));
	return [
		...providers
			.filter(isReady)
			.map(({ name, readiness }) => `  ready    ${name}: ${readiness.detail}`),
		...(others.length > 0
			? [
					`  missing  ${others.map(({ name }) => name).join(", ")} (npm run doctor says what for)`,
				]
			: []),
	];
}
