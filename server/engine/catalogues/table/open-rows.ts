/** Takes in rows that come as JSON objects, one a line of a file or in a list: what a program sends instead of a CSV. */
import { splitLines } from "../../batches/split-lines.ts";
import { nameColumns } from "./name-columns.ts";
import {
	refusedRow,
	TABLE_LIMITS,
	type Table,
	type TableEntry,
	type TableFault,
	type TableLimits,
	type TableOptions,
	UnreadableTable,
} from "./table.ts";
import { takeRow } from "./take-row.ts";

type Fields = Readonly<Record<string, unknown>>;
type Found =
	| { readonly kind: "object"; readonly line: number; readonly fields: Fields }
	| { readonly kind: "fault"; readonly fault: TableFault };

/** The columns are what the first objects name: as many as these are held for that. */
const ROWS_FOR_COLUMNS = 1_000;
/** No more bytes are held for it than in this many of the longest rows. */
const LONGEST_ROWS_FOR_COLUMNS = 16;

/**
 * Reads as far as it takes to know the columns.
 * @throws {UnreadableTable} when there are none.
 */
export async function openJsonLines(
	source: AsyncIterable<Uint8Array>,
	options: TableOptions,
): Promise<Table> {
	const { maxRowCharacters } = options.limits ?? TABLE_LIMITS;
	return openObjects(parsedLines(source, maxRowCharacters), options);
}

/** @throws {UnreadableTable} when there are none. */
export async function openRows(
	rows: Iterable<unknown>,
	options: TableOptions,
): Promise<Table> {
	return openObjects(numbered(rows), options);
}

async function* parsedLines(
	source: AsyncIterable<Uint8Array>,
	maxRowBytes: number,
): AsyncGenerator<Found, void> {
	for await (const { number, bytes } of splitLines(source, maxRowBytes)) {
		if (bytes === null) {
			yield refusedRow(
				number,
				"row_too_long",
				`Line ${number} is longer than ${maxRowBytes} bytes.`,
			);
			continue;
		}
		let value: unknown;
		try {
			value = JSON.parse(bytes.toString("utf8"));
		} catch {
			yield refusedRow(
				number,
				"broken_json",
				`Line ${number} is not valid JSON.`,
			);
			continue;
		}
		yield foundIn(value, number, "Line");
	}
}

async function* numbered(rows: Iterable<unknown>): AsyncGenerator<Found, void> {
	let number = 0;
	for (const value of rows) yield foundIn(value, ++number, "Row");
}

function foundIn(value: unknown, line: number, word: string): Found {
	if (typeof value === "object" && value !== null && !Array.isArray(value))
		return { kind: "object", line, fields: value as Fields };
	return refusedRow(
		line,
		"not_an_object",
		`${word} ${line} is not an object with a field for each column.`,
	);
}

async function openObjects(
	found: AsyncGenerator<Found, void>,
	{ field, limits = TABLE_LIMITS }: TableOptions,
): Promise<Table> {
	const first = await firstObjects(found, limits.maxRowCharacters);
	const headers = [...new Set(first.flatMap(keysOf))];
	if (first.length === 0 || (headers.length === 0 && first.every(isObject))) {
		await found.return();
		throw new UnreadableTable(field, {
			line: 1,
			code: "empty",
			message: "There are no rows.",
		});
	}
	if (headers.length > limits.maxColumns) {
		await found.return();
		throw new UnreadableTable(field, {
			line: 1,
			code: "too_many_columns",
			message: `The rows have ${headers.length} fields between them; at most ${limits.maxColumns} are allowed.`,
		});
	}
	const { columns, warnings } = nameColumns(headers, 1);
	return {
		columns,
		headers,
		warnings,
		format: { kind: "json" },
		entries: readRows(first, found, headers, field, limits),
		async close() {
			await found.return();
		},
	};
}

async function firstObjects(
	found: AsyncGenerator<Found, void>,
	maxRowCharacters: number,
): Promise<Found[]> {
	const first: Found[] = [];
	let characters = 0;
	while (
		first.length < ROWS_FOR_COLUMNS &&
		characters < maxRowCharacters * LONGEST_ROWS_FOR_COLUMNS
	) {
		const next = await found.next();
		if (next.done === true) break;
		first.push(next.value);
		if (next.value.kind === "object")
			characters += charactersOf(next.value.fields);
	}
	return first;
}

async function* readRows(
	first: Found[],
	rest: AsyncGenerator<Found, void>,
	headers: readonly string[],
	field: string,
	limits: TableLimits,
): AsyncGenerator<TableEntry, void> {
	const known = new Set(headers);
	let position = 0;
	try {
		for await (const found of both(first, rest)) {
			const entry = readRow(found, position, headers, known, limits);
			if (entry.kind === "row") {
				if (position === limits.maxRows)
					throw new UnreadableTable(field, {
						line: entry.row.line,
						code: "too_many_rows",
						message: `There are more than ${limits.maxRows} rows; send them in parts.`,
					});
				position++;
			}
			yield entry;
		}
	} finally {
		await rest.return();
	}
}

async function* both(
	first: Found[],
	rest: AsyncGenerator<Found, void>,
): AsyncGenerator<Found, void> {
	// Let go of one by one.
	for (const found of first.splice(0)) yield found;
	yield* rest;
}

function readRow(
	found: Found,
	position: number,
	headers: readonly string[],
	known: ReadonlySet<string>,
	limits: TableLimits,
): TableEntry {
	if (found.kind === "fault") return found;
	const { line, fields } = found;
	const unknown = Object.keys(fields).find((name) => !known.has(name));
	if (unknown !== undefined)
		return refusedRow(
			line,
			"unknown_field",
			`Row ${line} has a field ${JSON.stringify(unknown.slice(0, 100))} that none of the first ${ROWS_FOR_COLUMNS} has.`,
		);
	if (charactersOf(fields) > limits.maxRowCharacters)
		return refusedRow(
			line,
			"row_too_long",
			`Row ${line} is longer than ${limits.maxRowCharacters} characters.`,
		);
	const texts: string[] = [];
	for (const name of headers) {
		const text = textOf(Object.hasOwn(fields, name) ? fields[name] : null);
		if (text === null)
			return refusedRow(
				line,
				"not_a_text",
				`Row ${line}: ${JSON.stringify(name.slice(0, 100))} may be a text, a number, true, false, null, or a list of these.`,
			);
		texts.push(text);
	}
	return takeRow({ line, fields: texts }, position, headers.length, null);
}

/** @returns `null` for what cannot stand in a table. */
function textOf(value: unknown): string | null {
	switch (typeof value) {
		case "string":
			return value.isWellFormed() ? value : null;
		case "number":
		case "boolean":
			return String(value);
		case "object": {
			if (value === null) return "";
			if (!Array.isArray(value)) return null;
			const texts = value.map((each) =>
				Array.isArray(each) ? null : textOf(each),
			);
			return texts.includes(null) ? null : texts.join(", ");
		}
		default:
			return null;
	}
}

function charactersOf(fields: Fields): number {
	let characters = 0;
	for (const [name, value] of Object.entries(fields)) {
		characters += name.length;
		const texts: unknown[] = Array.isArray(value) ? value : [value];
		for (const text of texts)
			characters += typeof text === "string" ? text.length : 1;
	}
	return characters;
}

function keysOf(found: Found): string[] {
	return found.kind === "object" ? Object.keys(found.fields) : [];
}

function isObject(found: Found): boolean {
	return found.kind === "object";
}
