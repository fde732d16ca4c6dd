/** Every language the painter reads, one line each. */

import { chinese } from "./chinese.ts";
import { english } from "./english.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import { italian } from "./italian.ts";
import { japanese } from "./japanese.ts";
import { korean } from "./korean.ts";
import { portuguese } from "./portuguese.ts";
import { spanish } from "./spanish.ts";
import { thai } from "./thai.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const VOCABULARIES: readonly Vocabulary[] = Object.freeze([
	english,
	german,
	spanish,
	french,
	italian,
	portuguese,
	japanese,
	korean,
	chinese,
	thai,
]);
