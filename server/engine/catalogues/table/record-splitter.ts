/** Splits the text of a table into records as it streams by; one that is broken spoils none after the line it begins in. */
import type { TableFaultCode, TableLimits } from "./table.ts";

export type SplitRecord =
	| {
			readonly kind: "record";
			readonly line: number;
			readonly fields: string[];
	  }
	| {
			readonly kind: "fault";
			readonly line: number;
			readonly code: TableFaultCode;
			readonly message: string;
	  };

const QUOTE = 0x22;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** The code of no character. */
const NO_DELIMITER = -1;
/** As many characters may be read a second time after broken records: a file that wants more is made of nothing else. */
const MAX_REREAD_CHARACTERS = 16 * 1024 * 1024;

type Scan =
	| {
			readonly kind: "record";
			readonly fields: string[];
			readonly end: number;
			/** Line ends in it, its own included. */
			readonly lineEnds: number;
	  }
	/** It may go on in what is still to come. */
	| { readonly kind: "unfinished" }
	| {
			readonly kind: "stray_quote";
			readonly column: number;
			readonly end: number;
	  };

export interface SplitterOptions extends Pick<TableLimits, "maxRowCharacters"> {
	/** `null` for a table of one column: nothing but quotes and line ends has a meaning. */
	readonly delimiter: string | null;
	/** The number of the line that the text begins with; 1 when left out. */
	readonly firstLine?: number | undefined;
}

/** Says that there is no use in reading on. */
export class HopelessTable extends Error {
	readonly line: number;

	constructor(line: number) {
		super("Too much of the table stands in quotes that do not end.");
		this.name = "HopelessTable";
		this.line = line;
	}
}

/** Holds at most one record, and the text that came with its end. */
export class RecordSplitter {
	readonly #delimiterCode: number;
	readonly #maxRowCharacters: number;
	#text = "";
	#position = 0;
	#line: number;
	/** How long the text has to be until it is looked at again: doubled each time, or a long record cut small were slow. */
	#awaitedLength = 0;
	/** Inside a line that is passed over. */
	#isSkipping = false;
	#rereadCharacters = 0;

	constructor(options: SplitterOptions) {
		this.#delimiterCode = options.delimiter?.charCodeAt(0) ?? NO_DELIMITER;
		this.#maxRowCharacters = options.maxRowCharacters;
		this.#line = options.firstLine ?? 1;
	}

	/** @throws {HopelessTable} */
	push(text: string): SplitRecord[] {
		this.#text += text;
		return this.#text.length < this.#awaitedLength ? [] : this.#split(false);
	}

	/** @throws {HopelessTable} */
	end(): SplitRecord[] {
		return this.#split(true);
	}

	#split(isLast: boolean): SplitRecord[] {
		const records: SplitRecord[] = [];
		while (this.#position < this.#text.length) {
			if (this.#isSkipping && !this.#skipLine(isLast)) break;
			if (this.#position >= this.#text.length) break;
			const record = this.#next(isLast);
			if (record === null) break;
			records.push(record);
		}
		this.#text = this.#text.slice(this.#position);
		this.#awaitedLength = this.#text.length * 2;
		this.#position = 0;
		return records;
	}

	/** @returns `null` when more text is needed. */
	#next(isLast: boolean): SplitRecord | null {
		const line = this.#line;
		const scan = scanRecord(
			this.#text,
			this.#position,
			this.#delimiterCode,
			isLast,
		);
		const end = scan.kind === "unfinished" ? this.#text.length : scan.end;
		if (end - this.#position > this.#maxRowCharacters) {
			this.#passOver(end);
			return {
				kind: "fault",
				line,
				code: "row_too_long",
				message: `The row in line ${line} is longer than ${this.#maxRowCharacters} characters; perhaps a quote in it is not closed.`,
			};
		}
		if (scan.kind === "record") {
			this.#position = end;
			this.#line += scan.lineEnds;
			return { kind: "record", line, fields: scan.fields };
		}
		if (scan.kind === "unfinished" && !isLast) return null;
		this.#passOver(end);
		if (scan.kind === "unfinished")
			return {
				kind: "fault",
				line,
				code: "unclosed_quote",
				message: `Line ${line}: a quote is opened and never closed. What follows is read from the next line on.`,
			};
		return {
			kind: "fault",
			line,
			code: "stray_quote",
			message: `Line ${line}: after the quoted text in column ${scan.column} something else follows. A quote inside a quoted text has to be written twice.`,
		};
	}

	/** Goes on with the next line of the file, whether or not the record ends there: a quote that is wrong swallows no others. */
	#passOver(scannedTo: number): void {
		const lineEnd = lineEndFrom(this.#text, this.#position);
		if (lineEnd !== -1)
			this.#rereadCharacters += Math.max(0, scannedTo - lineEnd);
		if (this.#rereadCharacters > MAX_REREAD_CHARACTERS)
			throw new HopelessTable(this.#line);
		this.#isSkipping = true;
	}

	/** @returns whether the line that is passed over has ended. */
	#skipLine(isLast: boolean): boolean {
		const end = lineEndFrom(this.#text, this.#position);
		const isCut = end === this.#text.length - 1 && !isLast;
		if (
			end === -1 ||
			(isCut && this.#text.charCodeAt(end) === CARRIAGE_RETURN)
		) {
			this.#position = end === -1 ? this.#text.length : end;
			return false;
		}
		this.#position = afterLineEnd(this.#text, end);
		this.#line++;
		this.#isSkipping = false;
		return true;
	}
}

function scanRecord(
	text: string,
	start: number,
	delimiterCode: number,
	isLast: boolean,
): Scan {
	const fields: string[] = [];
	let lineEnds = 0;
	let at = start;
	for (;;) {
		const quote = afterSpaces(text, at, delimiterCode);
		if (text.charCodeAt(quote) === QUOTE) {
			const close = closingQuote(text, quote + 1);
			// The last quote there is may be the first of two.
			if (close === -1 || (close === text.length - 1 && !isLast))
				return { kind: "unfinished" };
			const field = text.slice(quote + 1, close).replaceAll('""', '"');
			lineEnds += countLineEnds(field);
			fields.push(field);
			at = afterSpaces(text, close + 1, delimiterCode);
		} else {
			const end = fieldEnd(text, at, delimiterCode);
			fields.push(text.slice(at, end));
			at = end;
		}
		if (at === text.length) {
			if (isLast) return { kind: "record", fields, end: at, lineEnds };
			return { kind: "unfinished" };
		}
		const code = text.charCodeAt(at);
		if (code === delimiterCode) {
			at++;
			continue;
		}
		if (code !== LINE_FEED && code !== CARRIAGE_RETURN)
			return { kind: "stray_quote", column: fields.length, end: at };
		if (code === CARRIAGE_RETURN && at === text.length - 1 && !isLast)
			return { kind: "unfinished" };
		const end = afterLineEnd(text, at);
		return { kind: "record", fields, end, lineEnds: lineEnds + 1 };
	}
}

function fieldEnd(text: string, start: number, delimiterCode: number): number {
	for (let at = start; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (
			code === delimiterCode ||
			code === LINE_FEED ||
			code === CARRIAGE_RETURN
		)
			return at;
	}
	return text.length;
}

/** @returns -1 when there is none. */
function closingQuote(text: string, start: number): number {
	for (let at = start; ; at += 2) {
		at = text.indexOf('"', at);
		if (at === -1 || text.charCodeAt(at + 1) !== QUOTE) return at;
	}
}

/** Blanks around a quoted text are no part of it: people write a blank after a comma. */
function afterSpaces(
	text: string,
	start: number,
	delimiterCode: number,
): number {
	let at = start;
	while (text.charCodeAt(at) === SPACE && delimiterCode !== SPACE) at++;
	return at;
}

/** @param at where a line end begins. */
function afterLineEnd(text: string, at: number): number {
	const isPair =
		text.charCodeAt(at) === CARRIAGE_RETURN &&
		text.charCodeAt(at + 1) === LINE_FEED;
	return at + (isPair ? 2 : 1);
}

/** @returns -1 when there is none. */
function lineEndFrom(text: string, start: number): number {
	const end = fieldEnd(text, start, NO_DELIMITER);
	return end === text.length ? -1 : end;
}

function countLineEnds(text: string): number {
	if (!text.includes("\n") && !text.includes("\r")) return 0;
	let count = 0;
	for (let at = 0; ; count++) {
		const end = lineEndFrom(text, at);
		if (end === -1) return count;
		at = afterLineEnd(text, end);
	}
}
