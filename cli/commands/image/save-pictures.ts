/** Saves what was drawn, and says what it is and what it cost. */
import path from "node:path";
import type { GeneratedImage, Generation } from "@gesso/client/generation";
import type { ImageFormat } from "@gesso/client/images";
import type { Context } from "../../command-line/command.ts";
import { saveDownload } from "../../files/save-download.ts";
import type { Reached } from "../../reach/reach-server.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { bytes, counted, dollars } from "../../terminal/words.ts";
import type { PictureFiles } from "./picture-files.ts";

/** By the type of what is in a file. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
	"image/png": [".png"],
	"image/jpeg": [".jpg", ".jpeg"],
	"image/webp": [".webp"],
};

/** @returns how many were saved. @throws {GessoError} {Refusal} */
export async function savePictures(
	{ terminal, directory }: Context,
	{ client, signal }: Reached,
	generation: Generation,
	{
		files,
		format,
	}: {
		readonly files: PictureFiles;
		/** As drawn when left out, but for what was drawn in another size than asked for. */
		readonly format: ImageFormat | undefined;
	},
): Promise<number> {
	const images = generation.data ?? [];
	for (const [index, image] of images.entries()) {
		const chosen = format ?? usualFormat(generation, files.pathOf(index, ""));
		const { file, sizeBytes, mediaType } = await saveDownload({
			open: () => client.images.download(image.id, chosen, { signal }),
			fileOf: (found) =>
				files.pathOf(index, endingsOf(found.mediaType)[0] ?? ""),
			url: client.url,
			signal,
		});
		const shown = path.relative(directory, file);
		tell(terminal, shown, image, sizeBytes);
		if (!endingsOf(mediaType).includes(path.extname(file).toLowerCase()))
			warn(
				terminal,
				`In ${shown} is ${mediaType}, as it was drawn. --format has it converted.`,
			);
	}
	const { usage, cost, drawnBy, warnings } = generation;
	const paid = [
		`drawn by ${drawnBy}`,
		...(usage === undefined ? [] : [counted(usage.credits, "credit")]),
		...(cost?.dollars ? [dollars(cost.dollars)] : []),
	];
	terminal.say(terminal.style("dim", paid.join(" · ")));
	for (const { message } of warnings) warn(terminal, message);
	return images.length;
}

function endingsOf(mediaType: string): readonly string[] {
	return ENDINGS[mediaType] ?? [""];
}

/** What has another size in its original than was promised is saved as it was promised. */
function usualFormat({ warnings }: Generation, file: string): ImageFormat {
	const isFitted = warnings.some(
		({ kind, parameter }) => kind === "adjusted" && parameter === "size",
	);
	if (!isFitted) return "original";
	switch (path.extname(file).toLowerCase()) {
		case ".jpg":
		case ".jpeg":
			return "jpeg";
		case ".webp":
			return "webp";
		default:
			return "png";
	}
}

function tell(
	terminal: Terminal,
	file: string,
	{ width, height, seed }: GeneratedImage,
	sizeBytes: number,
): void {
	const facts = [
		`${width}x${height}`,
		bytes(sizeBytes),
		...(seed === null ? [] : [`seed ${seed}`]),
	];
	terminal.say(
		`${terminal.style("bold", file)}  ${terminal.style("dim", facts.join(" · "))}`,
	);
}

export function warn(terminal: Terminal, message: string): void {
	terminal.say(`${terminal.style("yellow", "!")} ${message}`);
}
