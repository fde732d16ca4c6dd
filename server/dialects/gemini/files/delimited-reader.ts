/** Reads a stream from one delimiter to the next, and holds no more of it than it must. */
import { EngineError, invalid } from "../../../engine/errors.ts";

const NOTHING: Buffer = Buffer.alloc(0);

export class DelimitedReader {
	readonly #chunks: AsyncIterator<Uint8Array>;
	#rest = NOTHING;

	constructor(bytes: AsyncIterable<Uint8Array>) {
		this.#chunks = bytes[Symbol.asyncIterator]();
	}

	/** Text up to a delimiter, which is passed. @throws {EngineError} when it does not come, or not soon enough. */
	async until(delimiter: string, maxBytes: number): Promise<string> {
		for (;;) {
			const at = this.#rest.indexOf(delimiter);
			if (at !== -1) {
				const text = this.#rest.toString("utf8", 0, at);
				this.#rest = this.#rest.subarray(at + delimiter.length);
				return text;
			}
			if (this.#rest.length > maxBytes)
				throw new EngineError(
					"payload_too_large",
					`A part of the body may have ${maxBytes} bytes before its file begins.`,
				);
			this.#rest = Buffer.concat([this.#rest, await this.#next()]);
		}
	}

	/** Bytes up to a delimiter, as they come. What comes after it is of no interest and is let go by. */
	async *bytesUntil(delimiter: string): AsyncGenerator<Uint8Array, void> {
		for (;;) {
			const at = this.#rest.indexOf(delimiter);
			if (at !== -1) {
				if (at > 0) yield this.#rest.subarray(0, at);
				this.#rest = NOTHING;
				while (!(await this.#chunks.next()).done);
				return;
			}
			// A delimiter may have begun in the last bytes.
			const sure = this.#rest.length - delimiter.length + 1;
			if (sure > 0) {
				yield this.#rest.subarray(0, sure);
				this.#rest = Buffer.from(this.#rest.subarray(sure));
			}
			this.#rest = Buffer.concat([this.#rest, await this.#next()]);
		}
	}

	async #next(): Promise<Uint8Array> {
		const step = await this.#chunks.next();
		if (step.done) throw invalid("body", "This is no complete multipart body.");
		return step.value;
	}
}
