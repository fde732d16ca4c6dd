/** Shows a generation to whoever watches it: its unfinished pictures as they come, and its end. */
import type { AnnouncedPartial } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { PartialBoard } from "./partial-images.ts";
import type { Generation } from "./request.ts";

export interface PartialImage extends Omit<AnnouncedPartial, "storageKey"> {
	/** The bytes; it lies there for an hour. */
	open(): Promise<AsyncIterable<Uint8Array>>;
}

export type GenerationEvent =
	| { readonly kind: "partial"; readonly image: PartialImage }
	/** The last one. */
	| { readonly kind: "ended"; readonly generation: Generation };

/**
 * @param waitForEnd resolves to the generation as it is when it ended, or after a while.
 * @param signal ends the watching, and then there is no last event; the work goes on.
 */
export async function* watchGeneration(
	{ storage }: Pick<EngineDependencies, "storage">,
	board: PartialBoard,
	generationId: string,
	waitForEnd: () => Promise<Generation>,
	signal: AbortSignal,
): AsyncGenerator<GenerationEvent> {
	let wake = () => {};
	const stopWatching = board.watch(generationId, () => wake());
	let end = waitForEnd();
	// Whoever leaves while it waits hears of no fault any more.
	end.catch(() => {});
	let shown = 0;
	try {
		while (!signal.aborted) {
			const woken = new Promise<null>((resolve) => {
				wake = () => resolve(null);
			});
			const partials = board.of(generationId).slice(shown);
			shown += partials.length;
			for (const { storageKey, ...facts } of partials)
				yield {
					kind: "partial",
					image: {
						...facts,
						open: async () => {
							const object = await storage.open(storageKey);
							if (object === null)
								throw new Error(`${storageKey} is not in storage`);
							return object.stream;
						},
					},
				};
			const generation = await Promise.race([woken, end]);
			if (generation === null) continue;
			if (board.of(generationId).length > shown) continue;
			if (generation.endedAt !== null) {
				yield { kind: "ended", generation };
				return;
			}
			// Only the time of one wait is up.
			end = waitForEnd();
			end.catch(() => {});
		}
	} finally {
		stopWatching();
	}
}
