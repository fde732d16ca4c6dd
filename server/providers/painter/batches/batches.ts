/** The painter's own batches, so that whatever is done with a vendor's can be done without one: kept in files, and drawn as their results are read. */
import { type NativeBatches, ProviderError } from "../../provider.ts";
import { guarded } from "../../wire/faults.ts";
import { GONE, resultsGone } from "../../wire/forgotten-batches.ts";
import { watchLines } from "../../wire/watched-lines.ts";
import { LIMITS, readLabel, writeBatch } from "./batch-files.ts";
import { drawLines, type Hand } from "./draw-lines.ts";
import { Shelf } from "./shelf.ts";

export interface PainterBatchesOptions {
	/** The provider's. */
	readonly name: string;
	/** Where the batches are; made when there is one. */
	readonly folder: string;
	readonly hand: Hand;
	/** How many lines are drawn at a time. */
	readonly atOnce: number;
	/** A seed for a line that brings none: a whole number from 0 to 2^32-1. */
	readonly randomSeed: () => number;
	/** Milliseconds since 1970. */
	readonly clock: () => number;
	/** Aborts when the painter is closed. */
	readonly closing: AbortSignal;
}

/**
 * A batch has succeeded as soon as it is there, and nothing of it is drawn before somebody reads its results, in whichever
 * process of this machine. It is forgotten when it is called off, or two days after it was submitted.
 */
export function openBatches(options: PainterBatchesOptions): NativeBatches {
	const { name, hand, randomSeed } = options;
	const shelf = new Shelf(options.folder, options.clock);
	const careful = <T>(signal: AbortSignal, work: () => Promise<T>) =>
		guarded({ what: `${name}, batches`, isPaid: false, signal }, work);
	return {
		limits: LIMITS,
		submit: async (submission, { signal }) => {
			const { lines, rethrow } = watchLines(submission.lines);
			return await careful(signal, async () => {
				await shelf.sweep();
				const batch = await shelf.begin();
				try {
					const watched = { ...submission, lines };
					await writeBatch(batch.folder, watched, randomSeed, signal);
					return { batchId: await batch.finish() };
				} catch (error) {
					await batch.abandon();
					throw error;
				}
			}).catch((error: unknown) => {
				rethrow();
				throw error;
			});
		},
		find: (displayName, signal) =>
			careful(signal, async () => {
				for (const { batchId, folder } of await shelf.list())
					if ((await readLabel(folder))?.displayName === displayName)
						return { batchId };
				return undefined;
			}),
		poll: (batchId, signal) =>
			careful(signal, async () => {
				const folder = await shelf.find(batchId);
				const label = folder && (await readLabel(folder));
				if (!label) return GONE;
				const counts = { ...GONE.counts, total: label.lines };
				return { status: "succeeded", counts, fault: undefined };
			}),
		results: async function* (batchId, context) {
			const { signal } = context;
			const folder = await careful(signal, () => shelf.find(batchId));
			if (folder === undefined)
				throw resultsGone(`${name}: the results of ${batchId}`);
			const results = drawLines(folder, hand, context, options);
			try {
				for (;;) {
					const next = await careful(signal, () => results.next());
					if (next.done) return;
					yield next.value;
				}
			} finally {
				await results.return();
			}
		},
		cancel: (batchId, signal) =>
			careful(signal, async () => {
				const folder = await shelf.find(batchId);
				if (folder !== undefined) await shelf.remove(folder);
			}),
	};
}

/** What `closing` aborts with. */
export function closedError(name: string): ProviderError {
	return new ProviderError("unavailable", `${name} was closed.`);
}
