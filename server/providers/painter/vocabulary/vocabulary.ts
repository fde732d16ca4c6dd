/** What one language's word list holds: which words mean which scene, hour, weather, season, colour or pattern. */

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

/**
 * Words separated by commas. Braces hold alternatives: `ros{e,es}` is `rose, roses`. A question mark makes a word a hint
 * that gives way to a plain name. Case and accents do not matter.
 */
export type WordList = string;

/** Words per meaning; a language leaves out what it has no words for. */
export type WordsFor<Meaning extends string> = Readonly<
	Partial<Record<Meaning, WordList>>
>;

export interface Vocabulary {
	/** BCP 47. */
	readonly language: string;
	/**
	 * How words lie in the text. `spaced`: between blanks, matched whole. `compounding`: spaced, and a long word may
	 * begin or end with a listed one (Bergsee). `particles`: spaced, and a listed word may carry endings. `unspaced`:
	 * anywhere in a run of characters.
	 */
	readonly writing: "spaced" | "compounding" | "particles" | "unspaced";
	/** Everyday words that tell which language a prompt is written in. */
	readonly everyday?: WordList;
	/** Short words that may end a compound although they are too short to be trusted otherwise. */
	readonly compoundEndings?: WordList;
	/** What may follow a listed word of one syllable in a language with particles. */
	readonly particles?: WordList;
	/** "without", "no": the next listed word is not wanted. */
	readonly notBefore?: WordList;
	/** The same where it stands behind the word. */
	readonly notAfter?: WordList;
	/** Phrases that only look like something listed: "snow-capped", "copy space". */
	readonly meaningless?: WordList;
	/** Words for a rug itself; they decide the scene whatever else is named. */
	readonly rugs: WordList;
	/** `rug` holds the rooms. */
	readonly scene: WordsFor<SceneName>;
	/** Things that suggest a scene when nothing names one. */
	readonly sceneHints?: WordsFor<SceneName>;
	readonly timeOfDay: WordsFor<TimeOfDay>;
	readonly weather: WordsFor<Weather>;
	readonly season: WordsFor<Season>;
	readonly colours: WordsFor<ColourName>;
	readonly flowers?: WordsFor<FlowerSpecies>;
	readonly patterns?: WordsFor<PatternFamily>;
	readonly rugShapes?: WordsFor<RugShape>;
	readonly rugDesigns?: WordsFor<RugDesign>;
	readonly rugPalettes?: WordsFor<RugPalette>;
}
