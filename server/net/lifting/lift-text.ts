/** A JSON answer's text as it comes, with tokens where strings were lifted. */
import type { ByteReader } from "./byte-reader.ts";
import { JsonScanner } from "./json-scanner.ts";
import type { Lifter } from "./lifter.ts";
import { LiftingError } from "./lifting-error.ts";
import { TextBuffer } from "./text-buffer.ts";

/**
 * Reads on only when asked for more, and lets the body go when it fails.
 * @param onFault `throw` what is wrong with the JSON, or `pass` it on from there as it is, to whoever reads the text.
 * @throws {LiftingError} and what the keeper or the body throws.
 */
export async function* liftText<Kept>(
	reader: ByteReader,
	lifter: Lifter<Kept>,
	onFault: "throw" | "pass",
): AsyncGenerator<Buffer, void> {
	const text = new TextBuffer(lifter.options.maxTextBytes);
	const scanner = new JsonScanner(text, lifter.options.shouldLift);
	let isPassing = false;
	try {
		while (await reader.more()) {
			const { chunk, position } = reader;
			reader.position = chunk.length;
			if (isPassing) {
				text.append(chunk, position, chunk.length);
			} else {
				const outcome = scanner.scan(chunk, position, chunk.length);
				if (outcome.kind !== "read_all") reader.position = outcome.position;
				if (outcome.kind === "lift")
					await lifter.lift(reader, scanner, outcome);
				if (outcome.kind === "fault") {
					if (onFault === "throw") throw outcome.error;
					isPassing = true;
				}
			}
			const settled = scanner.takeText();
			if (settled.length > 0) yield settled;
		}
		if (onFault === "throw" && !scanner.isWhole)
			throw new LiftingError("truncated", "The answer ends too soon.");
		if (text.length > 0) yield text.take();
	} finally {
		reader.stop();
	}
}
