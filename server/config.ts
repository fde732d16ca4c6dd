/** All settings of the server: each room declares its own, this page only puts them together and reads them in one go. */
import { readConfigFile } from "./configuration/config-file.ts";
import { configuredProviders } from "./configuration/configured-providers.ts";
import type { UseCase } from "./configuration/llm-config.ts";
import type { RegisterDialect } from "./dialects/dialect.ts";
import { dialects } from "./dialects/registry.ts";
import { type EngineSettings, engineSettings } from "./engine/config.ts";
import type { Model, RetiredModel } from "./engine/models/model.ts";
import { readCatalogue } from "./engine/models/read-catalogue.ts";
import { type HttpSettings, httpSettings } from "./http/config.ts";
import type { OwnPath } from "./http/http-server.ts";
import { type NetSettings, netSettings } from "./net/config.ts";
import type { ProviderInstance } from "./providers/provider-kind.ts";
import { providerKinds } from "./providers/registry.ts";
import {
	integerSetting,
	readSettings,
	type Settings,
	SettingsError,
	textSetting,
	urlSetting,
	type Values,
} from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const houseSettings = {
	configFile: textSetting({
		variable: "GESSO_CONFIG",
		default: "",
		meaning:
			"The configuration file; empty for gesso.yaml in the directory of the start, or else config.yaml, or none",
	}),
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
	/** The one that was read; `null` for none. */
	readonly configFile: string | null;
	readonly http: HttpSettings;
	readonly engine: EngineSettings;
	readonly net: NetSettings;
	readonly providers: readonly ProviderInstance[];
	readonly catalogue: {
		readonly models: readonly Model[];
		readonly retired: readonly RetiredModel[];
	};
	readonly dialects: readonly RegisterDialect[];
	readonly ownPaths: readonly OwnPath[];
	/** Who draws for /api/text2image, as far as it is said. */
	readonly text2image: UseCase;
}

/** Every setting there is, room by room, for the documentation and `npm run admin -- settings`. */
export const allSettings: readonly (readonly [string, Settings])[] = [
	["house", houseSettings],
	["http", httpSettings],
	["engine", engineSettings],
	["net", netSettings],
	...providerKinds.map(({ kind, settings }) => [kind, settings] as const),
	...dialects.map(({ name, settings }) => [name, settings] as const),
];

/**
 * @param directory where a configuration file that nobody named is looked for; nowhere when left out.
 * @throws {SettingsError} with everything that is wrong, each fault naming its variable or place and what is allowed.
 */
export function readConfig(
	environment: Environment,
	directory?: string,
): Config {
	const faults: string[] = [];
	const house = readSettings(houseSettings, environment, faults);
	const file = readConfigFile(
		{ named: house.configFile, directory },
		environment,
		faults,
	);
	const text2image = text2imageOf(environment, file.llm.text2image);
	const providers = configuredProviders(
		providerKinds,
		environment,
		file,
		faults,
	);
	const config: Config = {
		house,
		configFile: file.path,
		http: readSettings(httpSettings, environment, faults),
		engine: readSettings(engineSettings, environment, faults),
		net: readSettings(netSettings, environment, faults),
		providers,
		catalogue: readCatalogue(
			{
				overrides: { models: file.models, retired: file.retired },
				offers: providers.flatMap(({ name, offers, defaultCapabilities }) =>
					offers.map((offer) => ({
						...offer,
						provider: name,
						defaults: defaultCapabilities,
					})),
				),
			},
			faults,
		),
		dialects: dialects.map((dialect) =>
			dialect.configure(
				{
					...environment,
					[TEXT2IMAGE.provider]: text2image.provider,
					[TEXT2IMAGE.model]: text2image.model,
				},
				faults,
			),
		),
		ownPaths: dialects.flatMap(({ ownPath }) => ownPath ?? []),
		text2image,
	};
	if (faults.length > 0) throw new SettingsError(faults);
	return config;
}

/** Variables that the configuration file can say as well. */
const TEXT2IMAGE = {
	provider: "TEXT2IMAGE_PROVIDER",
	model: "TEXT2IMAGE_MODEL",
} as const;

/** The environment's word goes first, and whole: its model need not be one that the file's provider has. */
function text2imageOf(
	environment: Environment,
	fromFile: UseCase | undefined,
): UseCase {
	const provider = environment[TEXT2IMAGE.provider]?.trim() || undefined;
	const model = environment[TEXT2IMAGE.model]?.trim() || undefined;
	return provider !== undefined || model !== undefined
		? { provider, model }
		: (fromFile ?? { provider: undefined, model: undefined });
}
