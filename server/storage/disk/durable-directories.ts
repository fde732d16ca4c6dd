/** Directories whose own entry has reached the disk, so that a power cut cannot take them away with the files in them. */
import { mkdir, open } from "node:fs/promises";
import { dirname, sep } from "node:path";

export interface DurableDirectories {
	/** Creates a directory at or below the root, with its parents, and makes all their entries durable. */
	ensure(directory: string): Promise<void>;
	/** To be told when a directory may be gone, with what lies below it. */
	forget(directory: string): void;
}

/**
 * Remembers what it has made sure of, because a flush costs milliseconds. That a directory exists proves nothing:
 * whoever created it may not have come to the flush yet.
 */
export function createDurableDirectories(root: string): DurableDirectories {
	const durable = new Set<string>();

	async function ensure(directory: string): Promise<void> {
		if (durable.has(directory)) return;
		if (directory === root) {
			await ensureRoot(root);
		} else {
			const parent = dirname(directory);
			await ensure(parent);
			await mkdir(directory).catch((error: NodeJS.ErrnoException) => {
				if (error.code !== "EEXIST") throw error;
			});
			await syncDirectory(parent);
		}
		durable.add(directory);
	}

	return {
		ensure,
		forget(directory) {
			for (const known of durable)
				if (known === directory || known.startsWith(directory + sep))
					durable.delete(known);
		},
	};
}

async function ensureRoot(root: string): Promise<void> {
	const firstCreated = await mkdir(root, { recursive: true });
	if (firstCreated === undefined) return;
	for (let made = root; made.length >= firstCreated.length; ) {
		made = dirname(made);
		await syncDirectory(made);
	}
}

/** Makes the names in a directory durable, as they are now. */
export async function syncDirectory(directory: string): Promise<void> {
	// Windows opens no directory for this, and its file systems journal names by themselves.
	if (process.platform === "win32") return;
	const handle = await open(directory, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
