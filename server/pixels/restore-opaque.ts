/** Puts a picture back over a new one wherever a mask is opaque, so that only what the mask leaves open has changed. */
import { rm } from "node:fs/promises";
import { MAX_PIXELS, withSharp } from "./gated-sharp.ts";

export interface RestoreSources {
	/** What was drawn anew; its size is the result's. */
	readonly drawn: string;
	/** What it was drawn from; cut and scaled to the size of what was drawn. */
	readonly original: string;
	/** Has the original's size; opaque where the original is to be seen, and half of it where it is half transparent. */
	readonly mask: string;
}

/**
 * Writes a PNG. Where the mask is fully opaque, an original of the same size keeps its pixels exactly, if they are opaque
 * themselves; where the mask is fully transparent, so does what was drawn. The same files give the same bytes.
 * @param outputPath replaced when it exists, gone when this fails. Not flushed to the disk.
 * @param xmp the metadata of the result, which has none else.
 */
export async function restoreOpaque(
	sources: RestoreSources,
	outputPath: string,
	xmp: string,
): Promise<void> {
	const maskPath = `${outputPath}.mask`;
	const overlayPath = `${outputPath}.overlay`;
	try {
		const { width, height } = await sizeOf(sources.drawn);
		await withSharp(sources.mask, { limitInputPixels: MAX_PIXELS }, (image) =>
			image
				.autoOrient()
				.resize({ width, height, fit: "cover" })
				.ensureAlpha()
				.png()
				.toFile(maskPath),
		);
		await withSharp(
			sources.original,
			{ limitInputPixels: MAX_PIXELS },
			(image) =>
				image
					.autoOrient()
					.resize({ width, height, fit: "cover" })
					.toColourspace("srgb")
					.ensureAlpha()
					.composite([{ input: maskPath, blend: "dest-in" }])
					.png()
					.toFile(overlayPath),
		);
		await withSharp(sources.drawn, { limitInputPixels: MAX_PIXELS }, (image) =>
			image
				.composite([{ input: overlayPath }])
				.removeAlpha()
				.png()
				.withXmp(xmp)
				.toFile(outputPath),
		);
	} catch (error) {
		await rm(outputPath, { force: true });
		throw error;
	} finally {
		await rm(maskPath, { force: true });
		await rm(overlayPath, { force: true });
	}
}

async function sizeOf(
	path: string,
): Promise<{ width: number; height: number }> {
	return await withSharp(
		path,
		{ limitInputPixels: MAX_PIXELS },
		async (image) => (await image.metadata()).autoOrient,
	);
}
