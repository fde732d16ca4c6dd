/** Cancels a generation for its team, and tells whoever draws it or waits for it. */
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { isId } from "../ids.ts";
import { cancel } from "../jobs/job-states.ts";
import type { Generation } from "./request.ts";
import { getGeneration, noSuchGeneration } from "./rows.ts";

/** @throws {EngineError} `not_found`, or `conflict` when it has ended. */
export async function cancelGeneration(
	dependencies: EngineDependencies,
	teamId: string,
	id: string,
): Promise<Generation> {
	const { database } = dependencies;
	const outcome = isId(id) ? await cancel(dependencies, teamId, id) : "unknown";
	if (outcome === "unknown") throw noSuchGeneration(id);
	const generation = await getGeneration(database.queries, teamId, id);
	if (outcome === "too_late") {
		throw new EngineError(
			"conflict",
			`The generation is ${generation.status} already and cannot be canceled.`,
			{ details: { generationId: id } },
		);
	}
	await database.announce({
		kind: outcome === "ended" ? "ended" : "cancel_requested",
		generationId: id,
	});
	return generation;
}
