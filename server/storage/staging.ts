/** Takes bytes as they arrive into temporary files, hashed and safe on disk, before anyone decides what becomes of them. */
import { createHash, randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import {
	type FileHandle,
	mkdir,
	open,
	readdir,
	rm,
	stat,
} from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { nextOrAbort } from "./next-or-abort.ts";

/** A whole file that nobody keeps yet: put it into storage or discard it. */
export interface StagedFile {
	readonly path: string;
	/** Lower-case hexadecimal. */
	readonly sha256: string;
	readonly sizeBytes: number;
}

export interface StageLimits {
	readonly maxBytes?: number;
	/** Ends the staging, even while it waits for bytes that never come. */
	readonly signal?: AbortSignal;
}

/** There were more bytes than allowed. */
export class StagingLimitError extends Error {
	readonly maxBytes: number;

	constructor(maxBytes: number) {
		super(`There are more than the ${maxBytes} bytes allowed`);
		this.name = "StagingLimitError";
		this.maxBytes = maxBytes;
	}
}

export interface Staging {
	/**
	 * Writes the bytes to a file of their own, one chunk at a time, and flushes it to the disk. Takes no more from the
	 * source than it has written. When it rejects, the source is ended and no file is left.
	 * @throws {StagingLimitError} and the source's or the signal's own error.
	 */
	stage(
		bytes: AsyncIterable<Uint8Array>,
		limits?: StageLimits,
	): Promise<StagedFile>;
	/** Deletes a file; one that is gone already, having been put into storage, is no error. */
	discard(file: { readonly path: string }): Promise<void>;
	/** Ends what is being staged and deletes every file that was not taken away. */
	close(): Promise<void>;
}

const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1_000;
// Told apart from a person's own folders, which a sweep must never touch.
const OWN_DIRECTORY = /^staging-\d+-[0-9a-f-]{36}$/;

/**
 * Opens a staging place for this process below a directory that several processes may share; the directory is created.
 * Leftovers of processes that died over a day ago are deleted. Should lie on the same file system as storage, so that
 * keeping a file is a rename.
 */
export async function createStaging(directory: string): Promise<Staging> {
	const ownDirectory = join(
		directory,
		`staging-${process.pid}-${randomUUID()}`,
	);
	await mkdir(ownDirectory, { recursive: true });
	await sweepLeftovers(directory);

	const underWay = new Map<Promise<StagedFile>, AbortController>();
	let isClosed = false;

	return {
		async stage(bytes, limits = {}) {
			const stopped = new AbortController();
			if (isClosed) stopped.abort(closedError());
			const staging = stageOne(ownDirectory, bytes, limits, stopped);
			underWay.set(staging, stopped);
			try {
				return await staging;
			} finally {
				underWay.delete(staging);
			}
		},
		async discard(file) {
			await rm(file.path, { force: true });
		},
		async close() {
			isClosed = true;
			for (const stopped of underWay.values()) stopped.abort(closedError());
			await Promise.allSettled(underWay.keys());
			await rm(ownDirectory, { recursive: true, force: true });
		},
	};
}

function closedError(): Error {
	return new Error("The staging place is closed");
}

async function stageOne(
	directory: string,
	bytes: AsyncIterable<Uint8Array>,
	{ maxBytes = Number.POSITIVE_INFINITY, signal }: StageLimits,
	stopped: AbortController,
): Promise<StagedFile> {
	const iterator = bytes[Symbol.asyncIterator]();
	const path = join(directory, randomUUID());
	const stop = () => stopped.abort(signal?.reason);
	try {
		if (signal?.aborted) stop();
		signal?.addEventListener("abort", stop, { once: true });
		stopped.signal.throwIfAborted();
		const handle = await createFile(directory, path);
		// A handle that is collected unclosed ends the process, so nothing may come between.
		try {
			const written = await write(handle, iterator, maxBytes, stopped.signal);
			return { path, ...written };
		} finally {
			await handle.close();
		}
	} catch (error) {
		// Not awaited: a source that hangs would hang in its own clean-up too.
		void endQuietly(bytes, iterator);
		await rm(path, { force: true });
		throw error;
	} finally {
		signal?.removeEventListener("abort", stop);
	}
}

async function write(
	handle: FileHandle,
	iterator: AsyncIterator<Uint8Array>,
	maxBytes: number,
	signal: AbortSignal,
): Promise<{ sha256: string; sizeBytes: number }> {
	const hash = createHash("sha256");
	let sizeBytes = 0;
	for (;;) {
		const step = await nextOrAbort(iterator, signal);
		if (step.done) break;
		const chunk: unknown = step.value;
		if (!(chunk instanceof Uint8Array))
			throw new TypeError("Only bytes can be staged");
		sizeBytes += chunk.byteLength;
		if (sizeBytes > maxBytes) throw new StagingLimitError(maxBytes);
		hash.update(chunk);
		await handle.writeFile(chunk);
	}
	await handle.sync();
	// An abort during the last write must not hand out a file that is about to be deleted.
	signal.throwIfAborted();
	return { sha256: hash.digest("hex"), sizeBytes };
}

/** A process that staged nothing for a day looks dead to the others and finds its directory swept away. */
async function createFile(
	directory: string,
	path: string,
): Promise<FileHandle> {
	try {
		return await open(path, "wx");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		await mkdir(directory, { recursive: true });
		return await open(path, "wx");
	}
}

/** What goes wrong here is kept quiet: what went wrong first is what the caller is told. */
async function endQuietly(
	bytes: AsyncIterable<unknown>,
	iterator: AsyncIterator<unknown>,
): Promise<void> {
	// A stream's iterator ends nothing before its first value and while it waits for one; the stream itself does.
	if (bytes instanceof Readable) bytes.on("error", () => {}).destroy();
	try {
		await iterator.return?.();
	} catch {}
}

async function sweepLeftovers(directory: string): Promise<void> {
	const entries = await readdir(directory, { withFileTypes: true });
	for (const entry of entries) {
		try {
			if (await isLeftover(directory, entry))
				await rm(join(directory, entry.name), { recursive: true, force: true });
		} catch {
			// Another process sweeps at the same moment, or the leftover is another user's: no reason not to start.
		}
	}
}

async function isLeftover(directory: string, entry: Dirent): Promise<boolean> {
	if (!entry.isDirectory() || !OWN_DIRECTORY.test(entry.name)) return false;
	const { mtimeMs } = await stat(join(directory, entry.name));
	return Date.now() - mtimeMs > LEFTOVER_AGE_MS;
}
