/**
 * The tables as TypeScript sees them. Column types are the ones SQLite and PostgreSQL share: text ids, whole numbers
 * (times in milliseconds since 1970, flags as 0 and 1) and JSON as text.
 */
import type {
	CatalogueInputsTable,
	CataloguePartsTable,
	CatalogueRowsTable,
	CataloguesTable,
} from "./tables/catalogues.ts";
import type {
	ConversationInputsTable,
	ConversationItemsTable,
	ConversationsTable,
	RepliesTable,
	ReplyAnswersTable,
} from "./tables/conversations.ts";
import type {
	BatchesTable,
	BatchLinesTable,
	FilesTable,
} from "./tables/files-and-batches.ts";
import type {
	LimitsTable,
	LimitUsesTable,
	RefreshTokensTable,
} from "./tables/guests-and-limits.ts";
import type {
	InteractionInputsTable,
	InteractionsTable,
} from "./tables/interactions.ts";
import type { PresetsTable, PresetVersionsTable } from "./tables/presets.ts";
import type { UploadPartsTable, UploadsTable } from "./tables/uploads.ts";
import type { VendorBatchesTable } from "./tables/vendor-batches.ts";

export interface TeamsTable {
	id: string;
	/** A guest is a team without an apiKey, let in by an access token. */
	kind: "team" | "guest";
	name: string;
	/** The sum of the team's ledger entries, kept beside them so that a charge is one conditional update. */
	balance_credits: number;
	/** How much it may ask for in a time; `null` for the tier of all teams for whom nothing else was said. */
	tier: "none" | "free" | "pay-as-you-go" | "enterprise" | null;
	/** Who draws when neither a request nor its preset names a model (S1-12); `null` for the server's own default. */
	default_model: string | null;
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
	/** The preset that it was made from, and the version; `null` for none. */
	preset_id: string | null;
	preset_version: number | null;
	/** JSON object of the variables as the caller gave them; `null` without a preset. */
	variables_json: string | null;
	count: number;
	aspect_ratio: string | null;
	resolution: string | null;
	/** JSON array of the ways in which it may be drawn, the preferred one first. */
	routes_json: string;
	/** Which of them is being gone, from 0. `provider`, `provider_model`, `drawn_width` and `drawn_height` are that one's. */
	route: number;
	/** JSON object of what else the provider is to heed: quality, background. */
	wishes_json: string;
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
	/** So many pictures, those drawn first, cost one credit more each: a batch's price is no whole number a picture. */
	dearer_images: number;
	refunded_credits: number;
	/** Millionths of a dollar the provider asked, as far as known. */
	cost_microdollars: number | null;
	/** 1 when at least a part of the cost was estimated, because the vendor did not say. */
	is_cost_estimated: number;
	/** JSON object of the tokens the vendor counted, by kind. */
	usage_json: string | null;
	total_tokens: number;
	/** How far the work is, 0 to 100, as far as the provider says. */
	progress_percent: number | null;

	error_code: string | null;
	error_message: string | null;
	/** For how long after its end there is no use in asking again, where that is known. */
	error_retry_after_ms: number | null;

	/** JSON array of the positions that are not asked for again: refused, or perhaps paid for already. */
	given_up_json: string;
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
	/** The mask says what of the first reference is to be drawn anew. */
	role: "reference" | "mask";
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
	/** Who drew it; empty for pictures older than this column. */
	provider: string;
	provider_model: string;
	/** The mark its vendor puts into pictures. */
	watermark: "synthid" | "none" | "unknown";
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

/** One row a provider: the lock under which its work is handed out, the count of turns given, and how its vendor is. */
export interface ProviderGatesTable {
	provider: string;
	turn: number;
	/** Calls in a row that found the vendor out of order. */
	failures: number;
	/** Nothing is handed out before this time. */
	closed_until: number;
}

/** Pictures that a provider was allowed to begin, kept for a minute, so that its limit of pictures a minute is exact. */
export interface ProviderPermitsTable {
	id: string;
	provider: string;
	images: number;
	given_at: number;
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
	/** The generation, reply or interaction that the request made. */
	made_id: string;
	created_at: number;
}

export interface Schema {
	teams: TeamsTable;
	api_keys: ApiKeysTable;
	refresh_tokens: RefreshTokensTable;
	ledger_entries: LedgerEntriesTable;
	generations: GenerationsTable;
	generation_inputs: GenerationInputsTable;
	images: ImagesTable;
	unreferenced_objects: UnreferencedObjectsTable;
	provider_gates: ProviderGatesTable;
	provider_permits: ProviderPermitsTable;
	team_turns: TeamTurnsTable;
	limits: LimitsTable;
	limit_uses: LimitUsesTable;
	idempotency_keys: IdempotencyKeysTable;
	conversations: ConversationsTable;
	conversation_items: ConversationItemsTable;
	conversation_inputs: ConversationInputsTable;
	replies: RepliesTable;
	reply_answers: ReplyAnswersTable;
	interactions: InteractionsTable;
	interaction_inputs: InteractionInputsTable;
	presets: PresetsTable;
	preset_versions: PresetVersionsTable;
	files: FilesTable;
	uploads: UploadsTable;
	upload_parts: UploadPartsTable;
	batches: BatchesTable;
	batch_lines: BatchLinesTable;
	vendor_batches: VendorBatchesTable;
	catalogues: CataloguesTable;
	catalogue_rows: CatalogueRowsTable;
	catalogue_inputs: CatalogueInputsTable;
	catalogue_parts: CataloguePartsTable;
}
