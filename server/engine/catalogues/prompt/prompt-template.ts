/** A prompt with columns of a table in it: checked when it is given, filled in for each row. */
import { type Liquid, LiquidError, type Template } from "liquidjs";
import { EngineError, invalid } from "../../errors.ts";
import { bracketColumns } from "./bracket-columns.ts";
import {
	createTemplateLanguage,
	FILTER_NAMES,
	MAX_TEMPLATE_CHARACTERS,
} from "./template-language.ts";
import { tidyText } from "./tidy-text.ts";

export interface PromptTemplate {
	/** The columns it speaks of. */
	readonly columns: readonly string[];
	/**
	 * Fills it in. What a field says is text, whatever it looks like.
	 * @param fields of a row, one for each column of the table.
	 * @returns a text that may be empty, its blanks tidied.
	 * @throws {EngineError} `invalid_request` when it becomes too long.
	 */
	render(fields: readonly string[]): string;
}

export interface TemplateOptions {
	/** The caller's word for the template, used in errors. */
	readonly field: string;
	/** Of the table that it is for. */
	readonly columns: readonly string[];
	/** UTF-16 units of what it may become; 32,000, as for any prompt, when left out. */
	readonly maxPromptCharacters?: number | undefined;
}

const MAX_PROMPT_CHARACTERS = 32_000;
const COLUMNS_IN_MESSAGES = 50;

let language: Liquid | null = null;

/**
 * `{{Title}}`, `{{ Rug Pile | lower }}`, `{% if ["Rug Pile"] == "Wool" %}`: a column's name may have blanks in it where it
 * stands first in `{{ }}`, and elsewhere is written in brackets and quotes. Fields come without the blanks around them, and
 * those that are empty give way to a default and count as false: `{{ Pile | default: ["Rug Pile"] | default: "wool" }}`.
 * @throws {EngineError} `invalid_request` naming the place of a mistake, or of a column that there is not.
 */
export function readPromptTemplate(
	text: string,
	{
		field,
		columns,
		maxPromptCharacters = MAX_PROMPT_CHARACTERS,
	}: TemplateOptions,
): PromptTemplate {
	if (text.length > MAX_TEMPLATE_CHARACTERS)
		throw invalid(
			field,
			`The template has ${text.length} characters; at most ${MAX_TEMPLATE_CHARACTERS} are allowed.`,
			`at most ${MAX_TEMPLATE_CHARACTERS} characters`,
		);
	const bracketed = bracketColumns(text, columns);
	language ??= createTemplateLanguage();
	const liquid = language;
	const place = (row: number, column: number) => {
		const own = bracketed.placeOf(row, column);
		return `Line ${own.line}, column ${own.column}`;
	};
	const template = parse(liquid, bracketed.text, field, place);
	const used = columnsOf(liquid, template, field, columns, place);
	const places = used.map((name) => [name, columns.indexOf(name)] as const);
	return {
		columns: used,
		render(fields) {
			// Without a prototype, a column may be called whatever it likes.
			const scope: Record<string, string> = Object.create(null);
			for (const [name, index] of places)
				scope[name] = (fields[index] ?? "").trim();
			const prompt = tidyText(fill(liquid, template, scope, field));
			if (prompt.length > maxPromptCharacters)
				throw invalid(
					field,
					`The template becomes ${prompt.length} characters long; at most ${maxPromptCharacters} are allowed.`,
					`at most ${maxPromptCharacters} characters`,
				);
			return prompt;
		},
	};
}

type Place = (row: number, column: number) => string;

function parse(
	liquid: Liquid,
	text: string,
	field: string,
	place: Place,
): Template[] {
	try {
		return liquid.parse(text);
	} catch (error) {
		if (!LiquidError.is(error)) throw error;
		const [row = 1, column = 1] = error.token.getPosition();
		const what = error.message.replace(/, line:\d+, col:\d+$/, "");
		throw invalid(
			field,
			`${place(row, column)}: ${what}.`,
			`columns as {{Name}} or {{ ["Name"] }}, the filters ${FILTER_NAMES.join(", ")}, and the tags if, unless, case, assign, capture, comment`,
		);
	}
}

function columnsOf(
	liquid: Liquid,
	template: Template[],
	field: string,
	columns: readonly string[],
	place: Place,
): string[] {
	const known = new Set(columns);
	const used = new Set<string>();
	const { globals } = liquid.analyzeSync(template, { partials: false });
	for (const { segments, location } of Object.values(globals).flat()) {
		const [name, part] = segments;
		const where = place(location.row, location.col);
		if (typeof name !== "string")
			throw invalid(
				field,
				`${where}: a column is named by its own name, not by what another says.`,
			);
		if (!known.has(name)) throw unknownColumn(field, where, name, columns);
		if (part !== undefined)
			throw invalid(
				field,
				`${where}: what stands in the column "${name}" is a text and has no parts.`,
			);
		used.add(name);
	}
	return [...used];
}

function unknownColumn(
	field: string,
	where: string,
	name: string,
	columns: readonly string[],
): EngineError {
	const nearly = columns.find(
		(column) => column.toLowerCase() === name.toLowerCase(),
	);
	const hint = nearly === undefined ? "" : ` There is "${nearly}".`;
	const listed = columns.slice(0, COLUMNS_IN_MESSAGES);
	return invalid(
		field,
		`${where}: there is no column "${name}".${hint}`,
		`${listed.join(", ")}${columns.length > listed.length ? ", ..." : ""}`,
	);
}

function fill(
	liquid: Liquid,
	template: Template[],
	scope: Readonly<Record<string, string>>,
	field: string,
): string {
	try {
		return String(liquid.renderSync(template, scope));
	} catch (cause) {
		if (!LiquidError.is(cause)) throw cause;
		// Nothing but its limit stops a template that was checked.
		throw new EngineError(
			"invalid_request",
			"The template makes too long a text of this row.",
			{ details: { field }, cause },
		);
	}
}
