/** Lets a column stand in a template by its bare name, whatever is in it: `{{ Rug Pile }}` for `{{ ["Rug Pile"] }}`. */

export interface BracketedTemplate {
	readonly text: string;
	/** Where in the template as it was written something stands, both from 1. */
	placeOf(line: number, column: number): { line: number; column: number };
}

interface Change {
	/** Of the brackets, in the text that has them. */
	readonly start: number;
	readonly end: number;
	/** Of the name, in the text as it was written. */
	readonly writtenStart: number;
	readonly writtenEnd: number;
}

const FIRST_NAME = /(\{\{-?\s*)([^{}|"'[\]]*?)(?=\s*(?:\||-?\}\}))/g;

export function bracketColumns(
	written: string,
	columns: readonly string[],
): BracketedTemplate {
	const known = new Set(columns);
	const changes: Change[] = [];
	let growth = 0;
	const text = written.replace(
		FIRST_NAME,
		(whole: string, opening: string, name: string, offset: number) => {
			if (!known.has(name)) return whole;
			const bracketed = `["${name}"]`;
			const writtenStart = offset + opening.length;
			const start = writtenStart + growth;
			changes.push({
				start,
				end: start + bracketed.length,
				writtenStart,
				writtenEnd: writtenStart + name.length,
			});
			growth += bracketed.length - name.length;
			return opening + bracketed;
		},
	);
	return {
		text,
		placeOf(line, column) {
			const offset = offsetOf(text, line, column);
			return placeIn(written, writtenOffset(changes, offset));
		},
	};
}

function writtenOffset(changes: readonly Change[], offset: number): number {
	const before = changes.findLast(({ start }) => start <= offset);
	if (before === undefined) return offset;
	if (offset < before.end) return before.writtenStart;
	return before.writtenEnd + offset - before.end;
}

function offsetOf(text: string, line: number, column: number): number {
	let start = 0;
	for (let number = 1; number < line; number++)
		start = text.indexOf("\n", start) + 1;
	return start + column - 1;
}

function placeIn(
	text: string,
	offset: number,
): { line: number; column: number } {
	const lines = text.slice(0, offset).split("\n");
	return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
