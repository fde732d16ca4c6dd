/** Reads a prompt in any of the listed languages and settles what the painter paints. */

import type { Brief, SceneName, Season, TimeOfDay, Weather } from "./brief.ts";
import { type Colour, fromBytes, hex } from "./colour.ts";
import { hash32, randomFrom } from "./noise.ts";
import { pick } from "./palette.ts";
import { fieldFirst, proportionIn, shapeOf } from "./read-rug.ts";
import { COLOURS, type ColourName } from "./vocabulary/colours.ts";
import { type FoundWord, findWords } from "./vocabulary/find-words.ts";
import { fold } from "./vocabulary/fold.ts";
import type { Meaning } from "./vocabulary/lexicon.ts";

/** Nobody paints what stands behind so many UTF-16 units, and a prompt of megabytes must not cost seconds. */
const READ_AT_MOST = 4000;
const MOST_COLOURS = 6;
/** A word counts half when it stands this many UTF-16 units behind the beginning. */
const HALF_WEIGHT_AT = 80;
/** "No street" does not turn a city into a forest: an unwanted scene only gives way to another that is named. */
const UNWANTED_SCENE = 0.02;

export interface ReadPromptOptions {
	/** Any integer; its low 32 bits count. */
	readonly seed: number;
	readonly negativePrompt?: string;
	/** sRGB, 0..255; they come before the colours that the words name. */
	readonly referenceColours?: readonly (readonly [number, number, number])[];
}

/**
 * What to paint for a prompt. The same prompt always gives the same scene, hour, weather and season, whatever the seed:
 * pictures of one prompt are variations of one idea.
 */
export function readPrompt(prompt: string, options: ReadPromptOptions): Brief {
	const text = readable(prompt);
	const unwanted = unwantedIn(options.negativePrompt ?? "");
	const words = findWords(text);
	for (const word of words) if (!word.isWanted) reject(unwanted, word);
	const tally = new Tally(
		words.filter((word) => word.isWanted),
		unwanted,
	);
	const idea = hashText(text.trim().replace(/\s+/g, " "));
	const random = randomFrom(idea);

	const scene = tally.best("scene") ?? impliedScene(tally, unwanted, random);
	const timeOfDay =
		tally.best("timeOfDay") ??
		pickWanted(random, LIKELY_TIMES[scene], "timeOfDay", unwanted);
	const namedSeason = tally.best("season");
	const weather =
		tally.best("weather") ??
		pickWanted(random, LIKELY_WEATHERS[scene], "weather", unwanted);
	const season =
		namedSeason ??
		(weather === "snow"
			? "winter"
			: pickWanted(random, LIKELY_SEASONS[scene], "season", unwanted));

	const isRug = scene === "rug";
	const proportion = isRug ? proportionIn(text) : undefined;
	const inOrder = tally.all("colour");
	const names = isRug ? fieldFirst(inOrder, words, text) : inOrder;
	return {
		scene,
		timeOfDay,
		weather,
		season,
		colours: coloursOf(options.referenceColours ?? [], names),
		seed: hash32(hash32(options.seed) ^ idea),
		flower: tally.best("flower"),
		pattern: tally.best("pattern"),
		rugShape: tally.best("rugShape") ?? shapeOf(proportion),
		rugDesign: tally.best("rugDesign"),
		rugPalette: tally.best("rugPalette"),
		rugProportion: proportion,
	};
}

function readable(text: string): string {
	const folded = fold(text.slice(0, READ_AT_MOST));
	return folded.slice(0, READ_AT_MOST);
}

/** FNV-1a, scrambled. */
function hashText(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}
	return hash32(hash);
}

/** What is not to be painted, as `kind:value`. */
type Unwanted = Set<string>;

function reject(unwanted: Unwanted, word: FoundWord): void {
	for (const { kind, value, weight } of word.meanings) {
		if (weight >= 1) unwanted.add(`${kind}:${value}`);
	}
}

function unwantedIn(negativePrompt: string): Unwanted {
	const unwanted: Unwanted = new Set();
	for (const word of findWords(readable(negativePrompt))) {
		reject(unwanted, word);
	}
	return unwanted;
}

type Kind = Meaning["kind"];
type ValueOf<K extends Kind> = Extract<Meaning, { kind: K }>["value"];

/** Counts what the words say; an early word says it louder. */
class Tally {
	/** Weights by kind and value, in order of appearance. */
	readonly #weights = new Map<Kind, Map<string, number>>();

	constructor(words: readonly FoundWord[], unwanted: Unwanted) {
		const heard = new Set<string>();
		for (const word of words) {
			if (heard.has(word.text)) continue;
			heard.add(word.text);
			const loudness = word.trust / (1 + word.start / HALF_WEIGHT_AT);
			for (const { kind, value, weight } of word.meanings) {
				const isUnwanted = unwanted.has(`${kind}:${value}`);
				if (isUnwanted && kind !== "scene") continue;
				const weights = this.#weights.get(kind) ?? new Map<string, number>();
				this.#weights.set(kind, weights);
				const share = isUnwanted ? UNWANTED_SCENE : 1;
				weights.set(
					value,
					(weights.get(value) ?? 0) + weight * loudness * share,
				);
			}
		}
		this.#letFlowersMakeAField();
	}

	/** Roses are flowers, even when no word for flowers stands beside them. */
	#letFlowersMakeAField(): void {
		const species = this.#weights.get("flower");
		if (species === undefined) return;
		const isColour = this.#weights.has("colour");
		const scenes = this.#weights.get("scene") ?? new Map<string, number>();
		this.#weights.set("scene", scenes);
		const loudest = Math.max(...species.values()) * (isColour ? 0.4 : 1);
		scenes.set("flowers", (scenes.get("flowers") ?? 0) + loudest);
	}

	best<K extends Kind>(kind: K): ValueOf<K> | undefined {
		let best: string | undefined;
		let most = 0;
		for (const [value, weight] of this.#weights.get(kind) ?? []) {
			if (weight > most) {
				most = weight;
				best = value;
			}
		}
		return best as ValueOf<K> | undefined;
	}

	/** In order of appearance. */
	all<K extends Kind>(kind: K): ValueOf<K>[] {
		return [...(this.#weights.get(kind)?.keys() ?? [])] as ValueOf<K>[];
	}
}

function coloursOf(
	referenceColours: readonly (readonly [number, number, number])[],
	names: readonly ColourName[],
): Colour[] {
	const named = names.map((name) => hex(COLOURS[name]));
	return [
		...referenceColours.map(([red, green, blue]) =>
			fromBytes(red, green, blue),
		),
		...named,
	].slice(0, MOST_COLOURS);
}

/** A choice per chance, leaving out what is not wanted unless nothing else is left. */
function pickWanted<K extends Kind>(
	random: () => number,
	choices: readonly ValueOf<K>[],
	kind: K,
	unwanted: Unwanted,
): ValueOf<K> {
	const wanted = choices.filter((choice) => !unwanted.has(`${kind}:${choice}`));
	return pick(random, wanted.length > 0 ? wanted : choices);
}

const ANY_SCENE: readonly SceneName[] = [
	"mountains",
	"sea",
	"forest",
	"desert",
	"night",
	"city",
	"flowers",
	"abstract",
];

/** Where an hour, a weather or a season looks best, for prompts that name only that. */
const SCENES_IMPLIED: Partial<
	Record<TimeOfDay | Weather | Season, readonly SceneName[]>
> = {
	dawn: ["mountains", "sea", "forest"],
	sunset: ["sea", "mountains", "desert"],
	dusk: ["sea", "mountains", "city"],
	night: ["night"],
	fog: ["forest", "mountains"],
	rain: ["city", "forest"],
	snow: ["mountains", "forest"],
	storm: ["sea"],
	spring: ["flowers", "forest"],
	summer: ["sea", "flowers"],
	autumn: ["forest", "mountains"],
	winter: ["mountains", "forest"],
};

function impliedScene(
	tally: Tally,
	unwanted: Unwanted,
	random: () => number,
): SceneName {
	const clue =
		tally.best("season") ?? tally.best("timeOfDay") ?? tally.best("weather");
	const scenes = (clue && SCENES_IMPLIED[clue]) ?? ANY_SCENE;
	return pickWanted(random, scenes, "scene", unwanted);
}

const LIKELY_TIMES: Record<SceneName, readonly TimeOfDay[]> = {
	mountains: ["dawn", "day", "sunset", "sunset", "dusk"],
	sea: ["dawn", "day", "sunset", "sunset", "dusk"],
	forest: ["dawn", "day", "day", "sunset"],
	desert: ["dawn", "day", "sunset", "sunset", "dusk"],
	night: ["night", "night", "night", "dusk"],
	city: ["day", "sunset", "dusk", "dusk", "night"],
	flowers: ["dawn", "day", "day", "sunset"],
	abstract: ["day"],
	rug: ["day"],
};

const MOSTLY_FAIR: readonly Weather[] = ["clear", "clear", "cloudy", "cloudy"];
const SOMETIMES_MISTY: readonly Weather[] = ["clear", "clear", "cloudy", "fog"];
const LIKELY_WEATHERS: Record<SceneName, readonly Weather[]> = {
	mountains: ["clear", "clear", "cloudy", "cloudy", "fog"],
	sea: MOSTLY_FAIR,
	forest: SOMETIMES_MISTY,
	desert: ["clear", "clear", "cloudy"],
	night: ["clear"],
	city: MOSTLY_FAIR,
	flowers: ["clear", "clear", "cloudy"],
	abstract: ["clear"],
	rug: ["clear"],
};

const GREEN_SEASONS: readonly Season[] = ["spring", "summer", "summer"];
/** Nobody is snowed in who did not ask for it. */
const COLOURFUL_SEASONS: readonly Season[] = [
	"spring",
	"summer",
	"summer",
	"autumn",
	"autumn",
];
const LIKELY_SEASONS: Record<SceneName, readonly Season[]> = {
	mountains: COLOURFUL_SEASONS,
	sea: GREEN_SEASONS,
	forest: COLOURFUL_SEASONS,
	desert: GREEN_SEASONS,
	night: COLOURFUL_SEASONS,
	city: GREEN_SEASONS,
	flowers: GREEN_SEASONS,
	abstract: GREEN_SEASONS,
	rug: GREEN_SEASONS,
};
