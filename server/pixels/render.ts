/** Makes a variant of a picture: another format, an exact size, a thumbnail. The source is never changed. */
import { rm } from "node:fs/promises";
import type { Sharp } from "sharp";
import { MAX_PIXELS, withSharp } from "./gated-sharp.ts";
import { ImageError } from "./inspect.ts";

/** First `fit`, then `longestEdge`, then `format`. */
export interface Rendition {
	readonly format: "webp" | "png" | "jpeg";
	/** Exactly this many pixels: what sticks out of the ratio is cut off evenly, the rest scaled up or down. */
	readonly fit?: { readonly width: number; readonly height: number };
	/** At most this many pixels in the longer direction; a smaller picture is left as small as it is. */
	readonly longestEdge?: number;
	/** Of webp and jpeg, from 0 for the smallest file to 100 for the best picture; the house's own when left out. */
	readonly quality?: number;
}

export interface RenderedFacts {
	readonly width: number;
	readonly height: number;
	readonly sizeBytes: number;
}

/** The formats' own limits, for each side. */
const MAX_EDGE = { webp: 16_383, jpeg: 65_500, png: 1_000_000 };

const WEBP_QUALITY = { full: 82, thumbnail: 80 };
const WEBP_EFFORT = 4;
const JPEG_QUALITY = 88;

/**
 * Renders the first frame, upright and in sRGB. XMP is kept, because it carries the mark of synthetic media; all other
 * metadata is left out.
 * @param path a picture of any type that `inspectImage` tells.
 * @param outputPath replaced when it exists, gone when rendering fails. Not flushed to the disk.
 * @throws {ImageError} `too_large_for_format`; any other error for a source that cannot be decoded.
 */
export async function renderVariant(
	path: string,
	rendition: Rendition,
	outputPath: string,
	signal?: AbortSignal,
): Promise<RenderedFacts> {
	if (rendition.fit !== undefined) checkSize(rendition.fit, rendition.format);
	try {
		return await withSharp(
			path,
			{ limitInputPixels: MAX_PIXELS },
			async (image) => {
				// The header is all that is read twice, and only where the result is as large as the source.
				if (rendition.fit === undefined && rendition.longestEdge === undefined)
					checkSize((await image.metadata()).autoOrient, rendition.format);
				const { width, height, size } = await render(image, rendition).toFile(
					outputPath,
				);
				return { width, height, sizeBytes: size };
			},
			signal,
		);
	} catch (error) {
		await rm(outputPath, { force: true });
		throw error;
	}
}

function render(image: Sharp, rendition: Rendition): Sharp {
	const upright = image.autoOrient();
	return encode(resize(upright, rendition), rendition).keepXmp();
}

function resize(image: Sharp, { fit, longestEdge }: Rendition): Sharp {
	if (fit !== undefined)
		return image.resize({ ...shrink(fit, longestEdge), fit: "cover" });
	if (longestEdge === undefined) return image;
	return image.resize({
		width: longestEdge,
		height: longestEdge,
		fit: "inside",
		withoutEnlargement: true,
	});
}

function shrink(
	size: { width: number; height: number },
	longestEdge = Number.POSITIVE_INFINITY,
): { width: number; height: number } {
	const scale = Math.min(1, longestEdge / Math.max(size.width, size.height));
	return {
		width: Math.max(1, Math.round(size.width * scale)),
		height: Math.max(1, Math.round(size.height * scale)),
	};
}

function encode(
	image: Sharp,
	{ format, longestEdge, quality }: Rendition,
): Sharp {
	switch (format) {
		case "webp": {
			const size = longestEdge === undefined ? "full" : "thumbnail";
			return image.webp({
				quality:
					quality === undefined ? WEBP_QUALITY[size] : atLeastOne(quality),
				effort: WEBP_EFFORT,
			});
		}
		case "jpeg":
			return image.flatten({ background: "#fff" }).jpeg({
				quality: quality === undefined ? JPEG_QUALITY : atLeastOne(quality),
			});
		case "png":
			return image.png();
	}
}

/** No encoder here knows a quality of 0. */
function atLeastOne(quality: number): number {
	return Math.max(1, quality);
}

function checkSize(
	{ width, height }: { width: number; height: number },
	format: Rendition["format"],
): void {
	const edge = MAX_EDGE[format];
	if (Math.max(width, height) > edge || width * height > MAX_PIXELS)
		throw new ImageError(
			"too_large_for_format",
			`${width}x${height} pixels are more than can be written as ${format}; allowed are ${edge} on each side and ${MAX_PIXELS} in all.`,
		);
}
