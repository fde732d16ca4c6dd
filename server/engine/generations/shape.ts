/** Settles what size a model is asked to draw, and what size the caller gets. */
import type { Frame, Sizing, Warning } from "../../providers/provider.ts";
import type { Resolution, Size } from "../models/model.ts";

/** Pixels of the longest edge of each tier; the team API leaves them open (S1, reading k). */
export const LONGEST_EDGE: Record<Resolution, number> = {
	low: 512,
	standard: 1024,
	high: 2048,
	"4k": 4096,
};

export interface Shape {
	/** What the provider is asked for. */
	readonly frame: Frame;
	/** What the caller gets: the frame's pixels, or a picture fitted to these. */
	readonly delivered: Size;
	/** Whether the caller gets another size than the model draws, without having asked for that. */
	readonly isFitted: boolean;
}

/** Ratios this close are the same: vendors round to pixels they like, and call 1376x768 16:9. */
const SAME_RATIO = 1.02;

/** Pixels for a ratio at a tier: the tier's longest edge, and the other edge by the ratio. */
export function sizeOf(aspectRatio: string, resolution: Resolution): Size {
	return withLongestEdge(ratioOf(aspectRatio), LONGEST_EDGE[resolution]);
}

/**
 * The shape for a ratio at a tier. What the model draws is never enlarged: a picture is not called finer than it is.
 * @returns `null` when the model draws nothing so fine.
 */
export function shapeForRatio(
	sizing: Sizing,
	aspectRatio: string,
	resolution: Resolution,
): Shape | null {
	const wanted = sizeOf(aspectRatio, resolution);
	if (sizing.kind === "free") {
		const frame = nearestFree(sizing, wanted);
		const delivered = isWithin(wanted, frame)
			? wanted
			: cropOf(frame, ratioOf(aspectRatio));
		return { frame, delivered, isFitted: !isSame(frame, delivered) };
	}
	const frame = frameForRatio(sizing.frames, aspectRatio, resolution);
	if (frame === null) return null;
	const isNative =
		frame.aspectRatio === aspectRatio || stretch(frame, wanted) <= SAME_RATIO;
	const isOfTier = tierOfFrame(frame) === resolution;
	if (isNative && isOfTier)
		return { frame, delivered: pixelsOf(frame), isFitted: false };
	const cropped = isNative
		? pixelsOf(frame)
		: cropOf(frame, ratioOf(aspectRatio));
	const longest = Math.max(cropped.width, cropped.height);
	const delivered = isOfTier
		? cropped
		: withLongestEdge(
				cropped.width / cropped.height,
				Math.min(longest, LONGEST_EDGE[resolution]),
			);
	return { frame, delivered, isFitted: true };
}

/** The shape for exact pixels, drawn as finely as `wanted`. */
export function shapeForSize(
	sizing: Sizing,
	delivered: Size,
	wanted: Size,
): Shape {
	const frame = nearestFrame(sizing, wanted);
	return { frame, delivered, isFitted: !isSame(frame, wanted) };
}

/** The same shape with the longest edge at least `edge`. */
export function enlarge(size: Size, edge: number): Size {
	const factor = Math.max(1, edge / Math.max(size.width, size.height));
	return {
		width: Math.round(size.width * factor),
		height: Math.round(size.height * factor),
	};
}

export function fittedWarning(model: string, shape: Shape): Warning {
	const inWords = ({ width, height }: Size) => `${width}x${height}`;
	return {
		kind: "adjusted",
		parameter: "size",
		message: `${model} draws ${inWords(shape.frame)} here; the picture was fitted to ${inWords(shape.delivered)} by cropping and resizing.`,
	};
}

/** The frame nearest in shape; of those the smallest that is large enough, or else the largest. */
export function nearestFrame(sizing: Sizing, wanted: Size): Frame {
	if (sizing.kind === "free") return nearestFree(sizing, wanted);
	const isLargeEnough = (size: Size) =>
		size.width >= wanted.width && size.height >= wanted.height;
	const [nearest] = [...sizing.frames].sort(
		(a, b) =>
			roughly(stretch(a, wanted)) - roughly(stretch(b, wanted)) ||
			Number(isLargeEnough(b)) - Number(isLargeEnough(a)) ||
			(isLargeEnough(a) ? area(a) - area(b) : area(b) - area(a)),
	);
	return nearest ?? wanted;
}

/** The tier to which a frame belongs, by its pixels: the one whose square is nearest. */
export function tierOfFrame(frame: Size): Resolution {
	const edge = Math.sqrt(area(frame));
	if (edge < 512 * Math.SQRT2) return "low";
	if (edge < 1024 * Math.SQRT2) return "standard";
	return edge < 2048 * Math.SQRT2 ? "high" : "4k";
}

const TIERS_FROM_COARSE = ["low", "standard", "high", "4k"] as const;

/** Of the coarsest tier that is fine enough, the frame nearest in shape. */
function frameForRatio(
	frames: readonly Frame[],
	aspectRatio: string,
	resolution: Resolution,
): Frame | null {
	const from = TIERS_FROM_COARSE.indexOf(resolution);
	for (const tier of TIERS_FROM_COARSE.slice(from)) {
		const ofTier = frames.filter((frame) => tierOfFrame(frame) === tier);
		if (ofTier.length === 0) continue;
		const named = ofTier.find((frame) => frame.aspectRatio === aspectRatio);
		return (
			named ??
			nearestFrame(
				{ kind: "frames", frames: ofTier },
				sizeOf(aspectRatio, tier),
			)
		);
	}
	return null;
}

/** The same shape between two edges, as far as all bounds allow. */
function nearestFree(
	sizing: Sizing & { kind: "free" },
	{ width, height }: Size,
): Size {
	const { minEdge, maxEdge, multipleOf = 1, minPixels = 1 } = sizing;
	const maxPixels = sizing.maxPixels ?? maxEdge * maxEdge;
	const aspect = Math.min(
		Math.max(width, height) / Math.min(width, height),
		sizing.maxAspect ?? Number.POSITIVE_INFINITY,
		maxEdge / minEdge,
	);
	const isWide = width >= height;
	// By the longest edge, which is what a tier names.
	let longest = Math.min(Math.max(width, height), maxEdge);
	longest = Math.min(longest, Math.sqrt(maxPixels * aspect));
	longest = Math.max(longest, Math.sqrt(minPixels * aspect), minEdge * aspect);
	const shortest = longest / aspect;
	const least = Math.ceil(minEdge / multipleOf);
	const most = Math.floor(maxEdge / multipleOf);
	const rounded = (edge: number, mayGrow: boolean) => {
		const steps = edge / multipleOf;
		// Single pixels are rounded, whole steps taken so that there is enough to cut from.
		const grown =
			multipleOf === 1 ? Math.round(steps) : Math.ceil(steps - 0.01);
		const whole = mayGrow ? grown : Math.floor(steps + 1e-9);
		return Math.min(most, Math.max(least, whole)) * multipleOf;
	};
	const round = (mayGrow: boolean) => ({
		width: rounded(isWide ? longest : shortest, mayGrow),
		height: rounded(isWide ? shortest : longest, mayGrow),
	});
	const grown = round(true);
	return area(grown) <= maxPixels ? grown : round(false);
}

/** The largest part of a frame that has exactly this ratio, in whole pixels. */
function cropOf(frame: Size, ratio: number): Size {
	return frame.width / frame.height >= ratio
		? { width: Math.round(frame.height * ratio), height: frame.height }
		: { width: frame.width, height: Math.round(frame.width / ratio) };
}

function withLongestEdge(ratio: number, edge: number): Size {
	return ratio >= 1
		? { width: edge, height: Math.round(edge / ratio) }
		: { width: Math.round(edge * ratio), height: edge };
}

function ratioOf(aspectRatio: string): number {
	const [across = 1, down = 1] = aspectRatio.split(":").map(Number);
	return across / down;
}

/** How far one shape is from another: 1 for the same, 2 for twice as wide or half as wide. */
function stretch(a: Size, b: Size): number {
	const ratio = (size: Size) => size.width / size.height;
	return Math.max(ratio(a) / ratio(b), ratio(b) / ratio(a));
}

/** So that two tiers of one ratio, rounded to pixels differently, are the same shape. */
function roughly(stretched: number): number {
	return Math.round(stretched * 50);
}

function area({ width, height }: Size): number {
	return width * height;
}

function pixelsOf({ width, height }: Size): Size {
	return { width, height };
}

function isWithin(inner: Size, outer: Size): boolean {
	return inner.width <= outer.width && inner.height <= outer.height;
}

export function isSame(a: Size, b: Size): boolean {
	return a.width === b.width && a.height === b.height;
}
