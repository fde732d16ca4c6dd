/** Reads a batch from a form: fields, and then the table, which is taken in as it arrives. */
import { addAbortSignal, type Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { EngineError, invalid } from "../../engine/errors.ts";
import { describeIssue } from "../../http/describe-issue.ts";
import { type PartTaker, readMultipart } from "../../http/read-multipart.ts";
import { type BatchFields, batchFields } from "./batch-schema.ts";
import { type FormFields, formValue } from "./form-values.ts";

const MAX_FIELDS = 30;
const MAX_FIELD_BYTES = 256 * 1024;
const ARRIVAL_TIMEOUT_MS = 290_000;
const FILE = "file";
const FIELDS: FormFields = {
	numbers: ["sampleCount", "maxPhotos", "rowsAtOnce"],
	booleans: ["auto"],
	json: ["variables", "fileColumns"],
	lists: ["photoColumns"],
};

export interface UploadedTable {
	readonly fileName: string | undefined;
	readonly bytes: Readable;
}

/** What is done with a table while it arrives. */
export interface TableWork<T> {
	take(fields: BatchFields, table: UploadedTable): Promise<T>;
	/** Takes back what was done, as the rest of the form is no good. */
	undo(done: T): Promise<void>;
}

/** @throws {EngineError} for a form that is broken or too large, and what the work throws; nothing is done then. */
export async function readBatchForm<T>(
	request: FastifyRequest,
	maxFileBytes: number,
	work: TableWork<T>,
): Promise<T> {
	const fields = new Map<string, string | string[]>();
	let isOver = false;
	const done: T[] = [];
	const taker: PartTaker = {
		takeField: (name, text) => {
			if (done.length > 0)
				throw invalid(
					name,
					`${name} comes after the file, which is taken in as it arrives: send the file as the last part of the form.`,
					"a field before the file",
				);
			takeField(fields, name, text);
		},
		takeFile: async (name, fileName, bytes, signal) => {
			if (name !== FILE)
				throw invalid(name, `The table's field is called ${FILE}.`, FILE);
			const asked = validated(fields);
			addAbortSignal(signal, bytes);
			const result = await work.take(asked, { fileName, bytes });
			// One that was whole just when everything else was given up.
			if (isOver) await work.undo(result);
			else done.push(result);
		},
	};
	try {
		await readMultipart(request, limitsOf(maxFileBytes), taker);
		const [result] = done;
		if (result !== undefined) return result;
		throw invalid(
			FILE,
			"The form has no file: send the table, CSV or TSV, as `file`.",
			"a table",
		);
	} catch (error) {
		isOver = true;
		for (const result of done) await work.undo(result);
		throw error;
	}
}

function limitsOf(maxFileBytes: number) {
	return {
		maxFields: MAX_FIELDS,
		maxFieldBytes: MAX_FIELD_BYTES,
		maxFiles: 1,
		maxBodyBytes: maxFileBytes + MAX_FIELDS * (MAX_FIELD_BYTES + 1_024),
		arrivalTimeoutMs: ARRIVAL_TIMEOUT_MS,
	};
}

function takeField(
	fields: Map<string, string | string[]>,
	name: string,
	text: string,
): void {
	const earlier = fields.get(name);
	if (earlier === undefined) fields.set(name, text);
	else if (FIELDS.lists.includes(name))
		fields.set(name, [earlier, text].flat());
	else
		throw invalid(
			name,
			`The field ${name} occurs more than once.`,
			"one field of this name",
		);
}

function validated(fields: ReadonlyMap<string, string | string[]>) {
	const entries = [...fields].flatMap(([name, text]) => {
		const value = formValue(FIELDS, name, text);
		return value === undefined ? [] : [[name, value] as const];
	});
	const result = batchFields.safeParse(Object.fromEntries(entries));
	if (result.success) return result.data;
	const [issue] = result.error.issues;
	if (issue === undefined)
		throw new EngineError("invalid_request", result.error.message);
	const { field, message, allowed } = describeIssue(issue);
	throw invalid(field, message, allowed);
}
