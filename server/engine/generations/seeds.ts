/** What makes a picture repeatable: one seed for each that a request asks for. */
import { invalid } from "../errors.ts";
import type { GenerationRequest } from "./request.ts";

export const MAX_SEED = 2 ** 31 - 1;

/**
 * @returns the seeds that a request names, one a picture; `undefined` when it names none. After the largest comes 0.
 * @throws {EngineError} `invalid_request` naming the field.
 */
export function seedsOf(
	{ seeds, firstSeed }: Pick<GenerationRequest, "seeds" | "firstSeed">,
	count: number,
): readonly number[] | undefined {
	if (firstSeed !== undefined) {
		checkSeed("seed", firstSeed);
		return Array.from(
			{ length: count },
			(_, index) => (firstSeed + index) % (MAX_SEED + 1),
		);
	}
	if (seeds === undefined) return undefined;
	if (seeds.length !== count) {
		throw invalid(
			"seeds",
			`There must be one seed for each of the ${count} images, not ${seeds.length}.`,
			`exactly ${count} seeds`,
		);
	}
	for (const [index, seed] of seeds.entries())
		checkSeed(`seeds.${index}`, seed);
	return seeds;
}

function checkSeed(field: string, seed: number): void {
	if (Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) return;
	throw invalid(
		field,
		`A seed must be a whole number from 0 to ${MAX_SEED}.`,
		`0 to ${MAX_SEED}`,
	);
}
