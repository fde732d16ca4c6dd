/** What a storage key may look like: the same on a disk as in a bucket, and never a way out of either. */

// On disk a part is a file name, of which most systems allow 255 bytes; the rest is room for a temporary name.
const MAX_PART_LENGTH = 200;
/** Amazon S3's own limit, in bytes. */
const MAX_KEY_LENGTH = 1_024;

/** @throws {TypeError} unless the key is parts of `A-Z a-z 0-9 . _ -` between single slashes, none of them `.` or `..`. */
export function checkStorageKey(key: string): void {
	if (key.length > MAX_KEY_LENGTH || !key.split("/").every(isPart))
		throw new TypeError(`${JSON.stringify(key)} is no storage key`);
}

/** @throws {TypeError} unless the prefix is a storage key and a slash. */
export function checkStoragePrefix(prefix: string): void {
	if (!prefix.endsWith("/"))
		throw new TypeError(`${JSON.stringify(prefix)} is no storage prefix`);
	checkStorageKey(prefix.slice(0, -1));
}

function isPart(part: string): boolean {
	return (
		/^[A-Za-z0-9._-]+$/.test(part) &&
		part.length <= MAX_PART_LENGTH &&
		part !== "." &&
		part !== ".."
	);
}
