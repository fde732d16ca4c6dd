/** Keeps bytes as files below one directory of a local disk; a key is the path of its file. */
import { randomUUID } from "node:crypto";
import { close, constants, createReadStream, fstat, open } from "node:fs";
import {
	copyFile,
	open as openHandle,
	rename,
	rm,
	stat,
	unlink,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { ByteRange, LocalFile, Storage } from "../storage.ts";
import { checkStorageKey, checkStoragePrefix } from "../storage-key.ts";
import {
	createDurableDirectories,
	syncDirectory,
} from "./durable-directories.ts";

const openDescriptor = promisify(open);
const statDescriptor = promisify(fstat);
const closeDescriptor = promisify(close);

// Each further one needs another removal of the same directory in the very moment of a put.
const MAX_ATTEMPTS = 5;

/** The directory is created by the first put. */
export function createDiskStorage(directory: string): Storage {
	const root = resolve(directory);
	const directories = createDurableDirectories(root);

	function pathOf(key: string): string {
		checkStorageKey(key);
		return join(root, key);
	}

	async function putOnce(target: string, file: LocalFile): Promise<void> {
		const parent = dirname(target);
		await directories.ensure(parent);
		const isThere = (await fileSize(target)) === file.sizeBytes;
		if (!isThere) await move(file.path, target);
		// Whoever put it there may not have come to the flush yet.
		else await syncFile(target);
		await syncDirectory(parent);
		if (isThere) await rm(file.path, { force: true });
	}

	return {
		async put(key, file) {
			const target = pathOf(key);
			await syncFile(file.path, file.sizeBytes);
			for (let attempt = 1; ; attempt++) {
				try {
					await putOnce(target, file);
					return;
				} catch (error) {
					if (!isMissing(error) || attempt === MAX_ATTEMPTS) throw error;
					// A removal took the directories away while the file was on its way.
					directories.forget(root);
				}
			}
		},
		async open(key, range) {
			// A plain descriptor: should a caller forget the stream, a FileHandle would end the process when collected.
			const descriptor = await openDescriptor(pathOf(key), "r").catch(
				nullWhenMissing,
			);
			if (descriptor === null) return null;
			try {
				const stats = await statDescriptor(descriptor);
				if (stats.isFile()) {
					const stream = read(descriptor, stats.size, range);
					return { sizeBytes: stats.size, stream };
				}
			} catch (error) {
				await closeDescriptor(descriptor);
				throw error;
			}
			await closeDescriptor(descriptor);
			return null;
		},
		async size(key) {
			return await fileSize(pathOf(key));
		},
		async remove(key) {
			const path = pathOf(key);
			if ((await fileSize(path)) === null) return;
			await unlink(path).catch(nullWhenMissing);
		},
		async removeBelow(prefix) {
			checkStoragePrefix(prefix);
			const path = join(root, prefix.slice(0, -1));
			directories.forget(path);
			// A put into the directory while it is emptied makes the removal start over.
			await rm(path, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

function read(
	descriptor: number,
	sizeBytes: number,
	range: ByteRange | undefined,
): Readable {
	if (range === undefined)
		return createReadStream("", { fd: descriptor, start: 0 });
	const end = Math.min(range.last, sizeBytes - 1);
	if (range.first < 0 || range.first > end)
		throw new RangeError(
			`The range from ${range.first} to ${range.last} has no byte of an object of ${sizeBytes} bytes`,
		);
	return createReadStream("", { fd: descriptor, start: range.first, end });
}

/** Size in bytes, or `null` when there is no file at the path. */
async function fileSize(path: string): Promise<number | null> {
	const stats = await stat(path).catch(nullWhenMissing);
	return stats?.isFile() ? stats.size : null;
}

/** @throws when the file does not have the size that it is said to have. */
async function syncFile(path: string, sizeBytes?: number): Promise<void> {
	const handle = await openHandle(path, "r+");
	try {
		const { size } = await handle.stat();
		if (sizeBytes !== undefined && size !== sizeBytes)
			throw new Error(`${path} has ${size} bytes instead of ${sizeBytes}`);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

async function move(source: string, target: string): Promise<void> {
	try {
		await rename(source, target);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
		await moveAcrossDevices(source, target);
	}
}

async function moveAcrossDevices(
	source: string,
	target: string,
): Promise<void> {
	// No key has a `~`, so a copy that a crash cut short can never be opened.
	const copy = `${target}~${randomUUID()}`;
	try {
		await copyFile(source, copy, constants.COPYFILE_EXCL);
		await syncFile(copy);
		await rename(copy, target);
	} catch (error) {
		await rm(copy, { force: true });
		throw error;
	}
	await unlink(source);
}

function isMissing(error: unknown): boolean {
	return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/** For `catch`: nothing at the path, or a file where a folder of the path would be. */
function nullWhenMissing(error: NodeJS.ErrnoException): null {
	if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
	throw error;
}
