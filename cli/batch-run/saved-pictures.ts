/** What of a batch's pictures is in the folder already, noted picture by picture, so that none is fetched twice. */
import { appendFile, readFile, stat } from "node:fs/promises";
import path from "node:path";

interface Note {
	/** A picture's id, and its format where that is not the original. */
	readonly image: string;
	readonly file: string;
	readonly sizeBytes: number;
	readonly changedAt: number;
}

export class SavedPictures {
	readonly #folder: string;
	readonly #noteFile: string;
	readonly #notes: Map<string, Note>;
	#addedCount = 0;

	private constructor(
		folder: string,
		noteFile: string,
		notes: Map<string, Note>,
	) {
		this.#folder = folder;
		this.#noteFile = noteFile;
		this.#notes = notes;
	}

	/** @param folder where pictures are. @param noteFile one line for each; it may be missing, or have broken off. */
	static async open(folder: string, noteFile: string): Promise<SavedPictures> {
		const text = await readFile(noteFile, "utf8").catch(() => "");
		const notes = text.split("\n").flatMap((line) => {
			const note = noteIn(line);
			return note === null ? [] : [[note.image, note] as const];
		});
		return new SavedPictures(folder, noteFile, new Map(notes));
	}

	/** How many were saved since it was opened. */
	get addedCount(): number {
		return this.#addedCount;
	}

	/** Whether the file of a picture is there as it was saved: same size, and not changed since. */
	async has(image: string, stem: string): Promise<boolean> {
		const note = this.#notes.get(image);
		if (note === undefined || path.parse(note.file).name !== stem) return false;
		const found = await stat(path.join(this.#folder, note.file)).catch(
			() => null,
		);
		return (
			found !== null &&
			found.size === note.sizeBytes &&
			Math.trunc(found.mtimeMs) === note.changedAt
		);
	}

	async note(image: string, file: string): Promise<void> {
		const { size, mtimeMs } = await stat(path.join(this.#folder, file));
		const changedAt = Math.trunc(mtimeMs);
		const note = { image, file, sizeBytes: size, changedAt };
		this.#notes.set(image, note);
		this.#addedCount++;
		// Begun with a line end, so that it stands apart from one that broke off.
		await appendFile(this.#noteFile, `\n${JSON.stringify(note)}`);
	}
}

function noteIn(line: string): Note | null {
	try {
		const note = JSON.parse(line) as Partial<Note> | null;
		return typeof note?.image === "string" && typeof note.file === "string"
			? (note as Note)
			: null;
	} catch {
		return null;
	}
}
