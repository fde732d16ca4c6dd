/** Puts phrases together: articles, and lists without repetitions. */

/** "an 8-foot runner", "an 11-inch plate". */
const NUMBER_WITH_VOWEL = /^(?:8|11(?!\d)|18(?!\d))/;
/** "a unique piece", "a one-off". */
const VOWEL_SAID_AS_CONSONANT =
	/^(?:uni(?!n|m)|use|usu|eu|one\b|once\b|ut[ei])/i;

/** "an indoor rug", "a hand-knotted rug", "a unique piece". */
export function withArticle(phrase: string): string {
	const hasVowel =
		NUMBER_WITH_VOWEL.test(phrase) ||
		(/^[aeiou]/i.test(phrase) && !VOWEL_SAID_AS_CONSONANT.test(phrase));
	return `${hasVowel ? "an" : "a"} ${phrase}`;
}

/** Separated by commas, each once, whatever its capitals. */
export function listed(phrases: readonly string[]): string {
	const seen = new Set<string>();
	const kept = phrases
		.map((phrase) => phrase.trim())
		.filter((phrase) => {
			const folded = phrase.toLowerCase();
			if (phrase === "" || seen.has(folded)) return false;
			seen.add(folded);
			return true;
		});
	return kept.join(", ");
}

/** With a full stop where the text ends without one. */
export function asSentence(text: string): string {
	return /[.!?…:]["')\]]*$/.test(text) ? text : `${text}.`;
}
