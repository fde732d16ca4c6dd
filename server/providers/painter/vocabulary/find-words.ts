/** Finds the listed words in a text: the longest first, each in the languages the text seems to be written in. */

import type { Run } from "./fold.ts";
import { runsOf } from "./fold.ts";
import { type Entry, lexicon, type Meaning } from "./lexicon.ts";
import { VOCABULARIES } from "./registry.ts";

/** A listed word as it stands in the text. */
export interface FoundWord {
	/** Folded. */
	readonly text: string;
	/** Index of its first UTF-16 unit in the folded text. */
	readonly start: number;
	readonly end: number;
	readonly meanings: readonly Meaning[];
	/** 0..1: how likely the word belongs to the language of the text. */
	readonly trust: number;
	/** False after "without". */
	readonly isWanted: boolean;
}

/** Shorter words of other languages are false friends: English "see" is no German lake. */
const LEAST_FOREIGN_LETTERS = 5;
const FOREIGN_TRUST = 0.5;
const LEAST_STEM_LETTERS = 4;
const MOST_STEM_LETTERS = 24;
const LEAST_COMPOUND_LETTERS = 6;
/** How many UTF-16 units may stand between "without" and what is unwanted. */
const NEGATION_REACH = 14;
const NEGATION_REACH_BACK = 3;
const LINKS = ["", "s", "n", "en", "es", "er", "e"];

/** How far to trust a word, given its length and language; by language. */
type Trust = (language: number, letters: number) => number;

function trustFor(runs: readonly Run[]): Trust {
	const scores = VOCABULARIES.map(() => 0);
	let hasKana = false;
	for (const run of runs) {
		if (!run.isSpaced) {
			hasKana ||= /[\u3041-\u30fa]/.test(run.text);
			continue;
		}
		const entries = lexicon().spaced.get(run.text) ?? [];
		const everyday = lexicon().everyday.get(run.text) ?? [];
		const languages = [...everyday, ...entries.map((entry) => entry.language)];
		for (const language of new Set(languages)) scores[language]++;
	}
	const best = Math.max(...scores);
	return (language, letters) => {
		const vocabulary = VOCABULARIES[language];
		if (vocabulary.writing === "unspaced") {
			return hasKana && vocabulary.language === "zh" ? 0 : 1;
		}
		if (vocabulary.writing === "particles") return 1;
		if (scores[language] === best) return 1;
		return letters >= LEAST_FOREIGN_LETTERS ? FOREIGN_TRUST : 0;
	};
}

type Match = Pick<FoundWord, "text" | "meanings" | "trust">;

/** The trusted meanings of a word, or undefined when no trusted language lists it. */
function matchOf(
	text: string,
	entries: readonly Entry[] | undefined,
	trust: Trust,
): Match | undefined {
	if (entries === undefined) return undefined;
	let most = 0;
	for (const entry of entries) {
		most = Math.max(most, trust(entry.language, text.length));
	}
	if (most === 0) return undefined;
	const meanings = entries
		.filter((entry) => trust(entry.language, text.length) === most)
		.flatMap((entry) => entry.meanings);
	return { text, meanings, trust: most };
}

/** A phrase of several words, or a word alone; returns how many runs it takes. */
function phraseAt(
	runs: readonly Run[],
	index: number,
	trust: Trust,
): { match: Match; length: number } | undefined {
	const words: string[] = [];
	while (words.length < lexicon().longestPhraseWords) {
		const run = runs[index + words.length];
		if (run === undefined || !run.isSpaced) break;
		if (words.length > 0 && run.startsClause) break;
		words.push(run.text);
	}
	for (let length = words.length; length > 0; length--) {
		const text = words.slice(0, length).join(" ");
		const match =
			matchOf(text, lexicon().spaced.get(text), trust) ??
			withoutParticle(text, trust);
		if (match !== undefined) return { match, length };
	}
	return undefined;
}

/** A Korean word with an ending such as 에서. */
function withoutParticle(text: string, trust: Trust): Match | undefined {
	for (let letters = 1; letters <= 3 && letters < text.length; letters++) {
		const ending = text.slice(-letters);
		const stem = text.slice(0, -letters);
		const entries = lexicon()
			.spaced.get(stem)
			?.filter((entry) => lexicon().particles[entry.language].has(ending));
		if (entries !== undefined && entries.length > 0) {
			return matchOf(stem, entries, trust);
		}
	}
	return undefined;
}

/** Listed words inside one run of a script without blanks, or inside a Korean word. */
function* wordsInside(
	run: Run,
	table: ReadonlyMap<string, readonly Entry[]>,
	leastLetters: number,
	trust: Trust,
): Iterable<{ match: Match; offset: number }> {
	let offset = 0;
	while (offset < run.text.length) {
		let length = Math.min(lexicon().longestUnspaced, run.text.length - offset);
		let match: Match | undefined;
		for (; length >= leastLetters; length--) {
			const text = run.text.slice(offset, offset + length);
			match = matchOf(text, table.get(text), trust);
			if (match !== undefined) break;
		}
		if (match !== undefined) yield { match, offset };
		offset += match === undefined ? 1 : length;
	}
}

/** A stem at the beginning or the end of a compound, the longest that is listed. */
function stemOf(
	word: string,
	at: "start" | "end",
	trust: Trust,
): Match | undefined {
	const most = Math.min(word.length, MOST_STEM_LETTERS);
	for (let letters = most; letters >= 3; letters--) {
		const stem = at === "start" ? word.slice(0, letters) : word.slice(-letters);
		const entries = lexicon()
			.spaced.get(stem)
			?.filter((entry) => {
				const { language } = entry;
				if (VOCABULARIES[language].writing !== "compounding") return false;
				if (trust(language, 0) < 1) return false;
				return (
					letters >= LEAST_STEM_LETTERS ||
					(at === "end" && lexicon().compoundEndings[language].has(stem))
				);
			});
		const match = matchOf(stem, entries, trust);
		if (match !== undefined) return match;
	}
	return undefined;
}

/** The two parts of a German compound: Berg and See of Bergsee. */
function* partsOf(
	run: Run,
	trust: Trust,
): Iterable<{ match: Match; offset: number }> {
	if (run.text.length < LEAST_COMPOUND_LETTERS) return;
	const first = stemOf(run.text, "start", trust);
	if (first !== undefined) yield { match: first, offset: 0 };
	const rest = run.text.slice(first?.text.length ?? 1);
	const tail = LINKS.filter((link) => rest.startsWith(link))
		.map((link) => stemOf(rest.slice(link.length), "end", trust))
		.find((match) => match !== undefined);
	if (tail !== undefined) {
		yield { match: tail, offset: run.text.length - tail.text.length };
	}
}

function* matchesIn(
	runs: readonly Run[],
	trust: Trust,
): Iterable<Match & { start: number; end: number }> {
	let index = 0;
	while (index < runs.length) {
		const run = runs[index];
		const phrase = run.isSpaced ? phraseAt(runs, index, trust) : undefined;
		if (phrase !== undefined) {
			const last = runs[index + phrase.length - 1];
			const end = last.start + last.text.length;
			yield { ...phrase.match, start: run.start, end };
			index += phrase.length;
			continue;
		}
		const inside = !run.isSpaced
			? wordsInside(run, lexicon().unspaced, 1, trust)
			: /^\p{Script=Hangul}/u.test(run.text)
				? wordsInside(run, lexicon().spaced, 2, trust)
				: partsOf(run, trust);
		for (const { match, offset } of inside) {
			const start = run.start + offset;
			yield { ...match, start, end: start + match.text.length };
		}
		index++;
	}
}

function says(match: Match, side: "before" | "after"): boolean {
	return match.meanings.some(
		(meaning) => meaning.kind === "negation" && meaning.value === side,
	);
}

/**
 * Finds every listed word of a folded text, in order; reads in time linear in the text's length.
 * Words that mean nothing are left out.
 */
export function findWords(folded: string): FoundWord[] {
	const runs = runsOf(folded);
	const clauses = runs.filter((run) => run.startsClause);
	const trust = trustFor(runs);
	const found: FoundWord[] = [];
	let negatedUntil = -1;
	let clause = 0;
	for (const match of matchesIn(runs, trust)) {
		while (clauses[clause] && clauses[clause].start <= match.start) {
			negatedUntil = -1;
			clause++;
		}
		if (says(match, "before")) {
			if (!isEveryday(match.text, trust)) {
				negatedUntil = match.end + NEGATION_REACH;
			}
			continue;
		}
		if (says(match, "after")) {
			const previous = found.at(-1);
			if (
				previous !== undefined &&
				match.start - previous.end <= NEGATION_REACH_BACK
			) {
				found[found.length - 1] = { ...previous, isWanted: false };
			}
			continue;
		}
		const isWanted = match.start > negatedUntil;
		if (match.meanings.length > 0) found.push({ ...match, isWanted });
		if (!isWanted) negatedUntil = -1;
	}
	return found;
}

/** Portuguese "no" is no negation. */
function isEveryday(word: string, trust: Trust): boolean {
	const languages = lexicon().everyday.get(word) ?? [];
	return languages.some((language) => trust(language, 0) === 1);
}
