/** Follows a catalogue for somebody who waits for it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Catalogue } from "./catalogue.ts";

/**
 * The catalogue as it is, and again whenever something of it has changed beside its pace, until nothing is under way.
 * Nothing comes after the signal.
 */
export async function* watchCatalogue(
	look: () => Promise<Catalogue>,
	everyMs: number,
	signal: AbortSignal,
): AsyncGenerator<Catalogue, void> {
	let told = "";
	while (!signal.aborted) {
		const catalogue = await look();
		const news = JSON.stringify({ ...catalogue, pace: null });
		if (news !== told) yield catalogue;
		told = news;
		if (!isUnderWay(catalogue)) return;
		await sleep(everyMs, undefined, { signal }).catch(() => {});
	}
}

function isUnderWay({ status }: Catalogue): boolean {
	return status === "working" || status === "paused" || status === "canceling";
}
