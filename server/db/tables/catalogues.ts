/** The tables of catalogues, as TypeScript sees them. */

/** A table that a team had taken in, to be drawn row by row. */
export interface CataloguesTable {
	id: string;
	team_id: string;
	/** Whose work its rows are; `null` for a guest's. */
	api_key_id: string | null;
	name: string;
	/** JSON object of what is drawn for a row. */
	choice_json: string;
	strategy: "direct" | "describe-then-draw" | "vendor-batch";
	/** JSON object of how it is drawn. */
	settings_json: string;
	/** JSON arrays of the names of its columns, and of how they were written. */
	columns_json: string;
	headers_json: string;
	/** JSON object of how the table was written. */
	format_json: string;
	/** JSON array of the first problems that were found in it, and how many there were. */
	problems_json: string;
	problem_count: number;
	/** All rows, and those of them that cannot be worked on. */
	row_count: number;
	invalid_count: number;
	/** Where its rows lie as JSON, one a line; `null` until all were taken in, and when they were let go. */
	rows_storage_key: string | null;
	/** JSON object of what a row costs, settled when work was begun the last time. */
	prices_json: string | null;
	/**
	 * JSON array of positions, one for each terms that rows have of their own: a row of it tells what they cost. `null` where
	 * all rows have the catalogue's.
	 */
	terms_json: string | null;
	/** What all its lines at the price of a batch cost so far, of which each pays by how much the whole credits grow. */
	batch_microcredits: number;
	/** Which rows are still to be made lines of batches: those from a position on, in the step and of the selection. */
	pass_step: "describe" | "draw" | null;
	pass_selection: "waiting" | "described" | "failed" | null;
	pass_position: number;
	/** 1 while rows of it are lines of a batch that has not ended, or are to become such. */
	is_under_way: number;
	paused_at: number | null;
	/** `credits` when it paused by itself because they ran out; `null` when somebody asked for it. */
	paused_for: "credits" | null;
	/** Set while it is canceled and rows are still under way. */
	canceling_at: number | null;
	created_at: number;
	/** `null` while it is being taken in: nobody sees it until then. */
	taken_in_at: number | null;
	/** Nobody sees it any more. */
	deleted_at: number | null;
}

/** A row of a catalogue. Its fields are in storage; what became of it is told by its line in a batch, which has the row's position. */
export interface CatalogueRowsTable {
	catalogue_id: string;
	/** From 0, rows that could not be taken in included. */
	position: number;
	/** In the table, from 1. */
	line: number;
	/** What it is called by; unique in the catalogue. */
	row_key: string;
	/** Where it stands among the rows in storage; no bytes for one that could not be taken in. */
	byte_offset: number;
	byte_length: number;
	/** Why it cannot be worked on; `null` when it can. */
	fault: string | null;
	/** Which of the catalogue's terms it has; see `terms_json`. */
	terms: number;
	/** What somebody wrote in the place of what would be asked, and of what was described. */
	prompt: string | null;
	description: string | null;
	/** What was last done with it, and in which batch; `null` for one that waits. */
	step: "describe" | "draw" | null;
	batch_id: string | null;
	/** Where it was last described. */
	description_batch_id: string | null;
}

/** A picture that came with rows of a catalogue and is kept as long as it is. */
export interface CatalogueInputsTable {
	catalogue_id: string;
	storage_key: string;
}

/** A batch whose lines are rows of a catalogue. */
export interface CataloguePartsTable {
	batch_id: string;
	catalogue_id: string;
	step: "describe" | "draw";
	/** 1 for descriptions from which is to be drawn as soon as the batch has ended. */
	is_to_be_drawn: number;
	/** How many of its completed and of its failed lines count no more, because their rows are lines of a later batch. */
	superseded_completed: number;
	superseded_failed: number;
}
