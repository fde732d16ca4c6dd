/** Reads a form whose files are worked on while they arrive; when the rest of it is no good, what was done is taken back. */
import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { invalid } from "../../engine/errors.ts";
import {
	type MultipartLimits,
	readMultipart,
} from "../../http/read-multipart.ts";
import { type FormFields, formValue } from "./form-values.ts";

/** A file that is still arriving. */
export interface ArrivingFile {
	/** Of its field. */
	readonly name: string;
	readonly fileName: string | undefined;
	readonly bytes: Readable;
	/** Aborts when there will be no more of it. */
	readonly signal: AbortSignal;
}

/** What is done with the parts of a form. */
export interface FormWork<T> {
	readonly limits: MultipartLimits;
	readonly fields: FormFields;
	/** Refuses a text field. @param doneCount of the files that have come before. @throws {EngineError} */
	checkField(name: string, text: string, doneCount: number): void;
	/** @param readValues of the fields that came before the file, as in `ReadForm`. @throws {EngineError} */
	takeFile(
		file: ArrivingFile,
		readValues: () => ReadForm<T>["values"],
	): Promise<T>;
	/** Takes back what was done with a file. */
	undo(done: T): Promise<void>;
}

export interface ReadForm<T> {
	/** As a JSON body would have them; what is not what its field may be is left for the validator to name. */
	readonly values: Readonly<Record<string, unknown>>;
	/** In the order in which the files came. */
	readonly done: readonly T[];
}

/** @throws {EngineError} for a form that is broken or too large, and what the work throws; nothing is done then. */
export async function readForm<T>(
	request: FastifyRequest,
	work: FormWork<T>,
): Promise<ReadForm<T>> {
	const fields = new Map<string, string | string[]>();
	const done: T[] = [];
	let isOver = false;
	try {
		await readMultipart(request, work.limits, {
			takeField: (name, text) => {
				work.checkField(name, text, done.length);
				enterField(fields, work.fields, name, text);
			},
			takeFile: async (name, fileName, bytes, signal) => {
				const file = { name, fileName, bytes, signal };
				const result = await work.takeFile(file, () =>
					valuesOf(fields, work.fields),
				);
				// One that was whole just when everything else was given up.
				if (isOver) await work.undo(result);
				else done.push(result);
			},
		});
		return { values: valuesOf(fields, work.fields), done };
	} catch (error) {
		isOver = true;
		for (const result of done) await work.undo(result);
		throw error;
	}
}

function valuesOf(
	fields: ReadonlyMap<string, string | string[]>,
	kinds: FormFields,
): Record<string, unknown> {
	const entries = [...fields].flatMap(([name, text]) => {
		const value = formValue(kinds, name, text);
		return value === undefined ? [] : [[name, value] as const];
	});
	return Object.fromEntries(entries);
}

function enterField(
	fields: Map<string, string | string[]>,
	{ lists }: FormFields,
	name: string,
	text: string,
): void {
	const earlier = fields.get(name);
	if (earlier === undefined) fields.set(name, text);
	// A list may also be sent as a field for each of its values.
	else if (lists.includes(name)) fields.set(name, [earlier, text].flat());
	else
		throw invalid(
			name,
			`The field ${name} occurs more than once.`,
			"one field of this name",
		);
}
