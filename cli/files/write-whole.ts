/** Writes files so that there is a whole one or none. */
import { open, rename, rm } from "node:fs/promises";

/** Writes a file beside its place and moves it there when it is whole and on the disk. @returns its size. */
export async function writeWhole(
	file: string,
	pieces: Iterable<string> | AsyncIterable<Uint8Array>,
): Promise<number> {
	const part = `${file}.part`;
	let sizeBytes = 0;
	try {
		const handle = await open(part, "w");
		try {
			for await (const piece of pieces) {
				const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
				await handle.writeFile(bytes);
				sizeBytes += bytes.length;
			}
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(part, file);
	} catch (fault) {
		await rm(part, { force: true }).catch(() => {});
		throw fault;
	}
	return sizeBytes;
}
