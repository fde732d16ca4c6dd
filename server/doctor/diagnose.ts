/** All that the doctor finds out: the machine, the database, every provider, and who draws for whom. Draws nothing and changes nothing. */
import path from "node:path";
import type { Config } from "../config.ts";
import { EngineError } from "../engine/errors.ts";
import { createCatalogue } from "../engine/models/catalogue.ts";
import {
	type AskedModel,
	type ModelHouse,
	resolveModel,
} from "../engine/models/resolve-model.ts";
import { createProviderServices } from "../provider-services.ts";
import type { Provider } from "../providers/provider.ts";
import {
	examineDatabase,
	examineDataDirectory,
	type Finding,
} from "./examine-house.ts";
import { examineProvider, type ProviderFinding } from "./examine-providers.ts";

export interface Diagnosis {
	/** Whether everything works that is configured. */
	readonly isWell: boolean;
	/** `null` for none. */
	readonly configFile: string | null;
	readonly dataDirectory: Finding;
	readonly database: Finding;
	readonly providers: readonly ProviderFinding[];
	/** Who draws when a request names no model. */
	readonly defaultModel: Finding;
	/** Who draws for /api/text2image. */
	readonly text2image: Finding;
	readonly generationEnabled: boolean;
	readonly standIn: StandIn;
}

/** Whether the embedded provider draws for models that nobody else here can draw. */
export interface StandIn {
	/** `null` when there is none that could. */
	readonly provider: string | null;
	readonly isAllowed: boolean;
}

/** Pictures are staged to be looked at while others are drawn, and here none are. */
const NO_STAGING = {
	stage: () => Promise.reject(new Error("The doctor draws nothing.")),
	discard: async () => {},
};

/** For one provider, or a database, to answer. */
const TIMEOUT_MS = 10_000;

export async function diagnose(
	config: Config,
	options: { readonly isOffline: boolean; readonly timeoutMs?: number },
): Promise<Diagnosis> {
	const { isOffline, timeoutMs = TIMEOUT_MS } = options;
	const dataDirectory = path.resolve(config.house.dataDirectory);
	const services = createProviderServices(config.net, {
		staging: NO_STAGING,
		dataDirectory,
		clock: Date.now,
		random: Math.random,
	});
	const opened = config.providers.map((instance) => ({
		kind: instance.kind,
		provider: instance.open(services),
	}));
	const house: ModelHouse = {
		catalogue: createCatalogue(config.catalogue),
		providers: new Map(opened.map(({ provider }) => [provider.name, provider])),
		settings: config.engine,
	};
	const { models } = house.catalogue;
	try {
		const [data, database, ...providers] = await Promise.all([
			examineDataDirectory(dataDirectory),
			examineDatabase({
				url: config.house.databaseUrl,
				dataDirectory,
				timeoutMs,
				isOffline,
			}),
			...opened.map((each) =>
				examineProvider({ ...each, models, timeoutMs, isOffline }),
			),
		]);
		const findings = {
			dataDirectory: data,
			database,
			defaultModel: whoDraws(house, {}),
			text2image: text2imageFinding(house, config.text2image),
		};
		return {
			isWell:
				Object.values(findings).every(({ status }) => status !== "broken") &&
				providers.every(({ status }) => status !== "unreachable"),
			configFile: config.configFile,
			...findings,
			providers,
			generationEnabled: config.engine.generationEnabled,
			standIn: standInOf(house),
		};
	} finally {
		await Promise.all(opened.map(({ provider }) => provider.close()));
	}
}

function text2imageFinding(house: ModelHouse, asked: AskedModel): Finding {
	if (asked.model === undefined && asked.provider !== undefined)
		return {
			status: "broken",
			detail: `${asked.provider} is to draw, but no model is named; requests are refused`,
		};
	return whoDraws(house, asked);
}

function whoDraws(house: ModelHouse, asked: AskedModel): Finding {
	try {
		const { name, routes, warnings } = resolveModel(house, asked);
		const [{ model, provider }] = routes;
		const drawn = model.id === name ? "" : `, drawn as ${model.id}`;
		const by = provider.name === name ? "" : ` by ${provider.name}`;
		return {
			status: "ok",
			detail: [
				`${name}${drawn}${by}`,
				...warnings.map(({ message }) => message.replace(/\.$/, "")),
			].join("; "),
		};
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		return { status: "broken", detail: error.message.replace(/\.$/, "") };
	}
}

function standInOf({ providers, settings }: ModelHouse): StandIn {
	const isAble = ({ isEmbedded, readiness }: Provider) =>
		isEmbedded === true && readiness.status === "ready";
	return {
		provider: [...providers.values()].find(isAble)?.name ?? null,
		isAllowed: settings.painterStandsIn,
	};
}
