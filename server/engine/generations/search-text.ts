/** Folds text for substring search, the same way for what is stored and for what is looked for. */
import { sql } from "kysely";

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

/** A condition: a column of folded text contains `needle` literally. */
export function containsText(column: string, needle: string) {
	const pattern = `%${searchTextOf(needle).replaceAll(/[\\%_]/g, "\\$&")}%`;
	// The builder has no `escape`; without it `%` and `_` in a search could not be literal.
	return sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`;
}
