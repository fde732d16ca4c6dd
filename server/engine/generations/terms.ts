/** What the engine itself settles of a request, such as a line of a batch; no caller can say any of it. */
import type { TransactionQueries } from "../../db/database.ts";
import type { Price } from "./price.ts";

export interface Terms {
	/** That of everybody when missing. */
	readonly price?: Price | undefined;
	/** Runs in the transaction that charges and enqueues; when it throws, neither happens. */
	alongside(
		transaction: TransactionQueries,
		generationId: string,
	): Promise<void>;
}
