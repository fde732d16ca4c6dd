/** One round of calls for a generation: what is missing is asked for, and what comes is put into the library. */
import {
	type Provider,
	ProviderError,
	type ProviderErrorKind,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { takePermit } from "../jobs/provider-gates.ts";
import { openCallFiles } from "./call-files.ts";
import { callProvider } from "./call-provider.ts";
import { type Job, type PlannedCall, planCalls } from "./job.ts";
import { keepDrawn } from "./keep-drawn.ts";
import { openPartialReport } from "./partial-images.ts";
import { openProgressReport } from "./report-progress.ts";
import type { Failure, Round } from "./settle.ts";

/**
 * @throws {LostClaimError} when somebody else holds the generation by now. What goes wrong at the provider is in the
 * round; when the signal aborts, the round has what was done until then.
 */
export async function drawRound(
	dependencies: EngineDependencies,
	job: Job,
	signal: AbortSignal,
): Promise<Round> {
	const provider = dependencies.providers.get(job.route.provider);
	return provider === undefined
		? nobodyDraws(job)
		: await drawAll(dependencies, job, provider, signal);
}

/** The provider was there when the generation was accepted; this process was started without it. */
function nobodyDraws(job: Job): Round {
	const fault = new ProviderError(
		"not_configured",
		`There is no provider ${job.route.provider} in this process`,
	);
	return {
		drawn: job.drawnCount,
		failures: [{ fault, positions: job.missing }],
		leftOut: [],
		postponedMs: null,
	};
}

/** After these, the calls that have not begun would end in the same way. */
const ENDS_THE_ROUND: ReadonlySet<ProviderErrorKind> = new Set([
	"rate_limited",
	"quota_exhausted",
	"auth",
	"not_configured",
]);

/** Runs the calls, as many at once as the claim has slots. */
async function drawAll(
	dependencies: EngineDependencies,
	job: Job,
	provider: Provider,
	signal: AbortSignal,
): Promise<Round> {
	const { imagesPerMinute } = provider.limits;
	const waiting = planCalls(job, imagesPerMinute);
	const progress = openProgressReport(dependencies, job);
	const failures: Failure[] = [];
	const leftOut: number[] = [];
	let drawn = job.drawnCount;
	let postponedMs: number | null = null;

	function note(fault: ProviderError, positions: readonly number[]): void {
		failures.push({ fault, positions });
		if (ENDS_THE_ROUND.has(fault.kind)) waiting.length = 0;
	}
	async function drawOneByOne(): Promise<void> {
		for (let call = waiting.shift(); call; call = waiting.shift()) {
			try {
				const waitMs = await waitFor(dependencies, provider, call);
				if (waitMs > 0) {
					postponedMs = waitMs;
					return;
				}
				const outcome = await draw(
					dependencies,
					job,
					provider,
					call,
					progress.of(call),
					signal,
				);
				drawn += outcome.drawn;
				leftOut.push(...outcome.leftOut);
				for (const { fault, positions } of outcome.failures)
					note(fault, positions);
			} catch (error) {
				if (signal.aborted) return;
				if (!(error instanceof ProviderError)) throw error;
				note(error, call.positions);
			}
		}
	}
	await Promise.all(Array.from({ length: job.claim.slots }, drawOneByOne));
	return { drawn, failures, leftOut, postponedMs };
}

/** How long the provider's limit of pictures a minute keeps a call waiting, in milliseconds; 0 when it may begin. */
async function waitFor(
	dependencies: EngineDependencies,
	{ name, limits }: Provider,
	{ positions }: PlannedCall,
): Promise<number> {
	if (limits.imagesPerMinute === undefined) return 0;
	const { waitMs } = await takePermit(
		dependencies,
		name,
		positions.length,
		limits.imagesPerMinute,
	);
	return waitMs;
}

/** One call's pictures, from the provider into the library. One that is no good does not spoil the others. */
async function draw(
	dependencies: EngineDependencies,
	job: Job,
	provider: Provider,
	call: PlannedCall,
	onProgress: (fraction: number) => void,
	signal: AbortSignal,
): Promise<Omit<Round, "postponedMs">> {
	const files = openCallFiles(dependencies);
	const partials = openPartialReport(dependencies, job, call);
	try {
		const result = await callProvider(
			dependencies,
			provider,
			job,
			call,
			{
				keepFile: (bytes) => files.keep(bytes),
				onPartialImage: partials.onPartialImage,
				onProgress,
			},
			signal,
		);
		// So that nobody hears of the end before.
		await partials.settled();
		return await keepDrawn(dependencies, job, provider, call.positions, result);
	} finally {
		await partials.settled();
		await files.discardRest();
	}
}
