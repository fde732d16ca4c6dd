/**
 * How much a team may ask for in a time, by its tier (S2-9): requests a minute for each apiKey, pictures a day for the whole
 * team. Both are sliding windows, taken in the transaction that charges. Pictures that are refunded are given back; a line of a
 * batch is no request of a minute, but its pictures count.
 */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import type { Tier } from "./config.ts";
import { giveBackUse, type Limit, takeUse, waitMsFor } from "./limits.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What a request takes of its team's limits. */
export interface Taking {
	/** 0 for an answer in words. */
	readonly images: number;
	/** Of the generation, to give back what is not drawn. */
	readonly id: string;
	readonly isBatch: boolean;
}

type TierDependencies = Pick<
	EngineDependencies,
	"database" | "settings" | "clock" | "newId"
>;

/** One of a team's limits, and how to say that it is reached. */
interface TierLimit extends Limit {
	readonly amount: number;
	readonly useId: string | undefined;
	refusal(waitMs: number): EngineError;
}

/**
 * Looks before any work is put into a request; `takeOfTier` decides.
 * @throws {EngineError} `rate_limited`, `team_quota_exhausted`
 */
export async function requireWithinTier(
	dependencies: TierDependencies,
	principal: Principal,
	taking: Omit<Taking, "id">,
): Promise<void> {
	const { queries } = dependencies.database;
	const limits = await limitsOf(queries, dependencies, principal, {
		...taking,
		id: "",
	});
	for (const limit of limits) {
		const now = dependencies.clock();
		const waitMs = await waitMsFor(queries, limit, now, limit.amount);
		if (waitMs > 0) throw limit.refusal(waitMs);
	}
}

/** @throws {EngineError} `rate_limited`, `team_quota_exhausted`; the transaction must fail with it. */
export async function takeOfTier(
	transaction: TransactionQueries,
	dependencies: Omit<TierDependencies, "database">,
	principal: Principal,
	taking: Taking,
): Promise<void> {
	const limits = await limitsOf(transaction, dependencies, principal, taking);
	for (const limit of limits) {
		const { amount, useId } = limit;
		const waitMs = await takeUse(
			transaction,
			dependencies,
			limit,
			amount,
			useId,
		);
		if (waitMs > 0) throw limit.refusal(waitMs);
	}
}

/** Pictures that were counted and not drawn, in the transaction that refunds them. */
export async function giveBackImages(
	transaction: TransactionQueries,
	generationId: string,
	images: number,
): Promise<void> {
	await giveBackUse(transaction, generationId, images);
}

async function limitsOf(
	queries: Queries,
	{ settings }: Pick<EngineDependencies, "settings">,
	{ teamId, apiKeyId }: Principal,
	{ images, id, isBatch }: Taking,
): Promise<TierLimit[]> {
	const row = await queries
		.selectFrom("teams")
		.select("tier")
		.where("id", "=", teamId)
		.executeTakeFirstOrThrow();
	const tier = row.tier ?? settings.tier;
	const { requestsPerMinute, imagesPerDay } = numbersOf(settings, tier);
	const limits: TierLimit[] = [];
	if (requestsPerMinute > 0 && !isBatch)
		limits.push({
			key: `requests of ${apiKeyId ?? teamId}`,
			atMost: requestsPerMinute,
			windowMs: MINUTE_MS,
			amount: 1,
			useId: undefined,
			refusal: (waitMs) =>
				new EngineError(
					"rate_limited",
					`The tier ${tier} has ${requestsPerMinute} requests a minute. Wait ${seconds(waitMs)}, or have the team's tier raised.`,
					{ details: { retryAfterMs: waitMs } },
				),
		});
	if (imagesPerDay > 0 && images > 0)
		limits.push({
			key: `images of ${teamId}`,
			atMost: imagesPerDay,
			windowMs: DAY_MS,
			amount: images,
			useId: id,
			refusal: (waitMs) => dayRefusal(tier, imagesPerDay, waitMs),
		});
	return limits;
}

function dayRefusal(
	tier: Tier,
	imagesPerDay: number,
	waitMs: number,
): EngineError {
	const has = `The tier ${tier} has ${imagesPerDay} images a day`;
	return Number.isFinite(waitMs)
		? new EngineError(
				"team_quota_exhausted",
				`${has}. There will be room for these in ${seconds(waitMs)}. Wait, or have the team's tier raised.`,
				{ details: { retryAfterMs: waitMs } },
			)
		: new EngineError(
				"team_quota_exhausted",
				`${has}: one request cannot have more. Ask for fewer, or have the team's tier raised.`,
			);
}

function numbersOf(
	settings: EngineDependencies["settings"],
	tier: Tier,
): { readonly requestsPerMinute: number; readonly imagesPerDay: number } {
	switch (tier) {
		case "none":
			return { requestsPerMinute: 0, imagesPerDay: 0 };
		case "free":
			return {
				requestsPerMinute: settings.freeRequestsPerMinute,
				imagesPerDay: settings.freeImagesPerDay,
			};
		case "pay-as-you-go":
			return {
				requestsPerMinute: settings.payAsYouGoRequestsPerMinute,
				imagesPerDay: settings.payAsYouGoImagesPerDay,
			};
		case "enterprise":
			return {
				requestsPerMinute: settings.enterpriseRequestsPerMinute,
				imagesPerDay: settings.enterpriseImagesPerDay,
			};
	}
}

function seconds(durationMs: number): string {
	const whole = Math.ceil(durationMs / 1000);
	return whole === 1 ? "1 second" : `${whole} seconds`;
}
