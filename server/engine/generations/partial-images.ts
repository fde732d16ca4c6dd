/** Unfinished pictures on their way from the process that draws to the one whose caller watches. */

import type { AnnouncedPartial } from "../../db/database.ts";
import { inspectImage } from "../../pixels/inspect.ts";
import type { KeptFile } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import type { Job, PlannedCall } from "./job.ts";

type PartialDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "clock" | "log"
>;

/** What a call's unfinished pictures are told to. */
export interface PartialReport {
	readonly onPartialImage: (file: KeptFile, index: number) => void;
	/** Resolves when everything that was told so far is announced. */
	settled(): Promise<void>;
}

/**
 * Each goes into storage, where it is collected after an hour, and is announced. One that cannot be kept is missed by
 * whoever watches, and harms nothing else.
 */
export function openPartialReport(
	dependencies: PartialDependencies,
	job: Pick<Job, "claim" | "teamId" | "partialImages">,
	call: PlannedCall,
): PartialReport {
	const { log } = dependencies;
	const { generationId } = job.claim;
	const position = call.positions[0] ?? 0;
	let last: Promise<void> = Promise.resolve();
	return {
		onPartialImage: (file, index) => {
			if (job.partialImages === 0) return;
			last = last
				.then(() =>
					announce(dependencies, job, { file, position, index }, generationId),
				)
				.catch((fault: unknown) =>
					log.warn(
						{ generationId, fault: String(fault) },
						"An unfinished picture could not be shown",
					),
				);
		},
		settled: () => last,
	};
}

async function announce(
	{ database, storage, clock }: PartialDependencies,
	{ teamId }: Pick<Job, "teamId">,
	told: {
		readonly file: KeptFile;
		readonly position: number;
		readonly index: number;
	},
	generationId: string,
): Promise<void> {
	const { file, position, index } = told;
	const { mediaType, extension, width, height } = await inspectImage(file.path);
	const storageKey = `partials/${teamId}/${file.sha256}.${extension}`;
	await enterUnreferenced(database.queries, storageKey, clock());
	await storage.put(storageKey, file);
	const { sizeBytes } = file;
	await database.announce({
		kind: "partial_image",
		generationId,
		partial: {
			position,
			index,
			storageKey,
			mediaType,
			width,
			height,
			sizeBytes,
		},
	});
}

/** Of so many generations the unfinished pictures are remembered; the oldest are forgotten first. */
const REMEMBERED_GENERATIONS = 500;

/**
 * Hears of unfinished pictures, and remembers them for a while: a caller begins to watch when its generation is queued
 * already, and somebody may have begun to draw.
 */
export class PartialBoard {
	readonly #partials = new Map<string, AnnouncedPartial[]>();
	readonly #watchers = new Map<string, Set<() => void>>();
	readonly #stopListening: () => void;

	constructor({ database }: Pick<EngineDependencies, "database">) {
		this.#stopListening = database.listen((announcement) => {
			if (announcement.kind !== "partial_image") return;
			const { generationId, partial } = announcement;
			this.#remember(generationId, partial);
			for (const wake of this.#watchers.get(generationId) ?? []) wake();
		});
	}

	/** In the order in which they came. */
	of(generationId: string): readonly AnnouncedPartial[] {
		return this.#partials.get(generationId) ?? [];
	}

	/** @param wake is called for each that comes. @returns a function that ends it. */
	watch(generationId: string, wake: () => void): () => void {
		const watchers = this.#watchers.get(generationId) ?? new Set();
		this.#watchers.set(generationId, watchers.add(wake));
		return () => {
			watchers.delete(wake);
			if (watchers.size === 0) this.#watchers.delete(generationId);
		};
	}

	close(): void {
		this.#stopListening();
	}

	#remember(generationId: string, partial: AnnouncedPartial): void {
		const known = this.#partials.get(generationId);
		if (known !== undefined) {
			known.push(partial);
			return;
		}
		this.#partials.set(generationId, [partial]);
		if (this.#partials.size <= REMEMBERED_GENERATIONS) return;
		const [oldest] = this.#partials.keys();
		if (oldest !== undefined) this.#partials.delete(oldest);
	}
}
