/** What some of a batch's rows cost. */
import type { EstimatedBatch } from "@gesso/client/batch";
import { Refusal } from "../command-line/refusal.ts";
import { count, counted } from "../terminal/words.ts";
import type { BatchRun } from "./batch-run.ts";

export interface RowsPrice {
	readonly credits: number;
	/** `null` when nobody knows. */
	readonly dollars: number | null;
	/** How long it takes; `null` when nobody knows. */
	readonly seconds: number | null;
	/** Whether it is a share of what all rows that are left would cost, which some of them may not need whole. */
	readonly isAbout: boolean;
	readonly balance: number;
}

/** @returns `null` when the server cannot tell the price. */
export function priceOf(
	{ estimate, strategy }: EstimatedBatch,
	rows: number,
): RowsPrice | null {
	const found = estimate?.strategies.find((each) => each.strategy === strategy);
	if (!estimate || found === undefined) return null;
	const share = estimate.rows === 0 ? 0 : rows / estimate.rows;
	const shareOf = (value: number | null) =>
		value === null ? null : value * share;
	return {
		credits: Math.ceil(found.credits * share),
		dollars: shareOf(found.dollars),
		seconds: shareOf(found.expectedSeconds),
		isAbout: share < 1 && strategy !== "direct",
		balance: estimate.balance,
	};
}

/**
 * The price of what is about to be begun.
 * @throws {Refusal} when it is more than the team has, or it cannot be drawn like that; {GessoError} with why it cannot.
 */
export async function payablePrice(
	{ client, batchId, signal, isOwn }: BatchRun,
	batch: EstimatedBatch,
	rows: number,
): Promise<RowsPrice> {
	const price = priceOf(batch, rows);
	if (price === null) {
		const { strategies } = await client.batches.estimate(batchId, { signal });
		const names = strategies.map(({ strategy }) => strategy);
		throw new Refusal(
			`This cannot be drawn by ${batch.strategy} here.`,
			`Begin anew with another strategy: --new --strategy ${names.join(" or ")}`,
		);
	}
	if (price.credits <= price.balance) return price;
	throw new Refusal(
		`This costs ${counted(price.credits, "credit")}, and the team has ${count(price.balance)}.`,
		isOwn
			? "Raise GESSO_FIRST_TEAM_CREDITS, and begin anew with --new."
			: `Have some granted where the server runs: npm run admin -- credits grant ${price.credits - price.balance}\nThen run the same command again.`,
	);
}
