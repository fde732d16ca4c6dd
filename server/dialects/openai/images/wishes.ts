/** Brings what was wished for down to what whoever draws can do, and says what was left out. */
import type { Engine } from "../../../engine/engine.ts";
import { EngineError } from "../../../engine/errors.ts";
import type {
	Generation,
	GenerationRequest,
	Principal,
} from "../../../engine/generations/request.ts";
import type { Resolution, Size } from "../../../engine/models/model.ts";
import type { ImageFields } from "./fields.ts";
import { LONGEST_EDGE, sizeLike } from "./shape.ts";

export type Warning = Generation["warnings"][number];
type Quality = NonNullable<ImageFields["quality"]>;

export interface Wishes {
	readonly quality: Quality;
	/** Whether the size is not the caller's own word, so that a smaller one may take its place. */
	readonly maySizeShrink: boolean;
}

/** What may be asked for; and how it came to differ from what was wished. */
interface Settled {
	readonly request: GenerationRequest;
	readonly warnings: readonly Warning[];
}

/** The engine's words for a quality; `hd` and the like are first tried as the finest. */
const QUALITY: Readonly<Record<Quality, GenerationRequest["quality"]>> = {
	auto: undefined,
	standard: undefined,
	low: "low",
	medium: "medium",
	high: "high",
	xhigh: "high",
	max: "high",
	hd: "high",
};

/**
 * Each turn takes out one thing that the engine refuses, so that it comes to an end.
 * @throws {EngineError} what nothing can be done about.
 */
export async function settleWishes(
	engine: Engine,
	principal: Principal,
	asked: GenerationRequest,
	wishes: Wishes,
): Promise<Settled> {
	let settled: Settled = {
		request: { ...asked, quality: QUALITY[wishes.quality] },
		warnings: [],
	};
	for (;;) {
		try {
			const { model } = await engine.quote(principal, settled.request);
			return withFinest(settled, wishes.quality, model);
		} catch (error) {
			settled = without(settled, error, wishes, asked.resolution);
		}
	}
}

/** @throws the error itself when what it complains of cannot be left out. */
function without(
	{ request, warnings }: Settled,
	error: unknown,
	{ quality, maySizeShrink }: Wishes,
	askedResolution: Resolution | undefined,
): Settled {
	const field = error instanceof EngineError ? error.details.field : undefined;
	if (field === "quality" && request.quality !== undefined) {
		const plain = { ...request, quality: undefined };
		// The finer resolution is what `hd` means of models that have no qualities.
		if (quality === "hd" && askedResolution === undefined)
			return {
				request: { ...plain, resolution: finerThan(request.size) },
				warnings,
			};
		return { request: plain, warnings: [...warnings, noQuality(quality)] };
	}
	// Who draws no transparent pictures draws opaque ones.
	if (field === "background" && request.background === "opaque")
		return { request: { ...request, background: undefined }, warnings };
	if (field === "resolution") {
		if (request.resolution !== undefined && askedResolution === undefined)
			return {
				request: { ...request, resolution: undefined },
				warnings: [...warnings, noQuality(quality)],
			};
		const smaller =
			maySizeShrink && request.size ? smallerThan(request.size) : null;
		if (smaller !== null)
			return {
				request: { ...request, size: smaller },
				warnings: [
					// It may take several steps, of which only the last is of interest.
					...warnings.filter(({ parameter }) => parameter !== "size"),
					{
						kind: "adjusted",
						parameter: "size",
						message: `Pictures as large as the original are not drawn by this model; it was asked for ${smaller.width}x${smaller.height}.`,
					},
				],
			};
	}
	throw error;
}

function finerThan(size: Size | undefined): Resolution {
	const pixels = size === undefined ? 0 : size.width * size.height;
	return pixels > 2048 * 2048 ? "4k" : "high";
}

function smallerThan(size: Size): Size | null {
	const longest = Math.max(size.width, size.height);
	const tier = (["high", "standard", "low"] as const).find(
		(each) => LONGEST_EDGE[each] < longest,
	);
	return tier === undefined ? null : sizeLike(size, tier);
}

function noQuality(quality: Quality): Warning {
	return {
		kind: "unsupported",
		parameter: "quality",
		message: `The model cannot be asked for quality ${quality}; the pictures were drawn as it draws them.`,
	};
}

function withFinest(
	{ request, warnings }: Settled,
	quality: Quality,
	model: string,
): Settled {
	const isFinest = request.quality === "high";
	if (!isFinest || (quality !== "xhigh" && quality !== "max"))
		return { request, warnings };
	return {
		request,
		warnings: [
			...warnings,
			{
				kind: "adjusted",
				parameter: "quality",
				message: `The finest quality that can be asked of ${model} here is high; it was drawn in that.`,
			},
		],
	};
}
