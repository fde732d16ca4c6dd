/** What one run of `gesso batch run` works with, from when the server has the table. */
import path from "node:path";
import type { GessoClient } from "@gesso/client";
import type { Batch } from "@gesso/client/batch";
import type { ImageFormat } from "@gesso/client/images";
import type { Terminal } from "../terminal/terminal.ts";
import type { OutFolder } from "./out-folder.ts";
import type { SavedPictures } from "./saved-pictures.ts";

export interface BatchRun {
	readonly client: GessoClient;
	readonly batchId: string;
	/** How the caller calls the table. */
	readonly table: string;
	readonly folder: OutFolder;
	readonly saved: SavedPictures;
	readonly terminal: Terminal;
	readonly signal: AbortSignal;
	/** Whether the server is one that the command started for itself, where credits count for nothing. */
	readonly isOwn: boolean;
	readonly wishes: RunWishes;
	/** How the caller calls a file in the folder. */
	shown(file: string): string;
}

export interface RunWishes {
	/** Asks nothing. */
	readonly yes: boolean;
	/** Tries again what failed in an earlier run. */
	readonly retry: boolean;
	/** In which pictures are saved. */
	readonly format: ImageFormat;
	/** How many rows are drawn before the others. */
	readonly sample: number | undefined;
}

/** Pictures of each row; `null` when a preset says how many. */
export function picturesPerRow({
	sampleCount,
	presetId,
}: Pick<Batch, "sampleCount" | "presetId">): number | null {
	if (sampleCount !== null) return sampleCount;
	return presetId === undefined ? 1 : null;
}

export function shownIn(directory: string, folder: string) {
	return (file: string) => {
		const whole = path.join(folder, file);
		const relative = path.relative(directory, whole);
		return relative.startsWith("..") ? whole : relative || ".";
	};
}
