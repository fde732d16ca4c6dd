/** Has strings kept as they are lifted, and leaves a token in each one's place by which it is found again. */
import { randomBytes } from "node:crypto";
import type { ByteReader } from "./byte-reader.ts";
import type { JsonScanner, ScanOutcome } from "./json-scanner.ts";
import type { JsonPath } from "./json-structure.ts";
import { LiftedString } from "./lifted-string.ts";

export interface LiftingOptions<Kept> {
	/**
	 * Takes the bytes of one lifted string, one after the other. When the answer turns out to be broken, the bytes throw;
	 * what this throws ends the reading. Whatever was kept before that stays kept.
	 */
	keep(bytes: AsyncIterable<Uint8Array>): Promise<Kept>;
	/**
	 * Asked once for every string that is a value. The path is only good during the call. A string that is a web address
	 * or has nothing in it stays all the same.
	 */
	shouldLift(path: JsonPath): boolean;
	/** For everything beside the lifted strings, blanks included; of an event stream, for each event. */
	readonly maxTextBytes: number;
}

/** Stands where a lifted string stood. */
export class Lifted<Kept> {
	/** Counted from 0, in the order in which they came. */
	readonly index: number;
	readonly kept: Kept;

	constructor(index: number, kept: Kept) {
		this.index = index;
		this.kept = kept;
	}
}

/** So that no vendor can guess a token and put it where no picture was. */
const TOKEN_SECRET_BYTES = 15;

export class Lifter<Kept> {
	readonly options: LiftingOptions<Kept>;
	readonly lifted: Lifted<Kept>[] = [];
	readonly #byToken = new Map<string, Lifted<Kept>>();

	constructor(options: LiftingOptions<Kept>) {
		this.options = options;
	}

	/** @param text a token, with or without the header of a data URL. */
	find(text: string): Lifted<Kept> | undefined {
		return this.#byToken.get(text.slice(text.lastIndexOf(",") + 1));
	}

	/**
	 * Lifts the string that the scanner has stopped at and puts the token in its place.
	 * @throws {LiftingError} and what the keeper or the body throws.
	 */
	async lift(
		reader: ByteReader,
		scanner: JsonScanner,
		{ head, isClosed }: ScanOutcome & { kind: "lift" },
	): Promise<void> {
		const string = new LiftedString(reader, head, isClosed);
		const lifted = new Lifted(this.lifted.length, await this.#keep(string));
		this.lifted.push(lifted);
		// It begins as the picture does, so that whoever sniffs it sees the true media type.
		const token = Buffer.concat([
			string.start,
			randomBytes(TOKEN_SECRET_BYTES),
		]).toString("base64");
		this.#byToken.set(token, lifted);
		scanner.putInstead(string.header + token);
	}

	async #keep(string: LiftedString): Promise<Kept> {
		const bytes = string.bytes();
		let kept: Kept;
		try {
			kept = await this.options.keep(bytes);
			// A keeper that has enough may leave the bytes, but not hold on to them.
			await bytes.return();
			if (string.failure === undefined) await string.skipRest();
		} catch (error) {
			throw string.failure === undefined ? error : string.failure.error;
		}
		if (string.failure !== undefined) throw string.failure.error;
		return kept;
	}
}
