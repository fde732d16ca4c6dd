/** Takes one step of a batch, whichever is next. */
import type { EngineDependencies } from "../dependencies.ts";
import { letGo } from "../jobs/step-claims.ts";
import { type BatchClaim, LostBatchError } from "./batch-claims.ts";
import { failBatch } from "./batch-states.ts";
import { checkInput } from "./check-input.ts";
import { MAX_FAILED_STEPS, type Step } from "./line-context.ts";
import { workOnLines } from "./work-lines.ts";
import { writeResults } from "./write-results.ts";

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** Takes the step and lets go of the batch. Never throws but for a database that cannot even be told. */
export async function takeStep(step: Step): Promise<void> {
	const { dependencies, claim, batch } = step;
	try {
		const dueAt = await next(step);
		await letGo(dependencies, "batches", claim, { dueAt, failedSteps: 0 });
	} catch (fault) {
		const failedSteps = batch.failed_steps;
		if (step.signal.aborted || fault instanceof LostBatchError) {
			const dueAt = dependencies.clock();
			await letGo(dependencies, "batches", claim, { dueAt, failedSteps });
			return;
		}
		dependencies.log.error(
			{ err: fault, batchId: batch.id, failedSteps },
			"A step of a batch broke off",
		);
		await letGo(dependencies, "batches", claim, {
			dueAt: dependencies.clock() + delayAfter(failedSteps),
			failedSteps: failedSteps + 1,
		});
	}
}

/** @returns when the next step is to be taken, at the latest. */
async function next(step: Step): Promise<number> {
	const { dependencies, claim, batch } = step;
	switch (batch.status) {
		case "validating":
			if (batch.failed_steps < MAX_FAILED_STEPS) await checkInput(step);
			else await giveUpChecking(dependencies, claim);
			return dependencies.clock();
		case "active":
		case "canceling":
			return await workOnLines(step);
		case "finalizing":
			await writeResults(step);
			return dependencies.clock();
		default:
			throw new Error(`${batch.id} is ${batch.status}, there is nothing to do`);
	}
}

async function giveUpChecking(
	dependencies: EngineDependencies,
	claim: BatchClaim,
): Promise<void> {
	await failBatch(dependencies, claim, [
		{
			code: "internal",
			line: null,
			message: "The file could not be checked. The log of the server has it.",
		},
	]);
}

function delayAfter(failedSteps: number): number {
	return Math.min(FIRST_DELAY_MS * 2 ** failedSteps, LONGEST_DELAY_MS);
}
