/** The vocabularies are complete, and words are found as people write them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findWords } from "./find-words.ts";
import { fold } from "./fold.ts";
import { lexicon } from "./lexicon.ts";
import { VOCABULARIES } from "./registry.ts";

test("every listed word is found when it stands alone", () => {
	for (const table of [lexicon().spaced, lexicon().unspaced]) {
		for (const [word, entries] of table) {
			const meanings = entries.flatMap((entry) => entry.meanings);
			if (meanings.length === 0) continue;
			if (meanings.some((meaning) => meaning.kind === "negation")) continue;
			const found = findWords(word);
			assert.ok(
				found.some((match) => match.text === word),
				`${word} is read as ${found.map((match) => match.text)}`,
			);
		}
	}
});

test("every language has words for every scene, hour and common colour", () => {
	for (const vocabulary of VOCABULARIES) {
		const { language, scene, timeOfDay, weather, season, colours } = vocabulary;
		assert.equal(Object.keys(scene).length, 9, language);
		assert.equal(Object.keys(timeOfDay).length, 5, language);
		assert.equal(Object.keys(weather).length, 6, language);
		assert.equal(Object.keys(season).length, 4, language);
		for (const colour of ["red", "blue", "green", "black", "white"] as const) {
			assert.ok(colours[colour], `${language} has no word for ${colour}`);
		}
	}
});

test("no list holds a brace or a question mark that was meant for the reader of lists", () => {
	for (const table of [lexicon().spaced, lexicon().unspaced]) {
		for (const word of table.keys()) {
			assert.doesNotMatch(word, /[{}?,]/);
			assert.equal(word, word.trim());
			assert.notEqual(word, "");
		}
	}
});

test("folding keeps marks that tell words apart and drops accents that do not", () => {
	assert.equal(fold("Éte\u0301 STRAẞE ﬁn"), "ete strasse fin");
	assert.equal(fold("が"), "が");
	assert.notEqual(fold("가"), fold("각"));
	assert.equal(fold("ภูเขา"), "ภูเขา");
});

test("a compound is read by its parts, and only where German is spoken", () => {
	const parts = (text: string) =>
		findWords(fold(text)).map((match) => match.text);
	assert.deepEqual(parts("der Gebirgsbach im Abendlicht"), [
		"gebirgs",
		"bach",
		"abendlicht",
	]);
	assert.ok(!parts("the rosemary in the kitchen").includes("rose"));
});
