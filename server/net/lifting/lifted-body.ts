/** An answer that is a picture as a whole, on its way to its keeper. */
import type { ByteReader } from "./byte-reader.ts";
import { START_BYTES } from "./lifted-string.ts";

export class LiftedBody {
	readonly #reader: ByteReader;
	/** The first bytes that were handed over, enough to tell a media type by. */
	start: Buffer = Buffer.alloc(0);
	/** Why there are no more bytes, told to whoever reads them; kept in case that one keeps it quiet. */
	failure: { readonly error: unknown } | undefined;

	constructor(reader: ByteReader) {
		this.#reader = reader;
	}

	/** Reads no further ahead in the answer than it is asked to. Throws what the body throws. */
	async *bytes(): AsyncGenerator<Buffer, void> {
		const reader = this.#reader;
		try {
			while (await reader.more()) {
				const chunk = reader.chunk.subarray(reader.position);
				reader.position = reader.chunk.length;
				if (this.start.length < START_BYTES)
					this.start = Buffer.concat([this.start, chunk]).subarray(
						0,
						START_BYTES,
					);
				yield chunk;
			}
		} catch (error) {
			this.failure = { error };
			throw error;
		}
	}

	/** Nobody needs what the keeper left: there is nothing behind it. */
	async skipRest(): Promise<void> {}
}
