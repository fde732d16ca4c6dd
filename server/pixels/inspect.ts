/** Tells what a picture is by its bytes, never by its name, and refuses one that is dangerous or broken. */
import { access, constants } from "node:fs/promises";
import type { Metadata } from "sharp";
import { withSharp } from "./gated-sharp.ts";
import { extensionOf } from "./media-types.ts";

export type ImageErrorKind =
	| "not_an_image"
	| "unsupported_type"
	| "too_many_pixels"
	| "too_large_for_format"
	| "corrupt";

/** What is wrong with a picture; the message is fit for whoever sent it. */
export class ImageError extends Error {
	readonly kind: ImageErrorKind;

	constructor(
		kind: ImageErrorKind,
		message: string,
		options?: { cause: unknown },
	) {
		super(message, options);
		this.name = "ImageError";
		this.kind = kind;
	}
}

/** Pixels are counted as the picture is shown: an orientation noted in the file has been applied. */
export interface ImageFacts {
	readonly mediaType: string;
	/** Without a dot. */
	readonly extension: string;
	readonly width: number;
	readonly height: number;
	/** Whether it can be transparent. */
	readonly hasAlpha: boolean;
}

export interface UploadLimits {
	/** Width times height times frames. */
	readonly maxPixels: number;
}

const UPLOAD_TYPES = [
	"image/png",
	"image/jpeg",
	"image/webp",
	"image/gif",
	"image/avif",
];
const UPLOAD_TYPES_IN_WORDS = "PNG, JPEG, WebP, GIF and AVIF";

/**
 * Reads no more than the header.
 * @throws {ImageError} `not_an_image`.
 */
export async function inspectImage(path: string): Promise<ImageFacts> {
	return factsOf(await readHeader(path));
}

/**
 * Decodes the whole picture once, after its header has shown that it is safe to do so.
 * @throws {ImageError} unless it is a sound PNG, JPEG, WebP, GIF or AVIF within the limits.
 */
export async function checkUploadedImage(
	path: string,
	{ maxPixels }: UploadLimits,
): Promise<ImageFacts> {
	const header = await readHeader(path);
	const facts = factsOf(header);
	if (!UPLOAD_TYPES.includes(facts.mediaType))
		throw new ImageError(
			"unsupported_type",
			`The file is of type ${facts.mediaType}; allowed are ${UPLOAD_TYPES_IN_WORDS}.`,
		);
	const frames = header.pages ?? 1;
	if (facts.width * facts.height * frames > maxPixels)
		throw new ImageError(
			"too_many_pixels",
			`The image has ${facts.width}x${facts.height} pixels${frames > 1 ? ` in each of ${frames} frames` : ""}; allowed are ${maxPixels} in all.`,
		);
	await decode(path, header, maxPixels);
	return facts;
}

async function readHeader(path: string): Promise<Metadata> {
	// A file that is missing is our fault, not the sender's.
	await access(path, constants.R_OK);
	try {
		// No limit, so that a size beyond all bounds can still be told; the header alone is harmless.
		return await withSharp(path, { limitInputPixels: false }, (image) =>
			image.metadata(),
		);
	} catch (cause) {
		throw notAnImage(cause);
	}
}

function factsOf({ mediaType, autoOrient, hasAlpha }: Metadata): ImageFacts {
	if (mediaType === undefined) throw notAnImage();
	const { width, height } = autoOrient;
	return {
		mediaType,
		extension: extensionOf(mediaType),
		width,
		height,
		hasAlpha,
	};
}

function notAnImage(cause?: unknown): ImageError {
	return new ImageError(
		"not_an_image",
		`The file is no image that can be read; ${UPLOAD_TYPES_IN_WORDS} can.`,
		{ cause },
	);
}

async function decode(
	path: string,
	header: Metadata,
	maxPixels: number,
): Promise<void> {
	const { mediaType, height } = header;
	// The top-level pictures of an AVIF are no frames: they may differ in size, and only the main one is ever used.
	const animated = mediaType === "image/gif" || mediaType === "image/webp";
	try {
		await withSharp(path, { animated, limitInputPixels: maxPixels }, (image) =>
			image
				// Squeezed to one column but never in height, every line must be decoded and next to nothing is kept.
				.resize({ width: 1, height, fit: "fill", fastShrinkOnLoad: false })
				.raw()
				.toBuffer(),
		);
	} catch (cause) {
		throw new ImageError(
			"corrupt",
			`The image is truncated or corrupt; a complete one is needed, of ${UPLOAD_TYPES_IN_WORDS}.`,
			{ cause },
		);
	}
}
