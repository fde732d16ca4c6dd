/** Takes the steps of batches that are due, several batches at once, as long as this process lives. */
import type { Announcement } from "../../db/database.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { type BatchClaim, claimBatch, renewBatches } from "./batch-claims.ts";
import { lineContextOf, onceAfterFailures, type Step } from "./line-context.ts";
import { takeStep } from "./take-step.ts";
import type { Translators } from "./translator.ts";

/** Steps of different batches; one that checks or writes a large file must not keep the others waiting. */
const STEPS_AT_ONCE = 4;

interface Running {
	readonly claim: BatchClaim;
	readonly controller: AbortController;
	readonly done: Promise<void>;
}

export class BatchWorker {
	readonly #dependencies: EngineDependencies;
	readonly #translators: Translators;
	readonly #chat: Step["chat"];
	readonly #running = new Map<string, Running>();
	/** Batches to be looked at even before they are due. */
	readonly #urgent = new Set<string>();
	/** Generations whose end this process is to act on, by batch. */
	readonly #awaited = new Map<string, Set<string>>();
	readonly #timers: NodeJS.Timeout[] = [];
	#stopListening: () => void = () => {};
	#isStopping = false;
	#claiming: Promise<void> | null = null;
	#renewing: Promise<void> | null = null;
	#shouldClaimAgain = false;

	constructor(
		dependencies: EngineDependencies,
		translators: Translators,
		chat: Step["chat"],
	) {
		this.#dependencies = dependencies;
		this.#translators = translators;
		this.#chat = chat;
	}

	start(): void {
		const { database, settings } = this.#dependencies;
		this.#stopListening = database.listen((announcement) =>
			this.#hear(announcement),
		);
		this.#timers.push(
			setInterval(() => this.#wake(), settings.pollMs),
			setInterval(() => this.#renew(), settings.leaseMs / 3),
		);
		this.#wake();
	}

	/** Breaks off the steps under way, to be taken again by others, and resolves when none runs. */
	async stop(): Promise<void> {
		this.#isStopping = true;
		this.#stopListening();
		for (const timer of this.#timers) clearInterval(timer);
		await this.#claiming;
		const running = [...this.#running.values()];
		for (const { controller } of running) controller.abort();
		await Promise.all(running.map(({ done }) => done));
		await this.#renewing;
	}

	#hear(announcement: Announcement): void {
		if (announcement.kind === "batch_due") this.#wake(announcement.batchId);
		if (announcement.kind !== "ended") return;
		for (const [batchId, generationIds] of this.#awaited) {
			if (generationIds.delete(announcement.generationId)) this.#wake(batchId);
		}
	}

	#wake(urgent?: string): void {
		if (this.#isStopping) return;
		if (urgent !== undefined) this.#urgent.add(urgent);
		this.#shouldClaimAgain = true;
		this.#claiming ??= this.#claimAll()
			.catch((fault: unknown) => {
				this.#shouldClaimAgain = false;
				this.#report(fault, "Could not claim a batch");
			})
			.finally(() => {
				this.#claiming = null;
				// Somebody may have called after the last look and before this.
				if (this.#shouldClaimAgain) this.#wake();
			});
	}

	async #claimAll(): Promise<void> {
		while (this.#shouldClaimAgain && !this.#isStopping) {
			this.#shouldClaimAgain = false;
			for (const batchId of [...this.#urgent]) {
				// One that is being worked on here is looked at again right after.
				if (this.#isFull() || this.#running.has(batchId)) continue;
				this.#urgent.delete(batchId);
				await this.#claim(batchId);
			}
			while (!this.#isFull() && (await this.#claim()));
		}
	}

	#isFull(): boolean {
		return this.#isStopping || this.#running.size >= STEPS_AT_ONCE;
	}

	async #claim(urgent?: string): Promise<boolean> {
		const workable = this.#translators.all;
		const claimed = await claimBatch(this.#dependencies, workable, urgent);
		if (claimed === null) return false;
		this.#run(claimed.claim, claimed.batch);
		return true;
	}

	#run(claim: BatchClaim, batch: BatchesTable): void {
		const controller = new AbortController();
		const done = this.#step(claim, batch, controller.signal)
			.catch((fault: unknown) =>
				// Left under its lease: when that runs out, somebody takes it over.
				this.#report(fault, "A batch could not be let go"),
			)
			.finally(() => {
				this.#running.delete(batch.id);
				this.#wake();
			});
		this.#running.set(batch.id, { claim, controller, done });
	}

	async #step(
		claim: BatchClaim,
		batch: BatchesTable,
		signal: AbortSignal,
	): Promise<void> {
		const dependencies = this.#dependencies;
		const translator = this.#translators.find(batch);
		if (translator === undefined) throw new Error("Nobody reads its lines");
		const awaited = this.#awaited.get(batch.id) ?? new Set<string>();
		this.#awaited.set(batch.id, awaited);
		await takeStep({
			dependencies,
			claim,
			batch,
			translator,
			chat: this.#chat,
			context: await lineContextOf(dependencies, batch),
			signal,
			awaitEnd: (generationId) => awaited.add(generationId),
			mayGiveUp: onceAfterFailures(batch.failed_steps),
		});
		if (awaited.size === 0 || batch.status === "finalizing")
			this.#awaited.delete(batch.id);
	}

	#renew(): void {
		const claims = [...this.#running.values()].map(({ claim }) => claim);
		this.#renewing ??= renewBatches(this.#dependencies, claims)
			.then((lost) => {
				for (const { batchId, token } of lost) {
					const running = this.#running.get(batchId);
					// By now it may be held under another claim.
					if (running?.claim.token === token) running.controller.abort();
				}
			})
			.catch((fault: unknown) =>
				this.#report(fault, "Leases of batches could not be renewed"),
			)
			.finally(() => {
				this.#renewing = null;
			});
	}

	#report(fault: unknown, message: string): void {
		this.#dependencies.log.error({ err: fault }, message);
	}
}
