/** Gives a picture the shape of the photo that it is drawn from. */
import { MAX_EDGE, MIN_EDGE } from "../generations/check-capabilities.ts";
import type { GenerationRequest } from "../generations/request.ts";
import { LONGEST_EDGE } from "../generations/shape.ts";
import type { Resolution, Size } from "../models/model.ts";

/** As fine as was asked for, so that it costs what it would in any other shape of that tier. */
export function likePhoto(
	{ width, height }: Size,
	resolution: Resolution = "standard",
): Pick<GenerationRequest, "size" | "aspectRatio"> {
	const scale = LONGEST_EDGE[resolution] / Math.max(width, height);
	const edge = (pixels: number) =>
		Math.min(MAX_EDGE, Math.max(MIN_EDGE, Math.round(pixels * scale)));
	return {
		size: { width: edge(width), height: edge(height) },
		aspectRatio: undefined,
	};
}
