/**
 * The tables as TypeScript sees them. Column types are the ones SQLite and PostgreSQL share: text ids, whole numbers
 * (times in milliseconds since 1970, flags as 0 and 1) and JSON as text.
 */

export interface TeamsTable {
	id: string;
	name: string;
	/** The sum of the team's ledger entries, kept beside them so that a charge is one conditional update. */
	balance_credits: number;
	created_at: number;
}

export interface ApiKeysTable {
	id: string;
	team_id: string;
	name: string;
	role: "admin" | "member";
	/** sha256 of the whole apiKey, hexadecimal; the apiKey itself is stored nowhere. */
	sha256: string;
	/** The first characters, for a person to tell apiKeys apart. */
	hint: string;
	created_at: number;
	revoked_at: number | null;
}

export interface LedgerEntriesTable {
	id: string;
	team_id: string;
	kind: "grant" | "charge" | "refund" | "adjustment";
	/** Signed: a charge is negative. */
	credits: number;
	generation_id: string | null;
	note: string;
	created_at: number;
}

/** A generation is also its own job: whoever holds `claim_token` works on it. */
export interface GenerationsTable {
	id: string;
	team_id: string;
	api_key_id: string | null;
	dialect: string;
	status: "queued" | "active" | "completed" | "failed" | "canceled";
	/** 0 interactive, 1 batch: lower goes first. */
	priority: number;

	/** The model as the caller named it. */
	model: string;
	provider: string;
	provider_model: string;
	prompt: string;
	rendered_prompt: string;
	/** `prompt` folded for search: case and width do not matter. */
	search_text: string;
	revised_prompt: string | null;
	negative_prompt: string | null;
	count: number;
	aspect_ratio: string | null;
	resolution: string | null;
	/** Pixels the provider is asked for. */
	drawn_width: number;
	drawn_height: number;
	/** Pixels the caller is to get. */
	width: number;
	height: number;
	/** JSON array with a seed for each picture, or `null` when none was asked. */
	seeds_json: string | null;
	is_public: number;
	/** JSON array of typed warnings. */
	warnings_json: string;
	/** JSON object of what the dialect wants to remember, for instance the response format asked for. */
	dialect_json: string;
	cache_key: string | null;

	price_per_image_credits: number;
	refunded_credits: number;
	/** Millionths of a dollar the provider asked, as far as known. */
	cost_microdollars: number | null;
	total_tokens: number;

	error_code: string | null;
	error_message: string | null;

	/** Tries that ended in a retryable error. */
	failed_attempts: number;
	/** Times the work was taken over from a process that died. */
	takeovers: number;
	/** Not to be claimed before. */
	due_at: number;
	claim_token: string | null;
	lease_expires_at: number | null;
	/** How many calls to the provider the holder may have under way at once. */
	slots: number;
	cancel_requested_at: number | null;

	created_at: number;
	started_at: number | null;
	ended_at: number | null;
}

export interface GenerationInputsTable {
	generation_id: string;
	position: number;
	storage_key: string;
	sha256: string;
	media_type: string;
	width: number;
	height: number;
	size_bytes: number;
}

export interface ImagesTable {
	id: string;
	team_id: string;
	generation_id: string;
	/** Which of the generation's pictures, from 0. */
	position: number;
	seed: number | null;
	/** Where the original lies, exactly as the provider returned it. */
	storage_key: string;
	sha256: string;
	media_type: string;
	size_bytes: number;
	/** Pixels of the original. */
	original_width: number;
	original_height: number;
	/** Pixels of the picture as shown: another size than the original's when it had to be fitted. */
	width: number;
	height: number;
	provenance: "procedural" | "generative";
	/** The unguessable part of its public URL. */
	public_token: string;
	is_public: number;
	created_at: number;
}

/** Objects in storage that no row refers to (yet, or any more), to be collected after a time. */
export interface UnreferencedObjectsTable {
	storage_key: string;
	collect_after: number;
}

/** One row a provider: the lock under which its work is handed out, and the count of turns given. */
export interface ProviderGatesTable {
	provider: string;
	turn: number;
}

/** When each team last had a turn with a provider, so that teams take turns. */
export interface TeamTurnsTable {
	provider: string;
	team_id: string;
	turn: number;
}

export interface IdempotencyKeysTable {
	team_id: string;
	idempotency_key: string;
	/** sha256 of the request, to tell a repetition from another request under the same idempotencyKey. */
	request_sha256: string;
	generation_id: string;
	created_at: number;
}

export interface Schema {
	teams: TeamsTable;
	api_keys: ApiKeysTable;
	ledger_entries: LedgerEntriesTable;
	generations: GenerationsTable;
	generation_inputs: GenerationInputsTable;
	images: ImagesTable;
	unreferenced_objects: UnreferencedObjectsTable;
	provider_gates: ProviderGatesTable;
	team_turns: TeamTurnsTable;
	idempotency_keys: IdempotencyKeysTable;
}
