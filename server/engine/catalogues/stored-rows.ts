/** A catalogue's rows as they lie in storage: JSON, one a line, read again one by one or a page at a time. */
import type { Storage } from "../../storage/storage.ts";
import type { TableRow } from "./table/table.ts";

/** What of a row is stored. */
export type StoredRow = Pick<
	TableRow,
	"position" | "line" | "fields" | "asked"
>;

/** Where a row lies. */
export interface RowPlace {
	readonly byte_offset: number;
	readonly byte_length: number;
}

/** Rows so near to each other are read in one go, with what lies between them. */
const NEAR_BYTES = 65_536;
const MOST_BYTES = 4_194_304;

export function storedLine({
	position,
	line,
	fields,
	asked,
}: StoredRow): Buffer {
	return Buffer.from(`${JSON.stringify({ position, line, fields, asked })}\n`);
}

/** @param value the JSON of a line of ours. */
export function storedRowOf(value: unknown): StoredRow {
	return value as StoredRow;
}

/**
 * @param places in the order in which they lie there.
 * @returns the rows at these places.
 */
export async function readStoredRows(
	storage: Storage,
	storageKey: string,
	places: readonly RowPlace[],
): Promise<StoredRow[]> {
	const rows: StoredRow[] = [];
	for (const near of inSpans(places)) {
		const first = near[0]?.byte_offset ?? 0;
		const last = near.at(-1);
		const end = last === undefined ? 0 : last.byte_offset + last.byte_length;
		const range = { first, last: end - 1 };
		const object = await storage.open(storageKey, range);
		if (object === null) throw new Error(`${storageKey} is not in storage`);
		const bytes = Buffer.concat(await object.stream.toArray());
		for (const { byte_offset, byte_length } of near) {
			const start = byte_offset - first;
			const json = bytes.toString("utf8", start, start + byte_length);
			rows.push(storedRowOf(JSON.parse(json)));
		}
	}
	return rows;
}

function inSpans<P extends RowPlace>(places: readonly P[]): P[][] {
	const spans: P[][] = [];
	let first = 0;
	let end = Number.NEGATIVE_INFINITY;
	for (const place of places) {
		const { byte_offset, byte_length } = place;
		const isNear = byte_offset - end <= NEAR_BYTES;
		const isShort = byte_offset + byte_length - first <= MOST_BYTES;
		const span = spans.at(-1);
		if (span !== undefined && isNear && isShort) span.push(place);
		else {
			spans.push([place]);
			first = byte_offset;
		}
		end = byte_offset + byte_length;
	}
	return spans;
}
