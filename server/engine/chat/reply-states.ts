/**
 * The only file that changes a reply's status: active, then completed or failed. A reply is charged as it begins. As with
 * generations, whoever gives it holds a lease; when that runs out, the process is taken for dead, and whatever the
 * caller has heard, the reply is refunded. Every write holds only while the reply is active.
 */
import type { TransactionQueries } from "../../db/database.ts";
import type { Consumption, Provider } from "../../providers/provider.ts";
import { refund } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { costOf } from "../generations/estimate-cost.ts";
import { enterIdempotencyKey } from "../generations/idempotency-keys.ts";
import type { Principal } from "../generations/request.ts";
import { isOnTrial, lockGate } from "../jobs/provider-gates.ts";
import { slotsInUse } from "../jobs/turns.ts";
import type { DollarPrices } from "../models/model.ts";
import type { TalkRoute } from "../models/talkers.ts";
import { enterReply, placeOf } from "./enter-reply.ts";
import type { ReplyRequest } from "./reply-request.ts";
import type { ReplyTerms } from "./reply-terms.ts";

type StateDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings"
>;

const MICRO = 1e6;

/** A reply that may go on, or why it may not yet. */
export type Opening =
	| { readonly kind: "open"; readonly replyId: string }
	/** All calls that the provider takes at once are under way. */
	| { readonly kind: "busy" }
	/** Its vendor is out of order, or asked to be left alone for so long. */
	| { readonly kind: "closed"; readonly retryAfterMs: number };

/**
 * Begins a reply and charges it, or has one go on with another provider, under the lock of the provider's gate, so that
 * its limit of calls at once is exact over all processes.
 * @throws {RepeatedReplyError} when the request came before under its idempotencyKey.
 * @throws {EngineError} `insufficient_credits`; `conflict` when another request came under it.
 */
export async function openReply(
	dependencies: StateDependencies,
	reply: {
		/** Of one that has begun. */
		readonly id: string | undefined;
		readonly principal: Principal;
		readonly dialect: string;
		readonly model: string;
		readonly credits: number;
		readonly route: TalkRoute;
		readonly terms?: Pick<ReplyTerms, "begin" | "credits"> | undefined;
		readonly idempotency?: ReplyRequest["idempotency"];
	},
): Promise<Opening> {
	const { database, newId, clock } = dependencies;
	const { provider } = reply.route;
	const place = placeOf(reply.route);
	return await database.transaction(async (transaction): Promise<Opening> => {
		const refusal = await refusalOf(transaction, provider, clock);
		if (refusal !== null) return refusal;
		if (reply.id !== undefined) {
			await requireActive(transaction, reply.id, place);
			return { kind: "open", replyId: reply.id };
		}
		const replyId = newId("reply");
		const { principal, idempotency, model } = reply;
		const { teamId } = principal;
		if (idempotency !== undefined) {
			const earlier = await enterIdempotencyKey(transaction, {
				...idempotency,
				teamId,
				madeId: replyId,
				now: clock(),
			});
			if (earlier !== null) throw new RepeatedReplyError(earlier);
		}
		await enterReply(transaction, dependencies, {
			...reply,
			id: replyId,
			isBatch: reply.terms?.credits !== undefined,
			leaseExpiresAt: clock() + dependencies.settings.leaseMs,
		});
		await reply.terms?.begin(transaction, {
			kind: "text",
			id: replyId,
			model,
		});
		return { kind: "open", replyId };
	});
}

async function refusalOf(
	transaction: TransactionQueries,
	{ name, limits, isEmbedded }: Provider,
	clock: () => number,
): Promise<Exclude<Opening, { kind: "open" }> | null> {
	// Part of this process: it takes as many as there are.
	if (isEmbedded) return null;
	const gate = await lockGate(transaction, name);
	const closedForMs = gate.closedUntil - clock();
	if (closedForMs > 0) return { kind: "closed", retryAfterMs: closedForMs };
	const used = await slotsInUse(transaction, name);
	const most = isOnTrial(gate) ? 1 : limits.concurrency;
	return used >= most ? { kind: "busy" } : null;
}

/** Thrown when the same request was asked a moment ago. */
class RepeatedReplyError extends Error {
	constructor(madeId: string) {
		super(`The request came before, and made ${madeId}`);
		this.name = "RepeatedReplyError";
	}
}

/** Thrown when a reply was taken for dead: it is refunded by now. */
export class LostReplyError extends Error {
	constructor(replyId: string) {
		super(`The reply ${replyId} was taken for dead`);
		this.name = "LostReplyError";
	}
}

async function requireActive(
	queries: TransactionQueries | EngineDependencies["database"]["queries"],
	replyId: string,
	changes: {
		provider?: string;
		provider_model?: string;
		lease_expires_at?: number;
	},
): Promise<void> {
	const { numUpdatedRows } = await queries
		.updateTable("replies")
		.set(changes)
		.where("id", "=", replyId)
		.where("status", "=", "active")
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new LostReplyError(replyId);
}

/** Says that the process which gives the reply lives. @throws {LostReplyError} */
export async function renewReply(
	{ database, clock, settings }: StateDependencies,
	replyId: string,
): Promise<void> {
	await requireActive(database.queries, replyId, {
		lease_expires_at: clock() + settings.leaseMs,
	});
}

/** How a reply ended. */
export interface ReplyEnding {
	/** A failed one is refunded. */
	readonly status: "completed" | "failed";
	readonly consumption: Consumption | undefined;
	readonly prices: DollarPrices["perMillionTokens"];
}

/**
 * Ends a reply in the transaction of whoever keeps what was said.
 * @throws {LostReplyError} when it was refunded already.
 */
export async function endReply(
	transaction: TransactionQueries,
	dependencies: Pick<EngineDependencies, "clock" | "newId">,
	replyId: string,
	{ status, consumption, prices }: ReplyEnding,
): Promise<void> {
	const cost =
		consumption &&
		costOf(consumption, { perImage: undefined, perMillionTokens: prices }, 0);
	const now = dependencies.clock();
	const row = await transaction
		.updateTable("replies")
		.set({
			status,
			lease_expires_at: null,
			ended_at: now,
			...(cost && {
				cost_microdollars: Math.round(cost.dollars * MICRO),
				is_cost_estimated: cost.isEstimated ? 1 : 0,
			}),
			...(consumption?.usage && {
				usage_json: JSON.stringify(consumption.usage),
			}),
		})
		.where("id", "=", replyId)
		.where("status", "=", "active")
		// Whoever saw the lease run out may have asked anew by now.
		.$if(status === "completed", (query) =>
			query.where((eb) =>
				eb.or([
					eb("lease_expires_at", ">=", now),
					// In a vendor's batch.
					eb("lease_expires_at", "is", null),
				]),
			),
		)
		.returning(["team_id", "credits"])
		.executeTakeFirst();
	if (row === undefined) throw new LostReplyError(replyId);
	if (status === "failed")
		await refund(transaction, dependencies, {
			teamId: row.team_id,
			credits: row.credits,
			generationId: replyId,
			note: "nothing was answered",
		});
}

/** Ends the replies of processes that died. What came of them nobody knows, so that they are refunded. @returns how many. */
export async function endAbandonedReplies({
	database,
	clock,
	newId,
	log,
}: Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "log"
>): Promise<number> {
	const abandoned = await database.queries
		.selectFrom("replies")
		.select("id")
		.where("status", "=", "active")
		.where("lease_expires_at", "<", clock())
		.execute();
	let ended = 0;
	for (const { id } of abandoned) {
		ended += await database.transaction(async (transaction) => {
			const now = clock();
			const row = await transaction
				.updateTable("replies")
				.set({ status: "failed", lease_expires_at: null, ended_at: now })
				.where("id", "=", id)
				.where("status", "=", "active")
				// It may have been renewed since.
				.where("lease_expires_at", "<", now)
				.returning(["team_id", "credits"])
				.executeTakeFirst();
			if (row === undefined) return 0;
			await refund(
				transaction,
				{ clock, newId },
				{
					teamId: row.team_id,
					credits: row.credits,
					generationId: id,
					note: "the process that answered died",
				},
			);
			return 1;
		});
		log.warn({ replyId: id }, "A reply was abandoned by its process");
	}
	return ended;
}
