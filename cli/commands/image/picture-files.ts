/** Says which files pictures are saved in, and sees to it that none is lost to them. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { Refusal } from "../../command-line/refusal.ts";

/** Endings that pictures may have. */
const ENDINGS = [".png", ".jpg", ".jpeg", ".webp"];
const MAX_NAME_CHARACTERS = 60;

export interface PictureFiles {
	/** @param ending as `.png`, for a name that has none. */
	pathOf(index: number, ending: string): string;
}

/**
 * @param named what the caller says: a file with or without its ending, or a folder.
 * @throws {Refusal} when a file is there already, unless it may be overwritten.
 */
export function pictureFiles({
	directory,
	named,
	prompt,
	count,
	mayOverwrite,
}: {
	readonly directory: string;
	readonly named: string | undefined;
	readonly prompt: string;
	readonly count: number;
	readonly mayOverwrite: boolean;
}): PictureFiles {
	const whole = path.resolve(directory, named ?? nameFor(prompt));
	const isFolder =
		named !== undefined &&
		(/[/\\]$/.test(named) ||
			(existsSync(whole) && statSync(whole).isDirectory()));
	const base = isFolder ? path.join(whole, nameFor(prompt)) : whole;
	const { dir, name, ext } = path.parse(base);
	const own = ENDINGS.includes(ext.toLowerCase()) ? ext : "";
	const stem = path.join(dir, own === "" ? name + ext : name);
	const stemAt = (index: number) =>
		count === 1 ? stem : `${stem}-${index + 1}`;
	if (!mayOverwrite) refuseExisting(directory, count, stemAt, own);
	return { pathOf: (index, ending) => stemAt(index) + (own || ending) };
}

function refuseExisting(
	directory: string,
	count: number,
	stemAt: (index: number) => string,
	own: string,
): void {
	const endings = own === "" ? ENDINGS : [own];
	for (let index = 0; index < count; index++)
		for (const ending of endings) {
			const file = stemAt(index) + ending;
			if (existsSync(file))
				throw new Refusal(
					`${path.relative(directory, file)} is there already.`,
					"Overwrite it with --force, or name another file: -o FILE",
				);
		}
}

/** The first words of a prompt, as a file's name. */
function nameFor(prompt: string): string {
	const words = prompt
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter(Boolean)
		.join("-");
	return words.slice(0, MAX_NAME_CHARACTERS).replace(/-$/, "") || "picture";
}
