/** All word lists turned into tables that answer: does this word mean anything, and in which language. */

import type {
	FlowerSpecies,
	PatternFamily,
	RugDesign,
	RugPalette,
	RugShape,
	SceneName,
	Season,
	TimeOfDay,
	Weather,
} from "../brief.ts";
import type { ColourName } from "./colours.ts";
import { fold, runsOf } from "./fold.ts";
import { VOCABULARIES } from "./registry.ts";
import type { Vocabulary, WordList, WordsFor } from "./vocabulary.ts";

interface MeaningValues {
	readonly scene: SceneName;
	readonly timeOfDay: TimeOfDay;
	readonly weather: Weather;
	readonly season: Season;
	readonly colour: ColourName;
	readonly flower: FlowerSpecies;
	readonly pattern: PatternFamily;
	readonly rugShape: RugShape;
	readonly rugDesign: RugDesign;
	readonly rugPalette: RugPalette;
	readonly negation: "before" | "after";
}

/** One thing that a word says. A word listed as meaningless has none. */
export type Meaning = {
	[Kind in keyof MeaningValues]: {
		readonly kind: Kind;
		readonly value: MeaningValues[Kind];
		/** How surely it says so: 1 for a plain name, less for a hint, more for what decides alone. */
		readonly weight: number;
	};
}[keyof MeaningValues];

/** What a word means in one language. */
export interface Entry {
	/** Index in `VOCABULARIES`. */
	readonly language: number;
	readonly meanings: Meaning[];
}

export interface Lexicon {
	/** By the folded words with one blank between them. */
	readonly spaced: ReadonlyMap<string, readonly Entry[]>;
	readonly unspaced: ReadonlyMap<string, readonly Entry[]>;
	/** Everyday words and the languages they belong to. */
	readonly everyday: ReadonlyMap<string, readonly number[]>;
	readonly longestPhraseWords: number;
	readonly longestUnspaced: number;
	/** By language. */
	readonly compoundEndings: readonly ReadonlySet<string>[];
	/** By language, folded. */
	readonly particles: readonly ReadonlySet<string>[];
}

const RUG_WEIGHT = 12;
const HINT_WEIGHT = 0.4;

/** Splits a word list and opens its braces. */
function* wordsIn(list: WordList | undefined): Iterable<string> {
	for (const item of (list ?? "").split(/,(?![^{]*\})/)) {
		const word = item.trim().replace(/\s+/g, " ");
		const braces = /^(.*)\{(.*)\}(.*)$/.exec(word);
		if (braces === null) {
			if (word !== "") yield word;
			continue;
		}
		const [, head = "", choices = "", tail = ""] = braces;
		for (const choice of choices.split(",")) yield head + choice.trim() + tail;
	}
}

/** German writes ä also as ae. */
function spellings(word: string, vocabulary: Vocabulary): string[] {
	const folded = fold(word);
	if (vocabulary.writing !== "compounding") return [folded];
	const spelledOut = word
		.toLowerCase()
		.replaceAll("ä", "ae")
		.replaceAll("ö", "oe")
		.replaceAll("ü", "ue");
	return [folded, fold(spelledOut)];
}

function keyOf(folded: string): string {
	return runsOf(folded)
		.map((run) => run.text)
		.join(" ");
}

/** Every word of a language with what it means; meaningless words come with nothing. */
function* meaningsIn(
	vocabulary: Vocabulary,
): Iterable<[word: string, meaning: Meaning | undefined]> {
	function* under<Kind extends keyof MeaningValues>(
		kind: Kind,
		lists: WordsFor<MeaningValues[Kind]> | undefined,
		weight: number,
	): Iterable<[string, Meaning]> {
		for (const [value, list] of Object.entries(lists ?? {})) {
			for (const item of wordsIn(list as WordList)) {
				const isHint = item.endsWith("?");
				const word = isHint ? item.slice(0, -1) : item;
				const sure = isHint ? weight * HINT_WEIGHT : weight;
				yield [word, { kind, value, weight: sure } as Meaning];
			}
		}
	}
	for (const word of wordsIn(vocabulary.meaningless)) yield [word, undefined];
	yield* under("negation", { before: vocabulary.notBefore }, 1);
	yield* under("negation", { after: vocabulary.notAfter }, 1);
	yield* under("scene", { rug: vocabulary.rugs }, RUG_WEIGHT);
	yield* under("scene", vocabulary.scene, 1);
	yield* under("scene", vocabulary.sceneHints, HINT_WEIGHT);
	yield* under("timeOfDay", vocabulary.timeOfDay, 1);
	yield* under("weather", vocabulary.weather, 1);
	yield* under("season", vocabulary.season, 1);
	yield* under("colour", vocabulary.colours, 1);
	yield* under("flower", vocabulary.flowers, 1);
	yield* under("pattern", vocabulary.patterns, 1);
	yield* under("rugShape", vocabulary.rugShapes, 1);
	yield* under("rugDesign", vocabulary.rugDesigns, 1);
	yield* under("rugPalette", vocabulary.rugPalettes, 1);
}

function addTo(
	table: Map<string, Entry[]>,
	key: string,
	language: number,
	meaning: Meaning | undefined,
): void {
	const entries = table.get(key) ?? [];
	table.set(key, entries);
	let entry = entries.find((candidate) => candidate.language === language);
	if (entry === undefined) {
		entry = { language, meanings: [] };
		entries.push(entry);
	}
	if (meaning !== undefined) entry.meanings.push(meaning);
}

function compile(vocabularies: readonly Vocabulary[]): Lexicon {
	const spaced = new Map<string, Entry[]>();
	const unspaced = new Map<string, Entry[]>();
	const everyday = new Map<string, number[]>();
	let longestPhraseWords = 1;
	let longestUnspaced = 1;
	vocabularies.forEach((vocabulary, language) => {
		for (const [word, meaning] of meaningsIn(vocabulary)) {
			for (const spelling of new Set(spellings(word, vocabulary))) {
				if (vocabulary.writing === "unspaced") {
					addTo(unspaced, spelling, language, meaning);
					longestUnspaced = Math.max(longestUnspaced, spelling.length);
				} else {
					const key = keyOf(spelling);
					addTo(spaced, key, language, meaning);
					longestPhraseWords = Math.max(
						longestPhraseWords,
						key.split(" ").length,
					);
				}
			}
		}
		for (const word of wordsIn(vocabulary.everyday)) {
			const key = fold(word);
			everyday.set(key, [...(everyday.get(key) ?? []), language]);
		}
	});
	const foldedSets = (pick: (vocabulary: Vocabulary) => WordList | undefined) =>
		vocabularies.map(
			(vocabulary) => new Set([...wordsIn(pick(vocabulary))].map(fold)),
		);
	return {
		spaced,
		unspaced,
		everyday,
		longestPhraseWords,
		longestUnspaced,
		compoundEndings: foldedSets((vocabulary) => vocabulary.compoundEndings),
		particles: foldedSets((vocabulary) => vocabulary.particles),
	};
}

let compiled: Lexicon | undefined;

/** Built when it is first asked: a program that loads the painter and paints nothing need not wait for it. */
export function lexicon(): Lexicon {
	compiled ??= compile(VOCABULARIES);
	return compiled;
}
