/** Answers for the tests, cut to pieces, and a keeper that remembers. */

import type { JsonPath } from "./json-structure.ts";
import { LiftingError, type LiftingErrorKind } from "./lifting-error.ts";

/** Begins as a PNG does; deterministic, and full of `+` and `/` in base64. */
export function pictureOf(sizeBytes: number, seed = 1): Buffer {
	const picture = Buffer.alloc(sizeBytes);
	for (let index = 0; index < sizeBytes; index++)
		picture[index] = (index * 31 + (index >> 8) * 17 + seed * 251) ^ 0xfb;
	Buffer.from("\x89PNG\r\n\x1a\n", "latin1").copy(picture);
	return picture;
}

export const isPicturePath = (path: JsonPath): boolean =>
	path.at(-1) === "b64_json";

export async function* inPieces(
	answer: string | Uint8Array,
	...lengths: readonly number[]
): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(answer);
	let from = 0;
	for (let turn = 0; from < bytes.length; turn++) {
		const length = lengths[turn % lengths.length] ?? bytes.length;
		yield bytes.subarray(from, from + length);
		from += length;
	}
}

/** Keeps pictures in memory, and the errors of those that came to nothing. */
export class TestKeeper {
	readonly kept: Buffer[] = [];
	readonly failures: unknown[] = [];

	keep = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
		const chunks: Uint8Array[] = [];
		try {
			for await (const chunk of bytes) chunks.push(chunk);
		} catch (error) {
			this.failures.push(error);
			throw error;
		}
		const picture = Buffer.concat(chunks);
		this.kept.push(picture);
		return picture;
	};
}

export function liftingErrorOf(
	kind: LiftingErrorKind,
): (error: unknown) => boolean {
	return (error) => error instanceof LiftingError && error.kind === kind;
}
