/**
 * The only file that changes a generation's status. A generation is its own job:
 *
 *   queued -> active -> completed | failed | canceled
 *   active -> queued    (tried again later, handed back, or taken over from a process that died)
 *
 * Whoever claims one gets a token and a lease. Every later write names the token, so a process that lost its lease
 * (it slept, its clock jumped) can change nothing any more, however late it wakes up.
 */
import type { Updateable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { GenerationsTable } from "../../db/schema.ts";
import type { Warning } from "../../providers/provider.ts";
import { refund } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { KeptFault } from "../errors.ts";
import { creditsFor } from "../generations/price.ts";
import { priceOf } from "../generations/rows.ts";
import { giveBackImages } from "../limits/tiers.ts";
import { closedGates, isOnTrial, lockGate } from "./provider-gates.ts";
import { hasRoom, nextTeam, slotsInUse } from "./turns.ts";

/** The right to work on a generation. */
export interface Claim {
	readonly generationId: string;
	readonly token: string;
	/** Calls to the provider that the holder may have under way at once. */
	readonly slots: number;
}

/** Thrown when a write finds that the claim belongs to somebody else by now; the work is dropped, somebody else does it. */
export class LostClaimError extends Error {
	constructor(claim: Claim) {
		super(`The claim on ${claim.generationId} is lost`);
		this.name = "LostClaimError";
	}
}

type JobDependencies = Pick<EngineDependencies, "database" | "clock" | "newId">;

/** Which way of drawing a generation is gone from now on. */
export interface RouteChange {
	/** Its index among the generation's routes. */
	readonly route: number;
	readonly provider: string;
	readonly providerModel: string;
	/** Pixels. */
	readonly drawn: { readonly width: number; readonly height: number };
	/** Positions that are not asked for in this way either. */
	readonly givenUp: readonly number[];
	/** All the generation's warnings, the one that tells of this included. */
	readonly warnings: readonly Warning[];
}

/** A generation may hold this many slots at once, so that one large request does not take them all. */
const MAX_SLOTS_PER_GENERATION = 4;

/**
 * Hands out the next generation that waits for a provider: interactive before batch, then the team that has not had a
 * turn for longest, then the oldest.
 *
 * The provider's gate row is locked first. So processes take work from one provider one after the other, and the count of
 * slots in use is exact over all of them; with `skip locked` two could read the same count and exceed the limit.
 * @returns `null` when nothing waits or no slot is free.
 */
export async function claimNext(
	dependencies: JobDependencies,
	offer: Offer,
): Promise<Claim | null> {
	if (offer.freeSlots < 1) return null;
	const { database, clock } = dependencies;
	// Looks without the lock, so that an idle server, or one whose vendor is out of order, does not write.
	if ((await closedGates(dependencies, [offer.provider])).size > 0) return null;
	// Nor does one whose provider has as much to do as it takes: most looks are at such a one.
	const used = await slotsInUse(database.queries, offer.provider);
	if (used >= offer.concurrency) return null;
	while ((await nextTeam(database.queries, offer.provider, clock())) !== null) {
		const claim = await claimUnderGate(dependencies, offer);
		if (claim !== "canceled meanwhile") return claim;
	}
	return null;
}

/** What a process can take on. */
export interface Offer {
	readonly provider: string;
	/** The provider's limits over all processes. */
	readonly concurrency: number;
	readonly imagesPerMinute?: number | undefined;
	/** What this process has left. */
	readonly freeSlots: number;
	readonly leaseMs: number;
}

async function claimUnderGate(
	{ database, clock, newId }: JobDependencies,
	offer: Offer,
): Promise<Claim | "canceled meanwhile" | null> {
	return await database.transaction(async (transaction) => {
		const gate = await lockGate(transaction, offer.provider);
		const { turn } = gate;
		// Read under the lock: the wait for it must not be taken off the lease.
		const now = clock();
		if (gate.closedUntil > now) return null;
		const used = await slotsInUse(transaction, offer.provider);
		const concurrency = isOnTrial(gate) ? 1 : offer.concurrency;
		const free = Math.min(concurrency - used, offer.freeSlots);
		if (free < 1 || !(await hasRoom(transaction, offer, now))) return null;
		const next = await nextTeam(transaction, offer.provider, now);
		if (next === null) return null;
		const generation = await transaction
			.selectFrom("generations")
			.select(["id", "count"])
			.where("status", "=", "queued")
			.where("provider", "=", offer.provider)
			.where("priority", "=", next.priority)
			.where("team_id", "=", next.teamId)
			.where("due_at", "<=", now)
			.orderBy("created_at")
			.orderBy("id")
			.limit(1)
			.executeTakeFirst();
		// Cancellations do not wait at the gate: they may come between any two of these statements.
		if (generation === undefined) return "canceled meanwhile";
		const claim = {
			generationId: generation.id,
			token: newId("claim"),
			slots: Math.min(free, generation.count, MAX_SLOTS_PER_GENERATION),
		};
		const { numUpdatedRows } = await transaction
			.updateTable("generations")
			.set((eb) => ({
				status: "active" as const,
				claim_token: claim.token,
				lease_expires_at: now + offer.leaseMs,
				slots: claim.slots,
				started_at: eb.fn.coalesce("started_at", eb.val(now)),
			}))
			.where("id", "=", generation.id)
			.where("status", "=", "queued")
			.executeTakeFirst();
		if (numUpdatedRows !== 1n) return "canceled meanwhile";
		await transaction
			.insertInto("team_turns")
			.values({ provider: offer.provider, team_id: next.teamId, turn })
			.onConflict((conflict) =>
				conflict.columns(["provider", "team_id"]).doUpdateSet({ turn }),
			)
			.execute();
		return claim;
	});
}

/**
 * Says that the holders of these claims are alive.
 * @returns the claims that are lost, and those whose caller wants them canceled.
 */
export async function renewLeases(
	{ database, clock }: JobDependencies,
	claims: readonly Claim[],
	leaseMs: number,
): Promise<{ lost: Claim[]; canceled: Claim[] }> {
	const tokens = claims.map(({ token }) => token);
	if (tokens.length === 0) return { lost: [], canceled: [] };
	const rows = await database.queries
		.updateTable("generations")
		.set({ lease_expires_at: clock() + leaseMs })
		.where("claim_token", "in", tokens)
		.where("status", "=", "active")
		.returning(["claim_token", "cancel_requested_at"])
		.execute();
	const held = new Map(
		rows.map((row) => [row.claim_token, row.cancel_requested_at]),
	);
	return {
		lost: claims.filter(({ token }) => !held.has(token)),
		canceled: claims.filter(({ token }) => (held.get(token) ?? null) !== null),
	};
}

/** Gives a claim back unharmed: the process is stopping. */
export async function handBack(
	dependencies: JobDependencies,
	claim: Claim,
): Promise<void> {
	await requeue(dependencies, claim, { due_at: dependencies.clock() });
}

/** When and how a generation is tried again. */
export interface LaterTry {
	/** Milliseconds since 1970. */
	readonly dueAt: number;
	readonly failedAttempts: number;
	/** Positions that are not asked for again; none when left out. */
	readonly givenUp?: readonly number[];
}

/** Puts a generation back to be tried again, after a fault that may pass. @throws {LostClaimError} */
export async function tryLater(
	dependencies: JobDependencies,
	claim: Claim,
	{ dueAt, failedAttempts, givenUp = [] }: LaterTry,
): Promise<void> {
	const isMine = await requeue(dependencies, claim, {
		due_at: dueAt,
		failed_attempts: failedAttempts,
		given_up_json: JSON.stringify(givenUp),
	});
	if (!isMine) throw new LostClaimError(claim);
}

/** Has a generation drawn in another way from now on, at once and with all its tries before it. @throws {LostClaimError} */
export async function changeRoute(
	dependencies: JobDependencies,
	claim: Claim,
	change: RouteChange,
): Promise<void> {
	const isMine = await requeue(dependencies, claim, {
		due_at: dependencies.clock(),
		failed_attempts: 0,
		route: change.route,
		provider: change.provider,
		provider_model: change.providerModel,
		drawn_width: change.drawn.width,
		drawn_height: change.drawn.height,
		given_up_json: JSON.stringify(change.givenUp),
		warnings_json: JSON.stringify(change.warnings),
	});
	if (!isMine) throw new LostClaimError(claim);
}

/** Notes how far the work is. A claim that is lost notes nothing. @param percent from 0 to 100. */
export async function noteProgress(
	{ database }: JobDependencies,
	claim: Claim,
	percent: number,
): Promise<void> {
	await database.queries
		.updateTable("generations")
		.set({ progress_percent: percent })
		.where("id", "=", claim.generationId)
		.where("claim_token", "=", claim.token)
		.execute();
}

/**
 * Puts a claimed generation back into the queue; one that its caller canceled meanwhile ends here, since its holder, who
 * was to end it, lets go of it.
 * @param condition `expiredBefore`: only when its lease ended before this time.
 * @returns whether the claim still held.
 */
async function requeue(
	dependencies: JobDependencies,
	claim: Claim,
	changes: Updateable<GenerationsTable> & { readonly due_at: number },
	condition: { expiredBefore?: number } = {},
): Promise<boolean> {
	return await dependencies.database.transaction(async (transaction) => {
		const requeued = await transaction
			.updateTable("generations")
			.set({
				...changes,
				status: "queued",
				progress_percent: null,
				claim_token: null,
				lease_expires_at: null,
				slots: 0,
			})
			.where("id", "=", claim.generationId)
			.where("claim_token", "=", claim.token)
			.where("status", "=", "active")
			.$if(condition.expiredBefore !== undefined, (query) =>
				query.where("lease_expires_at", "<", condition.expiredBefore ?? 0),
			)
			.returning("cancel_requested_at")
			.executeTakeFirst();
		if (requeued === undefined) return false;
		if (requeued.cancel_requested_at !== null) {
			await end(dependencies, transaction, claim.generationId, null, {
				status: "canceled",
				error: CANCELED,
			});
		}
		return true;
	});
}

/** A generation whose holder gave no sign of life for a whole lease. */
export interface Abandoned {
	readonly claim: Claim;
	readonly takeovers: number;
	readonly isCancelRequested: boolean;
}

export async function findAbandoned({
	database,
	clock,
}: JobDependencies): Promise<Abandoned[]> {
	const rows = await database.queries
		.selectFrom("generations")
		.select(["id", "claim_token", "takeovers", "slots", "cancel_requested_at"])
		.where("status", "=", "active")
		.where("lease_expires_at", "<", clock())
		.limit(100)
		.execute();
	return rows.map((row) => ({
		claim: {
			generationId: row.id,
			token: row.claim_token ?? "",
			slots: row.slots,
		},
		takeovers: row.takeovers,
		isCancelRequested: row.cancel_requested_at !== null,
	}));
}

/**
 * Takes an abandoned generation away from its holder, and back into the queue.
 * The lease is judged again in the same statement: its holder may have woken up since.
 */
export async function takeOver(
	dependencies: JobDependencies,
	{ claim, takeovers }: Abandoned,
): Promise<void> {
	const now = dependencies.clock();
	await requeue(
		dependencies,
		claim,
		{ due_at: now, takeovers: takeovers + 1 },
		{ expiredBefore: now },
	);
}

/** How a generation ends. */
export interface Ending {
	readonly status: "completed" | "failed" | "canceled";
	readonly error: KeptFault | null;
}

/**
 * Ends a generation that is held under a claim, and refunds in the same transaction what was not drawn.
 * @param alongside runs in that transaction, too.
 * @throws {LostClaimError}
 */
export async function endClaimed(
	dependencies: JobDependencies,
	claim: Claim,
	ending: Ending,
	alongside?: (transaction: TransactionQueries) => Promise<void>,
): Promise<void> {
	await dependencies.database.transaction(async (transaction) => {
		const { generationId, token } = claim;
		if (!(await end(dependencies, transaction, generationId, token, ending)))
			throw new LostClaimError(claim);
		await alongside?.(transaction);
	});
}

/**
 * Gives a queued generation to a vendor's batch, in the transaction that enqueues it. Its claim is the batch's id and never
 * runs out: whoever works on that batch works on it.
 */
export async function holdForVendor(
	transaction: TransactionQueries,
	{ clock }: Pick<JobDependencies, "clock">,
	generationId: string,
	vendorBatchId: string,
): Promise<void> {
	await transaction
		.updateTable("generations")
		.set({
			status: "active",
			claim_token: vendorBatchId,
			lease_expires_at: null,
			slots: 0,
			started_at: clock(),
		})
		.where("id", "=", generationId)
		.where("status", "=", "queued")
		.execute();
}

/**
 * Cancels a generation of a team. One that waits ends at once; one that is being drawn ends when its holder hears of it.
 * @returns `ended` when it is over now, `requested` when its holder has to stop first, `too_late` when it had ended
 * before, `unknown` when the team has no such generation.
 */
export async function cancel(
	dependencies: JobDependencies,
	teamId: string,
	generationId: string,
): Promise<"ended" | "requested" | "too_late" | "unknown"> {
	return await dependencies.database.transaction(async (transaction) => {
		const requested = await transaction
			.updateTable("generations")
			.set({ cancel_requested_at: dependencies.clock() })
			.where("id", "=", generationId)
			.where("team_id", "=", teamId)
			.where("ended_at", "is", null)
			.returning(["status"])
			.executeTakeFirst();
		if (requested?.status === "active") return "requested";
		if (requested === undefined) {
			const ended = await transaction
				.selectFrom("generations")
				.select("id")
				.where("id", "=", generationId)
				.where("team_id", "=", teamId)
				.executeTakeFirst();
			return ended === undefined ? "unknown" : "too_late";
		}
		await end(dependencies, transaction, generationId, null, {
			status: "canceled",
			error: CANCELED,
		});
		return "ended";
	});
}

/** Cancels a generation only if nobody draws it yet. @returns whether it is over by this. */
export async function cancelQueued(
	dependencies: JobDependencies,
	generationId: string,
): Promise<boolean> {
	return await dependencies.database.transaction((transaction) =>
		end(dependencies, transaction, generationId, null, {
			status: "canceled",
			error: CANCELED,
		}),
	);
}

export const CANCELED = {
	code: "canceled",
	message: "The generation was canceled.",
} as const;

/** @param token the claim it is held under, or `null` when it is queued. */
async function end(
	{ clock, newId }: JobDependencies,
	transaction: TransactionQueries,
	generationId: string,
	token: string | null,
	ending: Ending,
): Promise<boolean> {
	const generation = await transaction
		.updateTable("generations")
		.set({
			status: ending.status,
			error_code: ending.error?.code ?? null,
			error_message: ending.error?.message ?? null,
			error_retry_after_ms: ending.error?.retryAfterMs ?? null,
			progress_percent: null,
			claim_token: null,
			lease_expires_at: null,
			slots: 0,
			ended_at: clock(),
		})
		.where("id", "=", generationId)
		.where("status", "=", token === null ? "queued" : "active")
		.$if(token !== null, (query) => query.where("claim_token", "=", token))
		.returning(["team_id", "count", "price_per_image_credits", "dearer_images"])
		.executeTakeFirst();
	if (generation === undefined) return false;
	const { drawn } = await transaction
		.selectFrom("images")
		.select((eb) => eb.fn.countAll().as("drawn"))
		.where("generation_id", "=", generationId)
		.executeTakeFirstOrThrow();
	const missing = generation.count - Number(drawn);
	if (missing > 0) await giveBackImages(transaction, generationId, missing);
	const price = priceOf(generation);
	const credits =
		creditsFor(price, generation.count) - creditsFor(price, Number(drawn));
	if (credits > 0) {
		await refund(
			transaction,
			{ clock, newId },
			{
				teamId: generation.team_id,
				credits,
				generationId,
				note: `${missing} of ${generation.count} images not drawn`,
			},
		);
	}
	// One picture is enough to be completed: the caller has paid for it, and must be shown it.
	const isPartlyDrawn = ending.status === "failed" && Number(drawn) > 0;
	await transaction
		.updateTable("generations")
		.set({
			refunded_credits: credits,
			...(isPartlyDrawn && {
				status: "completed" as const,
				error_code: null,
				error_message: null,
				error_retry_after_ms: null,
			}),
		})
		.where("id", "=", generationId)
		.execute();
	return true;
}
