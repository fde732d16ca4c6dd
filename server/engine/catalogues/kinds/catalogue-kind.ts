/** What a kind of catalogue is: whose columns it knows by which names, and what it has drawn for a row. */
import type { AspectRatio } from "../../models/model.ts";
import type { TableFault } from "../table/table.ts";

/** What was done about something in a row, with the row kept. */
export type RowWarningCode =
	| "repeated_key"
	| "unusable_link"
	| "unknown_aspect_ratio"
	| "shape_against_size";
export type RowWarning = TableFault<RowWarningCode>;

/** What a kind says of a row, beside what it has drawn. */
export type Remark = Pick<RowWarning, "code" | "message">;

/** The words of a kind, each with what the row says of it, trimmed; empty when it says nothing. */
export type Words<Word extends string = string> = Readonly<
	Record<Word, string>
>;

/** Methods, so that a kind with words of its own is one of the kinds. */
export interface CatalogueKind<Word extends string = string> {
	readonly name: string;
	/** What it calls itself in a list for people. */
	readonly label: string;
	/**
	 * Names of columns for each word, in the order in which they count: the first that is not empty says it. Capitals, blanks
	 * and marks make no difference.
	 */
	readonly columnAliases: Readonly<Record<Word, readonly string[]>>;
	/** Words that no other kind of table has columns for. */
	readonly tellingWords: readonly Word[];
	/**
	 * Words of which a row has to say one, or there is nothing to draw; none when the kind can do without. In a table that has
	 * columns for none of them, a photo is enough.
	 */
	readonly subjectWords: readonly Word[];
	/** Columns with links to pictures, the most important first; all of them count. */
	readonly imageColumns: readonly string[];
	/** What never to draw. */
	readonly negativePrompt: string;
	/** A pattern for file names, without the ending: see `fileNameOf`. */
	readonly fileName: string;
	/** Said after the prompts when a photo of the thing goes with them. */
	readonly photoClauses: {
		readonly drawing: string;
		readonly describing: string;
	};
	/** @param position from 0, for rows that have no number of their own. */
	keyOf(words: Words<Word>, position: number): string;
	promptOf(words: Words<Word>): string;
	/**
	 * Asks for a text from which the picture can be drawn without anything else (S0-13, S0-15).
	 * @param prompt what is to be drawn.
	 */
	descriptionPromptOf(words: Words<Word>, prompt: string): string;
	/** The shape of the picture; `null` for that of whoever draws. */
	aspectRatioOf(words: Words<Word>): AspectRatio | null;
	/** What is odd about the row. */
	remarksOn(words: Words<Word>): readonly Remark[];
}
