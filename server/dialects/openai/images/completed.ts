/** Tells a generation that has its pictures from one that has not. */
import { EngineError, failureOf } from "../../../engine/errors.ts";
import type { Generation } from "../../../engine/generations/request.ts";

/** @throws {EngineError} for one that failed, or is not at its end. */
export function completed(generation: Generation): Generation {
	if (generation.status === "completed") return generation;
	const { id, error } = generation;
	if (error !== null) throw failureOf(id, error);
	throw new EngineError(
		"wait_timed_out",
		"The images are not there yet. They are being drawn, and will be found in the library.",
		{ details: { generationId: id } },
	);
}
