/** The tables of files, batches and their lines, as TypeScript sees them. */

/** Bytes under a name that a team handed in, or that were written for it. */
export interface FilesTable {
	/** 24 characters, without a prefix: each dialect puts its own before it. */
	id: string;
	team_id: string;
	/** A dialect's word for what it is to be used for. */
	purpose: string;
	/** Untrusted: as the caller named it, without paths and control characters. */
	file_name: string;
	/** A name under which its team may ask for it instead of its id; `null` when it was given none. */
	own_name: string | null;
	/** What its team calls it, as it was said; `null` when nothing was. */
	display_name: string | null;
	media_type: string;
	size_bytes: number;
	sha256: string;
	storage_key: string;
	source: "uploaded" | "generated";
	created_at: number;
	/** `null` for a file that is kept until somebody deletes it. */
	expires_at: number | null;
}

/** Many requests in one file, worked on when nothing more urgent waits. Whoever holds `claim_token` may change it. */
export interface BatchesTable {
	id: string;
	team_id: string;
	/** Whose requests the lines are; `null` for a guest's. */
	api_key_id: string | null;
	dialect: string;
	/** The dialect's word for what its lines ask for. */
	endpoint: string;
	status:
		| "validating"
		| "active"
		| "finalizing"
		| "completed"
		| "failed"
		| "canceling"
		| "canceled"
		| "expired";
	/** Why no more lines are begun; `null` while they are, or when all are. */
	closing: "canceled" | "expired" | null;
	input_file_id: string;
	/** The input's bytes, kept for the batch as long as it needs them. */
	input_storage_key: string | null;
	/** JSON object of what the dialect wants to remember. */
	dialect_json: string;
	/** For how long the files of results are kept; `null` for as long as the server keeps them by itself. */
	results_kept_ms: number | null;
	/**
	 * Who works on its lines: we do, from our own queue, or their vendors in batches of their own, as far as they have such;
	 * `thrift`: vendors only where money is saved by it, not the embedded provider.
	 */
	delivery: "queue" | "vendor" | "thrift";
	/** 0 when all its lines are answered in words, or nobody has seen another yet; processes that draw nothing take no others. */
	needs_drawing: number;
	/** JSON array of what is wrong with the input. */
	faults_json: string;
	/** How many lines there are, and how many of them ended in which way. */
	total: number;
	completed: number;
	failed: number;
	output_file_id: string | null;
	error_file_id: string | null;
	/** While it is set no lines are begun. */
	paused_at: number | null;
	/** How many lines may be under way at once; `null` for as many as the server lets any batch have. */
	lines_at_once: number | null;
	/** Steps in a row that broke off. */
	failed_steps: number;
	/** Not to be looked at before, unless something happens. */
	due_at: number;
	claim_token: string | null;
	lease_expires_at: number | null;
	created_at: number;
	/** When all its lines were found to be in order. */
	started_at: number | null;
	canceling_at: number | null;
	finalizing_at: number | null;
	ended_at: number | null;
	/** When its lines are given up that are not begun by then. */
	expires_at: number;
	/** Nobody sees it any more. */
	deleted_at: number | null;
}

/** One request of a batch. Its body is not here but in the input file. */
export interface BatchLinesTable {
	batch_id: string;
	/** Among the requests of the file, from 0. */
	position: number;
	/** The caller's own name for it. */
	custom_id: string;
	/** Where it stands in the input file. */
	byte_offset: number;
	byte_length: number;
	/** What it costs, settled when the file was read. */
	price_per_image_credits: number;
	dearer_images: number;
	status: "waiting" | "enqueued" | "completed" | "failed";
	generation_id: string | null;
	/** The reply that was charged for a line that a vendor answers in a batch of its own. */
	reply_id: string | null;
	/** The vendor's batch in which it is worked on, and what it is called there; `null` for none. */
	vendor_batch_id: string | null;
	vendor_key: string | null;
	/** JSON object of what is to be kept with the answer of such a line, for its dialect alone. */
	dialect_json: string | null;
	/** JSON object of a code and a message, for a line that failed. */
	error_json: string | null;
	/** JSON object of an answer in words, for a line that asked for one. */
	answer_json: string | null;
}
