/** Takes generations from the queue and has them worked on, as long as this process lives and not a moment longer than it may. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Provider } from "../../providers/provider.ts";
import { forgetBatchLines } from "../batches/forget-batch-lines.ts";
import { forgetCatalogues } from "../catalogues/forget-catalogues.ts";
import { endAbandonedReplies } from "../chat/reply-states.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { forgetExpiredFiles } from "../files/forget-files.ts";
import { forgetExpiredUploads } from "../files/upload-states.ts";
import { forgetIdempotencyKeys } from "../generations/idempotency-keys.ts";
import type { GenerationStatus } from "../generations/request.ts";
import { forgetOldInteractions } from "../interactions/interaction-rows.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import { forgetUses } from "../limits/limits.ts";
import { forgetGuests } from "../teams/forget-guests.ts";
import { forgetRefreshTokens } from "../teams/refresh-tokens.ts";
import {
	type Abandoned,
	CANCELED,
	type Claim,
	claimNext,
	endClaimed,
	findAbandoned,
	LostClaimError,
	renewLeases,
	takeOver,
} from "./job-states.ts";
import { openGate } from "./provider-gates.ts";
import { CanceledSignal, LostSignal, StoppingSignal } from "./signals.ts";

/** A generation that brings down every process that touches it is given up after this many. */
const MAX_TAKEOVERS = 5;
const COLLECT_EVERY_MS = 10 * 60 * 1000;

/** Works on a claimed generation; resolves to how it ended, or `null` when it did not. */
export type Work = (
	claim: Claim,
	signal: AbortSignal,
) => Promise<GenerationStatus | null>;

interface Running {
	readonly claim: Claim;
	readonly controller: AbortController;
	readonly done: Promise<void>;
}

interface RegularTask {
	readonly timer: NodeJS.Timeout;
	underWay: Promise<void> | null;
}

export class Worker {
	readonly #dependencies: EngineDependencies;
	readonly #work: Work;
	readonly #running = new Map<string, Running>();
	readonly #regularTasks: RegularTask[] = [];
	#stopListening: () => void = () => {};
	#isStopping = false;
	#claiming: Promise<void> | null = null;
	#shouldClaimAgain = false;
	/** Whose turn among the providers it is. */
	#turn = 0;

	constructor(dependencies: EngineDependencies, work: Work) {
		this.#dependencies = dependencies;
		this.#work = work;
	}

	async start(): Promise<void> {
		const { database, providers, settings } = this.#dependencies;
		for (const name of providers.keys()) await openGate(database.queries, name);
		this.#stopListening = database.listen((announcement) => {
			if (announcement.kind === "queued") this.wake();
			if (announcement.kind === "cancel_requested")
				this.#cancel(announcement.generationId);
		});
		this.#repeat(settings.pollMs, async () => this.wake());
		this.#repeat(settings.leaseMs / 3, () => this.#renew());
		this.#repeat(settings.leaseMs / 2, async () => {
			await this.#takeOverAbandoned();
			await endAbandonedReplies(this.#dependencies);
		});
		this.#repeat(COLLECT_EVERY_MS, async () => {
			await collectUnreferenced(this.#dependencies);
			await forgetIdempotencyKeys(this.#dependencies);
			await forgetUses(this.#dependencies);
			await forgetRefreshTokens(this.#dependencies);
			await forgetGuests(this.#dependencies);
			await forgetExpiredFiles(this.#dependencies);
			await forgetExpiredUploads(this.#dependencies);
			await forgetCatalogues(this.#dependencies);
			await forgetBatchLines(this.#dependencies);
			await forgetOldInteractions(this.#dependencies);
		});
		await this.#takeOverAbandoned();
		await endAbandonedReplies(this.#dependencies);
		this.wake();
	}

	/** Stops claiming, lets running work finish for a while, hands back what is left, and resolves when nothing runs. */
	async stop(graceMs: number): Promise<void> {
		this.#isStopping = true;
		this.#stopListening();
		await this.#claiming;
		const finished = Promise.all(
			[...this.#running.values()].map(({ done }) => done),
		);
		const graceOver = new AbortController();
		await Promise.race([
			finished,
			sleep(graceMs, undefined, { signal: graceOver.signal }).catch(() => {}),
		]);
		graceOver.abort();
		for (const { controller } of this.#running.values())
			controller.abort(new StoppingSignal());
		await finished;
		for (const { timer } of this.#regularTasks) clearInterval(timer);
		// What is under way must not find the database closed.
		await Promise.all(this.#regularTasks.map(({ underWay }) => underWay));
	}

	/** Looks for work now. */
	wake(): void {
		if (this.#isStopping) return;
		this.#shouldClaimAgain = true;
		this.#claiming ??= this.#claimAll()
			.catch((fault: unknown) => {
				this.#shouldClaimAgain = false;
				this.#report(fault, "Could not claim work");
			})
			.finally(() => {
				this.#claiming = null;
				// Somebody may have called after the last look and before this.
				if (this.#shouldClaimAgain) this.wake();
			});
	}

	/** Serves the providers in turn, beginning with the one after the last served: a long queue must not take every slot. */
	async #claimAll(): Promise<void> {
		const providers = [...this.#dependencies.providers.values()];
		while (this.#shouldClaimAgain && !this.#isStopping) {
			this.#shouldClaimAgain = false;
			let idle = 0;
			while (idle < providers.length && !this.#isStopping) {
				const provider = providers[this.#turn++ % providers.length];
				const claim = provider && (await this.#claimFrom(provider));
				if (claim) this.#run(claim);
				idle = claim ? 0 : idle + 1;
			}
		}
	}

	async #claimFrom({ name, limits }: Provider): Promise<Claim | null> {
		return await claimNext(this.#dependencies, {
			provider: name,
			concurrency: limits.concurrency,
			imagesPerMinute: limits.imagesPerMinute,
			freeSlots: this.#freeSlots(),
			leaseMs: this.#dependencies.settings.leaseMs,
		});
	}

	#freeSlots(): number {
		let free = this.#dependencies.settings.workerSlots;
		for (const { claim } of this.#running.values()) free -= claim.slots;
		return free;
	}

	#run(claim: Claim): void {
		const controller = new AbortController();
		const done = this.#workOn(claim, controller).finally(() => {
			this.#running.delete(claim.token);
			// Whatever is still under way for this claim after a fault has nobody left to report to.
			controller.abort(new LostSignal());
			this.wake();
		});
		this.#running.set(claim.token, { claim, controller, done });
	}

	async #workOn(claim: Claim, controller: AbortController): Promise<void> {
		const { generationId } = claim;
		try {
			const status = await this.#work(claim, controller.signal);
			if (status === null) return;
			this.#dependencies.observer.generationEnded({ status });
			await this.#dependencies.database.announce({
				kind: "ended",
				generationId,
			});
		} catch (fault) {
			if (fault instanceof LostClaimError || fault instanceof LostSignal) {
				this.#dependencies.log.warn(
					{ generationId },
					"A claim was lost; somebody else goes on",
				);
				return;
			}
			// Left under its lease: when that runs out, it is taken over and counted as such.
			this.#report(fault, "Work on a generation broke off", generationId);
		}
	}

	#cancel(generationId: string): void {
		for (const { claim, controller } of this.#running.values()) {
			if (claim.generationId === generationId)
				controller.abort(new CanceledSignal());
		}
	}

	async #renew(): Promise<void> {
		const running = [...this.#running.values()];
		const { lost, canceled } = await renewLeases(
			this.#dependencies,
			running.map(({ claim }) => claim),
			this.#dependencies.settings.leaseMs,
		);
		for (const claim of canceled) this.#cancel(claim.generationId);
		for (const claim of lost)
			this.#running.get(claim.token)?.controller.abort(new LostSignal());
	}

	async #takeOverAbandoned(): Promise<void> {
		const abandoned = await findAbandoned(this.#dependencies);
		for (const each of abandoned) {
			try {
				await this.#takeOver(each);
			} catch (fault) {
				if (!(fault instanceof LostClaimError)) throw fault;
			}
		}
		if (abandoned.length > 0) this.wake();
	}

	async #takeOver(abandoned: Abandoned): Promise<void> {
		const { claim, takeovers, isCancelRequested } = abandoned;
		this.#dependencies.log.warn(
			{ generationId: claim.generationId, takeovers },
			"A generation was abandoned by its process",
		);
		if (isCancelRequested || takeovers >= MAX_TAKEOVERS) {
			await endClaimed(
				this.#dependencies,
				claim,
				isCancelRequested
					? { status: "canceled", error: CANCELED }
					: {
							status: "failed",
							error: {
								code: "internal",
								message:
									"The generation was given up after several processes working on it died.",
							},
						},
			);
			await this.#dependencies.database.announce({
				kind: "ended",
				generationId: claim.generationId,
			});
			return;
		}
		await takeOver(this.#dependencies, abandoned);
	}

	#repeat(everyMs: number, work: () => Promise<void>): void {
		const timer = setInterval(() => {
			task.underWay ??= work()
				.catch((fault: unknown) =>
					this.#report(fault, "A regular task of the worker failed"),
				)
				.finally(() => {
					task.underWay = null;
				});
		}, everyMs);
		const task: RegularTask = { timer, underWay: null };
		this.#regularTasks.push(task);
	}

	#report(fault: unknown, message: string, generationId?: string): void {
		this.#dependencies.log.error({ err: fault, generationId }, message);
	}
}
