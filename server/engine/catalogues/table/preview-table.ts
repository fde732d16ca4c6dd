/** Reads a table through and tells what is in it, before anything is drawn. */
import type { Table, TableFault, TableFormat, TableRow } from "./table.ts";

export type ColumnType = "empty" | "number" | "link" | "image link" | "text";

export interface ColumnPreview {
	readonly name: string;
	readonly type: ColumnType;
	/** In how many rows it is not empty. */
	readonly filledCount: number;
}

export interface TablePreview {
	readonly format: TableFormat;
	readonly columns: readonly ColumnPreview[];
	/** Rows that can be taken in. */
	readonly rowCount: number;
	/** Rows that cannot. */
	readonly faultCount: number;
	readonly warningCount: number;
	/** The first faults and warnings, as they come. */
	readonly problems: readonly TableFault[];
	/** The first rows. */
	readonly rows: readonly TableRow[];
}

const MAX_PROBLEMS = 50;
const MAX_ROWS = 5;
const NUMBER = /^[-+]?(?:\d{1,3}(?:[,. ']\d{3})+|\d+)(?:[.,]\d+)?\s*%?$/;
const LINK = /^https?:\/\/\S/i;
const IMAGE_FILE = /\.(?:jpe?g|png|webp|gif|avif|tiff?|bmp|heic)(?:[?#]\S*)?$/i;
const IMAGE_NAME = /image|picture|photo|img/i;

/**
 * Reads the table to its end.
 * @throws {UnreadableTable} and what the table's source throws.
 */
export async function previewTable(table: Table): Promise<TablePreview> {
	const tallies = table.columns.map((name) => new ColumnTally(name));
	const problems = table.warnings.slice(0, MAX_PROBLEMS);
	const rows: TableRow[] = [];
	let rowCount = 0;
	let faultCount = 0;
	let warningCount = table.warnings.length;
	const note = (fault: TableFault) => {
		if (problems.length < MAX_PROBLEMS) problems.push(fault);
	};
	for await (const entry of table.entries) {
		if (entry.kind === "fault") {
			faultCount++;
			note(entry.fault);
			continue;
		}
		rowCount++;
		warningCount += entry.row.warnings.length;
		entry.row.warnings.forEach(note);
		if (rows.length < MAX_ROWS) rows.push(entry.row);
		for (const [index, tally] of tallies.entries())
			tally.count(entry.row.fields[index] ?? "");
	}
	return {
		format: table.format,
		columns: tallies.map((tally) => tally.preview()),
		rowCount,
		faultCount,
		warningCount,
		problems,
		rows,
	};
}

class ColumnTally {
	readonly #name: string;
	#filled = 0;
	#numbers = 0;
	#links = 0;
	#images = 0;

	constructor(name: string) {
		this.#name = name;
	}

	count(field: string): void {
		const value = field.trim();
		if (value === "") return;
		this.#filled++;
		if (LINK.test(value)) {
			this.#links++;
			if (IMAGE_FILE.test(value)) this.#images++;
		} else if (NUMBER.test(value)) this.#numbers++;
	}

	preview(): ColumnPreview {
		return {
			name: this.#name,
			type: this.#type(),
			filledCount: this.#filled,
		};
	}

	/** What all of its values are; a link is to an image when most are, or the column says so. */
	#type(): ColumnType {
		if (this.#filled === 0) return "empty";
		if (this.#numbers === this.#filled) return "number";
		if (this.#links < this.#filled) return "text";
		const isOfImages =
			this.#images * 2 > this.#filled || IMAGE_NAME.test(this.#name);
		return isOfImages ? "image link" : "link";
	}
}
