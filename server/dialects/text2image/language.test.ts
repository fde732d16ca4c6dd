/** Which language a caller is answered in (S4, reading h). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { languageOf } from "./language.ts";

test("S4-h: German is spoken unless English is preferred to it", () => {
	const german = [
		undefined,
		"",
		"de",
		"*",
		"de-AT,en;q=0.9",
		"fr",
		"en;q=0",
		"en,de",
		";;,",
	];
	for (const header of german) assert.equal(languageOf(header), "de", header);
	const english = [
		"en",
		"en-GB",
		"EN-us,de;q=0.5",
		"fr,en;q=0.8",
		"de;q=0,en;q=0.1",
	];
	for (const header of english) assert.equal(languageOf(header), "en", header);
});
