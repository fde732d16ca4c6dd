/** Has strings kept as they are lifted, and leaves a token in each one's place by which it is found again. */
import { randomBytes } from "node:crypto";
import type { ByteReader } from "./byte-reader.ts";
import type { JsonScanner, ScanOutcome } from "./json-scanner.ts";
import type { JsonPath } from "./json-structure.ts";
import { LiftedBody } from "./lifted-body.ts";
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

	/** @param found a token, with or without the header of a data URL, or the bytes that it says in base64. */
	find(found: string | Uint8Array): Lifted<Kept> | undefined {
		const token =
			typeof found === "string"
				? found.slice(found.lastIndexOf(",") + 1)
				: Buffer.from(found).toString("base64");
		return this.#byToken.get(token);
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
		const token = await this.#keep(string);
		scanner.putInstead(string.header + token.toString("base64"));
	}

	/**
	 * Lifts all that is left to read.
	 * @returns the bytes of the token that stands for it.
	 * @throws what the keeper or the body throws.
	 */
	async liftBody(reader: ByteReader): Promise<Buffer> {
		return await this.#keep(new LiftedBody(reader));
	}

	/** @returns the bytes of a token: it begins as the picture does, so that whoever sniffs it sees the true media type. */
	async #keep(picture: LiftedString | LiftedBody): Promise<Buffer> {
		const lifted = new Lifted(
			this.lifted.length,
			await this.#keepBytes(picture),
		);
		this.lifted.push(lifted);
		const token = Buffer.concat([
			picture.start,
			randomBytes(TOKEN_SECRET_BYTES),
		]);
		this.#byToken.set(token.toString("base64"), lifted);
		return token;
	}

	async #keepBytes(picture: LiftedString | LiftedBody): Promise<Kept> {
		const bytes = picture.bytes();
		let kept: Kept;
		try {
			kept = await this.options.keep(bytes);
			// A keeper that has enough may leave the bytes, but not hold on to them.
			await bytes.return();
			if (picture.failure === undefined) await picture.skipRest();
		} catch (error) {
			throw picture.failure === undefined ? error : picture.failure.error;
		}
		if (picture.failure !== undefined) throw picture.failure.error;
		return kept;
	}
}
