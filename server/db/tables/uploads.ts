/** The tables of uploads that come in pieces, as TypeScript sees them. */

/** A file that is on its way in. Whoever knows its token may add to it. */
export interface UploadsTable {
	id: string;
	team_id: string;
	/** Of the token, hexadecimal; the token itself is stored nowhere. */
	token_sha256: string;
	/** JSON object of what was said of the file. */
	facts_json: string;
	/** How many bytes it was said to have; `null` when nothing was said. */
	announced_bytes: number | null;
	received_bytes: number;
	/** The file it has become; `null` until then. */
	file_id: string | null;
	created_at: number;
	expires_at: number;
}

/** Some of its bytes, until it is whole. */
export interface UploadPartsTable {
	upload_id: string;
	byte_offset: number;
	size_bytes: number;
	storage_key: string;
}
