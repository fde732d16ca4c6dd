/** Folds text for substring search, the same way for what is stored and for what is looked for. */

/** Upper and lower case, full and half width, composed and decomposed letters become the same. */
export function searchTextOf(text: string): string {
	return (
		text
			.normalize("NFKC")
			// To upper case and back, because some letters are one only there: ß is SS, ς and σ are Σ.
			.toLowerCase()
			.toUpperCase()
			.toLowerCase()
			.replaceAll("ς", "σ")
			.normalize("NFKC")
	);
}

/** A `like` pattern, escaped with `\`, for texts that contain `needle` literally. */
export function searchPatternOf(needle: string): string {
	return `%${searchTextOf(needle).replaceAll(/[\\%_]/g, "\\$&")}%`;
}
