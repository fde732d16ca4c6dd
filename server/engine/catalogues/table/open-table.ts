/** Takes in a table in CSV or TSV as it streams by: one row at a time, whatever its delimiter, encoding and habits. */
import { nameColumns } from "./name-columns.ts";
import { readText, type StreamedText } from "./read-text.ts";
import {
	HopelessTable,
	RecordSplitter,
	type SplitRecord,
} from "./record-splitter.ts";
import {
	refusedRow,
	TABLE_LIMITS,
	type Table,
	type TableEntry,
	type TableFormat,
	type TableOptions,
	UnreadableTable,
} from "./table.ts";
import { takeRow } from "./take-row.ts";
import { BLANK, tellDelimiter } from "./tell-delimiter.ts";

type SplitFault = Extract<SplitRecord, { kind: "fault" }>;

/**
 * Reads as far as the names of the columns.
 * @throws {UnreadableTable} for what is empty or no table, and for one whose first line cannot be read.
 */
export async function openTable(
	source: AsyncIterable<Uint8Array>,
	{ field, limits = TABLE_LIMITS }: TableOptions,
): Promise<Table> {
	const text = await readText(source, field);
	try {
		const { delimiter, separatorLineLength } = tellDelimiter(
			text.sample,
			limits.maxRowCharacters,
		);
		const records = splitText(text, field, {
			delimiter,
			maxRowCharacters: limits.maxRowCharacters,
			separatorLineLength,
		});
		const header = await readHeader(records, field, limits.maxColumns);
		const { columns, warnings } = nameColumns(header.fields, header.line);
		const { decoding } = text;
		const lineEnd = lineEndOf(text.sample);
		return {
			columns,
			headers: header.fields,
			warnings,
			get format(): TableFormat {
				return {
					kind: "delimited",
					encoding: decoding.encoding,
					hasByteOrderMark: decoding.hasByteOrderMark,
					delimiter: delimiter ?? ",",
					lineEnd,
					hasSeparatorLine: separatorLineLength > 0,
				};
			},
			entries: readRows(records, columns.length, field, limits.maxRows),
			async close() {
				await records.return();
			},
		};
	} catch (error) {
		await text.rest.return();
		throw error;
	}
}

async function* splitText(
	{ sample, rest }: StreamedText,
	field: string,
	options: {
		readonly delimiter: string | null;
		readonly maxRowCharacters: number;
		readonly separatorLineLength: number;
	},
): AsyncGenerator<SplitRecord, void> {
	const splitter = new RecordSplitter({
		...options,
		firstLine: options.separatorLineLength > 0 ? 2 : 1,
	});
	try {
		yield* splitter.push(sample.slice(options.separatorLineLength));
		for await (const text of rest) yield* splitter.push(text);
		yield* splitter.end();
	} catch (error) {
		if (error instanceof HopelessTable)
			throw new UnreadableTable(field, {
				line: error.line,
				code: "unclosed_quote",
				message: error.message,
			});
		throw error;
	} finally {
		await rest.return();
	}
}

/** The first line that is not blank. */
async function readHeader(
	records: AsyncGenerator<SplitRecord, void>,
	field: string,
	maxColumns: number,
): Promise<{ line: number; fields: readonly string[] }> {
	for (;;) {
		const next = await records.next();
		if (next.done === true)
			throw new UnreadableTable(field, {
				line: 1,
				code: "empty",
				message: "The file has no names of columns.",
			});
		const record = next.value;
		if (record.kind === "fault")
			throw new UnreadableTable(field, {
				line: record.line,
				code: record.code,
				message: `The names of the columns cannot be read. ${record.message}`,
			});
		if (record.fields.every((each) => BLANK.test(each))) continue;
		if (record.fields.length > maxColumns)
			throw new UnreadableTable(field, {
				line: record.line,
				code: "too_many_columns",
				message: `The table has ${record.fields.length} columns; at most ${maxColumns} are allowed.`,
			});
		return record;
	}
}

async function* readRows(
	records: AsyncGenerator<SplitRecord, void>,
	columns: number,
	field: string,
	maxRows: number,
): AsyncGenerator<TableEntry, void> {
	let position = 0;
	let faults = 0;
	let broken: SplitFault | null = null;
	for await (const record of records) {
		if (record.kind === "fault") {
			broken = record;
			faults++;
			yield refusedRow(record.line, record.code, record.message);
			continue;
		}
		if (isBlank(record.fields)) continue;
		const entry = takeRow(record, position, columns, broken);
		if (entry.kind === "fault") {
			faults++;
			yield entry;
			continue;
		}
		broken = null;
		if (position === maxRows)
			throw new UnreadableTable(field, {
				line: record.line,
				code: "too_many_rows",
				message: `The table has more than ${maxRows} rows; send it in parts.`,
			});
		position++;
		yield entry;
	}
	if (position === 0 && faults === 0)
		throw new UnreadableTable(field, {
			line: 2,
			code: "no_rows",
			message: "The table has names of columns and no rows below them.",
		});
}

function isBlank(fields: readonly string[]): boolean {
	return fields.every((each) => each === "" || each.trim() === "");
}

function lineEndOf(sample: string): "\n" | "\r\n" | "\r" {
	const lineEnd = /\r\n|\n|\r/.exec(sample)?.[0];
	return lineEnd === "\n" || lineEnd === "\r" ? lineEnd : "\r\n";
}
