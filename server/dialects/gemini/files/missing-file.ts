/** Says of a file that is not there what Google says, who does not tell whether it exists at all. */
import { EngineError } from "../../../engine/errors.ts";

/** @throws {EngineError} `forbidden` where the engine says `not_found`. */
export async function askedForFile<T>(
	name: string,
	asking: Promise<T>,
): Promise<T> {
	try {
		return await asking;
	} catch (fault) {
		if (fault instanceof EngineError && fault.code === "not_found")
			throw missingFile(name, fault);
		throw fault;
	}
}

function missingFile(name: string, cause?: unknown): EngineError {
	return new EngineError(
		"forbidden",
		`You do not have permission to access the File ${name.slice(0, 100)} or it may not exist.`,
		{ cause },
	);
}
