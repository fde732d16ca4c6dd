/** Brings a prompt and a word list to one spelling, and cuts text into words. */

const LETTERS: ReadonlyMap<string, string> = new Map([
	["ß", "ss"],
	["œ", "oe"],
	["æ", "ae"],
	["ø", "o"],
	["ł", "l"],
	["ı", "i"],
]);

/**
 * Compatibility forms become plain letters, capitals small, accents of the Latin alphabet go. Marks of other scripts stay,
 * because there they tell words apart (か and が).
 */
export function fold(text: string): string {
	return text
		.toWellFormed()
		.normalize("NFKC")
		.toLowerCase()
		.normalize("NFD")
		.replace(/[\u0300-\u036f]/g, "")
		.normalize("NFC")
		.replace(/[ßœæøłı]/g, (letter) => LETTERS.get(letter) ?? letter);
}

/** A run of letters: a word between blanks, or a whole stretch of a script that writes none. */
export interface Run {
	readonly text: string;
	/** Index of its first UTF-16 unit in the folded text. */
	readonly start: number;
	readonly isSpaced: boolean;
	/** Whether a comma or full stop stands before it. */
	readonly startsClause: boolean;
}

const RUN =
	/(?<unspaced>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]+)|[[\p{L}\p{M}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]]+|(?<clause>[,.;:!?\n、。，；])/gv;

/** Cuts folded text into runs, in order. */
export function runsOf(folded: string): Run[] {
	const runs: Run[] = [];
	let startsClause = true;
	for (const match of folded.matchAll(RUN)) {
		if (match.groups?.clause !== undefined) {
			startsClause = true;
			continue;
		}
		runs.push({
			text: match[0],
			start: match.index,
			isSpaced: match.groups?.unspaced === undefined,
			startsClause,
		});
		startsClause = false;
	}
	return runs;
}
