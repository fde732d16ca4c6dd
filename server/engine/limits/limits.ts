/**
 * Limits of how much may be used in a time, exact over all processes: a sliding window, counted in the database under a lock.
 * Within any span of the window's length no more than the limit is taken.
 */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";

export interface Limit {
	/** What is limited and for whom; holds nothing that a row must not hold. */
	readonly key: string;
	readonly atMost: number;
	readonly windowMs: number;
}

type LimitDependencies = Pick<EngineDependencies, "clock" | "newId">;

/**
 * Takes an amount of a limit, in the transaction of what it is taken for: when that fails, nothing was used. Others who want
 * the same wait until the transaction ends.
 * @param id by which a part of it can be given back.
 * @returns 0 when it is taken; else how many milliseconds until there may be room, and nothing is taken.
 */
export async function takeUse(
	transaction: TransactionQueries,
	{ clock, newId }: LimitDependencies,
	limit: Limit,
	amount = 1,
	id = newId("use"),
): Promise<number> {
	await lock(transaction, limit, clock());
	// Read again: it may have taken long to get the lock.
	const now = clock();
	const waitMs = await waitMsFor(transaction, limit, now, amount);
	if (waitMs > 0) return waitMs;
	await transaction
		.insertInto("limit_uses")
		.values({
			id,
			limit_key: limit.key,
			amount,
			used_at: now,
			forget_after: now + limit.windowMs,
		})
		.execute();
	return 0;
}

/** What was taken and is not needed after all; of what counts no more, nothing. */
export async function giveBackUse(
	transaction: TransactionQueries,
	id: string,
	amount: number,
): Promise<void> {
	await transaction
		.updateTable("limit_uses")
		.set((eb) => ({ amount: eb("amount", "-", amount) }))
		.where("id", "=", id)
		.execute();
}

async function lock(
	transaction: TransactionQueries,
	{ key, windowMs }: Limit,
	now: number,
): Promise<void> {
	const forget_after = now + windowMs;
	await transaction
		.insertInto("limits")
		.values({ limit_key: key, forget_after })
		.onConflict((conflict) =>
			conflict.column("limit_key").doUpdateSet({ forget_after }),
		)
		.execute();
}

/**
 * Looks without taking anything or waiting for anybody: whoever is told to wait here need not even ask for the lock.
 * @returns how many milliseconds until there may be room; 0 for now; `Infinity` for more than the whole limit.
 */
export async function waitMsFor(
	queries: Queries,
	{ key, atMost, windowMs }: Limit,
	now: number,
	amount = 1,
): Promise<number> {
	if (amount > atMost) return Number.POSITIVE_INFINITY;
	const inWindow = queries
		.selectFrom("limit_uses")
		.where("limit_key", "=", key)
		.where("used_at", ">", now - windowMs);
	const { sum } = await inWindow
		.select((eb) => eb.fn.sum("amount").as("sum"))
		.executeTakeFirstOrThrow();
	if (Number(sum ?? 0) + amount <= atMost) return 0;
	const uses = await inWindow
		.select(["amount", "used_at"])
		.orderBy("used_at")
		.execute();
	let used = uses.reduce((total, use) => total + use.amount, 0);
	for (const use of uses) {
		used -= use.amount;
		if (used + amount <= atMost) return use.used_at + windowMs - now;
	}
	return 0;
}

/** Forgets uses that count no more, and limits of which nothing is used. */
export async function forgetUses({
	database,
	clock,
}: Pick<EngineDependencies, "database" | "clock">): Promise<void> {
	for (const table of ["limit_uses", "limits"] as const)
		await database.queries
			.deleteFrom(table)
			.where("forget_after", "<=", clock())
			.execute();
}
