/** The tables of interactions, as TypeScript sees them. */

/** One turn: what was asked and what was answered. */
export interface InteractionsTable {
	id: string;
	team_id: string;
	dialect: string;
	/** As the caller named it. */
	model: string;
	/** The turn before, which may be gone. */
	previous_id: string | null;
	/** Of an answer in words; what became of a picture is told by its generation. */
	status: "in_progress" | "completed" | "incomplete" | "failed" | "canceled";
	/** JSON array of what was asked: texts, and references to pictures; never a picture itself. */
	messages_json: string;
	/** The generation that draws the answer; `null` for one in words. */
	generation_id: string | null;
	/** The reply that says the answer in words; `null` until it begins. */
	reply_id: string | null;
	/** The answer in words; `null` until there is one. */
	text: string | null;
	/** What an answer in words was paid with; `null` until it ends. */
	credits: number | null;
	/** JSON array of what was asked and not done, beside what the generation says of itself. */
	warnings_json: string;
	/** JSON object of the tokens the vendor counted, by kind. */
	usage_json: string | null;
	/** JSON object of a code and a message, for one that failed. */
	error_json: string | null;
	/** JSON object of what the dialect wants to remember. */
	dialect_json: string;
	/** Until when an answer is taken to be about to begin; one in words that has begun has the lease of its reply. */
	lease_expires_at: number;
	created_at: number;
	updated_at: number;
}

/** A picture that came with a turn. */
export interface InteractionInputsTable {
	interaction_id: string;
	position: number;
	storage_key: string;
}
