/**
 * The only file that changes a balance. Credits are whole numbers; every change is an entry, and a team's balance is
 * the sum of its entries. The balance is kept on the team's row too, changed by the same transaction, so that charging is
 * one conditional update that can never go below zero.
 */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import { EngineError } from "../errors.ts";
import type { NewId } from "../ids.ts";

export interface LedgerClock {
	readonly clock: () => number;
	readonly newId: NewId;
}

/** Gives a team credits. */
export async function grant(
	transaction: TransactionQueries,
	{ clock, newId }: LedgerClock,
	entry: { teamId: string; credits: number; note: string },
): Promise<void> {
	await addToBalance(transaction, entry.teamId, entry.credits);
	await transaction
		.insertInto("ledger_entries")
		.values({
			id: newId("ledger"),
			team_id: entry.teamId,
			kind: "grant",
			credits: entry.credits,
			generation_id: null,
			note: entry.note,
			created_at: clock(),
		})
		.execute();
}

/**
 * Takes the price of a generation from its team, in the transaction that enqueues it (S1-49).
 * @throws {EngineError} `insufficient_credits`; nothing is changed then.
 */
export async function charge(
	transaction: TransactionQueries,
	{ clock, newId }: LedgerClock,
	entry: { teamId: string; credits: number; generationId: string },
): Promise<void> {
	const { numUpdatedRows } = await transaction
		.updateTable("teams")
		.set((eb) => ({
			balance_credits: eb("balance_credits", "-", entry.credits),
		}))
		.where("id", "=", entry.teamId)
		.where("balance_credits", ">=", entry.credits)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n)
		throw tooFewCredits(
			entry.credits,
			await balanceOf(transaction, entry.teamId),
		);
	await transaction
		.insertInto("ledger_entries")
		.values({
			id: newId("ledger"),
			team_id: entry.teamId,
			kind: "charge",
			credits: -entry.credits,
			generation_id: entry.generationId,
			note: "",
			created_at: clock(),
		})
		.execute();
}

/** Gives back what was charged for pictures that were not drawn, in the transaction that ends the generation (S1-50). */
export async function refund(
	transaction: TransactionQueries,
	{ clock, newId }: LedgerClock,
	entry: {
		teamId: string;
		credits: number;
		generationId: string;
		note: string;
	},
): Promise<void> {
	if (entry.credits === 0) return;
	await addToBalance(transaction, entry.teamId, entry.credits);
	await transaction
		.insertInto("ledger_entries")
		.values({
			id: newId("ledger"),
			team_id: entry.teamId,
			kind: "refund",
			credits: entry.credits,
			generation_id: entry.generationId,
			note: entry.note,
			created_at: clock(),
		})
		.execute();
}

async function addToBalance(
	transaction: TransactionQueries,
	teamId: string,
	credits: number,
): Promise<void> {
	const { numUpdatedRows } = await transaction
		.updateTable("teams")
		.set((eb) => ({ balance_credits: eb("balance_credits", "+", credits) }))
		.where("id", "=", teamId)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new Error(`There is no team ${teamId}`);
}

/** @throws {EngineError} `insufficient_credits`, before any work is put into a request that could not be paid. */
export async function requireCredits(
	queries: Queries,
	teamId: string,
	credits: number,
): Promise<void> {
	const balance = await balanceOf(queries, teamId);
	if (balance < credits) throw tooFewCredits(credits, balance);
}

export async function balanceOf(
	queries: Queries,
	teamId: string,
): Promise<number> {
	const team = await queries
		.selectFrom("teams")
		.select("balance_credits")
		.where("id", "=", teamId)
		.executeTakeFirstOrThrow();
	return team.balance_credits;
}

/** A team's entries summed by kind: `granted + adjusted - charged + refunded = balance`. */
export interface CreditSums {
	readonly balance: number;
	readonly granted: number;
	readonly charged: number;
	readonly refunded: number;
	readonly adjusted: number;
}

export async function creditSums(
	queries: Queries,
	teamId: string,
): Promise<CreditSums> {
	const rows = await queries
		.selectFrom("ledger_entries")
		.select((eb) => ["kind", eb.fn.sum("credits").as("credits")])
		.where("team_id", "=", teamId)
		.groupBy("kind")
		.execute();
	// PostgreSQL sums into a type that its driver hands over as text.
	const sums = new Map(rows.map((row) => [row.kind, Number(row.credits)]));
	const of = (kind: "grant" | "charge" | "refund" | "adjustment") =>
		sums.get(kind) ?? 0;
	return {
		balance: await balanceOf(queries, teamId),
		granted: of("grant"),
		charged: 0 - of("charge"),
		refunded: of("refund"),
		adjusted: of("adjustment"),
	};
}

function tooFewCredits(needed: number, balance: number): EngineError {
	return new EngineError(
		"insufficient_credits",
		`This costs ${needed} credits and the team has ${balance}. Ask for fewer or smaller images, or have the team's credits topped up.`,
	);
}
