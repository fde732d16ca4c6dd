/** Whatever a shop's export looks like, its rows come out as they were meant, and what is broken is told with its line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openJsonLines, openRows } from "./open-rows.ts";
import { openTable } from "./open-table.ts";
import { previewTable } from "./preview-table.ts";
import {
	type Encoding,
	TABLE_LIMITS,
	type Table,
	type TableLimits,
	UnreadableTable,
} from "./table.ts";

const SMALL: TableLimits = {
	maxRows: 1_000,
	maxColumns: 20,
	maxRowCharacters: 200,
};

async function* inChunks(
	bytes: Buffer,
	sizes: readonly number[],
): AsyncGenerator<Uint8Array> {
	// As a source does that fills the same buffer anew: whoever keeps a piece of it has to copy it.
	const shared = Buffer.alloc(Math.max(...sizes));
	for (let start = 0, turn = 0; start < bytes.length; turn++) {
		const size = sizes[turn % sizes.length] ?? 1;
		const copied = bytes.copy(shared, 0, start, start + size);
		yield shared.subarray(0, copied);
		start += size;
	}
}

function open(
	file: string | Buffer,
	limits: TableLimits = TABLE_LIMITS,
): Promise<Table> {
	return openTable(inChunks(Buffer.from(file), [7, 3]), {
		field: "file",
		limits,
	});
}

/** Fields of rows, and codes of faults, each after the number of its line. */
async function entriesOf(table: Table): Promise<unknown[]> {
	const found: unknown[] = [];
	for await (const entry of table.entries) {
		if (entry.kind === "row") found.push([entry.row.line, ...entry.row.fields]);
		else found.push([entry.fault.line, entry.fault.code]);
	}
	return found;
}

async function read(
	file: string | Buffer,
	limits?: TableLimits,
): Promise<unknown[]> {
	return entriesOf(await open(file, limits));
}

function isUnreadable(code: string, message: RegExp, line = 1) {
	return (error: unknown) => {
		assert.ok(error instanceof UnreadableTable);
		assert.equal(error.code, "invalid_request");
		assert.equal(error.details.field, "file");
		assert.equal(error.fault.code, code);
		assert.equal(error.fault.line, line);
		assert.match(error.message, message);
		return true;
	};
}

interface Manner {
	readonly encoding: Encoding;
	readonly hasByteOrderMark: boolean;
	readonly delimiter: "," | ";" | "\t";
	readonly lineEnd: "\n" | "\r\n" | "\r";
	readonly quotesAll: boolean;
	readonly hasLastLineEnd: boolean;
}

function encoded(text: string, manner: Manner): Buffer {
	const marked = manner.hasByteOrderMark ? `\ufeff${text}` : text;
	switch (manner.encoding) {
		case "utf-8":
			return Buffer.from(marked);
		case "utf-16le":
			return Buffer.from(marked, "utf16le");
		case "utf-16be":
			return Buffer.from(marked, "utf16le").swap16();
		case "windows-1252":
			return Buffer.from(text, "latin1");
	}
}

function written(field: string, { delimiter, quotesAll }: Manner): string {
	const needsQuotes = /["\r\n]/.test(field) || field.includes(delimiter);
	return quotesAll || needsQuotes ? `"${field.replaceAll('"', '""')}"` : field;
}

const letters = [..."ab1 \t,;\"\n\réäßñ'&"];
const manners = fc.record({
	encoding: fc.constantFrom<Encoding>(
		"utf-8",
		"utf-16le",
		"utf-16be",
		"windows-1252",
	),
	hasByteOrderMark: fc.boolean(),
	delimiter: fc.constantFrom(",", ";", "\t"),
	lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
	quotesAll: fc.boolean(),
	hasLastLineEnd: fc.boolean(),
});
const tables = fc
	.tuple(manners, fc.integer({ min: 2, max: 5 }))
	.chain(([manner, columns]) => {
		const beyond = manner.encoding === "windows-1252" ? [] : ["ก", "日"];
		const isMarked = manner.hasByteOrderMark && beyond.length > 0;
		const marked = isMarked ? ["😀"] : [];
		const field = fc
			.array(fc.constantFrom(...letters, ...beyond, ...marked), {
				maxLength: 12,
			})
			.map((characters) => characters.join(""));
		return fc.record({
			manner: fc.constant(manner),
			columns: fc.constant(
				Array.from({ length: columns }, (_, index) => `Column é ${index}`),
			),
			rows: fc.array(
				fc
					.array(field, { minLength: columns, maxLength: columns })
					.map(([first, ...others]) => [`x${first}`, ...others]),
				{ minLength: 1, maxLength: 8 },
			),
		});
	});

test("S0-16: whatever is written in any encoding, with any delimiter and line end, and cut anywhere, is read back the same", async () => {
	await fc.assert(
		fc.asyncProperty(
			tables,
			fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
			async ({ manner, columns, rows }, sizes) => {
				const lines = [columns, ...rows].map((fields) =>
					fields.map((field) => written(field, manner)).join(manner.delimiter),
				);
				const text =
					lines.join(manner.lineEnd) +
					(manner.hasLastLineEnd ? manner.lineEnd : "");
				const table = await openTable(inChunks(encoded(text, manner), sizes), {
					field: "file",
				});
				assert.deepEqual(table.columns, columns);
				let line = 1;
				const expected = rows.map((fields, index) => {
					line += (lines[index] ?? "").split(/\r\n|\n|\r/).length;
					return [line, ...fields];
				});
				assert.deepEqual(await entriesOf(table), expected);
				const { encoding, delimiter, lineEnd } = manner;
				const hasByteOrderMark =
					manner.hasByteOrderMark && encoding !== "windows-1252";
				assert.deepEqual(table.format, {
					kind: "delimited",
					encoding,
					hasByteOrderMark,
					delimiter,
					lineEnd,
					hasSeparatorLine: false,
				});
			},
		),
		{ numRuns: 300 },
	);
});

test("characters of Windows-1252, as Excel saves them, are read though they first show at the end of a long file", async () => {
	const rows = Array.from({ length: 9_000 }, (_, index) => `${index},plain\n`);
	const table = await openTable(
		inChunks(
			Buffer.concat([
				Buffer.from(`a,b\n${rows.join("")}`),
				Buffer.from([0x31, 0x2c, 0x80, 0x93, 0xfc, 0x94, 0x0a]),
			]),
			[10_000],
		),
		{ field: "file" },
	);
	const found = await entriesOf(table);
	assert.deepEqual(found.at(-1), [9_002, "1", "€“ü”"]);
	assert.equal(found.length, 9_001);
	assert.equal(
		table.format.kind === "delimited" && table.format.encoding,
		"windows-1252",
	);
});

test("one broken character makes no other text of a file in UTF-8, and is told", async () => {
	const table = await open(
		Buffer.concat([
			Buffer.from("a,b\nภาพ,Größe\nbro"),
			Buffer.from([0xff]),
			Buffer.from("ken,x\n"),
		]),
	);
	const warnings: string[] = [];
	for await (const entry of table.entries)
		if (entry.kind === "row")
			warnings.push(
				...entry.row.warnings.map(({ line, code }) => `${line} ${code}`),
			);
	assert.deepEqual(warnings, ["3 broken_characters"]);
});

test("a line sep= tells the delimiter, and a table of one column has none", async () => {
	assert.deepEqual(await read("sep=|\r\na|b\r\n1,2|3\r\n"), [[3, "1,2", "3"]]);
	assert.deepEqual(await read('prompt\na cat, asleep; alone\n"a ""dog"""\n'), [
		[2, "a cat, asleep; alone"],
		[3, 'a "dog"'],
	]);
});

test("blank lines are passed over wherever they are, and decimal commas divide nothing", async () => {
	assert.deepEqual(await read("\n,,\n a;b;c\n1,5;2,5;3,5\n\n;;\n4;5;6"), [
		[4, "1,5", "2,5", "3,5"],
		[7, "4", "5", "6"],
	]);
});

test("columns without a name and with another's get one of their own, and a BOM is no part of it", async () => {
	const table = await open(
		"\ufeff\ufeffSKU,Title,,Title,Title (2),sku \n1,2,3,4,5,6\n",
	);
	assert.deepEqual(table.columns, [
		"SKU",
		"Title",
		"Column 3",
		"Title (3)",
		"Title (2)",
		"sku",
	]);
	assert.deepEqual(
		table.warnings.map(({ code, line }) => [code, line]),
		[
			["unnamed_column", 1],
			["repeated_column", 1],
		],
	);
	assert.deepEqual(table.headers.slice(1, 4), ["Title", "", "Title"]);
	await table.close();
	const misread = await open("ï»¿SKU,b\n1,2\n");
	assert.deepEqual(misread.columns, ["SKU", "b"]);
	await misread.close();
});

test("a row that is too short is filled up with a warning, one that is too long is refused unless the surplus is empty", async () => {
	const table = await open("a,b,c\n1\n1,2,3,4\n1,2,3,,\n");
	const found = [];
	for await (const entry of table.entries) found.push(entry);
	assert.deepEqual(
		found.map((entry) =>
			entry.kind === "row"
				? [entry.row.position, entry.row.fields, entry.row.warnings.length]
				: [entry.fault.code, entry.fault.message],
		),
		[
			[0, ["1", "", ""], 1],
			[
				"too_many_fields",
				"Line 3 has 4 fields where there are 3 columns. A text with a delimiter in it has to stand in quotes.",
			],
			[1, ["1", "2", "3"], 0],
		],
	);
});

test("a broken quote spoils its own row and none after it", async () => {
	assert.deepEqual(
		await read(
			'a,b\n1,"5"x8" rug"\n2,5" x 8"\n3, "three" \n4,"open\n5,five\n6,six',
		),
		[
			[2, "stray_quote"],
			[3, "2", '5" x 8"'],
			[4, "3", "three"],
			[5, "unclosed_quote"],
			[6, "5", "five"],
			[7, "6", "six"],
		],
	);
});

test("lines that are left of a broken row are not taken for rows of their own", async () => {
	assert.deepEqual(
		await read('a,b,c\n1,"3" x 5","one\ntwo\nthree"\n4,5,6\n7\n'),
		[
			[2, "stray_quote"],
			[3, "too_few_fields"],
			[4, "too_few_fields"],
			[5, "4", "5", "6"],
			[6, "7", "", ""],
		],
	);
});

test("a row that is too long is passed over without being held, quoted or not", async () => {
	const long = "y".repeat(5_000);
	assert.deepEqual(
		await read(`a,b\n1,${long}\n2,"${long}"\n3,three\n4,"${long}`, SMALL),
		[
			[2, "row_too_long"],
			[3, "row_too_long"],
			[4, "3", "three"],
			[5, "row_too_long"],
		],
	);
});

test("a file of nothing but quotes that never end is given up, not read for ever", async () => {
	// Each line opens a quote that the next one closes and opens again.
	const file = 'a,b\n1,"\n'.concat(`x","${"y".repeat(20)}\n`.repeat(150_000));
	await assert.rejects(
		async () => {
			const table = await openTable(inChunks(Buffer.from(file), [65_536]), {
				field: "file",
				limits: { ...SMALL, maxRowCharacters: 20_000 },
			});
			await entriesOf(table);
		},
		(error: unknown) =>
			error instanceof UnreadableTable && error.fault.code === "unclosed_quote",
	);
});

test("a zero character is refused in its row, as no database could keep it", async () => {
	assert.deepEqual(
		await read(`a,b\n1,x\0y\n2,${"fine".repeat(50)}\n`, TABLE_LIMITS),
		[
			[2, "zero_character"],
			[3, "2", "fine".repeat(50)],
		],
	);
});

const notTables: readonly (readonly [
	string,
	string | Buffer,
	string,
	RegExp,
])[] = [
	["nothing", "", "empty", /is empty/],
	["blanks", "  \r\n \n", "empty", /blanks/],
	["a workbook", "PK\x03\x04 sheet", "not_a_table", /save the sheet as CSV/],
	["HTML", "\n<!DOCTYPE html><html>", "not_a_table", /HTML/],
	["JSON", '[{"SKU":1}]', "not_a_table", /one object a line/],
	["JSON lines", '{"SKU":1}\n{"SKU":2}\n', "not_a_table", /one object a line/],
	[
		"a program",
		Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
		"not_a_table",
		/not a text/,
	],
	[
		"UTF-32",
		Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]),
		"unknown_encoding",
		/UTF-32/,
	],
	[
		"names that cannot be read",
		'a,"b\n1,2\n',
		"unclosed_quote",
		/names of the columns/,
	],
];
for (const [what, file, code, message] of notTables) {
	test(`${what} is refused as no table, saying what it is`, async () => {
		await assert.rejects(open(file), isUnreadable(code, message));
	});
}

test("names of columns without rows, too many columns and too many rows are refused", async () => {
	await assert.rejects(
		read("a,b\r\n\r\n"),
		isUnreadable("no_rows", /no rows below/, 2),
	);
	await assert.rejects(
		open(`${Array.from({ length: 21 }, (_, index) => `c${index}`)}\n`, SMALL),
		isUnreadable("too_many_columns", /21 columns; at most 20/),
	);
	const rows = "1,2\n".repeat(3);
	assert.equal(
		(await read(`a,b\n${rows}`, { ...SMALL, maxRows: 3 })).length,
		3,
	);
	await assert.rejects(
		read(`a,b\n${rows}3,4\n`, { ...SMALL, maxRows: 3 }),
		isUnreadable("too_many_rows", /more than 3 rows/, 5),
	);
});

test("a table is read no further than its rows are asked for, and let go of when they no longer are", async () => {
	let chunks = 0;
	let isLetGo = false;
	async function* endless(): AsyncGenerator<Uint8Array> {
		try {
			yield Buffer.from("a,b\n");
			for (;;) {
				chunks++;
				yield Buffer.from("1,2\n".repeat(1_000));
			}
		} finally {
			isLetGo = true;
		}
	}
	const table = await openTable(endless(), { field: "file" });
	let rows = 0;
	for await (const _entry of table.entries) if (++rows === 5_000) break;
	assert.ok(chunks < 40, `${chunks} chunks of 1,000 rows were read`);
	assert.equal(isLetGo, true);
	isLetGo = false;
	const another = await openTable(endless(), { field: "file" });
	await another.close();
	assert.equal(isLetGo, true);
});

test("rows may come as JSON, one object a line or in a list, and need not all have the same fields", async () => {
	const lines = [
		'{"SKU":"1","tags":["red","blue"],"price":1.5}',
		"",
		"{broken",
		"[1]",
		'{"SKU":"2","sold":true,"price":null}',
		'{"SKU":{"deep":1}}',
	].join("\n");
	const table = await openJsonLines(inChunks(Buffer.from(lines), [5]), {
		field: "file",
	});
	assert.deepEqual(table.columns, ["SKU", "tags", "price", "sold"]);
	assert.deepEqual(table.format, { kind: "json" });
	assert.deepEqual(await entriesOf(table), [
		[1, "1", "red, blue", "1.5", ""],
		[3, "broken_json"],
		[4, "not_an_object"],
		[5, "2", "", "", "true"],
		[6, "not_a_text"],
	]);
	const listed = await openRows([{ a: "x\0" }, { a: "\ud800" }, { a: "ก" }], {
		field: "rows",
	});
	assert.deepEqual(await entriesOf(listed), [
		[1, "zero_character"],
		[2, "not_a_text"],
		[3, "ก"],
	]);
	await assert.rejects(openRows([], { field: "file" }), /no rows/);
});

test("a field that first shows in the thousands of JSON rows is refused, not dropped", async () => {
	const rows = Array.from({ length: 1_200 }, (_, index) =>
		index === 1_100 ? { a: 1, b: 2 } : { a: index },
	);
	const found = await entriesOf(await openRows(rows, { field: "rows" }));
	assert.deepEqual(found[1_100], [1_101, "unknown_field"]);
	assert.deepEqual(found.at(-1), [1_200, "1199"]);
});

test("a preview tells what the columns hold, counts everything and shows the first problems", async () => {
	const bad = "1,2,3,4,5,6,7\n".repeat(60);
	const preview = await previewTable(
		await open(
			`SKU,Title,photo,url,price,nothing\n1,a,https://x.test/1 a.jpg?v=2,https://x.test/1,"1,200.50",\n2,b,,https://x.test/2,3,\n3\n${bad}`,
		),
	);
	assert.deepEqual(
		preview.columns.map(({ name, type, filledCount }) => [
			name,
			type,
			filledCount,
		]),
		[
			["SKU", "number", 3],
			["Title", "text", 2],
			["photo", "image link", 1],
			["url", "link", 2],
			["price", "number", 2],
			["nothing", "empty", 0],
		],
	);
	assert.deepEqual(
		[
			preview.rowCount,
			preview.faultCount,
			preview.warningCount,
			preview.problems.length,
			preview.rows.length,
		],
		[3, 60, 1, 50, 3],
	);
});
