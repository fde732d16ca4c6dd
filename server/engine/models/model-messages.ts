/** What a caller is told when another model draws than he asked for, or none. */
import type { Warning } from "../../providers/provider.ts";
import { EngineError, invalid } from "../errors.ts";
import type { RetiredModel } from "./model.ts";

const FIND_OUT_MORE =
	"The server's owner can find out more with `npm run doctor`.";
/** As many names as a person reads. */
const MAX_NAMES = 30;

export function deprecated(
	name: string,
	{ retiredOn, successor }: RetiredModel,
): Warning {
	return {
		kind: "deprecated",
		parameter: "model",
		message: `${name} is retired as of ${retiredOn}. ${successor} answers for it, within what ${name} could do; ask for ${successor} instead.`,
		since: Date.parse(retiredOn),
	};
}

export function substituted(message: string): Warning {
	return { kind: "substituted", parameter: "model", message };
}

/** @param ready the ids of those that could be asked for. */
export function unknownModel(
	name: string,
	ready: readonly string[],
): EngineError {
	const shown = ready.slice(0, MAX_NAMES).join(", ");
	const others = ready.length > MAX_NAMES ? " and others" : "";
	return new EngineError("model_not_found", noSuchModel(name), {
		details: {
			field: "model",
			...(ready.length > 0 && { allowed: `one of ${shown}${others}` }),
		},
	});
}

export function noSuchModel(name: string): string {
	return `There is no model "${name.slice(0, 200)}". GET /v0/models lists those there are.`;
}

export function drawsNothing(name: string): EngineError {
	return invalid(
		"model",
		`${name} talks and does not draw.`,
		"a model that draws",
	);
}

/** @param missing what each provider that has the model lacks. */
export function nobodyReady(
	name: string,
	missing: readonly string[],
): EngineError {
	const reasons = missing.length > 0 ? ` (${missing.join("; ")})` : "";
	return new EngineError(
		"provider_not_configured",
		`"${name}" needs a provider that is not ready on this server${reasons}. ${FIND_OUT_MORE}`,
		{ details: { field: "model" } },
	);
}

export function nobodyDraws(): EngineError {
	return new EngineError(
		"provider_not_configured",
		`No provider that draws is ready on this server. ${FIND_OUT_MORE}`,
		{ details: { field: "model" } },
	);
}

/** @param providers the names of those there are. */
export function unknownProvider(
	provider: string,
	providers: readonly string[],
): EngineError {
	return new EngineError(
		"provider_not_configured",
		`No provider "${provider}" that draws is configured on this server. ${FIND_OUT_MORE}`,
		{
			details: { field: "provider", allowed: `one of ${providers.join(", ")}` },
		},
	);
}

/** @param providers the names of those that have the model. */
export function notOfProvider(
	name: string,
	provider: string,
	providers: readonly string[],
): EngineError {
	return new EngineError(
		"model_not_found",
		`The provider "${provider}" has no model "${name}"; it is had by ${providers.join(", ")}.`,
		{ details: { field: "model" } },
	);
}
