/** One string on its way out of an answer: from between its quotes to bytes, as far as they are asked for. */
import { Base64Decoder, badBase64 } from "./base64-decoder.ts";
import type { ByteReader } from "./byte-reader.ts";
import { LiftingError } from "./lifting-error.ts";

/** So much is decoded at once: of larger strings fewer fit into the young heap, which then grows. */
const PIECE_LENGTH = 16_384;
/** With what may wait from the piece before: less than an escape and a group of four. */
const MAX_PIECE_BYTES = ((PIECE_LENGTH + 8) / 4) * 3;
/** So much is handed over at once, if there is so much: fewer and larger writes. */
const BATCH_BYTES = 8 * MAX_PIECE_BYTES;
export const START_BYTES = 24;
const MAX_HEADER_LENGTH = 256;
/** Printable ASCII only. */
const BASE64_DATA_URL = /^data:[ -~]*;base64,$/i;
const ESCAPE = /\\(?:u([0-9a-f]{4})|.)/gis;
const UNFINISHED_ESCAPE = /\\(?:u[0-9a-fA-F]{0,3})?$/;

const QUOTE = 0x22;

export class LiftedString {
	readonly #reader: ByteReader;
	/** What was read of the string and not decoded: first its head, later what has come of an escape. */
	#raw: string;
	readonly #isClosed: boolean;
	#isDone = false;
	/** All of `data:image/png;base64,`, or empty. */
	header = "";
	/** The first bytes that were handed over, enough to tell a media type by. */
	start: Buffer = Buffer.alloc(0);
	/** Why there are no more bytes, told to whoever reads them; kept in case that one keeps it quiet. */
	failure: { readonly error: unknown } | undefined;

	/** @param head the string's first bytes, escapes and all, as Latin-1; what follows is next in the reader. */
	constructor(reader: ByteReader, head: string, isClosed: boolean) {
		this.#reader = reader;
		this.#raw = head;
		this.#isClosed = isClosed;
	}

	/**
	 * What the string says in base64. Reads no further ahead in the answer than it is asked to.
	 * @throws {LiftingError} `bad_base64` or `truncated`, and what the body throws.
	 */
	async *bytes(): AsyncGenerator<Buffer, void> {
		const decoder = new Base64Decoder();
		let batch = Buffer.allocUnsafeSlow(BATCH_BYTES);
		let used = 0;
		try {
			let piece = await this.#afterHeader();
			while (piece !== undefined) {
				used += decoder.decode(piece, batch, used);
				if (batch.length - used < MAX_PIECE_BYTES) {
					yield this.#handOver(batch, used);
					// Never used again: whoever took it may still be at work on it.
					batch = Buffer.allocUnsafeSlow(BATCH_BYTES);
					used = 0;
				}
				piece = await this.#nextPiece();
			}
			used += decoder.end(batch, used);
			if (used > 0) yield this.#handOver(batch, used);
		} catch (error) {
			this.failure = { error };
			throw error;
		}
	}

	/** Reads to the closing quote, if nobody has. Throws like `bytes`. */
	async skipRest(): Promise<void> {
		while (!this.#isDone) await this.#nextPiece();
	}

	#handOver(batch: Buffer, used: number): Buffer {
		if (this.start.length === 0)
			this.start = Buffer.from(batch.subarray(0, Math.min(used, START_BYTES)));
		return batch.subarray(0, used);
	}

	/** @returns the first piece of base64. */
	async #afterHeader(): Promise<string | undefined> {
		const first = (await this.#nextPiece())?.trimStart() ?? "";
		if (first.slice(0, 5).toLowerCase() !== "data:") return first;
		let start = first;
		while (!start.includes(",")) {
			const piece = await this.#nextPiece();
			if (piece === undefined || start.length > MAX_HEADER_LENGTH)
				throw badBase64();
			start += piece;
		}
		const end = start.indexOf(",") + 1;
		const header = start.slice(0, end);
		if (!BASE64_DATA_URL.test(header) || end > MAX_HEADER_LENGTH)
			throw badBase64();
		this.header = header;
		return start.slice(end);
	}

	/** @returns the next letters, without escapes and without blanks that were escaped; undefined at the end. */
	async #nextPiece(): Promise<string | undefined> {
		if (this.#isDone) return undefined;
		if (this.#isClosed) this.#isDone = true;
		else await this.#read();
		const raw = this.#raw;
		const unfinished = UNFINISHED_ESCAPE.exec(raw)?.[0] ?? "";
		if (unfinished !== "" && this.#isDone) throw badBase64();
		this.#raw = unfinished;
		const whole = raw.slice(0, raw.length - unfinished.length);
		return whole.includes("\\") ? unescapeText(whole) : whole;
	}

	async #read(): Promise<void> {
		const reader = this.#reader;
		if (reader.position === reader.chunk.length && !(await reader.more()))
			throw new LiftingError(
				"truncated",
				"The answer ends in the middle of a picture.",
			);
		const { chunk, position } = reader;
		const limit = Math.min(chunk.length, position + PIECE_LENGTH);
		const quoteAt = chunk.subarray(position, limit).indexOf(QUOTE);
		this.#isDone = quoteAt !== -1;
		const end = this.#isDone ? position + quoteAt : limit;
		this.#raw += chunk.toString("latin1", position, end);
		reader.position = this.#isDone ? end + 1 : end;
	}
}

/**
 * Blanks are dropped; what has no business in base64 becomes a letter that has none either. An escaped backslash needs no
 * more care: whichever way it is read, something is left that is no base64.
 */
function unescapeText(text: string): string {
	return text.replaceAll("\\/", "/").replace(ESCAPE, (sequence, hex) => {
		if (hex === undefined)
			return ["\\n", "\\r", "\\t", "\\f"].includes(sequence) ? "" : "!";
		const code = Number.parseInt(hex, 16);
		if ([0x09, 0x0a, 0x0c, 0x0d, 0x20].includes(code)) return "";
		return code < 0x80 ? String.fromCharCode(code) : "!";
	});
}
