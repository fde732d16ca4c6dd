/** Finds a model by the name that stands in a path, in any of the ways in which Google's clients write it. */
import type { ListedModel } from "../../engine/engine.ts";
import { EngineError } from "../../engine/errors.ts";
import type { DialectContext } from "../dialect.ts";

const BEFORE_NAME = /^(?:publishers\/google\/)?models\//;
const PREVIEW = "-preview";

/** A model, under the name by which the caller knows it. */
export interface NamedModel {
	/** Without `models/`. */
	readonly name: string;
	readonly model: ListedModel;
}

/** Where a request for a model came in, for what is told when it is not there. */
export interface ModelPlace {
	readonly version: string;
	/** `generateContent`, for instance. */
	readonly method: string;
}

/** @throws {EngineError} `model_not_found` in Google's words, also for a model that nobody here can answer for. */
export function findModel(
	{ engine }: Pick<DialectContext, "engine">,
	given: string,
	place: ModelPlace,
): NamedModel {
	const name = plainName(given);
	const names = name.endsWith(PREVIEW)
		? [name, name.slice(0, -PREVIEW.length)]
		: [name];
	for (const each of names) {
		const model = lookFor(engine, each);
		if (model !== undefined) return { name: each, model };
	}
	throw noSuchModel(name, place);
}

/** Clients put `models/` before a name that has it already. */
export function plainName(given: string): string {
	let name = given;
	while (BEFORE_NAME.test(name)) name = name.replace(BEFORE_NAME, "");
	return name;
}

function lookFor(
	engine: DialectContext["engine"],
	name: string,
): ListedModel | undefined {
	try {
		const model = engine.getModel(name);
		return model.status === "not_configured" ? undefined : model;
	} catch (fault) {
		if (fault instanceof EngineError && fault.code === "not_found")
			return undefined;
		throw fault;
	}
}

export function noSuchModel(
	name: string,
	{ version, method }: ModelPlace,
): EngineError {
	return new EngineError(
		"model_not_found",
		`models/${name.slice(0, 200)} is not found for API version ${version}, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
	);
}
