/** Finds a column that a caller named. */
import { invalid } from "../errors.ts";

const NAMED_AT_MOST = 50;

/** @param field the caller's word for what names it. @throws {EngineError} `invalid_request` when there is none. */
export function placeOfColumn(
	field: string,
	column: string,
	columns: readonly string[],
): number {
	const place = columns.indexOf(column);
	if (place !== -1) return place;
	throw invalid(
		field,
		`There is no column "${column.slice(0, 100)}".`,
		`one of ${columns.slice(0, NAMED_AT_MOST).join(", ")}`,
	);
}
