/**
 * The contract of a place that keeps bytes.
 *
 * Keys are slash-separated paths such as `generated/<teamId>/<sha256>.png`; what they may look like is told in
 * `storage-key.ts`. Every method rejects with a TypeError when a key is none. No key may be a folder of another one.
 */
import type { Readable } from "node:stream";

/** A finished local file that storage takes over; after `put` it is gone from its old path. */
export interface LocalFile {
	readonly path: string;
	readonly sizeBytes: number;
}

export interface StoredObject {
	/** Of the whole object, whatever the range. */
	readonly sizeBytes: number;
	/** The bytes asked for, streamed; destroyed by whoever does not read it to the end. */
	readonly stream: Readable;
}

/** First and last byte, both included, as in HTTP. */
export interface ByteRange {
	readonly first: number;
	readonly last: number;
}

export interface Storage {
	/**
	 * Keeps a file under a key. When it resolves the bytes survive a power cut; when the process dies before, the key
	 * holds nothing or the whole file, never a part. The same key always means the same bytes, so a second put is no
	 * change; only what has another size, and so was torn or put there by somebody else, is replaced.
	 * When it rejects the file still belongs to the caller.
	 */
	put(key: string, file: LocalFile): Promise<void>;
	/**
	 * @param range a `last` past the end means the end.
	 * @returns `null` when nothing is kept under the key.
	 * @throws {RangeError} when no byte of the object lies in the range.
	 */
	open(key: string, range?: ByteRange): Promise<StoredObject | null>;
	/** Size in bytes, or `null` when nothing is kept under the key. */
	size(key: string): Promise<number | null>;
	/** Forgets a key; forgetting one that is not there is no error. Who is reading it may read on. */
	remove(key: string): Promise<void>;
	/** Forgets everything below a prefix that ends in `/`; a prefix with nothing below it is no error. */
	removeBelow(prefix: string): Promise<void>;
}
