/** Decides how a generation goes on after its calls: ended, tried again, or drawn in another way. */
import type {
	ProviderError,
	ProviderErrorKind,
	Warning,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { EngineErrorCode } from "../errors.ts";
import {
	changeRoute,
	type Ending,
	endClaimed,
	tryLater,
} from "../jobs/job-states.ts";
import { closedForMs, closedGates } from "../jobs/provider-gates.ts";
import type { Job } from "./job.ts";
import { addWarnings } from "./record.ts";
import type { StoredRoute } from "./stored-route.ts";

const MAX_ATTEMPTS = 4;
/** With another way to go, there is no reason to insist. */
const MAX_ATTEMPTS_BEFORE_ANOTHER_ROUTE = 2;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

type SettleDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "random" | "log"
>;

/** What the caller is told for each kind of provider fault. */
export const CODE_OF: Record<ProviderErrorKind, EngineErrorCode> = {
	invalid: "provider_rejected",
	content_blocked: "content_blocked",
	rate_limited: "rate_limited",
	quota_exhausted: "quota_exhausted",
	unavailable: "provider_failed",
	timeout: "provider_failed",
	auth: "provider_failed",
	not_configured: "provider_not_configured",
};

/**
 * Whether another model may draw instead. What one vendor's policy refuses is not carried to the next, and what is wrong
 * with a request is wrong everywhere.
 */
export const MAY_GO_ANOTHER_WAY: Record<ProviderErrorKind, boolean> = {
	invalid: false,
	content_blocked: false,
	rate_limited: true,
	quota_exhausted: true,
	unavailable: true,
	timeout: true,
	auth: true,
	not_configured: true,
};

/** Pictures that a call, or what followed it, did not bring. */
export interface Failure {
	readonly fault: ProviderError;
	readonly positions: readonly number[];
}

/** What came of a round of calls. */
export interface Round {
	/** Pictures the generation has by now, earlier rounds' included. */
	readonly drawn: number;
	readonly failures: readonly Failure[];
	/** Positions that a call left out without a word. */
	readonly leftOut: readonly number[];
	/** Calls that the limit of pictures a minute did not let begin: how long to wait, in milliseconds. */
	readonly postponedMs: number | null;
}

/**
 * @returns how it ended, or `null` when it goes on. What was not drawn is refunded; with at least one picture it counts
 * as completed.
 * @throws {LostClaimError}
 */
export async function settle(
	dependencies: SettleDependencies,
	job: Job,
	round: Round,
): Promise<Ending["status"] | null> {
	const { clock } = dependencies;
	const { failures, postponedMs } = round;
	if (await goAnotherWay(dependencies, job, round)) return null;
	const givenUp = [
		...job.givenUp,
		...round.leftOut,
		...positionsOf(failures, ({ fault }) => !fault.isRetryable),
	];
	const isOver = round.drawn + givenUp.length >= job.count;
	const passing = failures.find(({ fault }) => fault.isRetryable)?.fault;
	const attempts = job.failedAttempts + 1;
	if (!isOver && passing !== undefined && attempts < MAX_ATTEMPTS) {
		const delayMs = delayBefore(attempts, passing, dependencies.random);
		logFault(dependencies, job, passing, { attempts, delayMs });
		const dueAt = clock() + delayMs;
		const later = { dueAt, failedAttempts: attempts, givenUp };
		await tryLater(dependencies, job.claim, later);
		return null;
	}
	if (!isOver && passing === undefined && postponedMs !== null) {
		const { failedAttempts } = job;
		const later = { dueAt: clock() + postponedMs, failedAttempts, givenUp };
		await tryLater(dependencies, job.claim, later);
		return null;
	}
	for (const { fault } of failures) logFault(dependencies, job, fault);
	const ending = endingOf(round, await waitAfter(dependencies, job, round));
	await endClaimed(dependencies, job.claim, ending);
	return ending.status;
}

function positionsOf(
	failures: readonly Failure[],
	isMeant: (failure: Failure) => boolean,
): number[] {
	return failures.filter(isMeant).flatMap(({ positions }) => positions);
}

/** @returns whether the generation waits for another provider now. */
async function goAnotherWay(
	dependencies: SettleDependencies,
	job: Job,
	{ failures, leftOut }: Round,
): Promise<boolean> {
	const index = job.routeIndex + 1;
	const next = job.routes[index];
	const avoidable = failures.filter(
		({ fault }) => MAY_GO_ANOTHER_WAY[fault.kind],
	);
	const [first] = avoidable;
	if (next === undefined || first === undefined) return false;
	const mayInsist =
		avoidable.every(({ fault }) => fault.isRetryable) &&
		job.failedAttempts + 1 < MAX_ATTEMPTS_BEFORE_ANOTHER_ROUTE;
	if (mayInsist) {
		const closed = await closedGates(dependencies, [job.route.provider]);
		if (closed.size === 0) return false;
	}
	logFault(dependencies, job, first.fault, { goesOnWith: next.provider });
	await changeRoute(dependencies, job.claim, {
		route: index,
		provider: next.provider,
		providerModel: next.providerModel,
		drawn: next.frame,
		givenUp: [
			...job.givenUp,
			...leftOut,
			...positionsOf(failures, (failure) => !avoidable.includes(failure)),
		],
		warnings: addWarnings(await warningsSoFar(dependencies, job), [
			anotherRouteWarning(job.route, next),
		]),
	});
	await dependencies.database.announce({ kind: "queued" });
	return true;
}

/** Those that this round's calls gave included; nobody but the holder of the claim writes them. */
async function warningsSoFar(
	{ database }: SettleDependencies,
	{ claim }: Job,
): Promise<readonly Warning[]> {
	const row = await database.queries
		.selectFrom("generations")
		.select("warnings_json")
		.where("id", "=", claim.generationId)
		.executeTakeFirstOrThrow();
	return JSON.parse(row.warnings_json);
}

/** Told whenever somebody else draws than the one who was to. */
export function anotherRouteWarning(
	from: StoredRoute,
	to: StoredRoute,
): Warning {
	return {
		kind: "substituted",
		parameter: "model",
		message:
			from.model === to.model
				? `${from.model} could not be had from ${from.provider}, so ${to.provider} drew it.`
				: `${from.model} could not be had from ${from.provider}, so ${to.model} of ${to.provider} drew instead.`,
	};
}

function logFault(
	{ log }: SettleDependencies,
	job: Job,
	fault: ProviderError,
	facts: object = {},
): void {
	log.warn(
		{
			generationId: job.claim.generationId,
			provider: job.route.provider,
			kind: fault.kind,
			fault: fault.message,
			mayBePaid: fault.mayBePaid,
			...facts,
		},
		"A provider call failed",
	);
}

/** For how long there is no use in asking again: as the vendor said, and as long as its gate is closed. */
async function waitAfter(
	dependencies: SettleDependencies,
	{ route }: Job,
	{ drawn, failures }: Round,
): Promise<number | undefined> {
	const fault = failures[0]?.fault;
	if (drawn > 0 || fault === undefined) return undefined;
	if (!fault.isRetryable) return fault.retryAfterMs;
	const waitMs = Math.max(
		fault.retryAfterMs ?? 0,
		await closedForMs(dependencies, route.provider),
	);
	return waitMs > 0 ? waitMs : undefined;
}

function endingOf(
	{ drawn, failures }: Round,
	waitMs: number | undefined,
): Ending {
	if (drawn > 0) return { status: "completed", error: null };
	const fault = failures[0]?.fault;
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
		error: {
			code: CODE_OF[fault.kind],
			message: fault.publicMessage,
			retryAfterMs: waitMs === undefined ? undefined : Math.ceil(waitMs),
		},
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
