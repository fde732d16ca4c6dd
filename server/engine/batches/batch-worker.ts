/** Takes the steps of batches that are due, several batches at once, as long as this process lives. */
import type { Announcement } from "../../db/database.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { renewHolds } from "../jobs/step-claims.ts";
import { StepWorker } from "../jobs/step-worker.ts";
import { type BatchClaim, claimBatch } from "./batch-claims.ts";
import { lineContextOf, onceAfterFailures, type Step } from "./line-context.ts";
import { takeStep } from "./take-step.ts";
import type { Translators } from "./translator.ts";

/** Steps of different batches; one that checks or writes a large file must not keep the others waiting. */
const STEPS_AT_ONCE = 4;

/** A step that notes one end costs as much as one that notes many: those of a while are noted together. */
const GATHER_ENDS_MS = 200;

interface AwaitedEnds {
	readonly generationIds: Set<string>;
	/** How many there were after the last step: when half of them have ended, more are begun at once. */
	most: number;
	timer: NodeJS.Timeout | undefined;
}

interface Claimed {
	readonly claim: BatchClaim;
	readonly row: BatchesTable;
}

export class BatchWorker {
	readonly #dependencies: EngineDependencies;
	readonly #translators: Translators;
	readonly #chat: Step["chat"];
	readonly #steps: StepWorker<Claimed>;
	/** What this process is to act on the end of, by batch. */
	readonly #awaited = new Map<string, AwaitedEnds>();
	#stopListening: () => void = () => {};

	constructor(
		dependencies: EngineDependencies,
		translators: Translators,
		chat: Step["chat"],
	) {
		this.#dependencies = dependencies;
		this.#translators = translators;
		this.#chat = chat;
		this.#steps = new StepWorker(dependencies, {
			what: "a batch",
			stepsAtOnce: STEPS_AT_ONCE,
			claim: (urgent) => claimBatch(dependencies, translators.all, urgent),
			claimOf: ({ claim }) => claim,
			take: (claimed, signal) => this.#step(claimed, signal),
			renew: (claims) => renewHolds(dependencies, "batches", claims),
		});
	}

	start(): void {
		this.#stopListening = this.#dependencies.database.listen((announcement) =>
			this.#hear(announcement),
		);
		this.#steps.start();
	}

	/** Breaks off the steps under way, to be taken again by others, and resolves when none runs. */
	async stop(): Promise<void> {
		this.#stopListening();
		for (const { timer } of this.#awaited.values()) clearTimeout(timer);
		await this.#steps.stop();
	}

	#hear(announcement: Announcement): void {
		if (announcement.kind === "batch_due")
			this.#steps.wake(announcement.batchId);
		if (announcement.kind !== "ended") return;
		for (const [batchId, awaited] of this.#awaited) {
			if (!awaited.generationIds.delete(announcement.generationId)) continue;
			if (awaited.generationIds.size <= awaited.most / 2)
				this.#steps.wake(batchId);
			else
				awaited.timer ??= setTimeout(() => {
					awaited.timer = undefined;
					this.#steps.wake(batchId);
				}, GATHER_ENDS_MS);
		}
	}

	async #step(
		{ claim, row: batch }: Claimed,
		signal: AbortSignal,
	): Promise<void> {
		const dependencies = this.#dependencies;
		const translator = this.#translators.find(batch);
		if (translator === undefined) throw new Error("Nobody reads its lines");
		const awaited = this.#awaited.get(batch.id) ?? {
			generationIds: new Set<string>(),
			most: 0,
			timer: undefined,
		};
		this.#awaited.set(batch.id, awaited);
		const { generationIds } = awaited;
		await takeStep({
			dependencies,
			claim,
			batch,
			translator,
			chat: this.#chat,
			context: await lineContextOf(dependencies, batch),
			signal,
			awaitEnd: (generationId) => generationIds.add(generationId),
			mayGiveUp: onceAfterFailures(batch.failed_steps),
		});
		awaited.most = generationIds.size;
		if (generationIds.size > 0 && batch.status !== "finalizing") return;
		clearTimeout(awaited.timer);
		this.#awaited.delete(batch.id);
	}
}
