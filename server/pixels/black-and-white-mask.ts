/** Turns a mask that is transparent where something is to be drawn into one that is white there, and black elsewhere. */
import { rm } from "node:fs/promises";
import { MAX_PIXELS, withSharp } from "./gated-sharp.ts";

/**
 * Writes a PNG of greys without transparency: the half transparent becomes grey, a mask without any transparency black.
 * Not turned upright, since the picture it belongs to is not either.
 * @param path a picture of any type that `inspectImage` tells.
 * @param outputPath replaced when it exists, gone when this fails. Not flushed to the disk.
 */
export async function renderBlackAndWhiteMask(
	path: string,
	outputPath: string,
): Promise<void> {
	try {
		await withSharp(path, { limitInputPixels: MAX_PIXELS }, (image) =>
			image
				.toColourspace("srgb")
				.ensureAlpha()
				.extractChannel("alpha")
				.negate()
				.png()
				.toFile(outputPath),
		);
	} catch (error) {
		await rm(outputPath, { force: true });
		throw error;
	}
}
