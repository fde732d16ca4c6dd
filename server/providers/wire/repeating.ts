/** Does again, a few times and after a pause, what may go better then. */
import { setTimeout } from "node:timers/promises";
import { ProviderError } from "../provider.ts";

const TRIES = 3;

export interface Pace {
	/** Milliseconds before the first repetition; each further one waits twice as long. */
	readonly firstDelayMs: number;
	/** From 0 up to but not including 1: spreads those who failed at the same moment. */
	readonly random: () => number;
	readonly signal: AbortSignal;
	/** For tests. */
	readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/**
 * @param pauseAfter how many milliseconds to wait at least, or `undefined` for what no repetition helps.
 * @throws the last error, or the signal's own reason.
 */
export async function repeating<T>(
	{
		firstDelayMs,
		random,
		signal,
		sleep = (milliseconds) => setTimeout(milliseconds, undefined, { signal }),
	}: Pace,
	pauseAfter: (error: ProviderError) => number | undefined,
	work: () => Promise<T>,
): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await work();
		} catch (error) {
			if (attempt === TRIES || !(error instanceof ProviderError)) throw error;
			const pauseMs = pauseAfter(error);
			if (pauseMs === undefined) throw error;
			const jitteredMs = firstDelayMs * 2 ** (attempt - 1) * (0.5 + random());
			await sleep(Math.max(jitteredMs, pauseMs)).catch(() => {});
			signal.throwIfAborted();
		}
	}
}
