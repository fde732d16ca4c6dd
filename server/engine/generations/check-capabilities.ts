/** Holds a request against what a model can do, and settles what size is drawn and what size is delivered. */
import type { Frame, Warning } from "../../providers/provider.ts";
import { invalid } from "../errors.ts";
import { RESOLUTIONS, type Resolution, type Size } from "../models/model.ts";
import type { Route } from "../models/resolve-model.ts";
import type { GenerationRequest } from "./request.ts";
import { seedsOf } from "./seeds.ts";
import {
	enlarge,
	fittedWarning,
	LONGEST_EDGE,
	nearestFrame,
	type Shape,
	shapeForRatio,
	shapeForSize,
	tierOfFrame,
} from "./shape.ts";

const MAX_PARTIAL_IMAGES = 3;
/** Pixels of the shortest and the longest edge anyone may ask for. */
export const MIN_EDGE = 64;
export const MAX_EDGE = 4096;

/** What will be drawn and delivered. */
export interface Plan {
	readonly count: number;
	/** One for each picture, where the caller named any. */
	readonly seeds: readonly number[] | undefined;
	/** What the provider is asked for. */
	readonly frame: Frame;
	/** What the caller gets: the frame's pixels, or a picture fitted to these. */
	readonly delivered: Size;
	/** The tier that decides the price. */
	readonly resolution: Resolution;
	readonly aspectRatio: string | null;
	readonly warnings: readonly Warning[];
}

/** @throws {EngineError} `invalid_request` naming the field, the model and what is allowed. */
export function checkCapabilities(
	route: Route,
	request: GenerationRequest,
	limits: { readonly maxImagesPerRequest: number },
): Plan {
	const { count = 1 } = request;
	checkCount(count, limits.maxImagesPerRequest);
	const seeds = seedsOf(request, count);
	checkInputImages(route, request);
	checkMask(route, request);
	checkChoice(route, "quality", request.quality, route.image.qualities);
	checkChoice(route, "background", request.background, route.image.backgrounds);
	checkPartialImages(request);
	if (request.size !== undefined) checkSize(request.size, "size");
	const { shape, resolution } = shapeOf(route, request);
	return {
		count,
		seeds,
		frame: shape.frame,
		delivered: shape.delivered,
		resolution,
		aspectRatio:
			request.size === undefined ? (request.aspectRatio ?? "1:1") : null,
		warnings: [
			...unheeded(route, request, seeds !== undefined),
			...(shape.isFitted ? [fittedWarning(route.model.id, shape)] : []),
		],
	};
}

/**
 * What another model would be asked for in the place of the one that was asked, so that the caller gets what was
 * promised. @returns `null` when it lacks something that was asked for.
 */
export function frameOfAlternative(
	{ image, ignores = [] }: Route,
	request: GenerationRequest,
	plan: Plan,
): Frame | null {
	const canHeed =
		ignores.every((wish) => request[wish] === undefined) &&
		(request.inputImages?.length ?? 0) <= image.maxInputImages &&
		(request.mask === undefined || image.mask) &&
		(request.quality === undefined ||
			image.qualities.includes(request.quality)) &&
		(request.background === undefined ||
			image.backgrounds.includes(request.background));
	if (!canHeed) return null;
	const frame = nearestFrame(image.sizing, plan.delivered);
	// A picture that would have to be enlarged a good deal is not what was promised.
	const isFineEnough =
		2 * frame.width * frame.height >=
		plan.delivered.width * plan.delivered.height;
	return isFineEnough ? frame : null;
}

function shapeOf(
	route: Route,
	request: GenerationRequest,
): { shape: Shape; resolution: Resolution } {
	const { sizing } = route.image;
	if (request.size === undefined) {
		const resolution = request.resolution ?? "standard";
		checkTier(route, resolution);
		const shape = shapeForRatio(
			sizing,
			request.aspectRatio ?? "1:1",
			resolution,
		);
		if (shape === null) throw tooCoarse(route, resolution);
		return { shape, resolution };
	}
	const resolution = dearer(request.resolution, tierOf(request.size));
	checkTier(route, resolution);
	const wanted =
		request.resolution === undefined
			? request.size
			: enlarge(request.size, LONGEST_EDGE[request.resolution]);
	return { shape: shapeForSize(sizing, request.size, wanted), resolution };
}

/** What was asked and will not be done, or not as it was asked, without spoiling the picture. */
function unheeded(
	{ model, image, ignores = [] }: Route,
	request: GenerationRequest,
	hasSeeds: boolean,
): Warning[] {
	const warnings: Warning[] = ignores
		.filter((wish) => request[wish] !== undefined)
		.map((wish) => ({
			kind: "unsupported",
			parameter: wish,
			message: `${model.id}, which draws this picture, does not heed ${wish}.`,
		}));
	if (hasSeeds && image.seed === "ignored") {
		warnings.push({
			kind: "unsupported",
			parameter: "seed",
			message: `${model.id} does not honour seeds: the same seed may give another picture.`,
		});
	}
	const { partialImages = 0 } = request;
	if (partialImages > image.partialImages) {
		warnings.push({
			kind: "unsupported",
			parameter: "partialImages",
			message: `${model.id} shows ${image.partialImages === 0 ? "no" : `at most ${image.partialImages}`} unfinished pictures on the way.`,
		});
	}
	if (
		request.negativePrompt !== undefined &&
		image.negativePrompt === "folded"
	) {
		warnings.push({
			kind: "adjusted",
			parameter: "negativePrompt",
			message: `${model.id} knows no negative prompts: what is to be avoided was said in the prompt.`,
		});
	}
	return warnings;
}

function checkCount(count: number, maximum: number): void {
	const allowed = `a whole number from 1 to ${maximum}`;
	if (!Number.isInteger(count) || count < 1 || count > maximum)
		throw invalid("count", `The number of images must be ${allowed}.`, allowed);
}

/** The name under which limits are told: whoever asked need not know who stands in. */
function nameOf({ model, limitsOf }: Route): string {
	return limitsOf ?? model.id;
}

function checkInputImages(route: Route, request: GenerationRequest): void {
	const { image } = route;
	const count = request.inputImages?.length ?? 0;
	if (count <= image.maxInputImages) return;
	const allowed = `at most ${image.maxInputImages} reference images`;
	throw invalid(
		"inputImages",
		`${nameOf(route)} takes ${allowed}, not ${count}.`,
		allowed,
	);
}

function checkMask(route: Route, request: GenerationRequest): void {
	if (request.mask === undefined) return;
	if (!route.image.mask) {
		throw invalid(
			"mask",
			`${nameOf(route)} takes no mask: say in the prompt what is to be drawn anew.`,
			"no mask",
		);
	}
	if ((request.inputImages?.length ?? 0) === 0) {
		throw invalid(
			"mask",
			"A mask belongs to an input image, and there is none.",
			"a mask together with at least one input image",
		);
	}
}

function checkChoice(
	route: Route,
	field: "quality" | "background",
	asked: string | undefined,
	choices: readonly string[],
): void {
	if (asked === undefined || choices.includes(asked)) return;
	const allowed =
		choices.length === 0
			? `no ${field}`
			: `${field} ${choices.join(" or ")}, or none`;
	throw invalid(
		field,
		`${nameOf(route)} cannot be asked for ${field} "${asked}"; allowed is ${allowed}.`,
		allowed,
	);
}

function checkPartialImages({ partialImages = 0 }: GenerationRequest): void {
	const allowed = `a whole number from 0 to ${MAX_PARTIAL_IMAGES}`;
	const isAllowed =
		Number.isInteger(partialImages) &&
		partialImages >= 0 &&
		partialImages <= MAX_PARTIAL_IMAGES;
	if (!isAllowed)
		throw invalid(
			"partialImages",
			`The number of unfinished pictures must be ${allowed}.`,
			allowed,
		);
}

function checkTier(route: Route, resolution: Resolution): void {
	const { creditPrices } = route.model;
	if (creditPrices[resolution] === undefined)
		throw lacksTier(nameOf(route), resolution, Object.keys(creditPrices));
}

function tooCoarse(route: Route, resolution: Resolution) {
	const { sizing } = route.image;
	const has =
		sizing.kind === "frames" ? new Set(sizing.frames.map(tierOfFrame)) : [];
	return lacksTier(
		nameOf(route),
		resolution,
		RESOLUTIONS.filter((each) => [...has].includes(each)),
	);
}

function lacksTier(id: string, resolution: string, has: readonly string[]) {
	const allowed = has.join(", ");
	return invalid(
		"resolution",
		`${id} has no resolution "${resolution}"; it has ${allowed}.`,
		`one of ${allowed}`,
	);
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
