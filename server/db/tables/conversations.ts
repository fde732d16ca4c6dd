/** The tables of conversations and of what is said in them. */

/** What was said, and what was drawn for it, in order. */
export interface ConversationsTable {
	id: string;
	team_id: string;
	title: string | null;
	/** JSON object of texts. */
	metadata_json: string;
	/** The sequence of the newest item there ever was. */
	last_sequence: number;
	created_at: number;
	updated_at: number;
}

export interface ConversationItemsTable {
	id: string;
	conversation_id: string;
	/** From 1. */
	sequence: number;
	kind: "message" | "image_generation_call" | "image_edit_call";
	role: "user" | "assistant" | "system" | "developer";
	/** Of a message; what became of a call is told by its generation. */
	status: "completed" | "incomplete";
	/** JSON array of texts and references to pictures; never a picture itself. */
	parts_json: string;
	model: string | null;
	/** The generation that a call asked for, or whose input pictures a user's message shows. */
	generation_id: string | null;
	created_at: number;
}

/** A picture that came with a message. */
export interface ConversationInputsTable {
	id: string;
	item_id: string;
	storage_key: string;
	sha256: string;
	media_type: string;
	width: number;
	height: number;
	size_bytes: number;
}

/** An answer in words that was charged, so that one without an end is refunded even when its process died. */
export interface RepliesTable {
	id: string;
	team_id: string;
	dialect: string;
	status: "active" | "completed" | "failed";
	/** As the caller named it. */
	model: string;
	/** Who is asked, or was last. */
	provider: string;
	provider_model: string;
	credits: number;
	cost_microdollars: number | null;
	is_cost_estimated: number;
	/** JSON object of the tokens the vendor counted, by kind. */
	usage_json: string | null;
	/** Until when it is taken to be under way; `null` when it ended, or is in a vendor's batch. */
	lease_expires_at: number | null;
	created_at: number;
	ended_at: number | null;
}

/** What a reply under an idempotencyKey said, as long as the idempotencyKey is remembered. */
export interface ReplyAnswersTable {
	reply_id: string;
	/** JSON object. */
	answer_json: string;
	created_at: number;
}
