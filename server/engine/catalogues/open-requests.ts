/** Takes in a file of requests as it streams by: each line becomes a row that says itself how it is to be drawn. */
import { Lifted } from "../../net/lifted-json.ts";
import { type LiftedLine, readLiftedLines } from "../../net/lifted-lines.ts";
import { EngineError, invalid } from "../errors.ts";
import { requireText } from "../generations/check-text.ts";
import type { Principal } from "../generations/request.ts";
import { withoutAvoided } from "./avoided.ts";
import type { AskedRow, LineForm } from "./line-form.ts";
import type { HeldPicture, RowPictures } from "./row-pictures.ts";
import type { KeptAsk, KeptPicture, RowWishes } from "./row-wishes.ts";
import {
	refusedRow,
	TABLE_LIMITS,
	type Table,
	type TableEntry,
	type TableFault,
	UnreadableTable,
} from "./table/table.ts";

export const KEY_COLUMN = "key";
export const PROMPT_COLUMN = "prompt";

/** What a row of requests shows of itself, as texts. */
const REQUEST_COLUMNS = [
	KEY_COLUMN,
	PROMPT_COLUMN,
	"negative prompt",
	"model",
	"count",
	"aspect ratio",
	"resolution",
	"size",
	"quality",
	"background",
	"seed",
	"photos",
] as const;

const MAX_PICTURES = 16;
const MAX_PROMPT_CHARACTERS = 32_000;
const MAX_KEY_CHARACTERS = 1_000;

/** How a file of requests is read, and by whom. */
export interface RequestReading {
	readonly form: LineForm;
	readonly principal: Principal;
	/** Of whoever draws where a line does not say. */
	readonly model: string | undefined;
	readonly pictures: RowPictures;
	/** The caller's word for where the file is, used in errors. */
	readonly field: string;
}

/** Reads nothing yet. */
export function openRequests(
	bytes: AsyncIterableIterator<Uint8Array>,
	reading: RequestReading,
): Table {
	const { form, pictures } = reading;
	const lines = readLiftedLines(bytes, {
		keep: (picture) => pictures.hold(picture),
		shouldLift: (path) => form.isPicture(path),
		maxTextBytes: TABLE_LIMITS.maxRowCharacters,
	});
	const entries = readRows(lines, reading);
	return {
		columns: REQUEST_COLUMNS,
		headers: REQUEST_COLUMNS,
		warnings: [],
		format: { kind: "json" },
		form: form.name,
		entries,
		async close() {
			await entries.return();
			await lines.return();
			await bytes.return?.();
		},
	};
}

async function* readRows(
	lines: AsyncIterable<LiftedLine>,
	reading: RequestReading,
): AsyncGenerator<TableEntry, void> {
	const named = new Set<string>();
	let position = 0;
	for await (const line of lines) {
		try {
			const entry = await readRow(line, position, reading, named);
			if (entry.kind === "row") {
				if (position === TABLE_LIMITS.maxRows)
					throw new UnreadableTable(reading.field, {
						line: line.number,
						code: "too_many_rows",
						message: `There are more than ${TABLE_LIMITS.maxRows} lines; send them in parts.`,
					});
				position++;
			}
			yield entry;
		} finally {
			await reading.pictures.letGo();
		}
	}
}

/** @param named fields without effect that were told already: once is enough for a file. */
async function readRow(
	line: LiftedLine,
	position: number,
	reading: RequestReading,
	named: Set<string>,
): Promise<TableEntry> {
	const { number } = line;
	if (line.kind === "broken")
		return refusedRow(
			number,
			line.reason.kind === "too_large" ? "row_too_long" : "broken_json",
			`Line ${number} ${BROKEN[line.reason.kind]}`,
		);
	const value = withHandles(line.value);
	const { form, principal, model } = reading;
	const key = form.keyOf(value) ?? `line-${number}`;
	try {
		const asked = told(await form.readRow(principal, value, model));
		checkAsked(key, asked);
		const kept = await keep(reading.pictures, asked);
		return {
			kind: "row",
			row: {
				position,
				line: number,
				fields: fieldsOf(key, asked, kept),
				asked: kept,
				warnings: warningsOf(number, asked.unheeded, named),
			},
		};
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		const { field = "" } = error.details;
		const where = error.message.includes(field) ? "" : ` (${field})`;
		const message = `Line ${number}${where}: ${error.message}`;
		// No table takes a zero character.
		const isText = !key.includes("\0");
		return {
			...refusedRow(number, "bad_request", message),
			key: isText ? key : undefined,
		};
	}
}

const BROKEN = {
	malformed: "is not valid JSON.",
	truncated: "is not valid JSON: it ends too soon.",
	too_deep: "is nested too deep.",
	too_large: `has more than ${TABLE_LIMITS.maxRowCharacters} bytes beside its pictures.`,
	bad_base64: "has something else where a picture in base64 should be.",
} as const;

/** In the place of each picture a text by which it is found again, so that a dialect reads the line as any other. */
function withHandles(value: unknown): unknown {
	if (value instanceof Lifted) return (value.kept as HeldPicture).handle;
	if (Array.isArray(value)) return value.map(withHandles);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [name, withHandles(inner)]),
	);
}

/** With what is to be avoided told from what is to be drawn. */
function told(asked: AskedRow): AskedRow {
	const { prompt, wishes } = asked;
	if (wishes.negativePrompt !== undefined) return asked;
	const { prompt: rest, negativePrompt } = withoutAvoided(prompt);
	return { ...asked, prompt: rest, wishes: { ...wishes, negativePrompt } };
}

/** @throws {EngineError} */
function checkAsked(key: string, { prompt, pictures }: AskedRow): void {
	requireText("key", key, MAX_KEY_CHARACTERS);
	requireText("prompt", prompt, MAX_PROMPT_CHARACTERS);
	if (prompt.trim() === "")
		throw invalid("prompt", "It says nothing that could be drawn.");
	if (pictures.length > MAX_PICTURES)
		throw invalid(
			"pictures",
			`It has ${pictures.length} pictures; at most ${MAX_PICTURES} are allowed.`,
		);
}

async function keep(
	pictures: RowPictures,
	{ answer, wishes, pictures: sources, mask }: AskedRow,
): Promise<KeptAsk> {
	const kept: KeptPicture[] = [];
	for (const source of sources) kept.push(await pictures.keep(source));
	return {
		answer,
		wishes,
		pictures: kept,
		mask: mask === undefined ? undefined : await pictures.keep(mask),
	};
}

function warningsOf(
	line: number,
	unheeded: readonly string[],
	named: Set<string>,
): TableFault[] {
	return unheeded
		.filter((name) => !named.has(name))
		.map((name) => {
			named.add(name);
			return {
				line,
				code: "unheeded_field",
				message: `Line ${line}: ${name} has no effect here, in this line and all others.`,
			};
		});
}

function fieldsOf(
	key: string,
	{ prompt, wishes }: AskedRow,
	{ pictures }: KeptAsk,
): string[] {
	const { size } = wishes;
	const texts: Readonly<Record<(typeof REQUEST_COLUMNS)[number], string>> = {
		[KEY_COLUMN]: key,
		[PROMPT_COLUMN]: prompt,
		"negative prompt": textOf(wishes.negativePrompt),
		model: textOf(wishes.model),
		count: textOf(wishes.count),
		"aspect ratio": textOf(wishes.aspectRatio),
		resolution: textOf(wishes.resolution),
		size: size === undefined ? "" : `${size.width}x${size.height}`,
		quality: textOf(wishes.quality),
		background: textOf(wishes.background),
		seed: textOf(wishes.seed),
		photos: pictures
			.flatMap((picture) => (picture.kind === "url" ? [picture.url] : []))
			.join(" "),
	};
	return REQUEST_COLUMNS.map((column) => texts[column]);
}

function textOf(wish: RowWishes[keyof RowWishes]): string {
	return wish === undefined ? "" : String(wish);
}
