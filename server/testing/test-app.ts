/** The whole application for a test, asked without a socket. */
import { generateKeyPairSync } from "node:crypto";
import type { TestContext } from "node:test";
import { pino } from "pino";
import { type App, createApp, type Replacements } from "../app.ts";
import { readConfig } from "../config.ts";
import type { Principal } from "../engine/generations/request.ts";
import { createApiKey, createTeam } from "../engine/teams/teams.ts";
import { openPlaceDatabase } from "./test-database.ts";
import { openMigratedPlace, type TestPlace } from "./test-place.ts";

export interface TestTeam {
	readonly teamId: string;
	readonly apiKey: string;
	readonly principal: Principal;
	readonly headers: { readonly authorization: string };
}

export interface TestApp {
	readonly app: App;
	readonly place: TestPlace;
	/** Makes a team with an apiKey. */
	team(credits?: number): Promise<TestTeam>;
}

export interface TestAppOptions extends Replacements {
	/** Settings other than the defaults, as environment variables. */
	readonly environment?: Readonly<Record<string, string>>;
	/** Another app's, to have two processes' worth of apps on one database. */
	readonly place?: TestPlace;
}

/** One for all apps of this process, since it takes long to make. */
const signingKey = generateKeyPairSync("rsa", {
	modulusLength: 2048,
	publicKeyEncoding: { type: "spki", format: "pem" },
	privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).privateKey;

/** Opens an app and has it closed after the test. */
export async function openTestApp(
	test: Pick<TestContext, "after">,
	options: TestAppOptions = {},
): Promise<TestApp> {
	const place = options.place ?? (await openMigratedPlace(test));
	const config = readConfig({
		GESSO_DATA_DIR: place.dataDirectory,
		DATABASE_URL: place.databaseUrl,
		GESSO_SHUTDOWN_SECONDS: "0",
		GESSO_POLL_MS: "100",
		GESSO_SIGNING_KEY: signingKey,
		// Any picture will do, and these cost a tenth.
		PAINTER_DRAFT: "true",
		...options.environment,
	});
	const app = await createApp(config, {
		log: pino({ level: process.env.TEST_LOG_LEVEL ?? "silent" }),
		database: await openPlaceDatabase(place),
		...options,
	});
	place.closeFirst(() => app.close());
	return {
		app,
		place,
		team: async (credits = 100) => {
			const teamId = await createTeam(app, { name: "test team", credits });
			const { id, apiKey } = await createApiKey(app, {
				teamId,
				name: "test",
				role: "admin",
			});
			return {
				teamId,
				apiKey,
				principal: { teamId, kind: "team", apiKeyId: id, role: "admin" },
				headers: { authorization: `Bearer ${apiKey}` },
			};
		},
	};
}
