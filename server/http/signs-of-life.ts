/** How long whoever waits for an answer may be sent nothing: then a sign of life tells everybody in between that the connection is in use. */
import { setTimeout as sleep } from "node:timers/promises";

/** Common proxies drop a connection on which nothing came for a minute, some after half of that. */
export const KEEP_ALIVE_MS = 15_000;

/** Waits for a step no longer than a pause. @returns `null` when the pause is over first. */
export async function stepOrPause<T>(
	step: Promise<T>,
	pauseMs: number,
): Promise<T | null> {
	const isOver = new AbortController();
	try {
		return await Promise.race([
			step,
			sleep(pauseMs, null, { signal: isOver.signal }).catch(() => null),
		]);
	} finally {
		isOver.abort();
	}
}
