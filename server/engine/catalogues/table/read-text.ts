/** Reads a file's text as it streams by, and refuses what is plainly something else. */
import {
	type TableFault,
	type TableFaultCode,
	UnreadableTable,
} from "./table.ts";
import {
	SAMPLE_BYTES,
	type TextDecoding,
	tellEncoding,
} from "./tell-encoding.ts";

export interface StreamedText {
	readonly decoding: Pick<TextDecoding, "encoding" | "hasByteOrderMark">;
	/** Its first characters: all there are, or some ten thousands. `rest` goes on after them. */
	readonly sample: string;
	readonly rest: AsyncGenerator<string, void>;
}

/** How files begin that are often mistaken for a table. */
const MAGIC: readonly (readonly [readonly number[], string])[] = [
	[
		[0x50, 0x4b, 0x03, 0x04],
		"a workbook (XLSX, ODS) or another ZIP file; save the sheet as CSV and send that",
	],
	[
		[0xd0, 0xcf, 0x11, 0xe0],
		"an old Excel workbook (XLS); save the sheet as CSV and send that",
	],
	[[0x1f, 0x8b], "compressed with gzip; unpack it first"],
	[[0x25, 0x50, 0x44, 0x46], "a PDF"],
	[[0x89, 0x50, 0x4e, 0x47], "a picture"],
	[[0xff, 0xd8, 0xff], "a picture"],
];
const UTF_32 = [
	[0xff, 0xfe, 0x00, 0x00],
	[0x00, 0x00, 0xfe, 0xff],
];
const ENCODINGS = "UTF-8, UTF-16 or Windows-1252";
const TEXT_TABLE = "CSV or TSV, as text";

/**
 * @param field the caller's word for where the table is.
 * @throws {UnreadableTable} for what is empty, or no text.
 */
export async function readText(
	source: AsyncIterable<Uint8Array>,
	field: string,
): Promise<StreamedText> {
	const bytes = source[Symbol.asyncIterator]();
	try {
		const first = await firstBytes(bytes);
		refuseOtherFiles(first, field);
		const decoding = tellEncoding(first);
		const texts = decoded(bytes, first, decoding);
		const sample = await firstText(texts);
		refuseOtherTexts(sample, field);
		return { decoding, sample, rest: texts };
	} catch (error) {
		await bytes.return?.();
		throw error;
	}
}

async function firstBytes(bytes: AsyncIterator<Uint8Array>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for (let size = 0; size < SAMPLE_BYTES; ) {
		const next = await bytes.next();
		if (next.done === true) break;
		// Copied: the source may fill its chunk anew.
		chunks.push(Buffer.from(next.value));
		size += next.value.length;
	}
	return Buffer.concat(chunks);
}

async function firstText(texts: AsyncGenerator<string>): Promise<string> {
	let sample = "";
	while (sample.length < SAMPLE_BYTES / 2) {
		const next = await texts.next();
		if (next.done === true) break;
		sample += next.value;
	}
	return sample;
}

async function* decoded(
	bytes: AsyncIterator<Uint8Array>,
	first: Buffer,
	decoding: TextDecoding,
): AsyncGenerator<string, void> {
	try {
		yield decoding.decode(first);
		for (;;) {
			const next = await bytes.next();
			if (next.done === true) break;
			yield decoding.decode(next.value);
		}
		yield decoding.end();
	} finally {
		await bytes.return?.();
	}
}

function refuseOtherFiles(first: Buffer, field: string): void {
	if (first.length === 0)
		throw unreadable(field, "empty", "The file is empty.");
	for (const mark of UTF_32) {
		if (mark.every((byte, index) => first[index] === byte))
			throw unreadable(
				field,
				"unknown_encoding",
				"The file is in UTF-32, which is not read here.",
				ENCODINGS,
			);
	}
	for (const [mark, what] of MAGIC) {
		if (mark.every((byte, index) => first[index] === byte))
			throw notATable(field, `is ${what}`);
	}
}

function refuseOtherTexts(sample: string, field: string): void {
	if (/^\s*$/.test(sample))
		throw unreadable(field, "empty", "The file has nothing in it but blanks.");
	if (/^\s*<(?:!|\?xml|[a-z][\w:-]*[\s/>])/i.test(sample))
		throw notATable(
			field,
			"is a page of HTML or XML; perhaps a link to the table was saved instead of the table",
		);
	if (/^\s*(?:\[\s*)?\{\s*(?:"|\})/.test(sample))
		throw notATable(field, "is JSON; send its rows as JSON, one object a line");
	if (controlCharacters(sample) > sample.length / 100)
		throw notATable(field, "is not a text");
}

function controlCharacters(sample: string): number {
	let count = 0;
	for (let index = 0; index < sample.length; index++) {
		const code = sample.charCodeAt(index);
		if (code < 0x09 || (code > 0x0d && code < 0x20)) count++;
	}
	return count;
}

function notATable(field: string, what: string): UnreadableTable {
	return unreadable(
		field,
		"not_a_table",
		`This is no table: the file ${what}.`,
		TEXT_TABLE,
	);
}

function unreadable(
	field: string,
	code: TableFaultCode,
	message: string,
	allowed?: string,
): UnreadableTable {
	const fault: TableFault = { line: 1, code, message };
	return new UnreadableTable(field, fault, allowed);
}
