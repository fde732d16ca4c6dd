/** Takes steps of long work that are due, several pieces of work at once, each under a claim, as long as this process lives. */
import type { EngineDependencies } from "../dependencies.ts";

/** The right to take one step of a piece of work. */
export interface StepClaim {
	/** Of the piece of work. */
	readonly id: string;
	readonly token: string;
}

/** What is worked on: how a piece of it is claimed, held and brought a step further. */
export interface StepWork<Claimed> {
	/** For the log: "a batch". */
	readonly what: string;
	/** Steps of different pieces; one that takes long must not keep the others waiting. */
	readonly stepsAtOnce: number;
	/**
	 * Takes hold of what has been due for longest.
	 * @param urgent the id of one that is to be taken even before it is due.
	 * @returns `null` when nothing is due, or somebody else was quicker.
	 */
	claim(urgent?: string): Promise<Claimed | null>;
	claimOf(claimed: Claimed): StepClaim;
	/** Takes the step and lets go of the work. @param signal aborts when the process stops or has lost the claim. */
	take(claimed: Claimed, signal: AbortSignal): Promise<void>;
	/** Says that the holders are alive. @returns the claims that are lost. */
	renew(claims: readonly StepClaim[]): Promise<readonly StepClaim[]>;
}

interface Running {
	readonly claim: StepClaim;
	readonly controller: AbortController;
	readonly done: Promise<void>;
}

type WorkerDependencies = Pick<EngineDependencies, "settings" | "log">;

export class StepWorker<Claimed> {
	readonly #dependencies: WorkerDependencies;
	readonly #work: StepWork<Claimed>;
	readonly #running = new Map<string, Running>();
	/** To be looked at even before they are due. */
	readonly #urgent = new Set<string>();
	readonly #timers: NodeJS.Timeout[] = [];
	#isStopping = false;
	#claiming: Promise<void> | null = null;
	#renewing: Promise<void> | null = null;
	#shouldClaimAgain = false;

	constructor(dependencies: WorkerDependencies, work: StepWork<Claimed>) {
		this.#dependencies = dependencies;
		this.#work = work;
	}

	start(): void {
		const { pollMs, leaseMs } = this.#dependencies.settings;
		this.#timers.push(
			setInterval(() => this.wake(), pollMs),
			setInterval(() => this.#renew(), leaseMs / 3),
		);
		this.wake();
	}

	/** Breaks off the steps under way, to be taken again by others, and resolves when none runs. */
	async stop(): Promise<void> {
		this.#isStopping = true;
		for (const timer of this.#timers) clearInterval(timer);
		await this.#claiming;
		const running = [...this.#running.values()];
		for (const { controller } of running) controller.abort();
		await Promise.all(running.map(({ done }) => done));
		await this.#renewing;
	}

	/** Looks for what is due. @param urgent the id of one to be looked at in any case. */
	wake(urgent?: string): void {
		if (this.#isStopping) return;
		if (urgent !== undefined) this.#urgent.add(urgent);
		this.#shouldClaimAgain = true;
		this.#claiming ??= this.#claimAll()
			.catch((fault: unknown) => {
				this.#shouldClaimAgain = false;
				this.#report(fault, `Could not claim ${this.#work.what}`);
			})
			.finally(() => {
				this.#claiming = null;
				// Somebody may have called after the last look and before this.
				if (this.#shouldClaimAgain) this.wake();
			});
	}

	async #claimAll(): Promise<void> {
		while (this.#shouldClaimAgain && !this.#isStopping) {
			this.#shouldClaimAgain = false;
			for (const id of [...this.#urgent]) {
				// One that is being worked on here is looked at again right after.
				if (this.#isFull() || this.#running.has(id)) continue;
				this.#urgent.delete(id);
				await this.#claim(id);
			}
			while (!this.#isFull() && (await this.#claim()));
		}
	}

	#isFull(): boolean {
		return this.#isStopping || this.#running.size >= this.#work.stepsAtOnce;
	}

	async #claim(urgent?: string): Promise<boolean> {
		const claimed = await this.#work.claim(urgent);
		if (claimed === null) return false;
		const claim = this.#work.claimOf(claimed);
		const controller = new AbortController();
		const done = this.#work
			.take(claimed, controller.signal)
			.catch((fault: unknown) =>
				// Left under its lease: when that runs out, somebody takes it over.
				this.#report(fault, `Could not let go of ${this.#work.what}`),
			)
			.finally(() => {
				this.#running.delete(claim.id);
				this.wake();
			});
		this.#running.set(claim.id, { claim, controller, done });
		return true;
	}

	#renew(): void {
		const claims = [...this.#running.values()].map(({ claim }) => claim);
		this.#renewing ??= this.#work
			.renew(claims)
			.then((lost) => {
				for (const { id, token } of lost) {
					const running = this.#running.get(id);
					// By now it may be held under another claim.
					if (running?.claim.token === token) running.controller.abort();
				}
			})
			.catch((fault: unknown) =>
				this.#report(fault, `Could not renew the lease of ${this.#work.what}`),
			)
			.finally(() => {
				this.#renewing = null;
			});
	}

	#report(fault: unknown, message: string): void {
		this.#dependencies.log.error({ err: fault }, message);
	}
}
