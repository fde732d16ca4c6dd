/** Takes the steps of vendors' batches that are due, as long as this process lives. */
import type { Translators } from "../batches/translator.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { letGo, renewHolds } from "../jobs/step-claims.ts";
import { StepWorker } from "../jobs/step-worker.ts";
import { collect, TryAgainError } from "./collect.ts";
import { failRest, tellOurBatch } from "./end-lines.ts";
import { lose, poll } from "./poll.ts";
import { submit } from "./submit.ts";
import {
	type ClaimedVendorBatch,
	claimVendorBatch,
	LostVendorBatchError,
} from "./vendor-batch-claims.ts";
import { endVendorBatch } from "./vendor-batch-states.ts";
import { type VendorStep, vendorOf } from "./vendor-step.ts";

const STEPS_AT_ONCE = 4;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** Steps in a row that broke off through a fault of ours, after which its lines are given up. */
const MOST_FAILED_STEPS = 15;

export class VendorBatchWorker {
	readonly #dependencies: EngineDependencies;
	readonly #translators: Translators;
	readonly #steps: StepWorker<ClaimedVendorBatch>;
	#stopListening: () => void = () => {};

	constructor(dependencies: EngineDependencies, translators: Translators) {
		this.#dependencies = dependencies;
		this.#translators = translators;
		const vendors = [...dependencies.providers]
			.filter(([, { batches }]) => batches !== undefined)
			.map(([name]) => name);
		this.#steps = new StepWorker(dependencies, {
			what: "a vendor's batch",
			stepsAtOnce: STEPS_AT_ONCE,
			claim: (urgent) => claimVendorBatch(dependencies, vendors, urgent),
			claimOf: ({ claim }) => claim,
			take: (claimed, signal) => this.#take(claimed, signal),
			renew: (claims) => renewHolds(dependencies, "vendor_batches", claims),
		});
	}

	start(): void {
		this.#stopListening = this.#dependencies.database.listen((announcement) => {
			if (announcement.kind === "vendor_batch_due")
				this.#steps.wake(announcement.vendorBatchId);
		});
		this.#steps.start();
	}

	/** Breaks off the steps under way, to be taken again by others, and resolves when none runs. */
	async stop(): Promise<void> {
		this.#stopListening();
		await this.#steps.stop();
	}

	async #take(claimed: ClaimedVendorBatch, signal: AbortSignal): Promise<void> {
		const dependencies = this.#dependencies;
		const { claim, row } = claimed;
		const { clock } = dependencies;
		const step = {
			...claimed,
			dependencies,
			translators: this.#translators,
			signal,
		};
		let dueAt: number;
		let failedSteps = 0;
		try {
			dueAt = await next(step);
		} catch (fault) {
			const isStopped = signal.aborted || fault instanceof LostVendorBatchError;
			failedSteps = row.failed_steps + (isStopped ? 0 : 1);
			dueAt = clock() + (isStopped ? 0 : delayAfter(fault, row.failed_steps));
			if (!isStopped && !(fault instanceof TryAgainError))
				dependencies.log.error(
					{ err: fault, vendorBatchId: row.id, failedSteps },
					"A step of a vendor's batch broke off",
				);
		}
		await letGo(dependencies, "vendor_batches", claim, { dueAt, failedSteps });
	}
}

/** @returns when the next step is to be taken. */
async function next(step: VendorStep): Promise<number> {
	const { row } = step;
	if (row.failed_steps >= MOST_FAILED_STEPS) return await giveUp(step);
	const vendor = vendorOf(step);
	if (vendor === null) return await lose(step);
	switch (row.status) {
		case "submitting":
			return await submit(step, vendor);
		case "submitted":
			return await poll(step, vendor);
		case "collecting":
			return await collect(step, vendor);
		default:
			throw new Error(`${row.id} is ${row.status}, there is nothing to do`);
	}
}

async function giveUp(step: VendorStep): Promise<number> {
	const { dependencies, claim, row } = step;
	await failRest(step, {
		code: "internal",
		message:
			"The provider's batch could not be worked on. The log of the server has more.",
	});
	await endVendorBatch(dependencies, claim, {
		outcome: row.outcome ?? "failed",
		fault: row.fault,
	});
	await tellOurBatch(step);
	return dependencies.clock();
}

function delayAfter(fault: unknown, failedSteps: number): number {
	if (fault instanceof TryAgainError) return fault.delayMs;
	return Math.min(FIRST_DELAY_MS * 2 ** failedSteps, LONGEST_DELAY_MS);
}
