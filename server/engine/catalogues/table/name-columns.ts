/** Gives every column of a table a name of its own, whatever its first line says. */
import type { TableFault } from "./table.ts";

/** What is left of a byte order mark within a text, as it is and as Windows-1252 reads it. */
const MARKS = /^(?:\ufeff|ï»¿)+/;

export interface NamedColumns {
	readonly columns: readonly string[];
	readonly warnings: readonly TableFault[];
}

/** @param line where the names are. */
export function nameColumns(
	headers: readonly string[],
	line: number,
): NamedColumns {
	const warnings: TableFault[] = [];
	const written = headers.map((header) =>
		header.replace(MARKS, "").replace(/\s+/g, " ").trim(),
	);
	// A name that is made must not be that of a column further on.
	const taken = new Set(written);
	const seen = new Set<string>();
	const columns = written.map((name, index) => {
		if (name !== "" && !seen.has(name)) {
			seen.add(name);
			return name;
		}
		const base = name === "" ? `Column ${index + 1}` : name;
		const made = freeName(base, name === "", taken);
		taken.add(made);
		seen.add(made);
		warnings.push(
			name === ""
				? {
						line,
						code: "unnamed_column",
						message: `Column ${index + 1} has no name; it is called "${made}".`,
					}
				: {
						line,
						code: "repeated_column",
						message: `There is more than one column "${name}"; column ${index + 1} is called "${made}".`,
					},
		);
		return made;
	});
	return { columns, warnings };
}

function freeName(
	base: string,
	mayBeBare: boolean,
	taken: ReadonlySet<string>,
): string {
	if (mayBeBare && !taken.has(base)) return base;
	for (let number = 2; ; number++) {
		const name = `${base} (${number})`;
		if (!taken.has(name)) return name;
	}
}
