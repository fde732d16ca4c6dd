/** Folds text for substring search, the same way for what is stored and for what is looked for. */

/** Upper and lower case, full and half width, composed and decomposed letters become the same. */
export function searchTextOf(text: string): string {
	return text.normalize("NFKC").toLowerCase();
}

/** A `like` pattern, escaped with `\`, for texts that contain `needle` literally. */
export function searchPatternOf(needle: string): string {
	return `%${searchTextOf(needle).replaceAll(/[\\%_]/g, "\\$&")}%`;
}
