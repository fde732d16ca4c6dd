/**
 * Derived renderings of a picture: made when first asked for, kept in storage, and made again when they were thrown away.
 * The original is never touched.
 */
import { createReadStream } from "node:fs";
import { extensionOf } from "../../pixels/media-types.ts";
import { type Rendition, renderVariant } from "../../pixels/render.ts";
import type { ByteRange, StoredObject } from "../../storage/storage.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Image } from "../generations/request.ts";
import { variantsPrefix } from "./referenced-objects.ts";

/**
 * `original` is what the provider returned, `fitted` the picture in the size the caller asked for, in the original's
 * format; the others are renderings of the fitted picture. `thumbnail` is a webp of at most 320 pixels.
 */
export const VARIANTS = [
	"original",
	"fitted",
	"thumbnail",
	"webp",
	"png",
	"jpeg",
] as const;
/** A rendering at a quality from 0 to 100 rather than the house's own: `jpeg-80`. */
export type CompressedVariant = `${"webp" | "jpeg"}-${number}`;
export type Variant = (typeof VARIANTS)[number] | CompressedVariant;

const THUMBNAIL_EDGE = 320;

/** The facts about an image that its variants depend on. */
export type VariantSource = Pick<
	Image,
	| "teamId"
	| "storageKey"
	| "sha256"
	| "mediaType"
	| "originalWidth"
	| "originalHeight"
	| "width"
	| "height"
>;

type VariantDependencies = Pick<
	EngineDependencies,
	"storage" | "staging" | "log"
>;

/** Where a variant's bytes lie and what they are. */
export interface VariantFacts {
	readonly storageKey: string;
	readonly mediaType: string;
	readonly extension: string;
}

export function variantFacts(
	image: VariantSource,
	variant: Variant,
): VariantFacts {
	const mediaType = mediaTypeOf(image, variant);
	const extension = extensionOf(mediaType);
	if (isOriginal(image, variant))
		return { storageKey: image.storageKey, mediaType, extension };
	return {
		storageKey: `${variantsPrefix(image.teamId, image.sha256)}${image.width}x${image.height}-${nameOf(variant)}.${extension}`,
		mediaType,
		extension,
	};
}

function nameOf(variant: Variant): string {
	if (variant === "thumbnail") return `thumbnail-${THUMBNAIL_EDGE}`;
	const quality = qualityOf(variant);
	return quality === undefined ? "full" : `quality-${quality}`;
}

/** `undefined` for the house's own quality. */
function qualityOf(variant: Variant): number | undefined {
	const [, quality] = variant.split("-");
	return quality === undefined ? undefined : Number(quality);
}

/** Whether the original's own bytes are what the variant shows. */
function isOriginal(image: VariantSource, variant: Variant): boolean {
	if (variant === "original") return true;
	const isFitting =
		image.width === image.originalWidth &&
		image.height === image.originalHeight;
	return (
		isFitting &&
		variant !== "thumbnail" &&
		qualityOf(variant) === undefined &&
		mediaTypeOf(image, variant) === image.mediaType
	);
}

function mediaTypeOf(image: VariantSource, variant: Variant): string {
	switch (variant) {
		case "original":
			return image.mediaType;
		case "fitted":
			// A format that cannot be written, such as avif or gif, is shown as png.
			return ["image/png", "image/webp", "image/jpeg"].includes(image.mediaType)
				? image.mediaType
				: "image/png";
		case "thumbnail":
			return "image/webp";
		default:
			return `image/${variant.split("-")[0]}`;
	}
}

/** Under way in this process, so that a hundred first visitors cost one rendering. */
const underWay = new Map<string, Promise<void>>();

/** Opens a variant, making it first when it is not there. @throws when the original itself is gone. */
export async function openVariant(
	dependencies: VariantDependencies,
	image: VariantSource,
	variant: Variant,
	range?: ByteRange,
): Promise<StoredObject> {
	const { storage } = dependencies;
	const { storageKey } = variantFacts(image, variant);
	const kept = await storage.open(storageKey, range);
	if (kept !== null) return kept;
	await makeVariant(dependencies, image, variant);
	const made = await storage.open(storageKey, range);
	if (made === null) throw new Error(`${storageKey} vanished from storage`);
	return made;
}

/** Size of a variant in bytes, making it first when it is not there. */
export async function variantSize(
	dependencies: VariantDependencies,
	image: VariantSource,
	variant: Variant,
): Promise<number> {
	const { storageKey } = variantFacts(image, variant);
	const kept = await dependencies.storage.size(storageKey);
	if (kept !== null) return kept;
	await makeVariant(dependencies, image, variant);
	const made = await dependencies.storage.size(storageKey);
	if (made === null) throw new Error(`${storageKey} vanished from storage`);
	return made;
}

export async function makeVariant(
	dependencies: VariantDependencies,
	image: VariantSource,
	variant: Variant,
): Promise<void> {
	const { storageKey } = variantFacts(image, variant);
	if (storageKey === image.storageKey)
		throw new Error(`The original ${storageKey} is not in storage`);
	let making = underWay.get(storageKey);
	if (making === undefined) {
		making = render(dependencies, image, variant, storageKey).finally(() =>
			underWay.delete(storageKey),
		);
		underWay.set(storageKey, making);
	}
	await making;
}

async function render(
	{ storage, staging }: VariantDependencies,
	image: VariantSource,
	variant: Variant,
	storageKey: string,
): Promise<void> {
	// Made by another process, or between our look and now.
	if ((await storage.size(storageKey)) !== null) return;
	const original = await storage.open(image.storageKey);
	if (original === null)
		throw new Error(`The original ${image.storageKey} is not in storage`);
	const source = await staging.stage(original.stream);
	const target = { path: `${source.path}.variant` };
	try {
		await renderVariant(source.path, renditionOf(image, variant), target.path);
		const rendered = await staging.stage(createReadStream(target.path));
		try {
			await storage.put(storageKey, rendered);
		} finally {
			await staging.discard(rendered);
		}
	} finally {
		await staging.discard(source);
		await staging.discard(target);
	}
}

function renditionOf(image: VariantSource, variant: Variant): Rendition {
	if (variant === "thumbnail")
		return {
			format: "webp",
			fit: { width: image.width, height: image.height },
			longestEdge: THUMBNAIL_EDGE,
		};
	const format = mediaTypeOf(image, variant).slice("image/".length);
	if (format !== "webp" && format !== "png" && format !== "jpeg")
		throw new Error(`No variant is written as ${format}`);
	const quality = qualityOf(variant);
	return {
		format,
		fit: { width: image.width, height: image.height },
		...(quality !== undefined && { quality }),
	};
}
