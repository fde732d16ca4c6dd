/** Reads a seed as Google's clients write one, which may be negative or larger than the engine's. */
import { invalid } from "../../../engine/errors.ts";

const SEED_BITS = 31;

/**
 * The lower 31 bits: the same seed always means the same picture.
 * @throws {EngineError} `invalid_request` for what is no whole number.
 */
export function seedOf(
	said: string | undefined,
	field = "generationConfig.seed",
): number | undefined {
	if (said === undefined || said === "") return undefined;
	if (!/^-?\d{1,20}$/.test(said))
		throw invalid(field, `${field} must be a whole number.`, "a whole number");
	return Number(BigInt.asUintN(SEED_BITS, BigInt(said)));
}
