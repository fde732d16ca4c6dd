/** Tells in which of the painter's languages a message is written. */
import { fold, runsOf } from "../vocabulary/fold.ts";
import { lexicon } from "../vocabulary/lexicon.ts";
import { VOCABULARIES } from "../vocabulary/registry.ts";

/** More than enough to tell, in UTF-16 units. */
const READ_AT_MOST = 4_000;

/** Scripts that one language alone of these uses; Chinese is what is left of Han. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
	[/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "ja"],
	[/\p{Script=Hangul}/u, "ko"],
	[/\p{Script=Thai}/u, "th"],
	[/\p{Script=Han}/u, "zh"],
];

/** What people say to one another, which no list of things to paint has. Folded. */
const SAID: Readonly<Record<string, string>> = {
	en: "hello hi hey what who how can you do does thanks thank good would could want today why when where",
	de: "hallo moin guten tag danke was wer wie kannst du sie bist heute möchte moechte warum wann wo",
	es: "hola buenos buenas gracias que quien como puedes tu eres hoy quiero cuando donde",
	fr: "bonjour salut bonsoir merci que qui comment peux tu es vous aujourd hui veux quoi pourquoi",
	it: "ciao buongiorno buonasera grazie che chi come puoi sei oggi voglio cosa perche quando dove",
	pt: "ola oi obrigado obrigada quem pode voce hoje quero porque quando onde bom dia",
};
const SAID_WORDS = new Map(
	Object.entries(SAID).map(([language, words]) => [
		language,
		new Set(words.split(" ").map(fold)),
	]),
);

/** @returns its BCP 47 code; English when nothing tells. */
export function languageOf(whole: string): string {
	const message = whole.slice(0, READ_AT_MOST);
	const script = SCRIPTS.find(([letters]) => letters.test(message));
	if (script !== undefined) return script[1];
	const scores = new Map<string, number>();
	for (const { text } of runsOf(fold(message))) {
		const languages = new Set(
			(lexicon().everyday.get(text) ?? []).flatMap(
				(index) => VOCABULARIES[index]?.language ?? [],
			),
		);
		for (const [language, words] of SAID_WORDS)
			if (words.has(text)) languages.add(language);
		for (const language of languages)
			scores.set(language, (scores.get(language) ?? 0) + 1);
	}
	let best = "en";
	for (const [language, score] of scores)
		if (score > (scores.get(best) ?? 0)) best = language;
	return best;
}
