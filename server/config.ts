/** All settings of the server: each room declares its own, this page only puts them together and reads them in one go. */
import type { RegisterDialect } from "./dialects/dialect.ts";
import { dialects } from "./dialects/registry.ts";
import { type EngineSettings, engineSettings } from "./engine/config.ts";
import { type HttpSettings, httpSettings } from "./http/config.ts";
import { type NetSettings, netSettings } from "./net/config.ts";
import {
	type PainterSettings,
	painterSettings,
} from "./providers/painter/config.ts";
import {
	integerSetting,
	readSettings,
	type Settings,
	SettingsError,
	textSetting,
	urlSetting,
	type Values,
} from "./settings.ts";

const houseSettings = {
	dataDirectory: textSetting({
		variable: "GESSO_DATA_DIR",
		default: "./data",
		meaning: "Where the database and the images are kept",
	}),
	databaseUrl: urlSetting(
		{
			variable: "DATABASE_URL",
			default: "",
			meaning: "A PostgreSQL database; empty for SQLite in the data directory",
			isSecret: true,
		},
		["postgres", "postgresql"],
	),
	shutdownSeconds: integerSetting(
		{
			variable: "GESSO_SHUTDOWN_SECONDS",
			default: "10",
			meaning:
				"How long running generations may finish when the server is told to stop; the rest is handed back to the queue",
		},
		0,
		600,
	),
} as const;

export interface Config {
	readonly house: Values<typeof houseSettings>;
	readonly http: HttpSettings;
	readonly engine: EngineSettings;
	readonly net: NetSettings;
	readonly painter: PainterSettings;
	readonly dialects: readonly RegisterDialect[];
}

/** Every setting there is, room by room, for the documentation and `npm run admin -- settings`. */
export const allSettings: readonly (readonly [string, Settings])[] = [
	["house", houseSettings],
	["http", httpSettings],
	["engine", engineSettings],
	["net", netSettings],
	["painter", painterSettings],
	...dialects.map(({ name, settings }) => [name, settings] as const),
];

/** @throws {SettingsError} with everything that is wrong, each fault naming its variable and what is allowed. */
export function readConfig(
	environment: Readonly<Record<string, string | undefined>>,
): Config {
	const faults: string[] = [];
	const config = {
		house: readSettings(houseSettings, environment, faults),
		http: readSettings(httpSettings, environment, faults),
		engine: readSettings(engineSettings, environment, faults),
		net: readSettings(netSettings, environment, faults),
		painter: readSettings(painterSettings, environment, faults),
		dialects: dialects.map((dialect) => dialect.configure(environment, faults)),
	};
	if (faults.length > 0) throw new SettingsError(faults);
	return config;
}
