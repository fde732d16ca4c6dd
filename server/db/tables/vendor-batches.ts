/** The table of vendors' own batches, as TypeScript sees it. */

/** Lines of a batch that a vendor is given together. Whoever holds `claim_token` takes its next step. */
export interface VendorBatchesTable {
	id: string;
	batch_id: string;
	provider: string;
	provider_model: string;
	/** What its lines ask for: pictures, or words. */
	kind: "image" | "chat";
	/** Lines are put in; being handed over; with the vendor; over there, and its results are brought in. */
	status: "gathering" | "submitting" | "submitted" | "collecting" | "ended";
	/** How it ended at the vendor's; `null` until it has. `lost` when the vendor knows nothing of it. */
	outcome: "succeeded" | "failed" | "canceled" | "expired" | "lost" | null;
	/** What it is called at the vendor's: it can be found by it. */
	display_name: string;
	/** The vendor's own id of it; `null` until it has told us. */
	vendor_id: string | null;
	line_count: number;
	/** What its lines' pictures amount to, and what is expected of its results. */
	input_bytes: number;
	output_bytes: number;
	/** How many lines the vendor says are done; `null` when it does not say. */
	vendor_done: number | null;
	/** How often it was begun to be handed over. */
	submit_tries: number;
	/** When the last of these tries began, as long as nobody knows what came of it. */
	submit_began_at: number | null;
	/** How often the vendor was asked how it stands. */
	polls: number;
	/** What went wrong last, for the log and its owner. */
	fault: string | null;
	/** No more of it is wanted than is done already. */
	canceling_at: number | null;
	/** When the vendor was told so. */
	cancel_told_at: number | null;
	/** Steps in a row that broke off. */
	failed_steps: number;
	due_at: number;
	claim_token: string | null;
	lease_expires_at: number | null;
	created_at: number;
	submitted_at: number | null;
	ended_at: number | null;
}
