/** Says what is to be drawn for each row of a table: the one place where columns, kind and templates come together. */
import { EngineError } from "../errors.ts";
import type { AspectRatio } from "../models/model.ts";
import { checkFileNamePattern, fileNameOf } from "./file-names.ts";
import type {
	CatalogueKind,
	Remark,
	RowWarning,
	Words,
} from "./kinds/catalogue-kind.ts";
import { linksIn } from "./kinds/image-links.ts";
import { placesOf, wordReader } from "./kinds/read-words.ts";
import type { PromptTemplate } from "./prompt/prompt-template.ts";
import type { TableFault, TableRow } from "./table/table.ts";
import { createUniqueKeys } from "./unique-keys.ts";

export interface RowPlan {
	/** No other row of the table has it. */
	readonly key: string;
	readonly prompt: string;
	/** Asks for a text from which the picture can be drawn (S0-13). */
	readonly descriptionPrompt: string;
	/** Empty for none. */
	readonly negativePrompt: string;
	/** `null` for that of whoever draws. */
	readonly aspectRatio: AspectRatio | null;
	/** Photos of the thing, the most important first; http or https. */
	readonly imageLinks: readonly string[];
	/** Said after a prompt that a photo goes with. */
	readonly photoClauses: CatalogueKind["photoClauses"];
	/** Of its picture, without the ending. */
	readonly fileName: string;
	readonly warnings: readonly RowWarning[];
}

export type PlannedRow =
	| { readonly kind: "plan"; readonly plan: RowPlan }
	/** A row that says nothing to draw, or too much. */
	| {
			readonly kind: "fault";
			readonly key: string;
			readonly fault: TableFault<"nothing_to_draw" | "prompt_too_long">;
	  };

export interface PlanOptions {
	readonly kind: CatalogueKind;
	/** Of the table. */
	readonly columns: readonly string[];
	/** Instead of the kind's own; for these columns. */
	readonly prompt?: PromptTemplate | undefined;
	readonly descriptionPrompt?: PromptTemplate | undefined;
	/** Instead of the kind's own; empty for none. */
	readonly negativePrompt?: string | undefined;
	readonly aspectRatio?: AspectRatio | undefined;
	/** Instead of the kind's own; see `fileNameOf`. */
	readonly fileName?: string | undefined;
}

/**
 * @param uniqueKey gives a row's key, for who has a say in it.
 * @returns what plans the rows of one table, each once and in their order, so that they get the same keys every time.
 * @throws {EngineError} `invalid_request` for a pattern of file names that cannot be used.
 */
export function createRowPlanner(
	options: PlanOptions,
	uniqueKey = createUniqueKeys(),
): (row: TableRow) => PlannedRow {
	const { kind, columns } = options;
	const readWords = wordReader(kind.columnAliases, columns);
	const imagePlaces = placesOf(kind.imageColumns, columns);
	const pattern = options.fileName ?? kind.fileName;
	checkFileNamePattern(pattern, "fileName");
	const isDrawable = drawableTest(kind, columns);
	return (row) => {
		const words = readWords(row.fields);
		const { key, isRepeated } = uniqueKey(kind.keyOf(words, row.position));
		const { links, warnings: linkWarnings } = readLinks(row, imagePlaces);
		try {
			if (options.prompt === undefined && !isDrawable(words, links.length > 0))
				return nothingToDraw(row.line, key);
			const prompt = options.prompt?.render(row.fields) ?? kind.promptOf(words);
			if (prompt === "") return nothingToDraw(row.line, key);
			const remarks = [
				...(isRepeated ? [repeatedKey(key)] : []),
				...kind.remarksOn(words),
			];
			return {
				kind: "plan",
				plan: {
					key,
					prompt,
					descriptionPrompt:
						options.descriptionPrompt?.render(row.fields) ??
						kind.descriptionPromptOf(words, prompt),
					negativePrompt: options.negativePrompt ?? kind.negativePrompt,
					aspectRatio: options.aspectRatio ?? kind.aspectRatioOf(words),
					imageLinks: links,
					photoClauses: kind.photoClauses,
					fileName: fileNameOf(pattern, key, row.position),
					warnings: [...warningsOf(remarks, row.line), ...linkWarnings],
				},
			};
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			return refused(row.line, key, "prompt_too_long", error.message);
		}
	};
}

function drawableTest(
	kind: CatalogueKind,
	columns: readonly string[],
): (words: Words, hasPhoto: boolean) => boolean {
	if (kind.subjectWords.length === 0) return () => true;
	const toBeSaid = kind.subjectWords.filter(
		(word) => placesOf(kind.columnAliases[word] ?? [], columns).length > 0,
	);
	// Where the table has columns to say it in, a row that leaves them empty is another photo or variant of the one above.
	if (toBeSaid.length === 0) return (_words, hasPhoto) => hasPhoto;
	return (words) => toBeSaid.some((word) => words[word] !== "");
}

function warningsOf(remarks: readonly Remark[], line: number): RowWarning[] {
	return remarks.map(({ code, message }) => ({
		line,
		code,
		message: `Line ${line}: ${message}`,
	}));
}

function readLinks(
	row: TableRow,
	places: readonly number[],
): { links: string[]; warnings: RowWarning[] } {
	const found = places.map((place) => linksIn(row.fields[place] ?? ""));
	const links = [...new Set(found.flatMap((cell) => cell.links))];
	const [first] = found.flatMap((cell) => cell.unusable);
	if (first === undefined) return { links, warnings: [] };
	const message = `Line ${row.line}: "${first.slice(0, 200)}" is no link to a picture; links begin with http:// or https://.`;
	return {
		links,
		warnings: [{ line: row.line, code: "unusable_link", message }],
	};
}

function repeatedKey(key: string): Remark {
	return {
		code: "repeated_key",
		message: `another row has the same number already; this one is called "${key}".`,
	};
}

function nothingToDraw(line: number, key: string): PlannedRow {
	return refused(
		line,
		key,
		"nothing_to_draw",
		"it says nothing that could be drawn.",
	);
}

function refused(
	line: number,
	key: string,
	code: "nothing_to_draw" | "prompt_too_long",
	what: string,
): PlannedRow {
	const fault = { line, code, message: `Line ${line}: ${what}` };
	return { kind: "fault", key, fault };
}
