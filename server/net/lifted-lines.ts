/** Reads JSON documents that stand one to a line, and has the pictures in them kept, so that nobody ever holds a whole line in memory. */
import { liftJson } from "./lifted-json.ts";
import { ByteReader } from "./lifting/byte-reader.ts";
import type { LiftingOptions } from "./lifting/lifter.ts";
import { LiftingError } from "./lifting/lifting-error.ts";

export type LiftedLine =
	| {
			readonly kind: "json";
			/** Counted from 1, blank lines included. */
			readonly number: number;
			/** As `liftJson` has it. */
			readonly value: unknown;
	  }
	/** It spoils no other line. */
	| {
			readonly kind: "broken";
			readonly number: number;
			readonly reason: LiftingError;
			/** How the line begins and how it ends, as far as may help to tell whose it is. */
			readonly start: string;
			readonly end: string;
	  };

const MARGIN_BYTES = 512;
const LINE_FEED = 0x0a;

/**
 * Blank lines are passed over. The limits of `options` hold for each line.
 * @throws what the body or `keep` throws.
 */
export async function* readLiftedLines<Kept>(
	body: AsyncIterable<Uint8Array>,
	options: LiftingOptions<Kept>,
): AsyncGenerator<LiftedLine, void> {
	const reader = new ByteReader(body);
	try {
		for (let number = 1; await reader.more(); number++) {
			const line = await readLine(new LineBytes(reader), number, options);
			if (line !== undefined) yield line;
		}
	} finally {
		reader.stop();
	}
}

async function readLine<Kept>(
	bytes: LineBytes,
	number: number,
	options: LiftingOptions<Kept>,
): Promise<LiftedLine | undefined> {
	try {
		const { value } = await liftJson(bytes, options);
		return { kind: "json", number, value };
	} catch (error) {
		if (!(error instanceof LiftingError)) throw error;
		await bytes.skipRest();
		const { start, end } = bytes;
		if (start.trim() === "" && end.trim() === "") return undefined;
		return { kind: "broken", number, reason: error, start, end };
	}
}

/** One line's bytes. Whoever reads them cannot come into the next line, however broken this one is. */
class LineBytes implements AsyncIterable<Uint8Array> {
	readonly #reader: ByteReader;
	#isOver = false;
	#start: Buffer = Buffer.alloc(0);
	#end: Buffer = Buffer.alloc(0);

	constructor(reader: ByteReader) {
		this.#reader = reader;
	}

	get start(): string {
		return this.#start.toString();
	}

	get end(): string {
		return this.#end.toString();
	}

	/** Has no `return`: a line that is left early is skipped by `skipRest`, and the body is the splitter's to stop. */
	[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
		return {
			next: async () => {
				const piece = await this.#next();
				return piece === undefined
					? { done: true, value: undefined }
					: { done: false, value: piece };
			},
		};
	}

	/** @throws what the body throws. */
	async skipRest(): Promise<void> {
		while ((await this.#next()) !== undefined);
	}

	async #next(): Promise<Buffer | undefined> {
		const reader = this.#reader;
		if (this.#isOver || !(await reader.more())) return undefined;
		const { chunk, position } = reader;
		const feedAt = chunk.indexOf(LINE_FEED, position);
		this.#isOver = feedAt !== -1;
		const piece = chunk.subarray(position, this.#isOver ? feedAt : undefined);
		reader.position += piece.length + (this.#isOver ? 1 : 0);
		this.#remember(piece);
		return piece;
	}

	#remember(piece: Buffer): void {
		const missing = MARGIN_BYTES - this.#start.length;
		if (missing > 0)
			this.#start = Buffer.concat([this.#start, piece.subarray(0, missing)]);
		const last = piece.subarray(-MARGIN_BYTES);
		const kept = this.#end.subarray(
			Math.max(0, this.#end.length + last.length - MARGIN_BYTES),
		);
		this.#end = Buffer.concat([kept, last]);
	}
}
