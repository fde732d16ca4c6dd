/** What a table is once it was taken in, wherever it came from: its columns, its rows, and what was wrong with it. */
import { EngineError } from "../../errors.ts";
import type { KeptAsk } from "../row-wishes.ts";

export type TableFaultCode =
	/** What makes the whole unreadable. */
	| "empty"
	| "not_a_table"
	| "unknown_encoding"
	| "no_rows"
	| "too_many_rows"
	| "too_many_columns"
	/** What a row is refused for; the others go on. */
	| "unclosed_quote"
	| "stray_quote"
	| "row_too_long"
	| "too_many_fields"
	| "zero_character"
	| "broken_json"
	| "not_an_object"
	| "not_a_text"
	| "unknown_field"
	| "bad_request"
	/** What was done about something, with the row kept. */
	| "too_few_fields"
	| "broken_characters"
	| "unnamed_column"
	| "repeated_column"
	| "unheeded_field";

export interface TableFault<Code extends string = TableFaultCode> {
	/** Where it begins in the file, from 1. Of rows that came as JSON values: the row's number. */
	readonly line: number;
	readonly code: Code;
	/** A sentence that may be shown to whoever sent the table. */
	readonly message: string;
}

export interface TableRow {
	/** From 0, among the rows that were taken in. */
	readonly position: number;
	/** The line of its first character, from 1. */
	readonly line: number;
	/** As they were written, one for each column, in the order of the columns. */
	readonly fields: readonly string[];
	/** What a row says itself of how it is to be drawn; missing in a table. */
	readonly asked?: KeptAsk | undefined;
	readonly warnings: readonly TableFault[];
}

export type TableEntry =
	| { readonly kind: "row"; readonly row: TableRow }
	/** A row that could not be taken in. */
	| {
			readonly kind: "fault";
			readonly fault: TableFault;
			/** What it is called, as far as that could be read. */
			readonly key?: string | undefined;
	  };

/** @returns the entry for a row that is refused. */
export function refusedRow(
	line: number,
	code: TableFaultCode,
	message: string,
): TableEntry & { readonly kind: "fault" } {
	return { kind: "fault", fault: { line, code, message } };
}

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** How the table was written, so that another can be written in the same manner. */
export type TableFormat =
	| {
			readonly kind: "delimited";
			readonly encoding: Encoding;
			readonly hasByteOrderMark: boolean;
			readonly delimiter: string;
			readonly lineEnd: "\n" | "\r\n" | "\r";
			/** Whether its first line is `sep=` and the delimiter, which is there for Excel. */
			readonly hasSeparatorLine: boolean;
	  }
	| { readonly kind: "json" };

export interface Table {
	/** Names to speak of the columns by: trimmed, none empty, no two alike. */
	readonly columns: readonly string[];
	/** The same as they were written. */
	readonly headers: readonly string[];
	/** What had to be done about the columns. */
	readonly warnings: readonly TableFault[];
	/** In whose form the lines of a file of requests are written; missing for a table. */
	readonly form?: string | undefined;
	/** Settled when all rows were read: what encoding a file has may show in its last line. */
	readonly format: TableFormat;
	/**
	 * Once only, as the source streams by. Throws {UnreadableTable} for `no_rows` and `too_many_rows`, and what the source
	 * throws.
	 */
	readonly entries: AsyncGenerator<TableEntry, void>;
	/** Lets go of the source; for who does not read the entries to their end. */
	close(): Promise<void>;
}

/** How large a table may be. */
export interface TableLimits {
	readonly maxRows: number;
	readonly maxColumns: number;
	/** UTF-16 units of one row, quotes and delimiters included. */
	readonly maxRowCharacters: number;
}

export const TABLE_LIMITS: TableLimits = {
	maxRows: 1_000_000,
	maxColumns: 1_000,
	maxRowCharacters: 1_048_576,
};

/** How a table is taken in. */
export interface TableOptions {
	/** The caller's word for where the table is, used in errors. */
	readonly field: string;
	readonly limits?: TableLimits | undefined;
}

/** A table of which nothing can be taken in. */
export class UnreadableTable extends EngineError {
	readonly fault: TableFault;

	/** @param allowed what there might have been instead. */
	constructor(field: string, fault: TableFault, allowed?: string) {
		super("invalid_request", fault.message, {
			details: allowed === undefined ? { field } : { field, allowed },
		});
		this.name = "UnreadableTable";
		this.fault = fault;
	}
}
