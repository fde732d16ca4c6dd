/** The part of an answer that is kept as text: bounded, taken away piece by piece, and its end can be taken back. */
import { LiftingError } from "./lifting-error.ts";

const FIRST_CAPACITY_BYTES = 1_024;

export class TextBuffer {
	readonly #maxBytes: number;
	#bytes = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
	#takenBytes = 0;
	/** Of what was not taken away yet. */
	length = 0;

	constructor(maxBytes: number) {
		this.#maxBytes = maxBytes;
	}

	/** @throws {LiftingError} `too_large`, counting from the last `countAnew`, whatever was taken away. */
	append(source: Buffer, from: number, to: number): void {
		const length = this.length + to - from;
		if (this.#takenBytes + length > this.#maxBytes)
			throw new LiftingError(
				"too_large",
				`The answer has more than the ${this.#maxBytes} bytes allowed beside its pictures.`,
			);
		if (length > this.#bytes.length) this.#grow(length);
		source.copy(this.#bytes, this.length, from, to);
		this.length = length;
	}

	truncate(length: number): void {
		this.length = length;
	}

	toString(encoding: "utf8" | "latin1", from: number): string {
		return this.#bytes.toString(encoding, from, this.length);
	}

	/** Takes away all before `end`; offsets begin anew behind it. */
	take(end = this.length): Buffer {
		const taken = Buffer.from(this.#bytes.subarray(0, end));
		this.#bytes.copy(this.#bytes, 0, end, this.length);
		this.length -= end;
		this.#takenBytes += end;
		return taken;
	}

	/** What there is so far no longer counts. */
	countAnew(): void {
		this.#takenBytes = -this.length;
	}

	#grow(length: number): void {
		const capacity = Math.max(length, this.#bytes.length * 2);
		const bytes = Buffer.allocUnsafe(capacity);
		this.#bytes.copy(bytes, 0, 0, this.length);
		this.#bytes = bytes;
	}
}
