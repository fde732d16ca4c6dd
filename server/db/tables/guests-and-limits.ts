/** The tables of guests' refresh tokens and of limits, as TypeScript sees them. */

/** A guest's way to its next access token. One that was used stays, so that a second use is noticed. */
export interface RefreshTokensTable {
	id: string;
	team_id: string;
	/** Of the whole refresh token, hexadecimal; the token itself is stored nowhere. */
	sha256: string;
	created_at: number;
	expires_at: number;
	/** When it was first exchanged for the next one. */
	rotated_at: number | null;
	revoked_at: number | null;
}

/** One row for whatever is limited: the lock under which its uses are counted. */
export interface LimitsTable {
	limit_key: string;
	forget_after: number;
}

/** What was used of a limit, kept as long as it counts. */
export interface LimitUsesTable {
	id: string;
	limit_key: string;
	amount: number;
	used_at: number;
	forget_after: number;
}
