/** Every item of the five contracts, and every reading of them, is named by a test that holds the product to it. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

/** Contract by contract: how many numbered items it has, and the letter of its last reading. */
const CONTRACTS: Readonly<Record<string, readonly [number, string]>> = {
	S0: [40, "g"],
	S1: [52, "t"],
	S2: [13, "e"],
	S3: [32, "k"],
	S4: [37, "l"],
};

/** What no test can hold the product to. */
const EXCUSED: Readonly<Record<string, string>> = {
	"S0-4": "a name for the flow, which its own two steps contradict",
	"S0-28": "a comparison of prices with a model that is gone: no promise",
	"S0-34": "a comparison of prices with nobody in particular: no promise",
	"S4-36": "what is said of other people's models",
};

const OWN_NAME = path.basename(import.meta.filename);
const house = path.join(import.meta.dirname, "..");

const idsOf = (contract: string, from: number, to: number): string[] =>
	Array.from(
		{ length: to - from + 1 },
		(_, index) => `${contract}-${from + index}`,
	);

const readingsOf = (contract: string, from: string, to: string): string[] =>
	idsOf(contract, from.charCodeAt(0), to.charCodeAt(0)).map((id) => {
		const [, code] = id.split("-");
		return `${contract}-${String.fromCharCode(Number(code))}`;
	});

const ALL: ReadonlySet<string> = new Set(
	Object.entries(CONTRACTS).flatMap(([contract, [items, lastReading]]) => [
		...idsOf(contract, 1, items),
		...readingsOf(contract, "a", lastReading),
	]),
);

/** Reads `S1-5, S1-6`, `S0-16 to S0-24`, `S4-22 to 25`, `S1-46..48` and `S1-j`. */
function namedIn(text: string): string[] {
	const names =
		/\b(S\d)-(?:(\d+)(?:(?:\.\.| to )(?:\1-)?(\d+))?|([a-z])(?:(?:\.\.| to )(?:\1-)?([a-z]))?)(?![\w-])/g;
	return [...text.matchAll(names)].flatMap(
		([, contract = "", from, to = from, reading, lastReading = reading]) =>
			reading === undefined || lastReading === undefined
				? idsOf(contract, Number(from), Number(to))
				: readingsOf(contract, reading, lastReading),
	);
}

/** What a file says of itself in its first comment is no test. */
const withoutOpening = (text: string) =>
	text.replace(/^\/\*\*[\s\S]*?\*\//, "");

/** Item by item, the files of tests that name it. */
const namedBy: ReadonlyMap<string, readonly string[]> = (() => {
	const found = new Map<string, string[]>();
	const rooms = "{server,client,cli,studio}/**/*.test.{ts,tsx}";
	for (const file of globSync(rooms, {
		cwd: house,
		exclude: ["**/node_modules/**", `server/${OWN_NAME}`],
	})) {
		const text = readFileSync(path.join(house, file), "utf8");
		for (const id of namedIn(withoutOpening(text)))
			found.set(id, [...(found.get(id) ?? []), file]);
	}
	return found;
})();

test("names of items are read however titles write them", () => {
	for (const [title, ...expected] of [
		["S1-5, S1-6: a", "S1-5", "S1-6"],
		["S0-16 to S0-18, S0-30: a", "S0-16", "S0-17", "S0-18", "S0-30"],
		["platform: S1-46..48, S1-k: a", "S1-46", "S1-47", "S1-48", "S1-k"],
		["a (S4-22 to 24)", "S4-22", "S4-23", "S4-24"],
		["S4-d to S4-f, X11: a", "S4-d", "S4-e", "S4-f"],
		["S0-2 to S1-9: a", "S0-2", "S1-9"],
		["a row S1, S1-a-b, XS1-2, and S1-ab"],
	])
		assert.deepEqual(namedIn(title ?? ""), expected, title);
});

for (const contract of Object.keys(CONTRACTS))
	test(`every item and every reading of ${contract} is named by a test`, () => {
		const unnamed = [...ALL].filter(
			(id) =>
				id.startsWith(`${contract}-`) && !namedBy.has(id) && !(id in EXCUSED),
		);
		assert.deepEqual(
			unnamed,
			[],
			`No title of a test, nor a comment in one, says ${unnamed.join(", ")}: name the test that proves it, or write it.`,
		);
	});

test("what tests name is in the contracts, and what is excused has no test", () => {
	const strangers = [...namedBy].filter(([id]) => !ALL.has(id));
	assert.deepEqual(strangers, [], "no contract has these items");
	for (const id of Object.keys(EXCUSED)) {
		assert.ok(ALL.has(id), id);
		assert.equal(namedBy.get(id), undefined, `${id} needs no excuse`);
	}
});
