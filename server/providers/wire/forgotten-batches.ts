/** Batches that a vendor knows nothing of, or no longer, and results that it has thrown away. */
import { type BatchState, ProviderError } from "../provider.ts";
import { Refusal } from "./refusal.ts";

export const GONE: BatchState = {
	status: "gone",
	counts: { total: undefined, succeeded: undefined, failed: undefined },
	fault: undefined,
};

/** @throws what `ask` throws, save that the vendor has no such batch. */
export async function goneWhenMissing(
	ask: () => Promise<BatchState>,
): Promise<BatchState> {
	try {
		return await ask();
	} catch (error) {
		if (error instanceof Refusal && error.isMissing) return GONE;
		throw error;
	}
}

/** What was done is paid for, and asking again brings nothing. @param name the provider's, and which results. */
export function resultsGone(name: string, cause?: unknown): ProviderError {
	return new ProviderError("unavailable", `${name} are gone`, {
		publicMessage: "The provider no longer has the results of the batch.",
		mayBePaid: true,
		cause,
	});
}
