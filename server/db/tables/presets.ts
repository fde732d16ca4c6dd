/** The tables of presets, as TypeScript sees them. */

/** A preset that a team made; what it says is in its versions. */
export interface PresetsTable {
	id: string;
	team_id: string;
	/** The name of the newest version, folded for search. */
	search_name: string;
	/** The newest one. */
	version: number;
	created_at: number;
	/** Nobody can use it any more. */
	deleted_at: number | null;
}

/** What a preset said at a time. A row is never changed: old images tell of it. */
export interface PresetVersionsTable {
	preset_id: string;
	/** From 1. */
	version: number;
	name: string;
	description: string | null;
	template: string;
	negative_prompt: string | null;
	model: string | null;
	aspect_ratio: string | null;
	resolution: string | null;
	count: number | null;
	/** JSON array of what it wants to be told. */
	requirements_json: string;
	created_at: number;
}
