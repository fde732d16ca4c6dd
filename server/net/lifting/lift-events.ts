/** A stream of server-sent events as it comes, with tokens where strings were lifted out of the JSON in its data. */
import type { ByteReader } from "./byte-reader.ts";
import { JsonScanner, type ScanOutcome } from "./json-scanner.ts";
import type { Lifter } from "./lifter.ts";
import { TextBuffer } from "./text-buffer.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DATA_FIELD = Buffer.from("data:");

/**
 * Reads on only when asked for more, and lets the body go when it fails. The JSON of an event may go over several lines
 * of data; data that is no JSON is passed on as it is.
 * @throws {LiftingError} and what the keeper or the body throws.
 */
export async function* liftEvents<Kept>(
	reader: ByteReader,
	lifter: Lifter<Kept>,
): AsyncGenerator<Buffer, void> {
	const lines = new EventLines(lifter);
	try {
		while (await reader.more()) {
			const found = lines.read(reader);
			// Events that are whole are told before a picture is waited for.
			const settled = lines.takeText();
			if (settled.length > 0) yield settled;
			if (found !== undefined) await lines.lift(reader, found);
		}
		const rest = lines.takeRest();
		if (rest.length > 0) yield rest;
	} finally {
		reader.stop();
	}
}

type Lift = ScanOutcome & { kind: "lift" };

class EventLines<Kept> {
	readonly #lifter: Lifter<Kept>;
	readonly #text: TextBuffer;
	#scanner: JsonScanner;
	/** Whether the field's name is still being read, was `data`, or was another. */
	#line: "name" | "data" | "other" = "name";
	#nameLength = 0;
	#isAfterReturn = false;
	/** The event's data turned out to be no JSON. */
	#isPlain = false;

	constructor(lifter: Lifter<Kept>) {
		this.#lifter = lifter;
		this.#text = new TextBuffer(lifter.options.maxTextBytes);
		this.#scanner = this.#newScanner();
	}

	/** Takes the reader's chunk up to a string that is to be lifted. */
	read(reader: ByteReader): Lift | undefined {
		while (reader.position < reader.chunk.length) {
			const { chunk, position } = reader;
			const end = lineEndOf(chunk, position);
			if (position === end) {
				this.#endLine(chunk[position] === LINE_FEED);
				reader.position = this.#pass(chunk, position, position + 1);
			} else if (this.#line === "name") {
				this.#readName(chunk[position]);
				reader.position = this.#pass(chunk, position, position + 1);
			} else if (this.#line === "other" || this.#isPlain) {
				reader.position = this.#pass(chunk, position, end);
			} else {
				const outcome = this.#scanner.scan(chunk, position, end);
				reader.position = outcome.kind === "read_all" ? end : outcome.position;
				this.#isPlain = outcome.kind === "fault";
				if (outcome.kind === "lift") return outcome;
			}
		}
		return undefined;
	}

	/** Takes the string, whatever chunks it goes over. */
	async lift(reader: ByteReader, found: Lift): Promise<void> {
		await this.#lifter.lift(reader, this.#scanner, found);
	}

	/** Takes away the text that is settled. */
	takeText(): Buffer {
		return this.#scanner.takeText();
	}

	/** The stream has ended; whether it was allowed to is for whoever reads the events. */
	takeRest(): Buffer {
		return this.#text.take();
	}

	#newScanner(): JsonScanner {
		return new JsonScanner(this.#text, this.#lifter.options.shouldLift);
	}

	#pass(chunk: Buffer, from: number, to: number): number {
		this.#text.append(chunk, from, to);
		return to;
	}

	#readName(byte: number | undefined): void {
		this.#isAfterReturn = false;
		if (byte !== DATA_FIELD[this.#nameLength]) this.#line = "other";
		else if (++this.#nameLength === DATA_FIELD.length) this.#line = "data";
	}

	/** A line ends with a line feed, a carriage return, or both. */
	#endLine(isLineFeed: boolean): void {
		const isSecondHalf = isLineFeed && this.#isAfterReturn;
		this.#isAfterReturn = !isLineFeed;
		if (isSecondHalf) return;
		if (this.#line === "name" && this.#nameLength === 0) {
			this.#scanner = this.#newScanner();
			this.#isPlain = false;
			this.#text.countAnew();
		} else if (this.#line === "data" && this.#scanner.isInString) {
			// No string of JSON goes over a line's end.
			this.#scanner = this.#newScanner();
			this.#isPlain = true;
		}
		this.#line = "name";
		this.#nameLength = 0;
	}
}

function lineEndOf(chunk: Buffer, from: number): number {
	let end = from;
	while (
		end < chunk.length &&
		chunk[end] !== LINE_FEED &&
		chunk[end] !== CARRIAGE_RETURN
	)
		end++;
	return end;
}
