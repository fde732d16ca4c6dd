/** Waits for a state that others are working towards, however long they take; the test runner's own limit is the limit. */
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 5;

/** @returns the first thing found that is neither `null` nor `false`. */
export async function waitUntil<T>(
	look: () => Promise<T | null | false> | T | null | false,
): Promise<T> {
	for (;;) {
		const found = await look();
		if (found !== null && found !== false) return found;
		await sleep(LOOK_EVERY_MS);
	}
}
