/** Finds the columns of a table by the many names that people give them. */
import type { Words } from "./catalogue-kind.ts";

/** Without capitals, blanks and marks: `image_link`, `Image Link` and `imageLink` are one name. */
function plainName(column: string): string {
	return column
		.normalize("NFKC")
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, "");
}

/** @returns the places of the columns that have any of these names, in the order of the names. */
export function placesOf(
	names: readonly string[],
	columns: readonly string[],
): number[] {
	const plain = columns.map(plainName);
	return names.flatMap((name) => {
		const wanted = plainName(name);
		return plain.flatMap((column, index) => (column === wanted ? [index] : []));
	});
}

/** @returns what reads the words out of a row's fields. */
export function wordReader<Word extends string>(
	aliases: Readonly<Record<Word, readonly string[]>>,
	columns: readonly string[],
): (fields: readonly string[]) => Words<Word> {
	const entries: [Word, readonly string[]][] = [];
	for (const word in aliases) entries.push([word, aliases[word]]);
	const places = entries.map(
		([word, names]) => [word, placesOf(names, columns)] as const,
	);
	return (fields) => {
		const words: Partial<Record<Word, string>> = {};
		for (const [word, where] of places)
			words[word] = firstFilled(where, fields);
		return words as Words<Word>;
	};
}

function firstFilled(
	places: readonly number[],
	fields: readonly string[],
): string {
	for (const place of places) {
		const value = fields[place]?.trim() ?? "";
		if (value !== "") return value;
	}
	return "";
}
