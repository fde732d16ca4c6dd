/** The house rules, as tests that name the culprit: which room may know which, and what stays in one place. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const server = import.meta.dirname;

interface SourceFile {
	/** From the folder that was read, with forward slashes. */
	readonly name: string;
	readonly text: string;
	readonly lines: number;
	/** Files of ours, from the same folder. */
	readonly imports: readonly string[];
	readonly packages: readonly string[];
}

const readFiles = (folder: string): readonly SourceFile[] =>
	globSync("**/*.ts", { cwd: folder }).map((found) => {
		const name = found.split(path.sep).join("/");
		const text = readFileSync(path.join(folder, found), "utf8");
		const specifiers = [
			...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g),
		].map(([, specifier = ""]) => specifier);
		const isOurs = (specifier: string) => specifier.startsWith(".");
		return {
			name,
			text,
			lines: text.split("\n").length - 1,
			imports: specifiers
				.filter(isOurs)
				.map((specifier) =>
					path.posix.normalize(
						path.posix.join(path.posix.dirname(name), specifier),
					),
				),
			packages: specifiers.filter((specifier) => !isOurs(specifier)),
		};
	});
const files = readFiles(server);

const OPENING_SENTENCE = /^(#!.*\n)?\/\*\*[\s*]+[A-Z`\d]/;
const VAGUE_NAME = /(^|\/)(utils?|helpers?|common|shared|misc|index)(\.|\/)/;

const isTest = ({ name }: SourceFile) =>
	name.endsWith(".test.ts") ||
	name.endsWith("-contract.ts") ||
	name.startsWith("testing/");
const sources = files.filter((file) => !isTest(file));

/** Room by room: what its files may import. Whatever matches no room is the root, where everything is wired together. */
const ARROWS: readonly {
	readonly room: RegExp;
	readonly mayImport: readonly RegExp[];
}[] = [
	{ room: /^settings\.ts$/, mayImport: [] },
	{ room: /^storage\//, mayImport: [/^storage\//, /^settings\.ts$/] },
	{ room: /^pixels\//, mayImport: [/^pixels\//, /^settings\.ts$/] },
	{ room: /^net\//, mayImport: [/^net\//, /^settings\.ts$/] },
	{ room: /^db\//, mayImport: [/^db\//] },
	{ room: /^providers\/provider\.ts$/, mayImport: [] },
	{
		room: /^providers\/provider-kind\.ts$/,
		mayImport: [/^providers\/provider\.ts$/, /^net\//, /^settings\.ts$/],
	},
	{ room: /^providers\/registry\.ts$/, mayImport: [/^providers\//] },
	{
		room: /^providers\/wire\//,
		mayImport: [
			/^providers\/(wire\/|provider\.ts$|provider-kind\.ts$)/,
			/^net\//,
		],
	},
	{
		room: /^engine\//,
		mayImport: [
			/^engine\//,
			/^providers\/provider\.ts$/,
			/^storage\//,
			/^pixels\//,
			/^net\//,
			/^db\//,
			/^settings\.ts$/,
		],
	},
	{
		room: /^http\//,
		mayImport: [
			/^http\//,
			/^engine\//,
			/^net\/json-stream\.ts$/,
			/^settings\.ts$/,
		],
	},
	{
		room: /^configuration\//,
		mayImport: [/^configuration\//, /^providers\/provider-kind\.ts$/],
	},
	{
		room: /^doctor\//,
		// It looks at everything, as the root does, and nobody but the root looks at it.
		mayImport: [
			/^(doctor|engine|providers|db|net|storage)\//,
			/^(config|provider-services)\.ts$/,
		],
	},
	{
		room: /^dialects\/dialect\.ts$/,
		mayImport: [/^engine\/engine\.ts$/, /^http\//, /^settings\.ts$/],
	},
	{ room: /^dialects\/registry\.ts$/, mayImport: [/^dialects\//] },
];

/** What a dialect may see of the engine: its front door, its words and its errors. */
const ENGINE_DOORS = [
	/^engine\/engine\.ts$/,
	/^engine\/batches\/translator\.ts$/,
	/^engine\/errors\.ts$/,
	/^engine\/generations\/request\.ts$/,
	/^engine\/conversations\/conversation\.ts$/,
	/^engine\/chat\/reply-request\.ts$/,
	/^engine\/models\/model\.ts$/,
	/^engine\/presets\/preset\.ts$/,
	/^engine\/catalogues\/(catalogue|catalogue-reports|new-catalogue|line-form|row-wishes)\.ts$/,
];

/** Neighbours in these rooms are strangers to each other. */
const APARTMENTS = [
	{
		room: /^dialects\/([^/]+)\//,
		mayImport: [
			/^dialects\/dialect\.ts$/,
			/^http\//,
			/^net\/json-stream\.ts$/,
			...ENGINE_DOORS,
			/^settings\.ts$/,
		],
	},
	{
		room: /^providers\/(?!wire\/)([^/]+)\//,
		mayImport: [
			/^providers\/(provider|provider-kind)\.ts$/,
			/^providers\/wire\//,
			/^net\//,
			/^settings\.ts$/,
		],
	},
];

function allowedFor(name: string): readonly RegExp[] | null {
	for (const { room, mayImport } of APARTMENTS) {
		const own = room.exec(name)?.[0];
		if (own !== undefined) return [...mayImport, new RegExp(`^${own}`)];
	}
	return ARROWS.find(({ room }) => room.test(name))?.mayImport ?? null;
}

test("arrows between rooms point one way", () => {
	const culprits = sources.flatMap(({ name, imports }) => {
		const allowed = allowedFor(name);
		if (allowed === null) return [];
		return imports
			.filter((imported) => !allowed.some((pattern) => pattern.test(imported)))
			.map((imported) => `${name} imports ${imported}`);
	});
	assert.deepEqual(culprits, []);
});

test("every folder is a room that the rules above know", () => {
	const unknown = sources
		.filter(({ name }) => name.includes("/") && allowedFor(name) === null)
		.map(({ name }) => name);
	assert.deepEqual(unknown, []);
});

test("the command line asks the client, the client needs nothing, and the server knows neither", () => {
	const fromOutside = (room: string) =>
		readFiles(path.join(server, "..", room)).filter((file) => !isTest(file));
	const client = fromOutside("client");
	const cli = fromOutside("cli");
	const needs = (
		found: readonly SourceFile[],
		isAllowed: (specifier: string) => boolean,
	) =>
		found.flatMap(({ name, imports, packages }) =>
			[...imports, ...packages]
				.filter((each) => each.startsWith("..") || packages.includes(each))
				.filter((each) => !isAllowed(each))
				.map((each) => `${name} imports ${each}`),
		);
	assert.deepEqual(
		needs(client, () => false),
		[],
	);
	assert.deepEqual(
		needs(cli, (each) => /^(node:|@gesso\/client($|\/))/.test(each)),
		[],
	);
	assert.deepEqual(
		needs(files, (each) => !/^(@gesso\/|\.\.\/(client|cli)\/)/.test(each)),
		[],
	);
	const outside = [...client, ...cli];
	const named = (isCulprit: (file: SourceFile) => boolean) =>
		outside.filter(isCulprit).map(({ name }) => name);
	assert.deepEqual(
		named(({ lines }) => lines > 300),
		[],
	);
	assert.deepEqual(
		named(({ text }) => !OPENING_SENTENCE.test(text)),
		[],
	);
	assert.deepEqual(
		named(({ name }) => VAGUE_NAME.test(name)),
		[],
	);
	assert.deepEqual(
		cli
			.filter(({ text }) => /process\.env\b|\bfetch\(/.test(text))
			.map(({ name }) => name),
		["main.ts"],
	);
});

test("only tests use the testing room", () => {
	const culprits = sources
		.filter(({ imports }) =>
			imports.some((each) => each.startsWith("testing/")),
		)
		.map(({ name }) => name);
	assert.deepEqual(culprits, []);
});

test("some things happen in one place only", () => {
	const places: readonly (readonly [string, RegExp, RegExp])[] = [
		["sharp is used by", /from "sharp"/, /^pixels\//],
		["SQLite is opened by", /from "better-sqlite3"/, /^db\/open-sqlite\.ts$/],
		["PostgreSQL is opened by", /from "pg"/, /^db\/open-postgres\.ts$/],
		[
			"the network is reached by",
			/from "undici"|\bfetch\(/,
			/^(net|http\/welcome)\//,
		],
		[
			"the environment is read by",
			/process\.env\b/,
			// The size of libuv's thread pool is its own variable, not a setting of ours.
			/^(main|admin|doctor|pixels\/gated-sharp)\.ts$/,
		],
		[
			"a balance is changed by",
			/balance_credits: eb\(/,
			/^engine\/credits\/ledger\.ts$/,
		],
		[
			"a generation is changed by",
			/updateTable\("generations"\)/,
			/^engine\/(jobs\/job-states|generations\/record)\.ts$/,
		],
		[
			"ledger entries are written by",
			/insertInto\("ledger_entries"\)/,
			/^engine\/credits\/ledger\.ts$/,
		],
	];
	const culprits = places.flatMap(([what, pattern, where]) =>
		sources
			.filter(({ name, text }) => pattern.test(text) && !where.test(name))
			.map(({ name }) => `${what} ${name}`),
	);
	assert.deepEqual(culprits, []);
});

/** Files that may be longer than 300 lines, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
	"providers/provider.ts":
		"the whole contract between the engine and whoever draws: types and what they mean, on one page",
	"engine/jobs/job-states.ts":
		"the one file that changes a generation's status: splitting it would hide a transition",
};

test("a file has at most 300 lines, or a reason", () => {
	const long = sources
		.filter(({ name, lines }) => lines > 300 && !(name in LONG_FILES))
		.map(({ name, lines }) => `${name} has ${lines} lines`);
	assert.deepEqual(long, []);
});

test("every file opens with a sentence that says what it is for", () => {
	const silent = files
		.filter(({ text }) => !OPENING_SENTENCE.test(text))
		.map(({ name }) => name);
	assert.deepEqual(silent, []);
});

test("nothing is called by a word that says nothing", () => {
	const vague = files
		.filter(({ name }) => VAGUE_NAME.test(name))
		.map(({ name }) => name);
	assert.deepEqual(vague, []);
});

test("no provider's name stands outside its own folder", () => {
	const allowed =
		/^(providers\/(registry\.ts|painter\/)|config\.ts|app\.ts|engine\/(config|models\/(catalogue|resolve-model))\.ts)/;
	const culprits = sources
		.filter(
			({ name, text }) => /\bpainter\b/i.test(text) && !allowed.test(name),
		)
		.map(({ name }) => name);
	assert.deepEqual(culprits, []);
});
