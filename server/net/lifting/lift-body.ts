/** Hands on a token in the place of an answer that is a picture as a whole. */
import type { ByteReader } from "./byte-reader.ts";
import type { Lifter } from "./lifter.ts";

/**
 * Begins only when asked to, and lets the body go when it fails.
 * @throws what the keeper or the body throws.
 */
export async function* liftBody<Kept>(
	reader: ByteReader,
	lifter: Lifter<Kept>,
): AsyncGenerator<Buffer, void> {
	try {
		yield await lifter.liftBody(reader);
	} finally {
		reader.stop();
	}
}
