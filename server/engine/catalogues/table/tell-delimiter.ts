/** Tells commas, semicolons and tabs apart, by which of them divides the first rows evenly. */
import {
	HopelessTable,
	RecordSplitter,
	type SplitRecord,
} from "./record-splitter.ts";

const DELIMITERS = [",", ";", "\t"] as const;
/** Nothing is said in a line of these alone, whichever of them divides it. */
export const BLANK = /^[\s,;]*$/;
/** Rows that are looked at. */
const ROWS = 50;
/** In the place of the number of a row's fields. */
const BROKEN = 0;
const PIECE_CHARACTERS = 4_096;

export interface Separation {
	/** `null` for a table of one column, in which a comma is a comma. */
	readonly delimiter: string | null;
	/** The characters of Excel's line `sep=;`, line end included; 0 when there is none. */
	readonly separatorLineLength: number;
}

/** @param sample how the table begins; its last row may be cut off. */
export function tellDelimiter(
	sample: string,
	maxRowCharacters: number,
): Separation {
	const separatorLine = /^"?sep=([^"\r\n])"?(?:\r\n|\n|\r)/i.exec(sample);
	if (separatorLine !== null) {
		const [{ length }, delimiter = null] = separatorLine;
		return { delimiter, separatorLineLength: length };
	}
	let best: { delimiter: string | null; score: number } = {
		delimiter: null,
		score: 0,
	};
	for (const delimiter of DELIMITERS) {
		const score = evenness(sample, delimiter, maxRowCharacters);
		if (score > best.score) best = { delimiter, score };
	}
	return { delimiter: best.delimiter, separatorLineLength: 0 };
}

/** @returns 0 when the first row is not divided; otherwise more, the more of the others have as many fields. */
function evenness(
	sample: string,
	delimiter: string,
	maxRowCharacters: number,
): number {
	const [header = 1, ...rows] = fieldCounts(
		sample,
		delimiter,
		maxRowCharacters,
	);
	if (header === BROKEN) return suspicion(sample, delimiter);
	if (header < 2) return 0;
	// Too few fields are rows of which somebody left out the end; a wrong delimiter cuts into too many, or into one.
	const even = rows.filter((count) => count === header).length;
	const short = rows.filter((count) => count > 1 && count < header).length;
	const share = rows.length === 0 ? 1 : (even + short / 2) / rows.length;
	return share + Math.min(header, ROWS) / 1_000;
}

/** Of a delimiter with which the first row is broken: better than none, if it is there at all, and worse than any other. */
function suspicion(sample: string, delimiter: string): number {
	const [line = ""] = sample.trimStart().split(/[\r\n]/, 1);
	return Math.min(line.split(delimiter).length - 1, 1_000) / 1_000_000;
}

function fieldCounts(
	sample: string,
	delimiter: string,
	maxRowCharacters: number,
): number[] {
	const splitter = new RecordSplitter({ delimiter, maxRowCharacters });
	const counts: number[] = [];
	const count = (records: readonly SplitRecord[]) => {
		for (const record of records) {
			if (record.kind === "fault") counts.push(BROKEN);
			else if (record.fields.every((field) => BLANK.test(field))) continue;
			else counts.push(record.fields.length);
		}
	};
	try {
		for (let at = 0; at < sample.length; at += PIECE_CHARACTERS) {
			count(splitter.push(sample.slice(at, at + PIECE_CHARACTERS)));
			if (counts.length > ROWS) return counts;
		}
		// The rest may be half a row, unless it is all there is.
		if (counts.length < 2) count(splitter.end());
	} catch (error) {
		if (!(error instanceof HopelessTable)) throw error;
	}
	return counts;
}
