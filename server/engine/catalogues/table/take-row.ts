/** Makes a row of what a record says, as far as it can be one. */
import { refusedRow, type TableEntry, type TableFault } from "./table.ts";

const NO_WARNINGS: readonly TableFault[] = Object.freeze([]);

/**
 * Fields that are missing are empty, with a warning. Fields that are too many are a fault, unless they are empty: nearly
 * always somebody forgot quotes, and then all that follows stands in the wrong column.
 * @param broken the broken record that came right before, if one did: what is too short after it may be its rest.
 */
export function takeRow(
	record: { readonly line: number; readonly fields: string[] },
	position: number,
	columns: number,
	broken: { readonly line: number } | null,
): TableEntry {
	const { line, fields } = record;
	const found = fields.length;
	if (found > columns) {
		if (fields.slice(columns).some((each) => each.trim() !== ""))
			return refusedRow(
				line,
				"too_many_fields",
				`Line ${line} has ${found} fields where there are ${columns} columns. A text with a delimiter in it has to stand in quotes.`,
			);
		fields.length = columns;
	}
	if (found < columns && broken !== null)
		return refusedRow(
			line,
			"too_few_fields",
			`Line ${line} has ${found} ${found === 1 ? "field" : "fields"} where there are ${columns} columns; it seems to be the rest of the broken row in line ${broken.line}.`,
		);
	if (fields.some((each) => each.includes("\0")))
		return refusedRow(
			line,
			"zero_character",
			`Line ${line} has a zero character in it, which is no text.`,
		);
	const warnings: TableFault[] = [];
	if (found < columns) {
		warnings.push({
			line,
			code: "too_few_fields",
			message: `Line ${line} has ${found} ${found === 1 ? "field" : "fields"} where there are ${columns} columns; the missing ones are empty.`,
		});
		while (fields.length < columns) fields.push("");
	}
	if (fields.some((each) => each.includes("\ufffd")))
		warnings.push({
			line,
			code: "broken_characters",
			message: `Line ${line} has characters in it that cannot be read; they stand as \ufffd.`,
		});
	return {
		kind: "row",
		row: {
			position,
			line,
			fields,
			warnings: warnings.length > 0 ? warnings : NO_WARNINGS,
		},
	};
}
