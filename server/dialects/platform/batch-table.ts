/** Writes a batch's table with what came of each row, in the manner of the table that was sent (S0-24), so that it can be sent again. */
import type {
	Catalogue,
	CatalogueRow,
} from "../../engine/catalogues/catalogue.ts";
import type { Image } from "../../engine/generations/request.ts";

/** What is written behind the table's own columns, each under its name. */
const OUR_COLUMNS: Readonly<
	Record<string, (row: CatalogueRow, urlOf: (image: Image) => string) => string>
> = {
	gesso_key: ({ key }) => key,
	gesso_status: ({ status }) => status,
	gesso_image_url: ({ generation }, urlOf) =>
		(generation?.images ?? []).map(urlOf).join(" "),
	gesso_description: ({ description }) => description ?? "",
	gesso_prompt: ({ prompt }) => prompt,
	gesso_error: ({ error }) => error?.message ?? "",
	gesso_credits: ({ credits }) => String(credits),
};

type TableFormat = Catalogue["format"];
type Manner = TableFormat & { readonly kind: "delimited" };

/** Of a table that came as JSON. */
const USUAL_MANNER: Manner = {
	kind: "delimited",
	encoding: "utf-8",
	hasByteOrderMark: false,
	delimiter: ",",
	lineEnd: "\n",
	hasSeparatorLine: false,
};

/**
 * The table's own fields as they came, and ours behind them; ours of an earlier time give way. A row that could not be read
 * has empty fields.
 * @param urlOf where an image can be seen.
 */
export async function* batchTable(
	{ format, columns, headers }: Catalogue,
	rows: AsyncIterable<CatalogueRow>,
	urlOf: (image: Image) => string,
): AsyncGenerator<Buffer, void> {
	const manner = mannerOf(format);
	const { delimiter, lineEnd, hasByteOrderMark, hasSeparatorLine } = manner;
	const encode = encoderOf(manner);
	const places = [...columns.keys()].filter(
		(place) => !Object.hasOwn(OUR_COLUMNS, columns[place] ?? ""),
	);
	const lineOf = (own: readonly string[], ours: readonly string[]) => {
		const fields = places.map((place) => own[place] ?? "");
		const line = [...fields, ...ours.map(harmless)];
		return (
			line.map((field) => quoted(field, delimiter)).join(delimiter) + lineEnd
		);
	};
	const beginning =
		(hasByteOrderMark ? "\ufeff" : "") +
		(hasSeparatorLine ? `sep=${delimiter}${lineEnd}` : "");
	yield encode(beginning + lineOf(headers, Object.keys(OUR_COLUMNS)));
	for await (const row of rows) {
		const ours = Object.values(OUR_COLUMNS).map((read) => read(row, urlOf));
		yield encode(lineOf(row.fields, ours));
	}
}

export function tableMediaType(format: TableFormat): string {
	const { delimiter, encoding } = mannerOf(format);
	const type = delimiter === "\t" ? "tab-separated-values" : "csv";
	return `text/${type}; charset=${encoding}`;
}

/** Descriptions have letters that Windows-1252 lacks: rather than lose them, such a table is written in UTF-8, with the mark by which it is told apart. */
function mannerOf(format: TableFormat): Manner {
	if (format.kind === "json") return USUAL_MANNER;
	return format.encoding === "windows-1252"
		? { ...format, encoding: "utf-8", hasByteOrderMark: true }
		: format;
}

function encoderOf({ encoding }: Manner): (text: string) => Buffer {
	switch (encoding) {
		case "utf-16le":
			return (text) => Buffer.from(text, "utf16le");
		case "utf-16be":
			return (text) => Buffer.from(text, "utf16le").swap16();
		default:
			return (text) => Buffer.from(text);
	}
}

function quoted(field: string, delimiter: string): string {
	const isPlain = !/["\r\n]|^\s|\s$/.test(field) && !field.includes(delimiter);
	return isPlain ? field : `"${field.replaceAll('"', '""')}"`;
}

/** What a spreadsheet would take for a formula begins with an apostrophe, so that it is text there; the sender's own fields stay as they are. */
function harmless(field: string): string {
	return /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
}
