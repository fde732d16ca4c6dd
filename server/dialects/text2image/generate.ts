/** Has the engine draw what was asked: at the right resolution, from the cache where that will do, and says what could not be done. */
import { cacheKeyOf, type Engine } from "../../engine/engine.ts";
import { EngineError, failureOf } from "../../engine/errors.ts";
import type {
	Generation,
	GenerationRequest,
	Principal,
	Quote,
} from "../../engine/generations/request.ts";
import type { Resolution, Size } from "../../engine/models/model.ts";
import type { Parameters } from "./read-parameters.ts";

type Warning = Generation["warnings"][number];

export interface Outcome {
	readonly parameters: Parameters;
	/** Completed, with at least one image. */
	readonly generation: Generation;
	/** `null` unless the images come from the cache. */
	readonly cacheKey: string | null;
	readonly warnings: readonly Warning[];
}

/**
 * Waits for the images.
 * @param signal ends the waiting, not the work.
 * @throws {EngineError}, also when the images are not there after the longest wait.
 */
export async function generate(
	engine: Engine,
	principal: Principal,
	parameters: Parameters,
	options: {
		readonly provider: string | undefined;
		readonly model: string | undefined;
		readonly idempotency: GenerationRequest["idempotency"];
		readonly signal: AbortSignal;
	},
): Promise<Outcome> {
	// The server's default model need not be one that this provider has (S4-27).
	if (options.provider !== undefined && options.model === undefined)
		throw new EngineError(
			"model_not_found",
			`The server's owner has said that ${options.provider} draws, but not with which model.`,
		);
	const { request, quote, warnings } = await consider(engine, principal, {
		dialect: "text2image",
		prompt: parameters.prompt,
		provider: options.provider,
		model: options.model,
		count: parameters.n,
		size: parameters.size,
		resolution:
			parameters.quality === "hd" ? finerThan(parameters.size) : undefined,
		seeds: parameters.seeds,
	});
	const cacheKey = parameters.useCache
		? cacheKeyFor(parameters, quote)
		: undefined;
	const { generation, isFromCache } = await engine.generate(principal, {
		...request,
		cacheKey,
		idempotency: options.idempotency,
	});
	const ended = await engine.waitForEnd(
		principal,
		generation.id,
		options.signal,
	);
	throwUnlessCompleted(ended);
	return {
		parameters,
		generation: ended,
		cacheKey: isFromCache && cacheKey !== undefined ? cacheKey : null,
		warnings: [
			...ended.warnings.map(inOurWords),
			...warnings,
			...missingImages(ended),
			...unknownFields(parameters.unknownFields),
		],
	};
}

/** `high`, unless the size itself belongs to a dearer resolution: hd never costs less than standard. */
function finerThan({ width, height }: Size): Resolution {
	return width * height > 2048 * 2048 ? "4k" : "high";
}

/**
 * What the request costs and who draws it. A model without the finer resolution draws as for `standard` (S4, reading i:
 * never an error), and a warning says so.
 */
async function consider(
	engine: Engine,
	principal: Principal,
	request: GenerationRequest,
): Promise<{
	request: GenerationRequest;
	quote: Quote;
	warnings: readonly Warning[];
}> {
	try {
		const quote = await engine.quote(principal, request);
		return { request, quote, warnings: [] };
	} catch (error) {
		if (isOfTheOwner(error))
			throw new EngineError("model_not_found", error.message, { cause: error });
		const isLacking =
			request.resolution !== undefined &&
			error instanceof EngineError &&
			error.details.field === "resolution";
		if (!isLacking) throw error;
		const plain = { ...request, resolution: undefined };
		const quote = await engine.quote(principal, plain);
		const warning: Warning = {
			kind: "unsupported",
			parameter: "quality",
			message: `${quote.model} has no higher resolution for hd; the images were drawn as for standard.`,
		};
		return { request: plain, quote, warnings: [warning] };
	}
}

/** Requests cannot name a model: one that does not do is the server owner's slip and not the caller's (S4-27). */
function isOfTheOwner(error: unknown): error is EngineError {
	return (
		error instanceof EngineError &&
		error.code === "invalid_request" &&
		error.details.field === "model"
	);
}

/**
 * S4-35 and reading b. The seeds belong to it only when they were given; else nothing would ever be found again. The
 * provider belongs to the model: the same name may be drawn by another one tomorrow.
 */
function cacheKeyFor(parameters: Parameters, quote: Quote): string {
	const { prompt, size, quality, n, seeds } = parameters;
	return cacheKeyOf([
		"text2image",
		prompt,
		size.width,
		size.height,
		quality,
		quote.model,
		quote.provider,
		n,
		...(seeds === undefined ? [] : [seeds]),
	]);
}

function throwUnlessCompleted(generation: Generation): void {
	if (generation.status === "completed") return;
	const { id, error } = generation;
	if (error !== null) throw failureOf(id, error);
	throw new EngineError(
		"wait_timed_out",
		"The images are not there yet; they will be found in the library.",
		{ details: { generationId: id } },
	);
}

/** The engine's words for parameters, in this dialect's. */
const PARAMETER: Readonly<Record<string, string>> = {
	count: "n",
	resolution: "quality",
};

function inOurWords(warning: Warning): Warning {
	return {
		...warning,
		parameter: PARAMETER[warning.parameter] ?? warning.parameter,
	};
}

function missingImages({ images, count }: Generation): readonly Warning[] {
	if (images.length === count) return [];
	return [
		{
			kind: "adjusted",
			parameter: "n",
			message: `${images.length} of ${count} images could be drawn; the others were not charged.`,
		},
	];
}

/** A caller may send a megabyte of unknown names; it need not come back. */
const MAX_NAMED = 20;
const MAX_NAME_CHARACTERS = 100;

function unknownFields(names: readonly string[]): readonly Warning[] {
	return names.slice(0, MAX_NAMED).map((name) => {
		const parameter = name.slice(0, MAX_NAME_CHARACTERS);
		return {
			kind: "unsupported",
			parameter,
			message: `${parameter} is not a field of this request and was ignored.`,
		};
	});
}
