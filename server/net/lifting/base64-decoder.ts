/** Decodes base64 that arrives in pieces of any length, and takes nothing for base64 that is none. */
import { LiftingError } from "./lifting-error.ts";

/** Of the standard and the URL-safe alphabet. */
const LETTERS = /^[A-Za-z0-9+/_-]*$/;
const LETTERS_AND_PADDING = /^([A-Za-z0-9+/_-]*)(=*)$/;

export class Base64Decoder {
	/** Up to three letters that wait for the fourth. */
	#waiting = "";
	#paddingLength = 0;

	/**
	 * Writes what the letters so far make, three bytes for every four; spaces are passed over.
	 * @returns how many bytes were written, at most `(text.length + 3) / 4 * 3`.
	 * @throws {LiftingError} `bad_base64`.
	 */
	decode(text: string, target: Buffer, offset: number): number {
		const written = this.#decodeLetters(text, target, offset);
		if (written !== undefined) return written;
		const parts = LETTERS_AND_PADDING.exec(text.replaceAll(" ", ""));
		if (parts === null) throw badBase64();
		const [, letters = "", padding = ""] = parts;
		const lettersWritten = this.#decodeLetters(letters, target, offset);
		this.#paddingLength += padding.length;
		if (lettersWritten === undefined || this.#paddingLength > 2)
			throw badBase64();
		return lettersWritten;
	}

	/** Writes what is left. Padding may be missing, but not wrong. Returns and throws as `decode` does. */
	end(target: Buffer, offset: number): number {
		const { length } = this.#waiting;
		const isPaddedWrong =
			this.#paddingLength > 0 && (length + this.#paddingLength) % 4 !== 0;
		if (length === 1 || isPaddedWrong) throw badBase64();
		return target.write(this.#waiting, offset, "base64");
	}

	/** @returns undefined, with nothing changed, when these are not just letters, or come after padding. */
	#decodeLetters(
		text: string,
		target: Buffer,
		offset: number,
	): number | undefined {
		if (text === "") return 0;
		if (this.#paddingLength > 0) return undefined;
		const head = (4 - this.#waiting.length) % 4;
		// Sliced and written in two, not joined: joining would copy the whole piece once more.
		const first = this.#waiting + text.slice(0, head);
		const isFirstWhole = first.length % 4 === 0;
		const end = text.length - ((text.length - head) % 4);
		const left = isFirstWhole ? text.slice(end) : first;
		if (!LETTERS.test(left)) return undefined;
		let written = 0;
		if (isFirstWhole) {
			const rest = text.slice(head, end);
			written = target.write(first, offset, "base64");
			written += target.write(rest, offset + written, "base64");
			// Node reads past whatever is no letter in silence; then the count is not exact.
			if (written * 4 !== (first.length + rest.length) * 3) return undefined;
		}
		this.#waiting = left;
		return written;
	}
}

export function badBase64(): LiftingError {
	return new LiftingError(
		"bad_base64",
		"Where the answer should have a picture in base64, it has something else.",
	);
}
