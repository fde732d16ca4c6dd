/** Finds the model for the name a caller gave, or the default. */
import type { Provider, Warning } from "../../providers/provider.ts";
import { EngineError } from "../errors.ts";
import { VENDOR_MODEL_NAMES } from "./catalogue.ts";
import type { Model } from "./model.ts";

export interface ModelChoice {
	/** As the caller named it: what responses call the model. */
	readonly name: string;
	readonly model: Model;
	readonly provider: Provider;
	readonly warnings: readonly Warning[];
}

export interface ModelHouse {
	readonly models: readonly Model[];
	readonly providers: ReadonlyMap<string, Provider>;
	readonly settings: {
		readonly defaultModel: string;
		readonly painterStandsIn: boolean;
	};
}

const STAND_IN = "painter";

/**
 * @throws {EngineError} `model_not_found` for a name nobody knows, `provider_not_configured` for one that nothing
 * here can draw.
 */
export function resolveModel(
	house: ModelHouse,
	asked: string | undefined,
): ModelChoice {
	const name = asked ?? house.settings.defaultModel;
	const model = house.models.find(({ id }) => id === name);
	const provider = model && house.providers.get(model.provider);
	if (model && provider?.readiness.status === "ready")
		return { name, model, provider, warnings: [] };
	if (!model && !VENDOR_MODEL_NAMES.has(name)) throw unknownModel(house, name);

	const standIn = house.models.find(({ id }) => id === STAND_IN);
	const painter = standIn && house.providers.get(standIn.provider);
	if (
		!house.settings.painterStandsIn ||
		painter?.readiness.status !== "ready" ||
		!standIn
	) {
		throw new EngineError(
			"provider_not_configured",
			`The model "${name}" needs a provider that is not configured on this server.`,
			{ details: { field: "model" } },
		);
	}
	return {
		name,
		model: standIn,
		provider: painter,
		warnings: [
			{
				kind: "substituted",
				parameter: "model",
				message: `No provider for "${name}" is configured here, so the embedded painter drew this picture.`,
			},
		],
	};
}

function unknownModel(house: ModelHouse, name: string): EngineError {
	const known = [...house.models.map(({ id }) => id), ...VENDOR_MODEL_NAMES];
	return new EngineError("model_not_found", `There is no model "${name}".`, {
		details: { field: "model", allowed: `one of ${known.join(", ")}` },
	});
}
