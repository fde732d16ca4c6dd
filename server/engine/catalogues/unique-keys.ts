/** Sees to it that every row of a table has a key of its own, and every picture so a file of its own. */

/** Letters of no alphabet, and what file systems keep for themselves. */
const NO_PART_OF_A_NAME = /[^\p{L}\p{M}\p{N}._ ()+-]+/gu;
/** A file's name may have 255 bytes on most systems, and some letters take three. */
const MAX_KEY_CHARACTERS = 80;
const FIRST = 1;
/** Names that Windows keeps for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

export interface UniqueKey {
	readonly key: string;
	/** Whether another row had it first. */
	readonly isRepeated: boolean;
}

/**
 * Gives out keys in the order of the rows: the second of its name gets `-2`. Two keys are also the same when files could not
 * be called after both of them. It remembers each key it gave, some 100 bytes a row.
 */
export function createUniqueKeys(): (wanted: string) => UniqueKey {
	/** What was given, folded, and the last number that went behind it. */
	const given = new Map<string, number>();
	return (wanted) => {
		const short = wanted
			.replace(/\s+/g, " ")
			.slice(0, MAX_KEY_CHARACTERS)
			.toWellFormed();
		const base = folded(short);
		let number = given.get(base);
		let key = short;
		while (number !== undefined && given.has(folded(key))) {
			number++;
			key = `${short}-${number}`;
		}
		if (number !== undefined) given.set(base, number);
		given.set(folded(key), FIRST);
		return { key, isRepeated: key !== short };
	};
}

function folded(key: string): string {
	// A copy: a piece of a text keeps the whole of it in memory, here the table.
	return Buffer.from(fileStem(key).toLowerCase()).toString();
}

/** What of a key can be part of a file's name anywhere. */
export function fileStem(key: string): string {
	const stem = key
		.normalize("NFC")
		.replace(NO_PART_OF_A_NAME, "-")
		.replace(/^[. ]+|[. ]+$/g, "");
	if (stem === "") return "-";
	return DEVICE.test(stem) ? `_${stem}` : stem;
}
