/** How fast a provider has drawn of late, to say beforehand how long a table will take. */
import type { EngineDependencies } from "../dependencies.ts";

/** Generations that are looked at, whoever drew them. */
const MOST = 200;
/** What took longer was in a vendor's batch, and waited. */
const LONGEST_MS = 5 * 60_000;
/** Of a provider that has drawn nothing yet; most answer a picture in 5 to 20 s. */
const USUAL_CALL_MS = 12_000;
const USUAL_EMBEDDED_CALL_MS = 1_500;
const DESCRIPTION_MS = 5_000;

export interface Pace {
	/** Milliseconds from one to the next, with as many at once as the provider takes. */
	readonly msPerImage: number;
	readonly msPerDescription: number;
}

/** @param rowsAtOnce of the catalogue; as many as a batch may have when missing. */
export async function paceOf(
	{ database, providers, settings }: EngineDependencies,
	provider: string,
	rowsAtOnce: number | undefined,
): Promise<Pace> {
	const rows = await database.queries
		.selectFrom("generations")
		.select(["provider", "status", "started_at", "ended_at", "count"])
		.orderBy("id", "desc")
		.limit(MOST)
		.execute();
	let tookMs = 0;
	let images = 0;
	for (const row of rows) {
		const ms = (row.ended_at ?? 0) - (row.started_at ?? 0);
		const isTelling =
			row.provider === provider &&
			row.status === "completed" &&
			ms < LONGEST_MS;
		if (!isTelling) continue;
		tookMs += ms;
		images += row.count;
	}
	const isEmbedded = providers.get(provider)?.isEmbedded === true;
	const usual = isEmbedded ? USUAL_EMBEDDED_CALL_MS : USUAL_CALL_MS;
	const atOnce = Math.max(
		1,
		Math.min(
			providers.get(provider)?.limits.concurrency ?? 1,
			rowsAtOnce ?? settings.batchLinesAtOnce,
		),
	);
	const perImage = images === 0 ? usual : tookMs / images;
	return {
		msPerImage: Math.max(
			perImage / atOnce,
			minuteShare(providers.get(provider)),
		),
		msPerDescription: (isEmbedded ? 1 : DESCRIPTION_MS) / atOnce,
	};
}

function minuteShare(
	provider:
		| { readonly limits: { readonly imagesPerMinute: number | undefined } }
		| undefined,
): number {
	const limit = provider?.limits.imagesPerMinute;
	return limit === undefined ? 0 : 60_000 / limit;
}
