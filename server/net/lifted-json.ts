/** Reads a vendor's JSON answer as it comes and has the pictures in it kept, so that nobody ever holds a whole one in memory. */
import { ByteReader } from "./lifting/byte-reader.ts";
import { liftText } from "./lifting/lift-text.ts";
import { type Lifted, Lifter, type LiftingOptions } from "./lifting/lifter.ts";
import { LiftingError } from "./lifting/lifting-error.ts";

export { Lifted, type LiftingOptions } from "./lifting/lifter.ts";

export interface LiftedJson<Kept> {
	/** As `JSON.parse` would have it, with a `Lifted` in the place of every string that was lifted. */
	readonly value: unknown;
	/** In the order in which they came; those under a name that came twice are all here. */
	readonly lifted: readonly Kept[];
}

/**
 * Parses JSON. Strings that `shouldLift` approves are base64 of either alphabet, with or without padding, blanks and the
 * header of a data URL; their bytes go to `keep` one picture at a time, and no more is read of the body than it takes.
 * When it fails, the body is let go, and whatever is being kept is told.
 * @throws {LiftingError} and what the body, `keep` or `shouldLift` throws.
 */
export async function liftJson<Kept>(
	body: AsyncIterable<Uint8Array>,
	options: LiftingOptions<Kept>,
): Promise<LiftedJson<Kept>> {
	const lifter = new Lifter(options);
	const text: Buffer[] = [];
	for await (const piece of liftText(new ByteReader(body), lifter, "throw"))
		text.push(piece);
	return {
		value: parse(Buffer.concat(text).toString(), (found) => lifter.find(found)),
		lifted: lifter.lifted.map(({ kept }) => kept),
	};
}

function parse(
	text: string,
	find: (found: string) => Lifted<unknown> | undefined,
): unknown {
	try {
		return JSON.parse(text, (_key, value: unknown) =>
			typeof value === "string" ? (find(value) ?? value) : value,
		);
	} catch {
		// The parser's own words quote the answer.
		throw new LiftingError("malformed", "The answer is not JSON.");
	}
}
