/** Notes how far the work on a generation is, as its calls tell, now and then. */
import type { EngineDependencies } from "../dependencies.ts";
import { noteProgress } from "../jobs/job-states.ts";
import type { Job, PlannedCall } from "./job.ts";

/** Nobody looks more often. */
const EVERY_MS = 1_000;

export interface ProgressReport {
	/** Takes what a call tells of itself, from 0 to 1. */
	of(call: PlannedCall): (fraction: number) => void;
}

export function openProgressReport(
	dependencies: Pick<
		EngineDependencies,
		"database" | "clock" | "newId" | "log"
	>,
	job: Job,
): ProgressReport {
	const { clock, log } = dependencies;
	const fractions = new Map<PlannedCall, number>();
	let notedAt = Number.NEGATIVE_INFINITY;

	function note(): void {
		const now = clock();
		if (now - notedAt < EVERY_MS) return;
		notedAt = now;
		let done = job.drawnCount;
		for (const [call, fraction] of fractions)
			done += fraction * call.positions.length;
		const percent = Math.floor((100 * done) / job.count);
		noteProgress(dependencies, job.claim, percent).catch((fault: unknown) =>
			log.warn(
				{ generationId: job.claim.generationId, fault: String(fault) },
				"Progress could not be noted",
			),
		);
	}
	return {
		of: (call) => (fraction) => {
			if (!Number.isFinite(fraction)) return;
			fractions.set(call, Math.min(1, Math.max(0, fraction)));
			note();
		},
	};
}
