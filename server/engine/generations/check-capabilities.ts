/** Holds a request against what the model can do, and settles what size is drawn and what size is delivered. */
import type { Warning } from "../../providers/provider.ts";
import { invalid } from "../errors.ts";
import {
	type Model,
	RESOLUTIONS,
	type Resolution,
	type Size,
} from "../models/model.ts";
import type { GenerationRequest } from "./request.ts";

export const MAX_SEED = 2 ** 31 - 1;
/** Pixels of the shortest and the longest edge anyone may ask for. */
export const MIN_EDGE = 64;
export const MAX_EDGE = 4096;

/** Pixels of the longest edge of each tier; the team API leaves them open (S1, reading k). */
const LONGEST_EDGE: Record<Resolution, number> = {
	low: 512,
	standard: 1024,
	high: 2048,
	"4k": 4096,
};

/** What will be drawn and delivered. */
export interface Plan {
	readonly count: number;
	/** What the provider is asked for. */
	readonly drawn: Size;
	/** What the caller gets: `drawn`, or a picture fitted to this size. */
	readonly delivered: Size;
	/** The tier that decides the price. */
	readonly resolution: Resolution;
	readonly aspectRatio: string | null;
	readonly warnings: readonly Warning[];
}

/** @throws {EngineError} `invalid_request` naming the field, the model and what is allowed. */
export function checkCapabilities(
	model: Model,
	request: GenerationRequest,
	limits: { readonly maxImagesPerRequest: number },
): Plan {
	checkCount(request, limits.maxImagesPerRequest);
	checkInputImages(model, request);
	if (request.size !== undefined) checkSize(request.size, "size");
	const warnings: Warning[] = [];
	if (request.seeds !== undefined && !model.honoursSeed) {
		warnings.push({
			kind: "unsupported",
			parameter: "seed",
			message: `${model.id} does not honour seeds: the same seed may give another picture.`,
		});
	}
	if (request.negativePrompt !== undefined && !model.honoursNegativePrompt) {
		warnings.push({
			kind: "unsupported",
			parameter: "negativePrompt",
			message: `${model.id} knows no negative prompts: what it names may be in the picture.`,
		});
	}
	const aspectRatio =
		request.size === undefined ? (request.aspectRatio ?? "1:1") : null;
	const delivered = request.size ?? sizeOf(aspectRatio, request.resolution);
	const resolution = dearer(request.resolution, tierOf(delivered));
	checkTier(model, resolution);
	const wanted =
		request.size !== undefined && request.resolution !== undefined
			? enlarge(delivered, LONGEST_EDGE[request.resolution])
			: delivered;
	const drawn = nearestDrawable(model, wanted);
	if (drawn.width !== wanted.width || drawn.height !== wanted.height) {
		warnings.push({
			kind: "adjusted",
			parameter: "size",
			message: `${model.id} draws ${drawn.width}x${drawn.height} here; the picture was fitted to ${delivered.width}x${delivered.height} by cropping and resizing.`,
		});
	}
	return {
		count: request.count,
		drawn,
		delivered,
		resolution,
		aspectRatio,
		warnings,
	};
}

function checkCount(request: GenerationRequest, maximum: number): void {
	const { count, seeds } = request;
	const allowed = `a whole number from 1 to ${maximum}`;
	if (!Number.isInteger(count) || count < 1 || count > maximum)
		throw invalid("count", `The number of images must be ${allowed}.`, allowed);
	if (seeds === undefined) return;
	if (seeds.length !== count) {
		throw invalid(
			"seeds",
			`There must be one seed for each of the ${count} images, not ${seeds.length}.`,
			`exactly ${count} seeds`,
		);
	}
	for (const [index, seed] of seeds.entries()) {
		if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
			throw invalid(
				`seeds.${index}`,
				`A seed must be a whole number from 0 to ${MAX_SEED}.`,
				`0 to ${MAX_SEED}`,
			);
		}
	}
}

function checkInputImages(model: Model, request: GenerationRequest): void {
	const count = request.inputImages?.length ?? 0;
	if (count <= model.maxInputImages) return;
	throw invalid(
		"inputImages",
		`${model.id} takes at most ${model.maxInputImages} reference images, not ${count}.`,
		`at most ${model.maxInputImages} reference images`,
	);
}

function checkTier(model: Model, resolution: Resolution): void {
	if (model.creditPrices[resolution] !== undefined) return;
	const allowed = Object.keys(model.creditPrices).join(", ");
	throw invalid(
		"resolution",
		`${model.id} has no resolution "${resolution}"; it has ${allowed}.`,
		`one of ${allowed}`,
	);
}

/** Pixels for a ratio at a tier: the tier's longest edge, and the other edge by the ratio. */
function sizeOf(
	aspectRatio: string | null,
	resolution: Resolution = "standard",
): Size {
	const [across = 1, down = 1] = (aspectRatio ?? "1:1").split(":").map(Number);
	const edge = LONGEST_EDGE[resolution];
	return across >= down
		? { width: edge, height: Math.round((edge * down) / across) }
		: { width: Math.round((edge * across) / down), height: edge };
}

/** The tier whose price a picture of these pixels has. */
function tierOf(size: Size): Resolution {
	const pixels = size.width * size.height;
	if (pixels <= 512 * 512) return "low";
	// The wide and tall sizes of the OpenAI and text2image dialects, 1792x1024, are standard size there.
	if (pixels <= 1792 * 1024) return "standard";
	return pixels <= 2048 * 2048 ? "high" : "4k";
}

/** A size is paid for even when a lower tier was named with it. */
function dearer(asked: Resolution | undefined, tier: Resolution): Resolution {
	if (asked === undefined) return tier;
	return RESOLUTIONS.indexOf(asked) > RESOLUTIONS.indexOf(tier) ? asked : tier;
}

/** The same shape with the longest edge at least `edge`, within what anyone may ask for. */
function enlarge(size: Size, edge: number): Size {
	const factor = Math.max(1, edge / Math.max(size.width, size.height));
	return {
		width: Math.round(size.width * factor),
		height: Math.round(size.height * factor),
	};
}

/** The same shape between two edges, as far as both can be had. */
function within(
	{ width, height }: Size,
	{ minEdge, maxEdge }: { minEdge: number; maxEdge: number },
): Size {
	const shrunk = Math.min(1, maxEdge / Math.max(width, height));
	const grown = Math.max(1, minEdge / (Math.min(width, height) * shrunk));
	const scaled = (edge: number) =>
		Math.min(maxEdge, Math.max(minEdge, Math.round(edge * shrunk * grown)));
	return { width: scaled(width), height: scaled(height) };
}

function nearestDrawable(model: Model, wanted: Size): Size {
	const sizing = model.sizing;
	if (sizing.kind === "free") return within(wanted, sizing);
	const ratio = (size: Size) => size.width / size.height;
	/** How far a shape is from the wanted one: 1 for the same, 2 for twice as wide or half as wide. */
	const stretch = (size: Size) =>
		Math.max(ratio(size) / ratio(wanted), ratio(wanted) / ratio(size));
	const isLargeEnough = (size: Size) =>
		size.width >= wanted.width && size.height >= wanted.height;
	const pixels = (size: Size) => size.width * size.height;
	const [nearest] = [...sizing.sizes].sort(
		(a, b) =>
			stretch(a) - stretch(b) ||
			Number(isLargeEnough(b)) - Number(isLargeEnough(a)) ||
			(isLargeEnough(a) ? pixels(a) - pixels(b) : pixels(b) - pixels(a)),
	);
	return nearest ?? wanted;
}

/** @throws {EngineError} when exact pixels are outside what anyone may ask for. */
function checkSize(size: Size, field: string): void {
	const isAllowed = (edge: number) =>
		Number.isInteger(edge) && edge >= MIN_EDGE && edge <= MAX_EDGE;
	if (isAllowed(size.width) && isAllowed(size.height)) return;
	throw invalid(
		field,
		`The size ${size.width}x${size.height} is out of bounds: each edge must be ${MIN_EDGE} to ${MAX_EDGE} whole pixels.`,
		`${MIN_EDGE}x${MIN_EDGE} to ${MAX_EDGE}x${MAX_EDGE}`,
	);
}
