/** What somebody within the engine may lay down for an answer, such as a line of a batch; no caller can say any of it. */
import type { TransactionQueries } from "../../db/database.ts";
import type { Usage, Warning } from "../../providers/provider.ts";

export interface ReplyTerms {
	/** What an answer in words costs as a line of a batch; the model's price, and no batch, when missing. */
	readonly credits?: number | undefined;
	/** Runs in the transaction that charges; when it throws, nothing is charged. */
	begin(transaction: TransactionQueries, begun: BegunAnswer): Promise<void>;
	/**
	 * Runs in the transaction that ends a whole answer in words. @throws {EngineError} when nobody wants it any more; it is
	 * refunded then.
	 */
	keep(transaction: TransactionQueries, answer: WholeAnswer): Promise<void>;
	/**
	 * As `keep`, for an answer in words that broke off when something of it was said. Where this is missing, such an answer
	 * is refunded, whatever was said of it.
	 */
	keepBroken?:
		| ((
				transaction: TransactionQueries,
				answer: Pick<WholeAnswer, "text" | "credits" | "warnings">,
		  ) => Promise<void>)
		| undefined;
}

/** An answer that is charged. */
export type BegunAnswer =
	| {
			readonly kind: "text";
			/** Of the reply. */
			readonly id: string;
			/** As it was named when it was asked, or who answers. */
			readonly model: string;
	  }
	| {
			readonly kind: "picture";
			/** Of the generation. */
			readonly id: string;
			/** What was asked and is not done, beside what the generation says of itself. */
			readonly warnings: readonly Warning[];
	  };

export interface WholeAnswer {
	readonly replyId: string;
	/** As it was named when it was asked. */
	readonly model: string;
	readonly text: string;
	/** `length`: it was cut. */
	readonly reason: "stop" | "length";
	/** `null` when the vendor did not count. */
	readonly usage: Usage | null;
	readonly credits: number;
	readonly warnings: readonly Warning[];
	/** When it began, in milliseconds since 1970. */
	readonly createdAt: number;
}
