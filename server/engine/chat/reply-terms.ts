/** What somebody within the engine may lay down for an answer in words, such as a line of a batch; no caller can say any of it. */
import type { TransactionQueries } from "../../db/database.ts";
import type { Usage, Warning } from "../../providers/provider.ts";

export interface ReplyTerms {
	/** What it costs, instead of the model's price. */
	readonly credits: number;
	/** Runs in the transaction that charges; when it throws, nothing is charged. */
	begin(transaction: TransactionQueries): Promise<void>;
	/** Runs in the transaction that ends a whole answer. One that broke off is refunded, whatever was said of it. */
	keep(transaction: TransactionQueries, answer: WholeAnswer): Promise<void>;
}

export interface WholeAnswer {
	readonly replyId: string;
	/** As it was named when it was asked. */
	readonly model: string;
	readonly text: string;
	/** `length`: it was cut. */
	readonly reason: "stop" | "length";
	/** `null` when the vendor did not count. */
	readonly usage: Usage | null;
	readonly warnings: readonly Warning[];
}
