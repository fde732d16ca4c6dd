/** Tells in which encoding a text is, and decodes it as it streams by. */
import { isAscii } from "node:buffer";
import type { Encoding } from "./table.ts";

/** So much of what comes first is looked at, and so much of what first shows whether it is UTF-8. */
export const SAMPLE_BYTES = 65_536;
const FIRST_NON_ASCII = 0x80;
const REPLACEMENT = "\ufffd";

export interface TextDecoding {
	/** Of a text that has been ASCII so far it is UTF-8. */
	readonly encoding: Encoding;
	readonly hasByteOrderMark: boolean;
	/** What cannot be read in the encoding becomes U+FFFD. */
	decode(bytes: Uint8Array): string;
	end(): string;
}

/** @param sample the first bytes of the text: all of it, or as many as SAMPLE_BYTES. */
export function tellEncoding(sample: Buffer): TextDecoding {
	if (startsWith(sample, [0xef, 0xbb, 0xbf])) return decoding("utf-8", 3);
	if (startsWith(sample, [0xff, 0xfe])) return decoding("utf-16le", 2);
	if (startsWith(sample, [0xfe, 0xff])) return decoding("utf-16be", 2);
	const unmarked = unmarkedUtf16(sample);
	return unmarked === null ? new LateDecoding() : decoding(unmarked, 0);
}

function decoding(encoding: Encoding, markBytes: number): TextDecoding {
	// The mark is taken off here, as TextDecoder does it for some encodings only when it comes in one chunk.
	const decoder = new TextDecoder(encoding, { ignoreBOM: true });
	let leftOfMark = markBytes;
	return {
		encoding,
		hasByteOrderMark: markBytes > 0,
		decode(bytes) {
			const text = bytes.subarray(leftOfMark);
			leftOfMark = Math.max(0, leftOfMark - bytes.length);
			return decoder.decode(text, { stream: true });
		},
		end: () => decoder.decode(),
	};
}

/**
 * ASCII until something else comes: only then it shows whether a text is in UTF-8 or, as Excel saves it in the West, in
 * Windows-1252. That may be in the last line.
 */
class LateDecoding implements TextDecoding {
	readonly hasByteOrderMark = false;
	#settled: TextDecoding | null = null;
	#held: Uint8Array[] = [];
	#heldBytes = 0;

	get encoding(): Encoding {
		return this.#settled?.encoding ?? "utf-8";
	}

	decode(bytes: Uint8Array): string {
		if (this.#settled !== null) return this.#settled.decode(bytes);
		if (this.#heldBytes > 0) {
			this.#hold(bytes);
			return this.#heldBytes < SAMPLE_BYTES ? "" : this.#settle();
		}
		if (isAscii(bytes)) return asciiText(bytes);
		const first = bytes.findIndex((byte) => byte >= FIRST_NON_ASCII);
		this.#hold(bytes.subarray(first));
		return asciiText(bytes.subarray(0, first));
	}

	end(): string {
		const text = this.#heldBytes > 0 ? this.#settle() : "";
		return text + (this.#settled?.end() ?? "");
	}

	#hold(bytes: Uint8Array): void {
		// Copied: the source may fill its chunk anew.
		this.#held.push(Buffer.from(bytes));
		this.#heldBytes += bytes.length;
	}

	#settle(): string {
		const held = Buffer.concat(this.#held);
		this.#held = [];
		this.#heldBytes = 0;
		this.#settled = decoding(looksLikeUtf8(held) ? "utf-8" : "windows-1252", 0);
		return this.#settled.decode(held);
	}
}

function asciiText(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
		"latin1",
	);
}

/** A broken character or two make no Windows-1252 of a text; in that, hardly a letter beyond ASCII is UTF-8 by chance. */
function looksLikeUtf8(bytes: Buffer): boolean {
	const text = new TextDecoder("utf-8").decode(bytes, { stream: true });
	let read = 0;
	let broken = 0;
	for (let index = 0; index < text.length; index++) {
		if (text[index] === REPLACEMENT) broken++;
		else if (text.charCodeAt(index) >= FIRST_NON_ASCII) read++;
	}
	return read > broken || (read === 0 && broken === 0);
}

/** By where the zeros are: every second byte of a Latin letter, a comma or a line end is one. */
function unmarkedUtf16(sample: Buffer): Encoding | null {
	let even = 0;
	let odd = 0;
	for (const [index, byte] of sample.entries()) {
		if (byte !== 0) continue;
		if (index % 2 === 0) even++;
		else odd++;
	}
	if (odd > MARKEDLY_MORE * even && dividesText(sample, "utf-16le"))
		return "utf-16le";
	if (even > MARKEDLY_MORE * odd && dividesText(sample, "utf-16be"))
		return "utf-16be";
	return null;
}

/** Some other letters, such as U+4E00, have a zero at the wrong end. */
const MARKEDLY_MORE = 8;

/** A zero that strayed into some other text makes no table of it. */
function dividesText(sample: Buffer, encoding: Encoding): boolean {
	return /[,;\t\r\n]/.test(new TextDecoder(encoding).decode(sample));
}

function startsWith(sample: Buffer, bytes: readonly number[]): boolean {
	return bytes.every((byte, index) => sample[index] === byte);
}
