/** Decides how a generation goes on after its calls: ended, or tried again. */
import type { ProviderError } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { EngineErrorCode } from "../errors.ts";
import { type Ending, endClaimed, tryLater } from "../jobs/job-states.ts";
import type { Job } from "./job.ts";

const MAX_ATTEMPTS = 4;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

type SettleDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "random" | "log"
>;

/** What the caller is told for each kind of provider fault. */
const CODE_OF: Record<ProviderError["kind"], EngineErrorCode> = {
	invalid: "provider_failed",
	content_blocked: "content_blocked",
	rate_limited: "rate_limited",
	quota_exhausted: "provider_failed",
	unavailable: "provider_failed",
	timeout: "provider_failed",
	auth: "provider_failed",
	not_configured: "provider_not_configured",
};

/**
 * @param drawn pictures the generation has by now, earlier holders' included.
 * @param faults what the calls of this round ended in.
 * @returns how it ended, or `null` when it will be tried again. What was not drawn is refunded; with at least one picture
 * it counts as completed.
 * @throws {LostClaimError}
 */
export async function settle(
	dependencies: SettleDependencies,
	job: Job,
	drawn: number,
	faults: readonly ProviderError[],
): Promise<Ending["status"] | null> {
	const passing = faults.find((fault) => fault.isRetryable);
	const attempts = job.failedAttempts + 1;
	if (drawn < job.count && passing !== undefined && attempts < MAX_ATTEMPTS) {
		const delayMs = delayBefore(attempts, passing, dependencies.random);
		dependencies.log.warn(
			{
				generationId: job.claim.generationId,
				kind: passing.kind,
				fault: passing.message,
				attempts,
				delayMs,
			},
			"A provider call failed; it will be tried again",
		);
		await tryLater(
			dependencies,
			job.claim,
			dependencies.clock() + delayMs,
			attempts,
		);
		return null;
	}
	const ending = endingOf(drawn, faults);
	await endClaimed(dependencies, job.claim, ending);
	return ending.status;
}

function endingOf(drawn: number, faults: readonly ProviderError[]): Ending {
	if (drawn > 0) return { status: "completed", error: null };
	const [fault] = faults;
	if (fault === undefined) {
		return {
			status: "failed",
			error: {
				code: "provider_failed",
				message: "The provider returned no image.",
			},
		};
	}
	return {
		status: "failed",
		error: { code: CODE_OF[fault.kind], message: fault.publicMessage },
	};
}

/** Doubling, between half and one and a half of it by chance so that many do not come back at once; never before the vendor said. */
function delayBefore(
	attempt: number,
	fault: ProviderError,
	random: () => number,
): number {
	const doubled = FIRST_DELAY_MS * 2 ** (attempt - 1);
	const jittered = Math.min(doubled, LONGEST_DELAY_MS) * (0.5 + random());
	return Math.round(Math.max(jittered, fault.retryAfterMs ?? 0));
}
